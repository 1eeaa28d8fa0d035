"""What the hourly look at deadlines found and is still so, as administrators read it: ids, rules, units."""

from typing import Final

import asyncpg

from hub.exchange.answers import shown

_OPEN: Final = """
SELECT deadline, dispute, rule, phase, kind, unit, found_at FROM deadline_finding
 WHERE cleared_at IS NULL ORDER BY found_at DESC, deadline, phase, kind, unit LIMIT $1
"""


async def standing(conn: asyncpg.Connection, limit: int) -> list[dict[str, object]]:
    """Findings that stand, newest first."""
    return [
        {
            "deadline": str(row["deadline"]),
            "dispute": str(row["dispute"]),
            **{name: row[name] for name in ("rule", "phase", "kind", "unit")},
            "found_at": shown(row["found_at"]),
        }
        for row in await conn.fetch(_OPEN, limit)
    ]
