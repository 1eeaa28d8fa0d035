-- Answers that a unit let stand as reusable knowledge: a text without persons, its tags and its articles, under
-- a key of its own, so that it outlives the dispute it came from. Every registered system reads them; of the
-- question, the case and the persons there is nothing here.
CREATE TABLE knowledge (
    id uuid PRIMARY KEY,                    -- UUIDv7: the order of keeping
    message uuid NOT NULL UNIQUE,           -- the answer it was taken from
    case_id uuid NOT NULL,
    unit text NOT NULL,                     -- who answered
    kept_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'current' CHECK (state IN ('current', 'corrected', 'withdrawn')),
    replaced_by uuid,
    changed_at timestamptz,
    dek bytea NOT NULL,
    content bytea NOT NULL
);
ALTER TABLE knowledge ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX knowledge_case ON knowledge (case_id);
-- Who opened an item: told when it is corrected.
CREATE TABLE knowledge_use (
    item uuid NOT NULL REFERENCES knowledge,
    system text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (item, system)
);

GRANT SELECT, INSERT, UPDATE ON knowledge TO liantiao_hub;
GRANT SELECT, INSERT ON knowledge_use TO liantiao_hub;
GRANT SELECT ON knowledge TO liantiao_reader;
