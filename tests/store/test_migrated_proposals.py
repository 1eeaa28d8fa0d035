"""Proposals for discrepancies as they were kept before 0016, and where the migration puts them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

import hub.store.migrations.versions as versions
from hub.settings import Settings

SQL = Path(versions.__file__).with_name("0016_proposals.sql")
BEFORE = """
ALTER TABLE finding DROP COLUMN approval;
CREATE TABLE finding_proposal (batch uuid PRIMARY KEY REFERENCES finding_batch, choice text NOT NULL,
    reason text NOT NULL, actor text NOT NULL, at timestamptz NOT NULL);
INSERT INTO finding_batch (id, day, agency, area, dataset)
SELECT ('00000000-0000-8000-8000-00000000000' || n)::uuid, '2026-11-20', 'police', '500199', n::text
  FROM generate_series(1, 4) n;
INSERT INTO finding (id, batch, kind, unit, system, record, record_kind, field, place, detail, state,
    found_at)
SELECT gen_random_uuid(), id, 'silence', 'A', 'a', 'r', 'calls', '', '', '{}', 'open', '2026-11-21T00:00Z'
  FROM finding_batch;
INSERT INTO finding (id, batch, kind, unit, system, record, record_kind, field, place, detail, state,
    found_at)
SELECT gen_random_uuid(), id, 'silence', 'A', 'a', 'later', 'calls', '', '', '{}', 'open', '2026-11-23T00:00Z'
  FROM finding_batch;
INSERT INTO finding_proposal (batch, choice, reason, actor, at)
SELECT id, 'agency_right', '已核对', 'af:one', '2026-11-22T00:00Z' FROM finding_batch;
INSERT INTO finding_decision (id, batch, choice, reason, actor, approver, at, findings)
SELECT gen_random_uuid(), id, v.choice, '已核对', v.actor, v.approver, v.at::timestamptz, 1
  FROM finding_batch JOIN (VALUES
    ('2', 'agency_right', 'af:one', 'af:two', '2026-11-22T01:00Z'),
    ('3', 'ignore', 'af:three', NULL, '2026-11-22T01:00Z'),
    ('4', 'agency_right', 'af:one', 'af:two', '2026-11-21T01:00Z')) v (dataset, choice, actor, approver, at)
    USING (dataset);
"""
MOVED = """
SELECT b.dataset, a.state, a.proposed_by, a.decided_by, a.reason, a.expires_at,
       a.object = b.id || ' agency_right', (SELECT array_agg(record) FROM finding WHERE approval = a.id)
  FROM approval a JOIN finding_batch b ON b.id::text = a.said ->> 'batch' ORDER BY b.dataset
"""


async def test_proposals_are_moved_with_what_became_of_them(settings: Settings) -> None:
    conn = await asyncpg.connect(settings.database_url)
    await conn.execute(BEFORE)
    await conn.execute(SQL.read_text())
    until = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(days=7)
    said = ("已核对", until, True)
    assert [tuple(row) for row in await conn.fetch(MOVED)] == [
        ("1", "pending", "af:one", None, *said, ["r"]),
        ("2", "approved", "af:one", "af:two", *said, None),
        ("3", "withdrawn", "af:one", "af:three", *said, None),
        ("4", "pending", "af:one", None, *said, ["r"]),  # chosen anew after a decision
    ]
    assert await conn.fetchval("SELECT to_regclass('finding_proposal')") is None
    await conn.close()
