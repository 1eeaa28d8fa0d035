-- What one person chose of a batch of discrepancies and another must approve is a proposal as any other is: in
-- `approval`. A finding names the proposal that was made while it was open and shown as it is.
ALTER TABLE finding ADD COLUMN approval uuid;

INSERT INTO approval (id, action, object, said, proposed_at, proposed_by, reason, expires_at,
                      state, decided_at, decided_by)
SELECT gen_random_uuid(), 'discrepancy', p.batch || ' ' || p.choice,
       jsonb_build_object('batch', p.batch, 'choice', p.choice, 'findings', coalesce(d.findings, o.n)),
       p.at, p.actor, p.reason, p.at + interval '7 days',
       CASE WHEN d.at IS NULL THEN 'pending'
            WHEN d.choice = p.choice AND d.actor = p.actor AND d.approver <> p.actor THEN 'approved'
            ELSE 'withdrawn' END,
       d.at, CASE WHEN d.choice = p.choice AND d.actor = p.actor THEN d.approver ELSE d.actor END
  FROM finding_proposal p
  CROSS JOIN LATERAL (SELECT count(*) AS n FROM finding WHERE batch = p.batch AND state = 'open') o
  LEFT JOIN LATERAL (SELECT choice, actor, approver, at, findings FROM finding_decision
                      WHERE batch = p.batch AND at >= p.at ORDER BY at LIMIT 1) d ON true;
UPDATE finding f SET approval = a.id FROM approval a
 WHERE a.action = 'discrepancy' AND a.state = 'pending' AND a.said ->> 'batch' = f.batch::text
   AND f.state = 'open' AND f.found_at <= a.proposed_at;
DROP TABLE finding_proposal;
