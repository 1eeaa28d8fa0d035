-- A page of messages reads the index of each month in its order and stops. The planner would rather sort all that
-- a unit was ever told: it knows neither how long a page is nor, on a fresh table, how much there is.
-- By the caller's own rights: the policies hold inside.
CREATE FUNCTION told_after(of_unit text, after_xid xid8, after_ord int, most int)
RETURNS TABLE (message uuid, role text, xid xid8, ord int)
LANGUAGE sql STABLE ROWS 50 SET enable_sort = off AS $$
    SELECT r.message, r.role, r.xid, r.ord FROM message_reader r
     WHERE r.unit = of_unit AND (r.xid, r.ord) > (after_xid, after_ord)
       AND r.xid < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY r.xid, r.ord LIMIT most
$$;
REVOKE ALL ON FUNCTION told_after FROM PUBLIC;
GRANT EXECUTE ON FUNCTION told_after TO liantiao_reader;
