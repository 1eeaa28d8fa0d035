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
