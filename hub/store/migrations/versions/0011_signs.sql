-- Signs of false litigation on an application under review, for its court alone. In clear: ids, codes, times. The
-- reason and the messages it rests on are sealed under the key of the application's dispute, and end with it.
CREATE TABLE false_litigation_flag (
    id uuid PRIMARY KEY,                    -- follows from case and sign: a sign is flagged once a case
    case_id uuid NOT NULL,
    dispute uuid NOT NULL,
    sign text NOT NULL,                     -- F3 … H7, false_litigation_signals.csv
    rests bytea NOT NULL,                   -- SHA-256 over the sign and the ids of the messages it rests on
    dek bytea NOT NULL,
    content bytea NOT NULL,
    starts timestamptz NOT NULL,            -- interval of the run that wrote it last
    ends timestamptz NOT NULL,
    found_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    UNIQUE (case_id, sign)
);
CREATE INDEX case_run_confirmation ON case_run (opened_at) WHERE machine = 'confirmation';

ALTER TABLE false_litigation_flag ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON false_litigation_flag TO liantiao_hub USING (true) WITH CHECK (true);
-- The court that reviews the application now; who handed it in takes part in the case and sees no row.
CREATE POLICY reader ON false_litigation_flag FOR SELECT TO liantiao_reader USING (
    EXISTS (SELECT 1 FROM case_run c
             WHERE c.id = case_id AND c.machine = 'confirmation' AND c.participants && (SELECT my_units())
               AND c.roles -> 'reviewing_court' ?| (SELECT my_units()))
);
GRANT SELECT, INSERT, UPDATE ON false_litigation_flag TO liantiao_hub;
GRANT SELECT ON false_litigation_flag TO liantiao_reader;
