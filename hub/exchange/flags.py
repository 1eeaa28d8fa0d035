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
