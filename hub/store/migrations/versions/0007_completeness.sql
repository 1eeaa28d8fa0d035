-- What the night proves: that what was accepted was delivered and acknowledged, that deadlines were spoken of,
-- and what was kept no longer than its rule. In clear: ids, unit codes, counts, times, digests.

-- ── completeness (P12) ───────────────────────────────────────────────────────────────────────────────
-- A report is never changed. The same interval proved again leaves the row that is there if it says the same,
-- else the next version, which names the one before in what it signs.
CREATE TABLE completeness_report (
    id uuid PRIMARY KEY,
    starts timestamptz NOT NULL,            -- the data interval, [starts, ends)
    ends timestamptz NOT NULL,
    version int NOT NULL,
    cut_off timestamptz NOT NULL,           -- what happened later is not in it
    holds boolean NOT NULL,
    counts jsonb NOT NULL,                  -- names of what was counted → number
    content bytea NOT NULL,                 -- SHA-256 of what it says, whoever says it and when
    digest bytea NOT NULL,                  -- SHA-256 of the JWS: what its entry in the evidence log names
    jws text NOT NULL,                      -- compact, by the hub's token key; the payload is JCS
    made_at timestamptz NOT NULL,
    UNIQUE (starts, ends, version)
);
CREATE TABLE completeness_pair (
    report uuid NOT NULL REFERENCES completeness_report,
    sender text NOT NULL,
    receiver text NOT NULL,
    accepted int NOT NULL,
    queued int NOT NULL,
    delivered int NOT NULL,
    acknowledged int NOT NULL,
    accepted_root bytea NOT NULL,           -- Merkle roots over the messages of each set, in the order of their ids
    queued_root bytea NOT NULL,
    delivered_root bytea NOT NULL,
    acknowledged_root bytea NOT NULL,
    unconnected int NOT NULL,               -- addressed to a unit that no system received for
    backlog int NOT NULL,                   -- deliveries of earlier days still open
    oldest_open timestamptz,
    PRIMARY KEY (report, sender, receiver)
);
CREATE TABLE completeness_exception (
    report uuid NOT NULL REFERENCES completeness_report,
    n int NOT NULL,
    kind text NOT NULL,
    sender text NOT NULL,
    receiver text NOT NULL,                 -- '': of the message itself
    message uuid NOT NULL,
    delivery uuid,
    at timestamptz,                         -- when the message was accepted; null: its row is gone
    PRIMARY KEY (report, n)
);
CREATE TABLE completeness_silence (
    report uuid NOT NULL REFERENCES completeness_report,
    system text NOT NULL,
    agency text NOT NULL,
    expected text NOT NULL,                 -- why something was to be heard of it: deliveries, habit
    waiting int NOT NULL,
    last_sign timestamptz,
    PRIMARY KEY (report, system)
);

-- ── witnesses ────────────────────────────────────────────────────────────────────────────────────────
-- Cosignatures of checkpoints by witnesses the district has configured, verified before they are kept.
CREATE TABLE log_cosignature (
    size bigint NOT NULL REFERENCES log_checkpoint,
    witness text NOT NULL,                  -- its verifier key
    at timestamptz NOT NULL,                -- as the witness says
    line text NOT NULL,                     -- the signature line of the note
    PRIMARY KEY (size, witness)
);
GRANT SELECT, INSERT ON log_cosignature TO liantiao_hub;
GRANT SELECT ON log_cosignature TO liantiao_reader;

-- ── deadlines ────────────────────────────────────────────────────────────────────────────────────────
CREATE INDEX deadline_due ON deadline (due_on) WHERE due IS NOT NULL AND NOT historical;
-- What is wrong with what the hub said, or should have said, of a deadline; cleared when it is right again.
CREATE TABLE deadline_finding (
    deadline uuid NOT NULL,
    dispute uuid NOT NULL,
    rule text NOT NULL,
    phase text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('not-said', 'lost', 'undelivered', 'silent')),
    unit text NOT NULL,                     -- who was to hear it; '': nobody in particular
    found_at timestamptz NOT NULL,
    cleared_at timestamptz,
    PRIMARY KEY (deadline, phase, kind, unit)
);
CREATE INDEX deadline_finding_open ON deadline_finding (found_at) WHERE cleared_at IS NULL;
-- Sums for a unit above: one message a period, whatever happens on the way.
CREATE TABLE deadline_sum (
    period date NOT NULL,
    superior text NOT NULL,
    message uuid NOT NULL,
    sums jsonb NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (period, superior)
);

-- ── retention ────────────────────────────────────────────────────────────────────────────────────────
-- A hold wins over every rule until it is lifted.
CREATE TABLE legal_hold (
    id uuid PRIMARY KEY,
    dispute uuid NOT NULL,
    reason text NOT NULL,
    set_at timestamptz NOT NULL,
    set_by text NOT NULL,
    lifted_at timestamptz,
    lifted_by text
);
CREATE UNIQUE INDEX legal_hold_standing ON legal_hold (dispute) WHERE lifted_at IS NULL;
-- Disputes whose time is over: the night finds them, one administrator proposes, another approves.
CREATE TABLE erasure (
    dispute uuid PRIMARY KEY,
    rule text NOT NULL,
    ended_at timestamptz NOT NULL,
    found_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'proposed', 'done')),
    proposed_at timestamptz,
    proposed_by text,
    approved_at timestamptz,
    approved_by text CHECK (approved_by <> proposed_by),
    counts jsonb,
    digest bytea                            -- SHA-256 over the ids of the rows that went
);

GRANT SELECT, INSERT ON
    completeness_report, completeness_pair, completeness_exception, completeness_silence, deadline_sum TO liantiao_hub;
GRANT SELECT, INSERT, UPDATE ON deadline_finding, legal_hold TO liantiao_hub;
GRANT SELECT, INSERT, UPDATE, DELETE ON erasure TO liantiao_hub;
