-- What one administrator proposed and another must approve before it happens. No row is removed; `said` holds
-- ids and codes only.
CREATE TABLE approval (
    id uuid PRIMARY KEY,
    action text NOT NULL,
    object text NOT NULL,                   -- what it is about: one may wait for each action and object
    said jsonb NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by text NOT NULL,
    reason text NOT NULL,
    expires_at timestamptz NOT NULL,        -- past it a pending one counts as expired
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'approved', 'withdrawn', 'expired')),
    decided_at timestamptz,
    decided_by text,
    CHECK (state <> 'approved' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX approval_pending ON approval (action, object) WHERE state = 'pending';
CREATE INDEX approval_time ON approval (proposed_at);
GRANT SELECT, INSERT ON approval TO liantiao_hub;
GRANT UPDATE (state, decided_at, decided_by) ON approval TO liantiao_hub;

-- Disputes that were merged: a link, not a rewriting. What moved to the survivor is named here, so that an undo
-- takes back exactly that. Messages stay where they were received, under their dispute's key.
CREATE TABLE dispute_merge (
    message uuid PRIMARY KEY,               -- the dispute_link in which the absorbed dispute hears of it
    absorbed uuid NOT NULL,
    survivor uuid NOT NULL,
    merged_at timestamptz NOT NULL,
    cases uuid[] NOT NULL,
    deadlines uuid[] NOT NULL,              -- the dispute's own clocks that moved; those of a case go with it
    roles jsonb NOT NULL,                   -- role → units that the survivor did not have in it
    participants text[] NOT NULL,           -- units that took no part in the survivor
    undone_at timestamptz
);
CREATE UNIQUE INDEX dispute_merge_once ON dispute_merge (absorbed) WHERE undone_at IS NULL;
GRANT SELECT, INSERT ON dispute_merge TO liantiao_hub;
GRANT UPDATE (undone_at) ON dispute_merge TO liantiao_hub;

-- A case's history goes where its case goes; what it says is never changed.
GRANT UPDATE (dispute) ON case_history TO liantiao_hub;
