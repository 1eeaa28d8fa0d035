-- Each run of a nightly job: what it was for, by which code, and a digest over the rows it left. The last run of
-- an interval stands; a second one that finds the same leaves the same digest.
CREATE TABLE night_run (
    id uuid PRIMARY KEY,
    job text NOT NULL,
    part text NOT NULL DEFAULT '',          -- agency and district group of a mapped job
    starts timestamptz NOT NULL,            -- the data interval, [starts, ends)
    ends timestamptz NOT NULL,
    revision text NOT NULL,                 -- git revision of the code
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed')),
    counts jsonb NOT NULL DEFAULT '{}',     -- names of what was counted → number; nothing about persons
    digest bytea                            -- SHA-256 over the rows it left
);
CREATE INDEX night_run_job ON night_run (job, starts);
GRANT SELECT, INSERT, UPDATE ON night_run TO liantiao_hub;
