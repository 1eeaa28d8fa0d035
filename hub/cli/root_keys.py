"""`key`: the key-encryption key under which everything that is sealed lies, rotated and dropped."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from hub.cli.common import Reason, State, operator, result, run, say, show, state_of
from hub.errors import Fault, Misconfigured, Refused
from hub.exchange.evidence_rows import record
from hub.store import rotation
from hub.store.administration import Admin
from hub.store.clock import system_clock
from hub.store.database import Database
from hub.store.held_keys import changing, forget_lock, unused
from hub.store.secrets import add_kek, load, new_kek_id, remove_kek

_REWRAPPED = "SELECT EXISTS (SELECT 1 FROM admin_action WHERE action = 'kek-rewrap' AND object = $1)"
_ANNOUNCED = "SELECT kek FROM installation"
_ANNOUNCE = "UPDATE installation SET kek = $1"
_LOOK = 0.5

key = typer.Typer(help="主密钥 the key-encryption key", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.add_typer(key, name="key")


@key.command("rotate-kek")
def rotate_kek(
    context: typer.Context,
    reason: Reason = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只统计,不改动 count, change nothing")] = False,
) -> None:
    """换用新的主密钥,并逐批重新包裹;中断后再执行即可 A new key, and everything under it; may be resumed."""
    state = state_of(context)
    if dry_run:
        run(_count(state))
        return
    if not reason.strip():  # before the work, not at its end
        raise Refused("rule", Fault("reason-missing", pointer="/reason"))
    run(_rotate(state, reason))


@key.command("drop-kek")
def drop_kek(
    context: typer.Context,
    kek: Annotated[str, typer.Argument(metavar="ID")],
    reason: Reason,
    wait: Annotated[int, typer.Option(min=0, help="等待秒数 seconds to wait for processes")] = 60,
) -> None:
    """删除其下已无内容的旧主密钥 Forget an old key under which nothing lies any more."""
    state = state_of(context)
    run(_drop(state, kek, reason, wait))


@asynccontextmanager
async def _open(state: State) -> AsyncIterator[tuple[Database, asyncpg.Connection, Path]]:
    """The database, a connection of the tables' owner, the data directory."""
    settings = state.settings()
    async with Database.open(settings, system_clock(settings.clock_offset)) as database:
        owner = await database.address.connect("owner")
        try:
            yield database, owner, settings.data_dir
        finally:
            await owner.close()


async def _count(state: State) -> None:
    async with _open(state) as (_, owner, data_dir):
        found = await rotation.counts(owner)
        current = load(data_dir).kek_id
    rows = [
        {"列 column": place, "主密钥 key": kek, "行 rows": n, "现用 current": kek == current}
        for (place, kek), n in sorted(found.items())
    ]
    show(state, rows, "主密钥之下 under the key-encryption keys")


async def _rotate(state: State, reason: str) -> None:
    with changing(state.settings().data_dir):
        async with _open(state) as (database, owner, data_dir):
            admin = Admin(operator(), reason, database.clock(), record, database.sealer)
            name = await _begin(database, admin, data_dir)
            progress = _Progress()
            done = await rotation.rewrap(owner, database.sealer, progress)
            if done.left <= len(done.closed):
                async with database.connection() as conn, admin.changing(conn, "kek-rewrap", name):
                    pass
            others = sorted(set(load(data_dir).keks) - {name})
    if done.closed:
        say(f"{len(done.closed)} 行打不开,保持原样 rows do not open and stay: {' '.join(done.named)}")
    if done.left > len(done.closed):
        raise Misconfigured(
            f"仍有 {done.left} 行在旧主密钥之下:有进程尚在使用,请稍后再执行 · {done.left} rows are still "
            "under an older key: a process has not let go of it, or holds them. Run this again"
        )
    text = (
        f"现用主密钥 current key: {name}; 已重新包裹 re-wrapped: {done.done}\n"
        "请即备份 kek 文件(与数据库分开) back up the file kek now, apart from the database\n"
        f"旧主密钥 older keys: {' '.join(others) or '—'} (liantiao key drop-kek)"
    )
    result(
        state, {"current": name, "rewrapped": done.done, "older": others, "closed": len(done.closed)}, text
    )


async def _begin(database: Database, admin: Admin, data_dir: Path) -> str:
    """The key to bring everything under: a new one, or that of a rotation that was cut short."""
    secrets = load(data_dir)
    async with database.connection() as conn:
        announced = await conn.fetchval(_ANNOUNCED) == secrets.kek_id
        finished = len(secrets.keks) == 1 or await conn.fetchval(_REWRAPPED, secrets.kek_id)
        if announced and not finished:
            return secrets.kek_id
        name = new_kek_id() if announced else secrets.kek_id
        async with admin.changing(conn, "kek-rotate", name):
            if announced:
                add_kek(data_dir, name)
            await conn.execute(_ANNOUNCE, name)
    database.keys.follow()
    return name


class _Progress:
    """A line now and then for who waits."""

    def __init__(self) -> None:
        self._done = 0
        self._shown = time.monotonic()

    def __call__(self, place: str, rows: int) -> None:
        """So many rows of a column are under the new key."""
        self._done += rows
        if time.monotonic() - self._shown > 1:
            self._shown = time.monotonic()
            say(f"{place}  {self._done}")


async def _drop(state: State, kek: str, reason: str, wait: int) -> None:
    with changing(state.settings().data_dir):
        async with _open(state) as (database, owner, data_dir):
            await _check_older(owner, data_dir, kek)
            async with _unused(data_dir, kek, wait):
                await rotation.transactions_over(owner)
                await _check_empty(owner, kek)
                admin = Admin(operator(), reason, database.clock(), record, database.sealer)
                # The log first: what is gone for good must never be missing there.
                async with database.connection() as conn, admin.changing(conn, "kek-drop", kek):
                    pass
                remove_kek(data_dir, kek)
                forget_lock(data_dir, kek)
    result(state, {"dropped": kek}, f"已删除 dropped: {kek}")


async def _check_older(owner: asyncpg.Connection, data_dir: Path, kek: str) -> None:
    secrets = load(data_dir)
    older = set(secrets.keks) - {secrets.kek_id, await owner.fetchval(_ANNOUNCED)}
    if kek not in older:
        shown = " ".join(sorted(older)) or "—"
        raise Misconfigured(f"{kek}: 不是旧主密钥;旧主密钥为 {shown} · is no older key; older keys: {shown}")


async def _check_empty(owner: asyncpg.Connection, kek: str) -> None:
    under = {place: n for (place, name), n in (await rotation.counts(owner)).items() if name == kek}
    if under:
        shown = ", ".join(f"{place} {n}" for place, n in sorted(under.items()))
        raise Misconfigured(
            f"{kek}: 其下仍有内容,请先执行 rotate-kek · something is still under it, run rotate-kek: {shown}"
        )


@asynccontextmanager
async def _unused(data_dir: Path, kek: str, wait: int) -> AsyncIterator[None]:
    """Once no process wraps under the key any more; none begins to while this is open."""
    end = time.monotonic() + wait
    while True:
        with unused(data_dir, kek) as free:
            if free:
                yield
                return
        if time.monotonic() > end:
            raise Misconfigured(
                f"{kek}: 有进程仍在使用,请待其结束或重启该进程 · "
                "a process still uses it: wait for it, or restart it"
            )
        await asyncio.sleep(_LOOK)
