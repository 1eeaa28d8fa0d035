-- The first schema. Message tables are partitioned by month of their UUIDv7 (uniqueness of a time-ordered
-- key needs no second column); uniqueness over all time lives in hash-partitioned tables of its own.
-- In clear: ids, codes, states, times, keyed digests. Everything else is sealed (STORAGE EXTERNAL).

-- ── registry ─────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE unit (
    code text PRIMARY KEY,
    name text NOT NULL,
    agency text NOT NULL,
    type text NOT NULL,
    tier text NOT NULL,
    division text NOT NULL DEFAULT '',
    parent text,
    host text,
    serves text[] NOT NULL DEFAULT '{}',
    contact text NOT NULL DEFAULT '',
    valid_from date NOT NULL DEFAULT '-infinity',
    valid_to date
);
CREATE TABLE unit_alias (
    system text NOT NULL,
    native_code text NOT NULL,
    unit text NOT NULL REFERENCES unit,
    valid_from date NOT NULL DEFAULT '-infinity',
    valid_to date,
    PRIMARY KEY (system, native_code, valid_from)
);
CREATE TABLE system (
    id text PRIMARY KEY,
    agency text NOT NULL,
    scopes text[] NOT NULL,
    formats jsonb NOT NULL DEFAULT '{}',
    push text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    disabled_at timestamptz
);
CREATE TABLE system_unit (
    system text NOT NULL REFERENCES system,
    unit text NOT NULL REFERENCES unit,
    receiving boolean NOT NULL,
    PRIMARY KEY (system, unit)
);
CREATE UNIQUE INDEX system_unit_receiving ON system_unit (unit) WHERE receiving;
CREATE TABLE system_key (
    system text NOT NULL REFERENCES system,
    kid text NOT NULL,
    jwk jsonb NOT NULL,
    alg text NOT NULL,
    state text NOT NULL CHECK (state IN ('next', 'active', 'retiring', 'revoked')),
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (system, kid)
);
CREATE TABLE court_certificate (
    fingerprint text PRIMARY KEY,           -- SHA-256 of the DER certificate, hex
    unit text NOT NULL REFERENCES unit,
    certificate bytea NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE TABLE hub_key (
    kid text PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('token', 'log')),
    jwk jsonb NOT NULL,
    sealed bytea NOT NULL,                  -- the private key under the key-encryption key
    state text NOT NULL CHECK (state IN ('next', 'active', 'retiring', 'revoked')),
    changed_at timestamptz NOT NULL
);
CREATE TABLE config (
    name text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    value jsonb NOT NULL,
    imported_at timestamptz NOT NULL,
    PRIMARY KEY (name, valid_from)
);
CREATE TABLE client_assertion (
    system text NOT NULL,
    jti text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (system, jti)
);
CREATE TABLE admin_action (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    reason text NOT NULL,
    object text NOT NULL
);

CREATE TABLE installation (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    kek text NOT NULL,                      -- id of the key-encryption key: another hub's key file is noticed
    made_at timestamptz NOT NULL
);
-- Grows with every change above, so that each process notices one within a second.
CREATE TABLE registry_version (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    n bigint NOT NULL
);
INSERT INTO registry_version (n) VALUES (1);
CREATE FUNCTION registry_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registry_version SET n = n + 1;
    RETURN NULL;
END $$;
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['unit', 'unit_alias', 'system', 'system_unit', 'system_key', 'court_certificate',
                             'hub_key', 'config'] LOOP
        EXECUTE format('CREATE TRIGGER registry_changed AFTER INSERT OR UPDATE OR DELETE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION registry_changed()', t);
    END LOOP;
END $$;

-- ── disputes and cases ───────────────────────────────────────────────────────────────────────────────
CREATE TABLE dispute (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,              -- short, readable, with a check symbol
    state text NOT NULL,
    opened_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    roles jsonb NOT NULL DEFAULT '{}',      -- role of the machine → unit codes
    facts jsonb NOT NULL DEFAULT '{}',      -- codes, dates, item states: nothing about persons
    participants text[] NOT NULL,
    seqs jsonb NOT NULL DEFAULT '{}',       -- receiving system → last seq
    key bytea NOT NULL,                     -- dispute key under the key-encryption key
    version int NOT NULL DEFAULT 1
);
CREATE TABLE case_run (
    id uuid PRIMARY KEY,
    dispute uuid NOT NULL,
    machine text NOT NULL,
    state text NOT NULL,
    opened_by uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    closed_at timestamptz,
    roles jsonb NOT NULL DEFAULT '{}',
    facts jsonb NOT NULL DEFAULT '{}',
    participants text[] NOT NULL,
    parties jsonb NOT NULL DEFAULT '{}',    -- party ref → {state, served_on}: the service sub-machine
    version int NOT NULL DEFAULT 1
);
CREATE INDEX case_run_dispute ON case_run (dispute);
CREATE TABLE case_history (
    case_id uuid NOT NULL,                  -- a case, or a dispute for its own machine
    dispute uuid NOT NULL,
    n int NOT NULL,
    step text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    message uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (dispute, case_id, n)
);
CREATE TABLE deadline (
    id uuid NOT NULL,
    dispute uuid NOT NULL,
    case_id uuid,
    rule text NOT NULL,
    object text NOT NULL,                   -- case id, party ref or performance item
    started_at timestamptz NOT NULL,
    due timestamptz,                        -- the end of the last day in Asia/Shanghai; null: evidence date only
    due_on date,
    state text NOT NULL CHECK (state IN ('running', 'stopped', 'expired')),
    provisional boolean NOT NULL,
    historical boolean NOT NULL DEFAULT false,
    basis text NOT NULL,
    tell text[] NOT NULL DEFAULT '{}',
    next_notice timestamptz,
    next_phase text,
    started_by uuid NOT NULL,
    stopped_by uuid,
    PRIMARY KEY (dispute, id)
);
CREATE UNIQUE INDEX deadline_running ON deadline (dispute, rule, object) WHERE state = 'running';
CREATE INDEX deadline_notice ON deadline (next_notice) WHERE state = 'running' AND next_notice IS NOT NULL;

-- ── messages ─────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE message (
    id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),  -- with ord: commit order without holes
    ord int NOT NULL,
    iss text NOT NULL,
    jti text NOT NULL,
    sender text NOT NULL,
    kind text NOT NULL,
    purpose text NOT NULL,
    addressee text,
    dispute uuid,
    case_id uuid,
    re uuid,
    parent uuid,                            -- the file this record came in
    record text,
    revision int NOT NULL DEFAULT 1,
    replaces uuid,
    historical boolean NOT NULL DEFAULT false,
    media_type text NOT NULL,
    format text NOT NULL,
    fingerprint bytea NOT NULL,
    digest bytea NOT NULL,                  -- SHA-256 of the signing input
    salt bytea NOT NULL,
    leaf bytea NOT NULL,
    findings jsonb NOT NULL,
    answer bytea NOT NULL,                  -- the 202 body, byte for byte, receipt included
    receipt text NOT NULL,
    dek bytea NOT NULL,                     -- data key under the dispute's key (dispute null: under the KEK)
    native bytea,                           -- sealed: protected header, signature, body
    document bytea NOT NULL,                -- sealed: the shared form
    native_digest bytea NOT NULL,           -- HMAC of the body, for reconciliation
    -- Keyed digests of 32 bytes over ID number, phone, or name with birth date, one behind the other: only
    -- the nightly linking looks for persons, and an index of random keys would cost every message.
    persons bytea NOT NULL DEFAULT '',
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
ALTER TABLE message ALTER COLUMN native SET STORAGE EXTERNAL;
ALTER TABLE message ALTER COLUMN document SET STORAGE EXTERNAL;
ALTER TABLE message ALTER COLUMN answer SET STORAGE EXTERNAL;
CREATE INDEX message_dispute ON message (dispute) WHERE dispute IS NOT NULL;
CREATE TABLE message_reader (
    message uuid NOT NULL,
    unit text NOT NULL,
    role text NOT NULL,                     -- sender, or the role the addressee has: decides the view
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    ord int NOT NULL,
    PRIMARY KEY (message, unit)
) PARTITION BY RANGE (message);
CREATE INDEX message_reader_order ON message_reader (unit, xid, ord);
CREATE TABLE message_key (
    iss text NOT NULL,
    jti text NOT NULL,
    message uuid NOT NULL,
    fingerprint bytea NOT NULL,
    PRIMARY KEY (iss, jti)
) PARTITION BY HASH (iss, jti);
CREATE TABLE native_id (
    system text NOT NULL,
    kind text NOT NULL,
    blind bytea NOT NULL,
    message uuid NOT NULL,                  -- the latest revision
    dispute uuid,
    case_id uuid,
    revision int NOT NULL,
    content bytea NOT NULL,                 -- HMAC of the shared form: unchanged content is not delivered
    PRIMARY KEY (system, kind, blind)
) PARTITION BY HASH (blind);
CREATE TABLE identifier (
    blind bytea NOT NULL,                   -- HMAC over identifier system and normal form
    system text NOT NULL,                   -- the registered system that said it
    dispute uuid NOT NULL,
    case_id uuid,
    message uuid NOT NULL,
    PRIMARY KEY (blind, system, message)
) PARTITION BY HASH (blind);
DO $$
DECLARE t text; n int;
BEGIN
    FOREACH t IN ARRAY ARRAY['message_key', 'native_id', 'identifier'] LOOP
        FOR n IN 0..3 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 4, REMAINDER %s)', t || '_' || n, t, n);
        END LOOP;
    END LOOP;
END $$;

-- ── the way out ──────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE delivery (
    id uuid PRIMARY KEY,                    -- jti of the token, stable over tries
    message uuid NOT NULL,                  -- txn
    system text NOT NULL,
    unit text NOT NULL,
    sender text NOT NULL,
    role text NOT NULL,
    subject uuid NOT NULL,                  -- sub_id: dispute, else message
    seq int NOT NULL,
    event text NOT NULL,                    -- last part of urn:liantiao:event:…
    detail jsonb NOT NULL DEFAULT '{}',     -- case state and deadlines at commit: codes, ids, dates
    state text NOT NULL CHECK (state IN ('queued', 'held', 'acknowledged', 'superseded')),
    created_at timestamptz NOT NULL,
    next_try timestamptz NOT NULL,
    tries int NOT NULL DEFAULT 0,
    first_sent_at timestamptz,              -- first attempt, or first handed out by a poll
    received_at timestamptz,                -- when the receiver first showed that it has it
    done_at timestamptz,
    held_for text,                          -- error code of the receiver; stays when it is replayed
    overdue_at timestamptz,                 -- when non-delivery was told to the sender
    claims bytea,                           -- sealed claims, fixed at the first claim
    dek bytea,
    view text                               -- version of the view that cut the claims' document
);
ALTER TABLE delivery ALTER COLUMN claims SET STORAGE EXTERNAL;
-- A view made stricter replaces a token under a new jti and the same seq; the old row stays, superseded.
CREATE UNIQUE INDEX delivery_order ON delivery (subject, system, seq) WHERE state <> 'superseded';
CREATE INDEX delivery_open ON delivery (system, next_try, id) WHERE state = 'queued';
CREATE INDEX delivery_overdue ON delivery (created_at)
    WHERE overdue_at IS NULL AND state IN ('queued', 'held');
CREATE INDEX delivery_held ON delivery (system, id) WHERE state = 'held';
CREATE INDEX delivery_message ON delivery (message);
CREATE TABLE stream (
    id uuid PRIMARY KEY,
    system text NOT NULL UNIQUE REFERENCES system,
    method text NOT NULL,
    endpoint text,
    authorization_header bytea,             -- sealed
    description bytea,                      -- sealed
    dek bytea NOT NULL,
    events text[],                          -- events_requested; null: asks for nothing in particular
    pinned text,                            -- liantiao_schema
    status text NOT NULL DEFAULT 'enabled',
    created_at timestamptz NOT NULL,
    failing_since timestamptz,
    failures int NOT NULL DEFAULT 0,
    blocked_until timestamptz
);

-- ── evidence ─────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE log_pending (
    id uuid PRIMARY KEY,
    entry text NOT NULL,                    -- JCS, see contract 6
    leaf bytea NOT NULL
);
CREATE TABLE log_leaf (
    index bigint PRIMARY KEY,
    leaf bytea NOT NULL UNIQUE,
    entry text NOT NULL
);
CREATE TABLE log_node (
    level int NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (level, index)
);
CREATE TABLE log_checkpoint (
    size bigint PRIMARY KEY,
    root bytea NOT NULL,
    note text NOT NULL,
    at timestamptz NOT NULL
);
CREATE TABLE event_leaf (
    leaf bytea NOT NULL,                    -- what an entry of the log is about, for bundles
    message uuid NOT NULL,
    delivery uuid,
    type text NOT NULL,
    digest bytea NOT NULL,
    salt bytea NOT NULL,
    claims bytea,                           -- SHA-256 of the token's payload: outlives the sealed claims
    PRIMARY KEY (message, leaf)
);

-- ── refused input ────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE quarantine (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    iss text NOT NULL,
    jti text NOT NULL,
    unit text NOT NULL,
    kind text NOT NULL,
    code text NOT NULL,
    faults jsonb NOT NULL,
    digest bytea NOT NULL,
    dek bytea NOT NULL,                     -- under the KEK: it belongs to no dispute
    native bytea NOT NULL,                  -- sealed: protected header, signature, body
    state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'released', 'discarded')),
    message uuid
);
ALTER TABLE quarantine ALTER COLUMN native SET STORAGE EXTERNAL;
CREATE INDEX quarantine_sender ON quarantine (iss, at);
CREATE TABLE link_proposal (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    message uuid NOT NULL,
    dispute uuid NOT NULL,
    other uuid NOT NULL,
    reason text NOT NULL,
    state text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'related', 'unrelated'))
);
CREATE INDEX link_proposal_dispute ON link_proposal (dispute);
CREATE INDEX link_proposal_other ON link_proposal (other);

-- ── files ────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE blob (
    id uuid PRIMARY KEY,
    digest text NOT NULL,                   -- sha-256:<hex>
    system text NOT NULL,                   -- whose upload it is; the same bytes twice are two rows
    received bigint NOT NULL DEFAULT 0,
    complete_at timestamptz,
    dek bytea NOT NULL,                     -- under the KEK: an upload belongs to no dispute yet
    UNIQUE (digest, system)
);
CREATE TABLE blob_chunk (
    blob uuid NOT NULL REFERENCES blob ON DELETE CASCADE,
    n int NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (blob, n)
);
ALTER TABLE blob_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE TABLE blob_reader (
    digest text NOT NULL,
    unit text NOT NULL,
    blob uuid NOT NULL,
    message uuid NOT NULL,
    PRIMARY KEY (digest, unit, message)
);
CREATE TABLE ruling_digest (
    digest text PRIMARY KEY,                -- a ruling document is used once
    message uuid NOT NULL
);

-- ── months ───────────────────────────────────────────────────────────────────────────────────────────
CREATE FUNCTION uuid7_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$$;
-- Makes the partitions of a month and those after it. A month that already has rows in the default
-- partition (the clock was moved) stays there: correct, only less quick. So does one that another process
-- made while this one waited for the lock: its own look was from before.
CREATE FUNCTION ensure_months(from_day date, months int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '4s' AS $$
DECLARE t text; m date; name text;
BEGIN
    FOR i IN 0..months LOOP
        m := (date_trunc('month', from_day) + make_interval(months => i))::date;
        FOREACH t IN ARRAY ARRAY['message', 'message_reader'] LOOP
            name := t || '_' || to_char(m, 'YYYYMM');
            CONTINUE WHEN to_regclass(name) IS NOT NULL;
            PERFORM pg_advisory_xact_lock(7061);
            CONTINUE WHEN to_regclass(name) IS NOT NULL;
            BEGIN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, t,
                    uuid7_floor(m::timestamp AT TIME ZONE 'UTC'),
                    uuid7_floor((m + interval '1 month')::timestamp AT TIME ZONE 'UTC'));
            EXCEPTION WHEN check_violation OR duplicate_table THEN
                NULL;
            END;
        END LOOP;
    END LOOP;
END $$;
CREATE TABLE message_default PARTITION OF message DEFAULT;
CREATE TABLE message_reader_default PARTITION OF message_reader DEFAULT;

-- ── who may read: the net under the queries' own conditions ──────────────────────────────────────────
-- The setting is '' after its transaction, never NULL: empty means nothing is seen.
CREATE FUNCTION my_units() RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT string_to_array(nullif(current_setting('liantiao.units', true), ''), ',')
$$;
CREATE FUNCTION my_system() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('liantiao.system', true), '')
$$;
-- Sets whose eyes a transaction sees with. As `(SELECT act_as($1, $2))` in the condition of a query it is
-- a one-time gate above all scans, so that setting and reading are one statement, one round trip. Were
-- it ever evaluated later, the policies would still see the empty setting: no rows.
CREATE FUNCTION act_as(units text, system text) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT set_config('liantiao.units', units, true) IS NOT NULL
        AND set_config('liantiao.system', system, true) IS NOT NULL
$$;
-- The functions stand in sub-selects: evaluated once a query, not once a row.
ALTER TABLE message_reader ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON message_reader TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON message_reader FOR SELECT TO liantiao_reader USING (unit = ANY ((SELECT my_units())::text[]));
ALTER TABLE message ENABLE ROW LEVEL SECURITY;
-- Whoever may see a row of message_reader (its own policy, above) may see the message.
CREATE POLICY hub ON message TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON message FOR SELECT TO liantiao_reader USING (
    EXISTS (SELECT 1 FROM message_reader r WHERE r.message = message.id)
);
ALTER TABLE dispute ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON dispute TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON dispute FOR SELECT TO liantiao_reader USING (participants && (SELECT my_units()));
ALTER TABLE case_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON case_run TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON case_run FOR SELECT TO liantiao_reader USING (participants && (SELECT my_units()));
ALTER TABLE case_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON case_history TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON case_history FOR SELECT TO liantiao_reader USING (
    EXISTS (SELECT 1 FROM case_run c WHERE c.id = case_id AND c.participants && (SELECT my_units()))
    OR EXISTS (SELECT 1 FROM dispute d WHERE d.id = case_id AND d.participants && (SELECT my_units()))
);
ALTER TABLE deadline ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON deadline TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON deadline FOR SELECT TO liantiao_reader USING (
    EXISTS (SELECT 1 FROM case_run c WHERE c.id = case_id AND c.participants && (SELECT my_units()))
    OR (case_id IS NULL AND EXISTS (SELECT 1 FROM dispute d WHERE d.id = deadline.dispute AND d.participants && (SELECT my_units())))
);
ALTER TABLE delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON delivery TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON delivery FOR SELECT TO liantiao_reader USING (system = (SELECT my_system()) OR sender = ANY ((SELECT my_units())::text[]));
ALTER TABLE stream ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON stream TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON stream FOR SELECT TO liantiao_reader USING (system = (SELECT my_system()));
ALTER TABLE quarantine ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON quarantine TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON quarantine FOR SELECT TO liantiao_reader USING (iss = (SELECT my_system()));
ALTER TABLE event_leaf ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON event_leaf TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON event_leaf FOR SELECT TO liantiao_reader USING (
    EXISTS (SELECT 1 FROM message_reader r WHERE r.message = event_leaf.message)
);
ALTER TABLE blob_reader ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON blob_reader TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON blob_reader FOR SELECT TO liantiao_reader USING (unit = ANY ((SELECT my_units())::text[]));
ALTER TABLE blob ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON blob TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON blob FOR SELECT TO liantiao_reader USING (
    system = (SELECT my_system())
    OR (complete_at IS NOT NULL AND EXISTS (SELECT 1 FROM blob_reader r WHERE r.digest = blob.digest AND r.blob = blob.id))
);
ALTER TABLE blob_chunk ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub ON blob_chunk TO liantiao_hub USING (true) WITH CHECK (true);
CREATE POLICY reader ON blob_chunk FOR SELECT TO liantiao_reader USING (
    EXISTS (SELECT 1 FROM blob b WHERE b.id = blob_chunk.blob)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON
    unit, unit_alias, system, system_unit, system_key, court_certificate, hub_key, config, client_assertion,
    dispute, case_run, deadline, message, message_reader, native_id, identifier, delivery,
    stream, log_pending, quarantine, link_proposal, blob, blob_chunk, blob_reader TO liantiao_hub;
GRANT SELECT, INSERT ON
    admin_action, case_history, message_key, log_leaf, log_node, log_checkpoint, event_leaf, ruling_digest TO liantiao_hub;
GRANT SELECT, UPDATE ON registry_version, installation TO liantiao_hub;
GRANT SELECT ON alembic_version TO liantiao_hub;
GRANT SELECT ON
    message, message_reader, dispute, case_run, case_history, deadline, delivery, stream, quarantine, event_leaf,
    blob, blob_chunk, blob_reader, unit, log_leaf, log_node, log_checkpoint TO liantiao_reader;
REVOKE EXECUTE ON FUNCTION ensure_months(date, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_months(date, int) TO liantiao_hub;
