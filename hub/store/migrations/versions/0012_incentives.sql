-- The list of those who performed of their own accord reads by day; what it shows are facts of the dispute
-- (day, unit, refs of parties and their yes or no), names only from messages that the reader may open.
CREATE INDEX dispute_certificate ON dispute ((facts -> 'certificate' ->> 'on'), id) WHERE facts ? 'certificate';
