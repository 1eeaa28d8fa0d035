"""The checkpoint this machine keeps beside its database: a database that was set back does not go unnoticed.

    DIR/checkpoint    the latest signed note a serving process has seen (0600)

Every start holds it against the log. A log that does not continue it is not grown further: agencies hold
receipts and checkpoints of what is missing. Touches that file, and reads the log.
"""

import asyncio
import contextlib
from pathlib import Path
from typing import Final

import asyncpg

from hub.errors import Misconfigured, Unavailable
from hub.evidence import kept
from hub.evidence.note import NoteError, Signer, Verifier, parse_checkpoint, split
from hub.store.administration import Admin
from hub.store.cluster import replace_text
from hub.store.database import Database

NAME: Final = "checkpoint"
ACTION: Final = "log-accept"
EVERY: Final = 5.0
"""Seconds between two looks at the log: what was signed since may be missing from the file."""

WAY_OUT: Final = (
    "恢复更新的备份;若确无更新者 liantiao log accept --reason …,并请各单位重发其后的消息 · restore a newer "
    "backup; if there is none, liantiao log accept --reason …, and ask the agencies to send again what came "
    "since"
)


def read(data_dir: Path) -> str | None:
    """The note that is kept, None if there is none. Raises Misconfigured when it cannot be read."""
    file = data_dir / NAME
    return read_note(file) if file.exists() else None


def read_note(file: Path) -> str:
    """A checkpoint that somebody kept. Raises Misconfigured when it cannot be read."""
    try:
        return file.read_text("utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as e:
        raise Misconfigured(f"{file}: 无法读取 · cannot be read") from e


def keep(data_dir: Path, note: str) -> None:
    """Keep a note in place of the one before."""
    replace_text(data_dir / NAME, note)


async def look(db: asyncpg.Connection, key: Verifier, data_dir: Path) -> kept.Held | None:
    """How the log stands to the note that is kept; None: none is."""
    note = read(data_dir)
    return None if note is None else await kept.hold_against(db, key, note)


async def check(db: asyncpg.Connection, signer: Signer, data_dir: Path) -> None:
    """Raises Misconfigured with the way out when the log does not continue what was kept."""
    held = await look(db, signer.verifier, data_dir)
    if held is not None and held.verdict != "continues":
        raise Misconfigured(f"{data_dir / NAME}: {held.text()}. {WAY_OUT}")


async def accept(db: asyncpg.Connection, data_dir: Path, admin: Admin) -> str:
    """Go on with the log as it is; the evidence log itself says what it was set back from. Answers that."""
    note = read(data_dir)
    size = await db.fetchval("SELECT coalesce(max(size), 0) FROM log_checkpoint")
    what = f"{_named(note)} -> {size}"
    async with admin.changing(db, ACTION, what):
        pass
    present = await kept.latest(db)
    if present is None:
        (data_dir / NAME).unlink(missing_ok=True)
    else:
        keep(data_dir, present)
    return what


def _named(note: str | None) -> str:
    if note is None:
        return "-"
    try:
        checkpoint = parse_checkpoint(split(note)[0])
    except NoteError:
        return "?"
    return f"{checkpoint.size} {checkpoint.root.hex()}"


class Keeper:
    """Keeps the file up to date while a process serves."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self._database = database
        self._data_dir = data_dir
        self._kept = read(data_dir)

    async def run(self, stop: asyncio.Event) -> None:
        """Look now and then, and once more at the end."""
        while not stop.is_set():
            await self._look()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY)
        await self._look()

    async def _look(self) -> None:
        with contextlib.suppress(Unavailable, asyncpg.PostgresError, OSError):  # the next look comes
            async with self._database.connection() as conn:
                note = await kept.latest(conn)
            if note is not None and note != self._kept:
                await asyncio.to_thread(keep, self._data_dir, note)
                self._kept = note
