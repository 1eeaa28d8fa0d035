-- What units said of organisations and mediators: a row is never changed; the last one in force counts.
-- The document stays sealed, with its own key under the key-encryption key; in clear only ids, codes, days.
CREATE TABLE register_entry (
    message uuid PRIMARY KEY,               -- of the message, or of its record; UUIDv7: the order of arrival
    register text NOT NULL CHECK (register IN ('mediation_organisation', 'mediator')),
    system text NOT NULL,                   -- a number of one system says nothing in another
    ref text NOT NULL,                      -- the organisation's code, the mediator's number
    unit text NOT NULL,                     -- on whose behalf it was said
    action text NOT NULL,
    valid_from date NOT NULL,               -- first legal day
    valid_to date,                          -- last one; null: not bounded
    recorded_at timestamptz NOT NULL,
    dek bytea NOT NULL,
    document bytea NOT NULL
);
ALTER TABLE register_entry ALTER COLUMN document SET STORAGE EXTERNAL;
CREATE INDEX register_entry_ref ON register_entry (register, system, ref, message DESC);
CREATE INDEX register_entry_number ON register_entry (register, ref);
-- Several numbers of one person, joined by a person and taken apart again: nothing is guessed from a name.
CREATE TABLE mediator_person (
    person uuid NOT NULL,
    system text NOT NULL,
    ref text NOT NULL,
    merged_at timestamptz NOT NULL,
    merged_by text NOT NULL,
    undone_at timestamptz,
    undone_by text,
    PRIMARY KEY (person, system, ref)
);
CREATE UNIQUE INDEX mediator_person_once ON mediator_person (system, ref) WHERE undone_at IS NULL;

-- The registers are open to every registered system (在线调解规则5); the views and the person's own consent cut
-- what is shown of an entry. No row of either is ever removed.
GRANT SELECT, INSERT ON register_entry, mediator_person TO liantiao_hub;
GRANT UPDATE (undone_at, undone_by) ON mediator_person TO liantiao_hub;
GRANT SELECT ON register_entry, mediator_person TO liantiao_reader;
