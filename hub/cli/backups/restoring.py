"""Brings a backup back into an installation that has no data yet, and believes it only once the log holds.

Order: digests, keys, an empty database, the dump as one transaction, this program's version, the whole log.
What does not hold leaves nothing behind. A checkpoint newer than the backup is told: messages are missing.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg

from hub.cli.backups.manifest import DUMP, KEYS, Manifest, Told, check_files, write_private
from hub.cli.common import operator
from hub.errors import Broken, Misconfigured
from hub.evidence import kept
from hub.evidence.audit import audit
from hub.evidence.log import origin
from hub.evidence.note import Verifier, parse_checkpoint, split
from hub.exchange import kept_checkpoint
from hub.exchange.evidence_rows import record
from hub.exchange.hub import log_signer
from hub.settings import Settings
from hub.store.address import DATABASE, Address, serving
from hub.store.administration import Admin
from hub.store.clock import system_clock
from hub.store.database import Database
from hub.store.dump import is_empty, load, major_version
from hub.store.hub_keys import load_keys
from hub.store.migrate import create_database, head, make_roles, migrate_at
from hub.store.secrets import prepare

_EMPTIED: Final = "DROP OWNED BY liantiao_owner CASCADE"
_LOST: Final = "备份的日志不成立,未留下任何内容 · the log of the backup does not hold; nothing of it was left"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back; `behind` are the checkpoints that know more (source, what was found)."""

    manifest: Manifest
    entries: int
    behind: Sequence[tuple[str, kept.Held]]


async def restore(
    settings: Settings,
    folder: Path,
    reason: str,
    others: Sequence[Path],
    told: Told,
    leaves: Callable[[int, int], None],
) -> Restored:
    """Restore `folder`; `others` are checkpoints that somebody else kept. `told`, `leaves` hear of progress.

    Raises Misconfigured (no backup, damaged, keys missing, not empty), Broken (the log does not hold).
    """
    manifest = Manifest.read(folder)
    if manifest.database > head():
        raise Misconfigured(
            f"备份由更新的版本所作 ({manifest.database}) · the backup is of a newer version of this program"
        )
    await asyncio.to_thread(check_files, folder, manifest, told)
    _take_keys(settings.data_dir, folder, manifest)
    notes = _notes(settings.data_dir, others)
    clock = system_clock(settings.clock_offset)
    async with serving(settings) as address:
        if address.server is not None:
            await create_database(address, DATABASE)
        await _load(address, folder, told)
        try:
            await migrate_at(address, clock)
            entries = await _verified(settings, manifest, leaves)
        except BaseException:
            await _empty(address)
            raise
    return Restored(manifest, entries, await _finish(settings, manifest, notes, reason))


def _take_keys(data_dir: Path, folder: Path, manifest: Manifest) -> None:
    """The keys must be those the backup was sealed under; those in it serve where there are none yet."""
    kek = data_dir / "kek"
    if not kek.exists():
        if f"{KEYS}/kek" not in manifest.files:
            raise Misconfigured(
                f"{kek}: 缺失;密钥另行备份,请先将其放入数据目录 (0600) · is missing: keys are backed up "
                "apart; put the file into the data directory first (0600)"
            )
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in sorted((folder / KEYS).iterdir()):
            if not (data_dir / file.name).exists():
                write_private(data_dir / file.name, file.read_bytes())
    if manifest.kek not in prepare(data_dir).keks:
        raise Misconfigured(
            f"{kek}: 不含此备份的主密钥 {manifest.kek},请恢复与其同期的 kek 文件 · lacks the key "
            f"{manifest.kek} of this backup: restore the file kek of its time"
        )


def _notes(data_dir: Path, others: Sequence[Path]) -> list[tuple[str, str]]:
    """Checkpoints that may know more than the backup: this machine's own, and those somebody brings."""
    own = kept_checkpoint.read(data_dir)
    found = [] if own is None else [(str(data_dir / kept_checkpoint.NAME), own)]
    return found + [(str(file), kept_checkpoint.read_note(file)) for file in others]


async def _load(address: Address, folder: Path, told: Told) -> None:
    admin = await address.connect("admin")
    try:
        if not await is_empty(admin):
            raise Misconfigured(
                "数据库中已有数据;备份只能恢复到空库 · the database has data already: a backup is restored "
                "into an empty one"
            )
        await make_roles(admin, address)
        server = await major_version(admin)
    finally:
        await admin.close()
    await load(address, server, folder / DUMP, told)


async def _empty(address: Address) -> None:
    admin = await address.connect("admin")
    try:
        await admin.execute(_EMPTIED)
    finally:
        await admin.close()


async def _verified(settings: Settings, manifest: Manifest, leaves: Callable[[int, int], None]) -> int:
    """Check the log end to end, and that it ends where the backup says. Answers its size."""
    async with (
        Database.open(settings, system_clock(settings.clock_offset)) as database,
        database.connection() as conn,
    ):
        key = await _log_key(conn, database, settings)
        if await kept.latest(conn) != manifest.checkpoint:
            raise Broken(_LOST)
        if manifest.checkpoint is None:
            return 0
        report = await audit(conn, key, leaves)
        if not report.ok:
            raise Broken(f"{_LOST}: " + "; ".join(f"{x.where} {x.text}" for x in report.failures[:3]))
        return parse_checkpoint(split(manifest.checkpoint)[0]).size


async def _log_key(conn: asyncpg.Connection, database: Database, settings: Settings) -> Verifier:
    """The log's own key, which opens only with the right file `kek`, under the name the log goes by."""
    signer = log_signer(await load_keys(conn, database.sealer), settings)
    return Verifier(await origin(conn) or signer.name, signer.verifier.public)


async def _finish(
    settings: Settings, manifest: Manifest, notes: Sequence[tuple[str, str]], reason: str
) -> list[tuple[str, kept.Held]]:
    """Note it in the log, hold it against what others know, and keep the checkpoint where none was."""
    async with (
        Database.open(settings, system_clock(settings.clock_offset)) as database,
        database.connection() as conn,
    ):
        key = await _log_key(conn, database, settings)
        found = [(source, await kept.hold_against(conn, key, note)) for source, note in notes]
        admin = Admin(operator(), reason, database.clock(), record, database.sealer)
        async with admin.changing(conn, "restore", f"{manifest.id} {manifest.made_at}"):
            pass
    if manifest.checkpoint is not None and kept_checkpoint.read(settings.data_dir) is None:
        kept_checkpoint.keep(settings.data_dir, manifest.checkpoint)
    return [(source, held) for source, held in found if held.verdict != "continues"]
