"""A candidate that its sender corrects or sends anew is not what was signed: it ends. In the batch."""

from typing import TYPE_CHECKING, Final

import asyncpg

if TYPE_CHECKING:
    from hub.exchange.batch import Batch, Taken

KIND: Final = "typical_case"
END: Final = """
INSERT INTO typical_withdrawn (message, unit, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
"""


def note(batch: "Batch", unit: str, taken: "Taken") -> None:
    """Keep in the batch what a record ends."""
    applied = (taken.record.document or {}).get("action") == "apply"
    for known in (taken.place.corrects if applied else None, taken.place.revises):
        if known is not None and known.kind == KIND and known.content != taken.record.content:
            batch.ended[known.message] = unit


async def follow(conn: asyncpg.Connection, batch: "Batch") -> None:
    """Write what the batch has ended."""
    for message, unit in batch.ended.items():
        await conn.execute(END, message, unit, batch.now)
