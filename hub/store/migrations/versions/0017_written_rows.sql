-- All rows of a batch as the writer hands them over: one value, a row of arrays of rows. The columns are those the
-- writer gives (`hub/exchange/rows.py`), not those of the tables: a later version that writes another column makes
-- types of its own (`_v2`) and leaves these to the version before (P11).
CREATE TYPE dispute_v1 AS (
    id uuid, code text, state text, opened_at timestamptz, changed_at timestamptz, roles jsonb, facts jsonb,
    participants text, seqs jsonb, key bytea
);
CREATE TYPE case_run_v1 AS (
    id uuid, dispute uuid, machine text, state text, opened_by uuid, opened_at timestamptz, changed_at
    timestamptz, closed_at timestamptz, roles jsonb, facts jsonb, participants text, parties jsonb, version int
);
CREATE TYPE case_history_v1 AS (
    case_id uuid, dispute uuid, n int, step text, from_state text, to_state text, message uuid, at timestamptz
);
CREATE TYPE deadline_v1 AS (
    id uuid, dispute uuid, case_id uuid, rule text, object text, started_at timestamptz, due timestamptz, due_on
    date, state text, provisional bool, historical bool, basis text, tell text, next_notice timestamptz,
    next_phase text, started_by uuid, stopped_by uuid, counted jsonb
);
CREATE TYPE message_v1 AS (
    id uuid, received_at timestamptz, ord int, iss text, jti text, sender text, kind text, purpose text,
    addressee text, dispute uuid, case_id uuid, re uuid, parent uuid, record text, revision int, replaces uuid,
    historical bool, media_type text, format text, fingerprint bytea, digest bytea, salt bytea, leaf bytea,
    findings jsonb, answer bytea, receipt text, dek bytea, native bytea, document bytea, native_digest bytea,
    persons bytea
);
CREATE TYPE message_reader_v1 AS (
    message uuid, unit text, role text, ord int
);
CREATE TYPE message_key_v1 AS (
    iss text, jti text, message uuid, fingerprint bytea
);
CREATE TYPE native_id_v1 AS (
    system text, kind text, blind bytea, message uuid, dispute uuid, case_id uuid, revision int, content bytea
);
CREATE TYPE identifier_v1 AS (
    blind bytea, system text, dispute uuid, case_id uuid, message uuid
);
CREATE TYPE delivery_v1 AS (
    id uuid, message uuid, system text, unit text, sender text, role text, subject uuid, seq int, event text,
    detail jsonb, state text, created_at timestamptz, next_try timestamptz
);
CREATE TYPE log_pending_v1 AS (
    id uuid, entry text, leaf bytea
);
CREATE TYPE event_leaf_v1 AS (
    leaf bytea, message uuid, delivery uuid, type text, digest bytea, salt bytea
);
CREATE TYPE link_proposal_v1 AS (
    id uuid, at timestamptz, message uuid, dispute uuid, other uuid, reason text
);
CREATE TYPE register_entry_v1 AS (
    message uuid, register text, system text, ref text, unit text, action text, valid_from date, valid_to date,
    recorded_at timestamptz, dek bytea, document bytea
);
CREATE TYPE blob_reader_v1 AS (
    digest text, unit text, blob uuid, message uuid
);
CREATE TYPE ruling_digest_v1 AS (
    digest text, message uuid
);
CREATE TYPE dispute_change_v1 AS (
    id uuid, state text, changed_at timestamptz, roles jsonb, facts jsonb, participants text, seqs jsonb
);
CREATE TYPE case_run_change_v1 AS (
    id uuid, state text, changed_at timestamptz, closed_at timestamptz, roles jsonb, facts jsonb, participants
    text, parties jsonb, version int
);
CREATE TYPE deadline_change_v1 AS (
    dispute uuid, id uuid, state text, stopped_by uuid
);
CREATE TYPE native_id_change_v1 AS (
    system text, kind text, blind bytea, message uuid, revision int, content bytea
);
CREATE TYPE batch_v1 AS (
    dispute dispute_v1[], case_run case_run_v1[], case_history case_history_v1[], deadline deadline_v1[],
    message message_v1[], message_reader message_reader_v1[], message_key message_key_v1[], native_id
    native_id_v1[], identifier identifier_v1[], delivery delivery_v1[], log_pending log_pending_v1[], event_leaf
    event_leaf_v1[], link_proposal link_proposal_v1[], register_entry register_entry_v1[], blob_reader
    blob_reader_v1[], ruling_digest ruling_digest_v1[], dispute_change dispute_change_v1[], case_run_change
    case_run_change_v1[], deadline_change deadline_change_v1[], native_id_change native_id_change_v1[]
);
