"""What a hub answered held against what it stored, logged and delivered: every accepted message once.

Reads the answers of a run and the hub's own tables, as an administrator of the database could.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import asyncpg
import orjson

from bench.arrivals import Arrivals
from bench.ground import Ground

_STORED: Final = "SELECT id::text, jti FROM message WHERE iss = $1"
_UNLOGGED: Final = """
SELECT count(*) FROM message m WHERE iss = $1 AND NOT EXISTS (SELECT FROM log_leaf l WHERE l.leaf = m.leaf)
"""
_TREE: Final = "SELECT count(*) = max(index) + 1 AND NOT EXISTS (SELECT FROM log_pending) FROM log_leaf"
_DELIVERIES: Final = "SELECT message::text, system, state FROM delivery WHERE system = $1"


@dataclass(slots=True)
class Answered:
    """Accepted messages. `again`: answers to a repeat; `other`: those of them that differ from the first."""

    messages: dict[str, bytes] = field(default_factory=dict)
    again: int = 0
    other: int = 0


def answered(path: Path) -> Answered:
    """What the answers of a run say."""
    found = Answered()
    with path.open("rb") as file:
        for line in file:
            message = str(orjson.loads(line)["message"])
            first = found.messages.setdefault(message, line)
            found.again += first is not line
            found.other += first != line
    return found


async def held(ground: Ground, sender: str, said: Answered, receiver: str, arrivals: Arrivals) -> str:
    """One line of what was held against what. Raises RuntimeError with all that does not fit."""
    admin = await ground.address.connect("admin")
    try:
        faults = [*await _store(admin, sender, said), *await _way_out(admin, receiver, arrivals)]
    finally:
        await admin.close()
    if faults:
        raise RuntimeError("; ".join(faults))
    return (
        f"{len(said.messages):,} messages were accepted: each is stored once and in the log once; "
        f"{said.again:,} were sent again at the same moment and got the first answer, byte for byte. "
        f"{len(arrivals.messages):,} were for the system pushed to: each has one delivery, came there, "
        f"is acknowledged; {arrivals.again:,} tokens came more than once."
    )


async def _store(admin: asyncpg.Connection, sender: str, said: Answered) -> list[str]:
    rows = await admin.fetch(_STORED, sender)
    stored = {row["id"] for row in rows}
    unlogged: int = await admin.fetchval(_UNLOGGED, sender)
    found = {
        "accepted and not stored": len(said.messages.keys() - stored),
        "stored and not accepted": len(stored - said.messages.keys()),
        "stored under a jti that was used before": len(rows) - len({row["jti"] for row in rows}),
        "stored and not in the log": unlogged,
        "answers to a repeat that are not the first answer": said.other,
        "trees with a hole or entries left outside": int(not await admin.fetchval(_TREE)),
    }
    return list(_told(found))


async def _way_out(admin: asyncpg.Connection, receiver: str, arrivals: Arrivals) -> list[str]:
    rows = await admin.fetch(_DELIVERIES, receiver)
    deliveries = Counter(row["message"] for row in rows)
    found = {
        "deliveries that are not acknowledged": sum(row["state"] != "acknowledged" for row in rows),
        "messages with more than one delivery": sum(n > 1 for n in deliveries.values()),
        "deliveries whose token never came": len(deliveries.keys() - arrivals.messages),
        "tokens of no delivery": len(arrivals.messages - deliveries.keys()),
    }
    return list(_told(found))


def _told(found: dict[str, int]) -> Iterator[str]:
    return (f"{count} {what}" for what, count in found.items() if count)
