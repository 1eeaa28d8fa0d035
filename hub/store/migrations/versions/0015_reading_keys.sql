-- The keys of the messages a unit may read. Of a dispute it takes part in; and of one it took part in only
-- while another was merged into it: what it was told then stays its own, the dispute itself is not.
CREATE FUNCTION reading_keys(disputes uuid[]) RETURNS TABLE (id uuid, key bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.id, d.key FROM dispute d
     WHERE d.id = ANY (disputes)
       AND (d.participants && my_units()
            OR EXISTS (SELECT FROM message m JOIN message_reader r ON r.message = m.id
                        WHERE m.dispute = d.id AND r.unit = ANY (my_units())))
$$;
REVOKE ALL ON FUNCTION reading_keys FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reading_keys TO liantiao_reader;
