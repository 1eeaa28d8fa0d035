"""Flags of the nightly screening as the reviewing court reads them; for everyone else there are none.

The night writes them; here they are only read, by the reader role under row-level security, and opened.
"""

from typing import Final
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Refused
from hub.exchange.answers import shown
from hub.trust.seal import Sealer

DEK: Final = "false_litigation_flag|{}|dek"
CONTENT: Final = "false_litigation_flag|{}|content"
"""The associated data of what is sealed, with the id of its flag."""
_COURT: Final = """
SELECT facts -> 'flags_seen' AS seen FROM case_run
 WHERE id = $1 AND machine = 'confirmation' AND participants && $2::text[]
   AND roles -> 'reviewing_court' ?| $2::text[]
"""
_FLAGS: Final = """
SELECT f.id, f.sign, f.dispute, d.key, f.dek, f.content, f.found_at, f.changed_at
  FROM false_litigation_flag f JOIN dispute d ON d.id = f.dispute WHERE f.case_id = $1 ORDER BY f.sign
"""
_WAITING: Final = """
SELECT f.case_id, c.dispute, array_agg(f.sign ORDER BY f.sign) AS signs, max(f.changed_at) AS changed_at
  FROM false_litigation_flag f JOIN case_run c ON c.id = f.case_id
 WHERE c.roles -> 'reviewing_court' ?| $1::text[] AND c.participants && $1::text[]
   AND c.closed_at IS NULL AND c.facts -> 'flags_seen' IS DISTINCT FROM 'true' AND f.case_id > $2
 GROUP BY f.case_id, c.dispute ORDER BY f.case_id LIMIT $3
"""
_BEFORE_ALL: Final = UUID(int=0)


async def waiting(
    conn: asyncpg.Connection, units: tuple[str, ...], after: UUID | None, limit: int
) -> dict[str, object]:
    """Applications under review by these units on which flags wait to be seen; codes and times only."""
    rows = await conn.fetch(_WAITING, list(units), after or _BEFORE_ALL, limit)
    return {
        "cases": [
            {
                "case": str(row["case_id"]),
                "dispute": str(row["dispute"]),
                "signs": row["signs"],
                "changed_at": shown(row["changed_at"]),
            }
            for row in rows
        ],
        "next": str(rows[-1]["case_id"]) if len(rows) == limit else None,
    }


async def of_case(
    conn: asyncpg.Connection, sealer: Sealer, case: UUID, units: tuple[str, ...]
) -> dict[str, object]:
    """The flags on an application, for the court that reviews it. Raises Refused `unknown`."""
    row = await conn.fetchrow(_COURT, case, list(units))
    if row is None:
        raise Refused("unknown")
    rows = await conn.fetch(_FLAGS, case)
    return {
        "case": str(case),
        "flags_seen": row["seen"] is True,
        "for_reference_only": True,
        "flags": [_flag(row, sealer) for row in rows],
    }


def _flag(row: asyncpg.Record, sealer: Sealer) -> dict[str, object]:
    key = sealer.dispute_key(row["dispute"], row["key"])
    dek = sealer.unwrap(row["dek"], key, DEK.format(row["id"]))
    told = orjson.loads(sealer.open(dek, CONTENT.format(row["id"]), row["content"]))
    return {
        "flag": str(row["id"]),
        "sign": row["sign"],
        "reason": {"zh": told["zh"], "en": told["en"]},
        "messages": told["messages"],
        "found_at": shown(row["found_at"]),
        "changed_at": shown(row["changed_at"]),
    }
