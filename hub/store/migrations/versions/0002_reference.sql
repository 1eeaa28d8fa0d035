-- Reference data as the releases brought it: a row is never changed or removed, a newer release ends it
-- (`until`) and adds the next. In clear: nothing here is about persons or cases.
CREATE TABLE reference_list (
    name text PRIMARY KEY,
    zh text NOT NULL,
    source text NOT NULL,
    compiled_on date NOT NULL,
    version text NOT NULL,                  -- of the release whose rows stand now
    digest text NOT NULL,                   -- SHA-256 over the list as served, hex
    loaded_at timestamptz NOT NULL
);
CREATE TABLE reference_row (
    list text NOT NULL REFERENCES reference_list,
    code text NOT NULL,
    n int NOT NULL,                         -- place in the list
    zh text NOT NULL,
    valid_from date,                        -- first and last legal day, both included; null: not bounded
    valid_to date,
    mark text NOT NULL,                     -- observed, derived, unverified; '': the source says nothing
    data jsonb NOT NULL,                    -- the columns of the source
    version text NOT NULL,
    since timestamptz NOT NULL,             -- when the hub learned it
    until timestamptz,                      -- when a newer release said otherwise
    PRIMARY KEY (list, code, since)
);
CREATE UNIQUE INDEX reference_row_standing ON reference_row (list, code) WHERE until IS NULL;
-- How a deadline was counted, so that it can be counted anew when the calendar is published further:
-- {"how": "working", "from": day, "n": days} or {"how": "moved" | "fast" | "agreed", "from": last day}.
ALTER TABLE deadline ADD COLUMN counted jsonb;
CREATE INDEX deadline_provisional ON deadline (dispute) WHERE state = 'running' AND provisional;

-- Everybody registered may read them, as the unit table; history is not rewritten, not even by the hub.
GRANT SELECT, INSERT ON reference_list, reference_row TO liantiao_hub;
GRANT UPDATE ON reference_list TO liantiao_hub;
GRANT UPDATE (n, until) ON reference_row TO liantiao_hub;
GRANT SELECT ON reference_list, reference_row TO liantiao_reader;
