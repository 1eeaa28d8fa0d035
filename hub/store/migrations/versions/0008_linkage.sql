-- What the nightly linking found: two disputes that may be one, and what became of it. No names: levels of
-- comparisons and weights only. Each pair once; its id follows from the pair, so that a night run twice finds
-- the same rows. The proposal to the units, where there is one, is a row of link_proposal.
CREATE TABLE link_candidate (
    id uuid PRIMARY KEY,
    dispute uuid NOT NULL,                  -- the earlier of the two
    other uuid NOT NULL,
    basis text NOT NULL CHECK (basis IN ('reference', 'id', 'model')),
    model text NOT NULL,                    -- version of the parameters it was weighed by
    probability double precision NOT NULL,
    weight double precision NOT NULL,       -- bits, all comparisons and the prior
    reasons jsonb NOT NULL,                 -- [[comparison, level, weight in bits], …], the prior first
    starts timestamptz NOT NULL,            -- interval of the run that found it first
    ends timestamptz NOT NULL,
    found_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'proposed', 'linked', 'declined', 'undone')),
    decided_at timestamptz,
    decided_by text,
    UNIQUE (dispute, other)
);
CREATE INDEX link_candidate_waiting ON link_candidate (probability DESC, id) WHERE state = 'waiting';
CREATE INDEX link_candidate_interval ON link_candidate (starts);
GRANT SELECT, INSERT, UPDATE ON link_candidate TO liantiao_hub;
