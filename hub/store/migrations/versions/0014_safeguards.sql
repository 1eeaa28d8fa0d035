-- Who let a typical case go to the public: two persons of two units. The person is kept as a keyed digest, to
-- tell two apart, and sealed under a key of the row.
CREATE TABLE typical_signoff (
    message uuid NOT NULL,                  -- the typical_case that is signed
    unit text NOT NULL,
    system text NOT NULL,                   -- whose token it came with
    at timestamptz NOT NULL,
    person bytea NOT NULL,
    dek bytea NOT NULL,
    signed bytea NOT NULL,
    PRIMARY KEY (message, unit),
    UNIQUE (message, person)
);
-- What everybody may read: title, text, guidance and tags, nothing of case or persons.
CREATE TABLE typical_published (
    message uuid PRIMARY KEY,               -- UUIDv7: the order of sending
    units text[] NOT NULL CHECK (cardinality(units) = 2 AND units[1] <> units[2]),
    published_at timestamptz NOT NULL,
    dek bytea NOT NULL,
    content bytea NOT NULL
);
-- Taken back: corrected or revised by its sender, or by who signed it. It is not signed or shown any more.
CREATE TABLE typical_withdrawn (
    message uuid PRIMARY KEY,
    unit text NOT NULL,
    at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON typical_signoff, typical_published, typical_withdrawn TO liantiao_hub;
GRANT SELECT ON typical_published, typical_withdrawn TO liantiao_reader;

-- Tasks between units: 通报, 约谈, 挂牌督办 and decisions of conferences. What a task says stays in its message.
CREATE TABLE task (
    message uuid PRIMARY KEY,               -- of the task, UUIDv7: the order of opening
    kind text NOT NULL,                     -- task_kind
    level text,                             -- supervision_level
    issuer text NOT NULL,                   -- a unit, or the hub for a decision of a conference
    owner text NOT NULL,
    closers text[] NOT NULL CHECK (cardinality(closers) > 0 AND NOT owner = ANY (closers)),
    due date,
    conference uuid,                        -- the minutes that decided it
    state text NOT NULL CHECK (state IN ('open', 'accepted', 'done', 'returned', 'closed')),
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    closed_by text,
    next_notice timestamptz,
    CHECK ((state = 'closed') = (closed_by IS NOT NULL)),
    CHECK (closed_by IS NULL OR closed_by = ANY (closers))
);
CREATE INDEX task_owner ON task (owner);
CREATE INDEX task_notice ON task (next_notice) WHERE next_notice IS NOT NULL;
CREATE TABLE task_word (
    message uuid PRIMARY KEY,               -- the task_reply
    task uuid NOT NULL REFERENCES task,
    unit text NOT NULL,
    action text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX task_word_task ON task_word (task);
ALTER TABLE task ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON task TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON task FOR SELECT TO liantiao_reader USING (owner = ANY ((SELECT my_units())::text[]) OR closers && (SELECT my_units()));
ALTER TABLE task_word ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON task_word TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON task_word FOR SELECT TO liantiao_reader USING (
    EXISTS (SELECT FROM task t WHERE t.message = task)
);
GRANT SELECT, INSERT ON task, task_word TO liantiao_hub;
GRANT UPDATE (state, closed_at, closed_by, next_notice) ON task TO liantiao_hub;
GRANT SELECT ON task, task_word TO liantiao_reader;
