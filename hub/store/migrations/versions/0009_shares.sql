-- Extracts for units: one package a unit and interval, sealed in chunks under a key of its own. In clear: ids,
-- codes, times, sizes, digests. A second run of an interval that finds the same rows changes nothing.
CREATE TABLE share (
    id uuid PRIMARY KEY,
    unit text NOT NULL REFERENCES unit,
    starts timestamptz NOT NULL,            -- the data interval, [starts, ends)
    ends timestamptz NOT NULL,
    revision int NOT NULL DEFAULT 1,        -- grows when the interval was run again and found other rows
    made_at timestamptz NOT NULL,
    complete boolean NOT NULL,              -- made after the interval was over
    rows int NOT NULL,
    content bytea NOT NULL,                 -- SHA-256 over the tables in our own text form, before any format
    digest text NOT NULL,                   -- sha-256:<hex> of the package as it is served
    size bigint NOT NULL,
    dek bytea NOT NULL,                     -- under the KEK: an extract belongs to no one dispute
    announced uuid,                         -- the hub's message that told the unit; null: still to be told
    UNIQUE (unit, starts, ends)
);
CREATE TABLE share_chunk (
    share uuid NOT NULL REFERENCES share ON DELETE CASCADE,
    n int NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (share, n)
);
ALTER TABLE share_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL;

ALTER TABLE share ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON share TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON share FOR SELECT TO liantiao_reader USING (unit = ANY ((SELECT my_units())::text[]));
ALTER TABLE share_chunk ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON share_chunk TO liantiao_hub USING (true) WITH CHECK (true);
-- Whoever may see the share (its own policy, above) may see its chunks.
CREATE POLICY reader ON share_chunk FOR SELECT TO liantiao_reader USING (
    EXISTS (SELECT 1 FROM share s WHERE s.id = share_chunk.share)
);

-- Reports for the joint conference: figures, nothing about persons, so not sealed. For administrators.
CREATE TABLE conference_report (
    id uuid PRIMARY KEY,
    tier text NOT NULL CHECK (tier IN ('city', 'district', 'town')),
    unit text NOT NULL REFERENCES unit,
    first_day date NOT NULL,                -- first and last legal day of the period
    last_day date NOT NULL,
    made_at timestamptz NOT NULL,
    cut_off timestamptz NOT NULL,           -- what arrived until then was counted
    version text NOT NULL,                  -- of the formulas
    content bytea NOT NULL                  -- SHA-256 over the figures in JCS form
);
CREATE INDEX conference_report_of ON conference_report (tier, unit, first_day);
CREATE TABLE conference_report_file (
    report uuid NOT NULL REFERENCES conference_report,
    form text NOT NULL CHECK (form IN ('html', 'xlsx', 'pdf')),
    digest text NOT NULL,                   -- sha-256:<hex>; the evidence log holds the same
    body bytea NOT NULL,
    PRIMARY KEY (report, form)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON share, share_chunk TO liantiao_hub;
GRANT SELECT ON share, share_chunk TO liantiao_reader;
GRANT SELECT, INSERT ON conference_report, conference_report_file TO liantiao_hub;
