-- What agencies say they hold at the end of a business day, what the hub holds of the same records, and what
-- is between the two. In clear: ids, codes, places in a list, times, keyed digests. Values are sealed.
CREATE INDEX message_snapshot ON message (sender, id) WHERE kind = 'snapshot';

CREATE TABLE snapshot (
    id uuid PRIMARY KEY,                    -- its message, or derived from what was fetched
    day date NOT NULL,                      -- business day
    agency text NOT NULL,
    area text NOT NULL,                     -- district group: the first six digits of the unit's division
    system text NOT NULL,
    unit text NOT NULL,
    dataset text NOT NULL,
    source text NOT NULL CHECK (source IN ('pushed', 'folder', 'https', 'sftp')),
    files text[] NOT NULL,                  -- sha-256:<hex>
    format text NOT NULL DEFAULT '',        -- of the adapter, once it is known
    kind text NOT NULL DEFAULT '',          -- what its rows are read as
    coverage text[] NOT NULL,
    complete boolean NOT NULL,              -- whether what is not in it is not there
    cut_off timestamptz NOT NULL,
    told int,                               -- rows, by its manifest
    held int NOT NULL DEFAULT 0,            -- rows that were read
    broken int NOT NULL DEFAULT 0,          -- rows that were not
    problems jsonb NOT NULL DEFAULT '[]',   -- [{"field", "code", …numbers}]: what of the day is missing
    state text NOT NULL CHECK (state IN ('taken', 'refused', 'replaced')),
    dek bytea NOT NULL,                     -- under the KEK: a list belongs to no dispute
    collected_at timestamptz NOT NULL
);
CREATE INDEX snapshot_cell ON snapshot (day, agency, area);
CREATE TABLE snapshot_row (
    snapshot uuid NOT NULL REFERENCES snapshot ON DELETE CASCADE,
    n int NOT NULL,
    label text NOT NULL,                    -- its place in the list
    key bytea,                              -- blind index of its own number; null: it has none
    at timestamptz,                         -- time of the act; null: the list tells none
    digest bytea NOT NULL,                  -- HMAC-SHA-256 over all fields
    fields text[] NOT NULL,                 -- JSON pointers of the shared form
    digests bytea[] NOT NULL,               -- HMAC-SHA-256 of each
    numbers bytea[] NOT NULL,               -- blind indexes of every number in it
    links bytea[] NOT NULL,                 -- of these, numbers of other records
    sealed bytea NOT NULL,                  -- pointer → canonical text
    PRIMARY KEY (snapshot, n)
);
ALTER TABLE snapshot_row ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE TABLE snapshot_fault (
    snapshot uuid NOT NULL REFERENCES snapshot ON DELETE CASCADE,
    n int NOT NULL,
    label text NOT NULL,
    code text NOT NULL,
    places jsonb NOT NULL,                  -- [{"pointer", "native", "rule"}]: sheet, row, column; never a value
    PRIMARY KEY (snapshot, n)
);

-- Every numbered message of the kinds that lists were compared in, with the digests of its document.
CREATE TABLE hub_row (
    message uuid PRIMARY KEY,
    system text NOT NULL,
    kind text NOT NULL,
    sender text NOT NULL,
    format text NOT NULL,
    key bytea,                              -- null: it has no number of its own
    revision int NOT NULL,
    received_at timestamptz NOT NULL,
    at timestamptz,
    digest bytea NOT NULL,
    fields text[] NOT NULL,
    digests bytea[] NOT NULL
);
CREATE INDEX hub_row_scope ON hub_row (system, kind, message);

CREATE TABLE finding_batch (
    id uuid PRIMARY KEY,                    -- follows from day, agency, area, dataset
    day date NOT NULL,
    agency text NOT NULL,
    area text NOT NULL,
    dataset text NOT NULL                   -- '': no list came at all
);
CREATE INDEX finding_batch_cell ON finding_batch (day, agency, area);
CREATE TABLE finding (
    id uuid PRIMARY KEY,                    -- follows from day, system, record, kind, field
    batch uuid NOT NULL REFERENCES finding_batch,
    kind text NOT NULL CHECK (kind IN (
        'missing_at_agency', 'missing_at_hub', 'stale_version', 'field_mismatch', 'status_contradiction',
        'duplicate', 'orphan_reference', 'silence')),
    unit text NOT NULL,                     -- whose record or list it is
    system text NOT NULL,
    record text NOT NULL,                   -- blind index of the number, hex; for a list its dataset
    record_kind text NOT NULL,
    field text NOT NULL,                    -- JSON pointer of the shared form, '' for the whole record
    snapshot uuid,
    n int,                                  -- row of the snapshot
    place text NOT NULL,                    -- as the agency finds it: row 3, sheet 1 row 8
    message uuid,                           -- the hub's record
    delivery uuid,
    hub_shown text,                         -- masked
    agency_shown text,
    hub_value bytea,                        -- sealed
    agency_value bytea,
    dek bytea,                              -- under the KEK
    detail jsonb NOT NULL,                  -- codes and numbers
    mended text,                            -- what the hub did about it by itself
    state text NOT NULL CHECK (state IN ('open', 'mended', 'decided', 'gone')),
    found_at timestamptz NOT NULL,
    decision uuid
);
CREATE INDEX finding_of_batch ON finding (batch, id);
CREATE INDEX finding_of_decision ON finding (decision) WHERE decision IS NOT NULL;
CREATE TABLE finding_decision (
    id uuid PRIMARY KEY,
    batch uuid NOT NULL REFERENCES finding_batch,
    choice text NOT NULL CHECK (choice IN ('hub_right', 'agency_right', 'ask_agency', 'ignore')),
    reason text NOT NULL,
    actor text NOT NULL,
    approver text,
    at timestamptz NOT NULL,
    findings int NOT NULL,
    told jsonb                              -- unit → message; null until they are told
);
-- A choice that a second person must make too.
CREATE TABLE finding_proposal (
    batch uuid PRIMARY KEY REFERENCES finding_batch,
    choice text NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX finding_decision_batch ON finding_decision (batch);

GRANT SELECT, INSERT, UPDATE, DELETE ON
    snapshot, snapshot_row, snapshot_fault, hub_row, finding_batch, finding TO liantiao_hub;
GRANT SELECT, INSERT, UPDATE ON finding_decision, finding_proposal TO liantiao_hub;
