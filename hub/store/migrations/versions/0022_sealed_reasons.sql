-- Whoever says why may name a person: a reason lies sealed under the key-encryption key. `reason` is empty where
-- `sealed_reason` is not; the version before still writes it in clear, until it is sealed at the next start.
ALTER TABLE admin_action ADD COLUMN sealed_reason bytea;
ALTER TABLE approval ADD COLUMN sealed_reason bytea;
ALTER TABLE legal_hold ADD COLUMN sealed_reason bytea;
ALTER TABLE finding_decision ADD COLUMN sealed_reason bytea;
CREATE INDEX admin_action_clear ON admin_action (id) WHERE reason <> '';
