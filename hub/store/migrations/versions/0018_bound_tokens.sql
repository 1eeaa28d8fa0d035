-- What a system's access tokens must be bound to: a key of its own (RFC 9449), its certificate (RFC 8705), or,
-- without a word, nothing. A version before this one gives bearer tokens to every system until it is gone.
ALTER TABLE system ADD COLUMN bound text CHECK (bound IN ('dpop', 'mtls'));

-- Proofs of possession that were used. The name is SHA-256 over the key's thumbprint and the proof's jti.
CREATE TABLE used_proof (
    name bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX used_proof_expires ON used_proof (expires_at);
CREATE INDEX client_assertion_expires ON client_assertion (expires_at);
GRANT SELECT, INSERT, DELETE ON used_proof TO liantiao_hub;
