-- Assessments of mediators. In clear: numbers of the register, codes, days, figures; no names.
-- Mediations that ended in a period, by mediator: what the figures of a period count and a career adds up.
CREATE TABLE mediation_run (
    first_day date NOT NULL,
    last_day date NOT NULL,
    case_id uuid NOT NULL,
    system text NOT NULL,                   -- a mediator's number in the register
    ref text NOT NULL,
    dispute uuid NOT NULL,
    ended_at timestamptz NOT NULL,
    agreed boolean NOT NULL,
    form text NOT NULL CHECK (form IN ('written', 'oral', '')),
    days int,                               -- whole days from acceptance
    late boolean,                           -- null: no clock ran
    parts_there int NOT NULL,               -- required parts of the file
    parts_needed int NOT NULL,
    PRIMARY KEY (first_day, last_day, case_id, system, ref)
);
CREATE INDEX mediation_run_of ON mediation_run (system, ref);
CREATE INDEX mediation_run_dispute ON mediation_run (dispute);
-- One assessment for each mediator and period; one that finds other figures is a revision, the last one stands.
CREATE TABLE assessment (
    id uuid PRIMARY KEY,
    system text NOT NULL,                   -- the least of the person's numbers
    ref text NOT NULL,
    numbers text[] NOT NULL,                -- all of them, system:number
    first_day date NOT NULL,
    last_day date NOT NULL,
    revision int NOT NULL,
    version text NOT NULL,                  -- of the formulas
    scheme text NOT NULL,                   -- whose local rules
    figures jsonb NOT NULL,
    grade text,                             -- proposed; null: none
    conditions jsonb NOT NULL,
    content bytea NOT NULL,                 -- SHA-256 over what it says
    units text[] NOT NULL,                  -- those told
    readers text[] NOT NULL,                -- they and the units above them
    messages uuid[] NOT NULL,               -- the hub's messages that told them
    made_at timestamptz NOT NULL,
    cut_off timestamptz NOT NULL,
    UNIQUE (system, ref, first_day, last_day, revision)
);
CREATE INDEX assessment_period ON assessment (first_day, last_day);
-- An appeal, and what was decided of it. Their texts stay in the sealed messages.
CREATE TABLE assessment_word (
    message uuid PRIMARY KEY,
    assessment uuid NOT NULL REFERENCES assessment,
    appeal uuid REFERENCES assessment_word, -- of a decision: what it is about
    said text NOT NULL CHECK (said IN ('appeal', 'decision')),
    unit text NOT NULL,
    at timestamptz NOT NULL,
    figures jsonb NOT NULL,                 -- corrected by a decision; an empty list: none
    grade text                              -- corrected by a decision
);
CREATE INDEX assessment_word_of ON assessment_word (assessment);

-- 以案定补: one payment for a dispute, whichever agency asks. The index is what two at a time run into.
CREATE TABLE subsidy_claim (
    message uuid NOT NULL,
    dispute uuid NOT NULL,                  -- the living one: what was merged into another is asked for there
    unit text NOT NULL,
    class text,
    amount text,                            -- yuan
    state text NOT NULL DEFAULT 'claimed' CHECK (state IN ('claimed', 'answered', 'withdrawn')),
    answered_by uuid,                       -- the message in which a unit that was told of it answered
    at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (message, dispute)
);
CREATE UNIQUE INDEX subsidy_claim_once ON subsidy_claim (dispute) WHERE state <> 'withdrawn';
CREATE INDEX subsidy_claim_unit ON subsidy_claim (unit);
-- What the night found of a claim: the dispute was merged into one that was claimed, or is linked to one; or a
-- local condition is not met.
CREATE TABLE subsidy_finding (
    message uuid NOT NULL,
    dispute uuid NOT NULL,
    rule text NOT NULL,
    other uuid,                             -- the other dispute
    found_at timestamptz NOT NULL,
    PRIMARY KEY (message, dispute, rule)
);

-- Honours. Whether a name is shown is asked of the register when the list is read, not kept.
CREATE TABLE honour (
    message uuid PRIMARY KEY,
    system text NOT NULL,
    ref text NOT NULL,
    unit text NOT NULL,
    day date NOT NULL,
    withdrawn_at timestamptz,
    dek bytea NOT NULL,
    document bytea NOT NULL
);
ALTER TABLE honour ALTER COLUMN document SET STORAGE EXTERNAL;
CREATE INDEX honour_day ON honour (day);

ALTER TABLE assessment ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON assessment TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON assessment FOR SELECT TO liantiao_reader USING (readers && (SELECT my_units()));
ALTER TABLE assessment_word ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON assessment_word TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON assessment_word FOR SELECT TO liantiao_reader USING (
    EXISTS (SELECT 1 FROM assessment a WHERE a.id = assessment)
);
ALTER TABLE subsidy_claim ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON subsidy_claim TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON subsidy_claim FOR SELECT TO liantiao_reader USING (
    EXISTS (SELECT 1 FROM message_reader r WHERE r.message = subsidy_claim.message)
);
ALTER TABLE subsidy_finding ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON subsidy_finding TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON subsidy_finding FOR SELECT TO liantiao_reader USING (
    EXISTS (SELECT 1 FROM subsidy_claim c WHERE c.message = subsidy_finding.message
                                            AND c.dispute = subsidy_finding.dispute)
);

GRANT SELECT, INSERT, DELETE ON mediation_run, subsidy_finding TO liantiao_hub;
GRANT SELECT, INSERT ON assessment, assessment_word, subsidy_claim, honour TO liantiao_hub;
GRANT UPDATE (messages) ON assessment TO liantiao_hub;
GRANT UPDATE (state, class, amount, answered_by, changed_at) ON subsidy_claim TO liantiao_hub;
GRANT UPDATE (withdrawn_at) ON honour TO liantiao_hub;
GRANT SELECT ON assessment, assessment_word, subsidy_claim, subsidy_finding TO liantiao_reader;
