"""Makes a backup: one snapshot of the database with the log's checkpoint of that very instant.

The keys are another backup: whoever has this one and them reads everything. They come along only when asked
for, and only into a folder that is closed to others.
"""

import asyncio
import os
import shutil
import stat
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import asyncpg

from hub.cli.backups.manifest import (
    CHECKPOINT,
    DUMP,
    KEY_FILES,
    KEYS,
    Manifest,
    Stored,
    Told,
    stored,
    write_private,
)
from hub.cli.common import operator
from hub.errors import Misconfigured
from hub.evidence import kept
from hub.exchange.answers import shown
from hub.exchange.evidence_rows import record
from hub.settings import Settings
from hub.store.administration import Admin
from hub.store.clock import system_clock
from hub.store.database import Database
from hub.store.dump import dump, major_version
from hub.store.ids import new_id
from hub.store.migrate import migrated


async def make(settings: Settings, folder: Path, reason: str, told: Told, *, with_keys: bool) -> Manifest:
    """Write a backup into an empty or new folder. Raises Misconfigured, Broken, Refused without a reason."""
    _prepare(folder, with_keys=with_keys)
    try:
        return await _make(settings, folder, reason, told, with_keys=with_keys)
    except BaseException:
        _clear(folder)
        raise


async def _make(settings: Settings, folder: Path, reason: str, told: Told, *, with_keys: bool) -> Manifest:
    clock = system_clock(settings.clock_offset)
    async with Database.open(settings, clock) as database:
        backup, now = new_id(clock()), clock()
        admin = Admin(operator(), reason, now, record, database.sealer)
        action = "backup-with-keys" if with_keys else "backup"
        async with database.connection() as conn, admin.changing(conn, action, str(backup)):
            pass  # before the dump: a backup holds the entry of its own making
        owner = await database.address.connect("owner")
        try:
            async with owner.transaction(isolation="repeatable_read", readonly=True):
                snapshot = await owner.fetchval("SELECT pg_export_snapshot()")
                version, note = await migrated(owner), await kept.latest(owner)
                server = await major_version(owner)
                await dump(database.address, server, snapshot, folder / DUMP, told)
                kek = await _kek(owner)
        finally:
            await owner.close()
        keks = tuple(sorted(database.address.secrets.keks))
    if note is not None:
        write_private(folder / CHECKPOINT, note.encode())
    if with_keys:
        _copy_keys(settings.data_dir, folder / KEYS)
    files = await asyncio.to_thread(_stored, folder, told)
    program = metadata.version("liantiao")
    made = Manifest(str(backup), shown(now), program, version or "", kek, keks, note, files)
    made.write(folder)
    return made


def _prepare(folder: Path, *, with_keys: bool) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode, taken = stat.S_IMODE(folder.stat().st_mode), any(folder.iterdir())
    except OSError as e:
        raise Misconfigured(f"{folder}: 无法写入 · cannot be written") from e
    if taken:
        raise Misconfigured(f"{folder}: 非空,请另选目录 · is not empty: choose another folder")
    if with_keys and mode & 0o077:
        raise Misconfigured(
            f"{folder}: 含密钥的备份须在他人不可进入的目录 (chmod 700) · "
            "a backup with keys goes into a folder closed to others (chmod 700)"
        )


def _clear(folder: Path) -> None:
    for left in folder.iterdir():  # it was empty before: this is half of a backup
        shutil.rmtree(left) if left.is_dir() else left.unlink()


async def _kek(owner: asyncpg.Connection) -> str:
    return str(await owner.fetchval("SELECT kek FROM installation"))


def _copy_keys(data_dir: Path, keys: Path) -> None:
    keys.mkdir(mode=0o700)
    for name in KEY_FILES:
        if (data_dir / name).exists():
            write_private(keys / name, (data_dir / name).read_bytes())


def _stored(folder: Path, told: Told) -> Mapping[str, Stored]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    for file in files:
        file.chmod(0o600)
        handle = os.open(file, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return {str(file.relative_to(folder)): stored(file, told) for file in files}
