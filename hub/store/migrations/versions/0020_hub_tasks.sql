-- What the hub asks of a unit after a comparison is a task too: its owner finds it among its tasks. Of the units
-- nobody accepts its result; the comparison that finds nothing of it any more ends it.
ALTER TABLE task
    DROP CONSTRAINT task_check,
    DROP CONSTRAINT task_check2,
    ADD CONSTRAINT task_closers
        CHECK (NOT owner = ANY (closers) AND (cardinality(closers) > 0 OR issuer = 'hub')),
    ADD CONSTRAINT task_closed_by
        CHECK (closed_by = ANY (closers) OR (closed_by = 'hub' AND cardinality(closers) = 0));
CREATE INDEX task_of_comparison ON task (owner) WHERE cardinality(closers) = 0 AND state <> 'closed';
