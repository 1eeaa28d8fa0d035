"""`doctor`: what an operator would otherwise find out too late; each finding with its way out."""

import shutil
import stat
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import asyncpg
import typer

from hub import reference
from hub.cli.checks import Check, Verdict, checkpoints_of, reasons_of
from hub.cli.common import run, show, state_of
from hub.errors import Broken, HubError, Misconfigured
from hub.evidence import log
from hub.exchange.districts import strangers
from hub.exchange.push_address import Forbidden, Gate
from hub.law.calendar import Calendar, legal_day
from hub.law.tables import load_tables
from hub.settings import Settings, is_loopback
from hub.store.clock import system_clock
from hub.store.database import OPEN_TABLES, Database
from hub.store.hub_keys import load_keys
from hub.store.migrate import head, migrated
from hub.store.reference import StoredList, stored_lists
from hub.store.registry import Registry, load_registry
from hub.translate.registry import Translator

_FREE_BYTES: Final = 1024**3
_DRIFT: Final = timedelta(seconds=5)
_LOG_LATE: Final = timedelta(seconds=60)
_UNDELIVERED: Final = timedelta(days=1)
_NAMED: Final = 5
_GUARD: Final = (
    "ALTER TABLE … ENABLE ROW LEVEL SECURITY; 分区不得授权 of a partition REVOKE … FROM liantiao_reader; "
    "查明何人改动 find out who changed it"
)
_REACH: Final = "启动数据库,核对地址 start the server, look at LIANTIAO_DATABASE_URL"

_ROLES: Final = """
SELECT count(*) FROM pg_roles WHERE rolname IN ('liantiao_hub', 'liantiao_reader')
   AND NOT rolsuper AND NOT rolbypassrls
"""
# Whatever the reader may read is under a policy or for everybody; a partition by itself is under none.
_BARE: Final = """
SELECT c.relname FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
   AND has_table_privilege('liantiao_reader', c.oid, 'SELECT') AND c.relname <> ALL ($1::text[])
 ORDER BY 1
"""
_SYNCED: Final = (
    "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting <> 'on'"
)
_MONTHS: Final = (
    "SELECT to_regclass('message_' || to_char($1::date + interval '1 month', 'YYYYMM')) IS NOT NULL"
)
_OLDEST: Final = "SELECT min(created_at) FROM delivery WHERE state = 'queued'"
_WAITING: Final = """
SELECT (SELECT count(*) FROM quarantine WHERE state = 'held') AS quarantine,
       (SELECT count(*) FROM delivery WHERE state = 'held') AS held
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    checkpoints: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", help="他处留存的检查点 a checkpoint that somebody else kept"),
    ] = None,
) -> None:
    """检查安装与运行状况 Look at the installation and at what runs."""
    state = state_of(context)
    checks = run(_all(state.settings(), checkpoints or ()))
    rows = [
        {"检查 check": c.what, "结果": c.verdict, "所见 found": c.found, "办法 way out": c.way_out}
        for c in checks
    ]
    show(state, rows, "体检 doctor")
    if any(c.verdict == "fail" for c in checks):
        raise typer.Exit(1)


async def _all(settings: Settings, kept: Sequence[Path]) -> list[Check]:
    checks = [*_surroundings(settings), *_parts()]
    try:
        async with Database.open(settings, system_clock(settings.clock_offset)) as database:
            checks += [check async for check in _database(database, settings)]
            checks += [check async for check in checkpoints_of(settings, database, kept)]
    except HubError as e:
        checks.append(
            Check("数据库 database", "fail", str(e), "" if isinstance(e, Misconfigured) else _REACH)
        )
    return checks


def _surroundings(settings: Settings) -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("Python", "ok" if sys.version_info >= (3, 11) else "fail", version, "Python ≥ 3.11")
    free = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else ".").free
    yield Check(
        "磁盘 disk",
        "ok" if free > _FREE_BYTES else "warn",
        f"{free / _FREE_BYTES:.1f} GiB",
        "腾出空间 free some space",
    )
    yield _folder(settings)
    kek = settings.data_dir / "kek"
    closed = kek.exists() and not stat.S_IMODE(kek.stat().st_mode) & 0o077
    yield Check(
        "主密钥文件 KEK file",
        "ok" if closed else "fail",
        oct(stat.S_IMODE(kek.stat().st_mode)) if kek.exists() else "—",
        "chmod 600; 另行备份 back it up apart from the database",
    )
    host = settings.issuer.split("://", 1)[1].split(":")[0]
    secure = settings.issuer.startswith("https://")
    yield Check(
        "签发者 issuer",
        "ok" if secure else "warn",
        settings.issuer,
        "" if secure else "生产环境须为 https · https in production" if is_loopback(host) else "https",
    )


def _folder(settings: Settings) -> Check:
    """The data directory is for the service's account alone; it may not be there yet."""
    folder = settings.data_dir
    if not folder.exists():
        return Check("数据目录 data directory", "fail", f"{folder} —", "liantiao init; LIANTIAO_DATA_DIR")
    mode = stat.S_IMODE(folder.stat().st_mode)
    closed = not mode & 0o077
    return Check(
        "数据目录 data directory",
        "ok" if closed else "fail",
        oct(mode),
        "" if closed else f"chmod 700 {folder}",
    )


def _parts() -> Iterator[Check]:
    yield _tried("机器表 machine tables", lambda: f"{len(load_tables().machines)}")
    yield _tried("适配器 adapters", lambda: " ".join(Translator.load().agencies))
    day = legal_day(system_clock()()) + timedelta(days=90)
    known = not Calendar().is_provisional(day)
    yield Check(
        "工作日历 calendar",
        "ok" if known else "warn",
        f"{day.isoformat()} {'✓' if known else '暂按星期推算 provisional'}",
        "" if known else "更新 chinesecalendar,再 then liantiao init --refresh",
    )


def _tried(what: str, work: Callable[[], str]) -> Check:
    try:
        return Check(what, "ok", work())
    except HubError as e:
        return Check(what, "fail", str(e), "重新安装 reinstall")


async def _database(database: Database, settings: Settings) -> AsyncIterator[Check]:
    now = database.clock()
    async with database.connection() as conn:
        version = await migrated(conn)
        yield Check(
            "数据库版本 version", "ok" if version == head() else "warn", str(version), "liantiao migrate"
        )
        drift = abs(await conn.fetchval("SELECT clock_timestamp()") - system_clock()())
        yield Check("时钟 clock", "ok" if drift < _DRIFT else "fail", f"{drift.total_seconds():.1f} s", "NTP")
        durable = await conn.fetchval("SHOW synchronous_commit")
        yield Check("落盘 durability", "ok" if durable == "on" else "fail", durable, "synchronous_commit=on")
        lazy = " ".join(row["name"] for row in await conn.fetch(_SYNCED))
        yield Check(
            "刷盘 written through", "fail" if lazy else "ok", f"{lazy} = off" if lazy else "on", "fsync=on"
        )
        yield await _guarded(conn)
        month = await conn.fetchval(_MONTHS, now.date())
        yield Check("下月分区 next month", "ok" if month else "warn", str(month), "liantiao serve 会自动建立")
        yield await _signing(conn, database)
        registry = await load_registry(conn)
        yield _systems(registry)
        yield _bound(registry, settings)
        yield _addresses(registry, Gate(settings.push_allow))
        yield _reference(await stored_lists(conn))
        unknown = strangers(registry, now)
        yield Check(
            "区县配置 district configuration",
            "warn" if unknown else "ok",
            f"未知单位 unknown units: {' '.join(unknown[:_NAMED])}" if unknown else "✓",
            "liantiao unit import / config import" if unknown else "",
        )
        yield await reasons_of(conn, database.sealer, now)
        async for check in _queues(conn, database):
            yield check


async def _guarded(conn: asyncpg.Connection) -> Check:
    """Roles without privileges of their own, and every table an agency may read behind its policy."""
    what = "角色与行级策略 roles, policies"
    if await conn.fetchval(_ROLES) != 2:
        return Check(what, "fail", "角色缺失或权限过大 a role is missing or may too much", "liantiao migrate")
    bare = [row["relname"] for row in await conn.fetch(_BARE, list(OPEN_TABLES))]
    if bare:
        found = f"无行级策略 without a policy: {' '.join(bare[:_NAMED])}"
        return Check(what, "fail", found, _GUARD)
    return Check(what, "ok", "✓")


async def _signing(conn: asyncpg.Connection, database: Database) -> Check:
    """One active key for receipts and tokens, and a key-encryption key that opens it."""
    what = "签名密钥 signing keys"
    try:
        states = [k.state for k in await load_keys(conn, database.sealer) if k.purpose == "token"]
    except Broken:
        return Check(
            what,
            "fail",
            "主密钥打不开 the KEK does not open them",
            "恢复与此数据库同时备份的 kek 文件 restore the file `kek` that belongs to this database",
        )
    signing = states.count("active") == 1
    return Check(
        what, "ok" if signing else "fail", " ".join(states) or "—", "" if signing else "liantiao init"
    )


def _addresses(registry: Registry, gate: Gate) -> Check:
    """Push addresses that delivery would refuse to call, told by their systems."""
    barred = [s.id for s in registry.systems.values() if not s.disabled and _is_barred(s.push, gate)]
    if not barred:
        return Check("推送地址 push addresses", "ok", "✓")
    return Check(
        "推送地址 push addresses",
        "fail",
        f"不得访问 may not be called: {' '.join(barred[:_NAMED])}",
        "内网或回环地址须列入 LIANTIAO_PUSH_ALLOW,其余须为 https"
        " · list private addresses in LIANTIAO_PUSH_ALLOW, use https for others",
    )


def _is_barred(addresses: Sequence[str], gate: Gate) -> bool:
    try:
        for address in addresses:
            gate.check_literal(address)
    except Forbidden:
        return True
    return False


def _systems(registry: Registry) -> Check:
    keyless = [s.id for s in registry.systems.values() if not s.keys and not s.disabled]
    unconnected = [u for u in registry.units if u not in registry.receivers]
    found = f"{len(registry.systems)} 系统 systems, {len(unconnected)} 单位未接入 units not connected"
    verdict: Verdict = "fail" if keyless else "warn" if unconnected else "ok"
    return Check("接入系统 systems", verdict, found, "liantiao system add" if verdict != "ok" else "")


def _bound(registry: Registry, settings: Settings) -> Check:
    """Systems that must show a certificate, while no proxy may say that they did: they have no token."""
    held = settings.client_cert_header is not None
    shut = [] if held else [s.id for s in registry.systems.values() if s.bound == "mtls" and not s.disabled]
    return Check(
        "证书绑定 certificate-bound",
        "fail" if shut else "ok",
        f"无法取得令牌 cannot have tokens: {' '.join(shut[:_NAMED])}" if shut else "✓",
        "LIANTIAO_CLIENT_CERT_HEADER, LIANTIAO_TRUSTED_PROXIES; liantiao system bind ID any" if shut else "",
    )


def _reference(stored: Mapping[str, StoredList]) -> Check:
    """Whether the database has the reference data of this program, or newer."""
    what, way_out = "参考数据 reference data", "liantiao init"
    missing = [name for name in reference.lists() if name not in stored]
    if missing:
        return Check(what, "fail", f"缺 missing: {' '.join(missing)}", way_out)
    ours = reference.order(reference.version())
    older = [
        s.name for s in stored.values() if s.name in reference.lists() and reference.order(s.version) < ours
    ]
    if older:
        found = f"{stored[older[0]].version} < {reference.version()}: {' '.join(older)}"
        return Check(what, "warn", f"旧于程序 older than the program: {found}", way_out)
    versions = sorted({s.version for s in stored.values()}, key=reference.order)
    return Check(what, "ok", f"{len(stored)} 份清单 lists, {' '.join(versions)}")


async def _queues(conn: asyncpg.Connection, database: Database) -> AsyncIterator[Check]:
    now = database.clock()
    pending = await log.oldest_pending(conn)
    late = pending is not None and now - pending > _LOG_LATE
    yield Check(
        "存证日志 evidence log",
        "warn" if late else "ok",
        pending.isoformat(timespec="seconds") if pending else "已入树 all in the tree",
        "liantiao serve" if late else "",
    )
    oldest = await conn.fetchval(_OLDEST)
    waiting = oldest is not None and now - oldest > _UNDELIVERED
    yield Check(
        "最早未送达 oldest undelivered",
        "warn" if waiting else "ok",
        oldest.isoformat(timespec="seconds") if oldest else "—",
        "联系接收系统 ask the receiving system" if waiting else "",
    )
    counts = await conn.fetchrow(_WAITING)
    busy = counts["quarantine"] or counts["held"]
    yield Check(
        "待人工 waiting for a person",
        "warn" if busy else "ok",
        f"存疑件 quarantine {counts['quarantine']}, 滞留件 held {counts['held']}",
        "/v1/admin/quarantine, /v1/admin/held" if busy else "",
    )
