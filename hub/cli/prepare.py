"""What every start makes sure of: database, keys, reference data; and whose command it is."""

from typing import Final

from hub.cli.common import operator, say
from hub.exchange.evidence_rows import log_keys, record
from hub.settings import Settings
from hub.store import reference
from hub.store.administration import Admin
from hub.store.clock import system_clock
from hub.store.database import Database
from hub.store.hub_keys import ensure_keys, load_keys
from hub.store.migrate import migrate
from hub.store.reasons import seal_clear
from hub.store.reference import Loaded

_PATIENCE: Final = 2.0
_RELEASE: Final = "随本版本载入 shipped with this release"


async def prepare(settings: Settings) -> list[Loaded]:
    """Database, roles, tables, keys and their entries in the log, reference data: only what is missing."""
    clock = system_clock(settings.clock_offset)
    await migrate(settings, clock, waiting)
    async with Database.open(settings, clock, waiting) as database:
        sealer = database.sealer
        await _seal_reasons(database)
        async with database.writing() as conn:
            await ensure_keys(conn, sealer, clock())
            tokens = [k for k in await load_keys(conn, sealer) if k.purpose == "token"]
            await log_keys(conn, [(k.jwk, None) for k in tokens], clock())
        async with database.connection() as conn:
            return await reference.load(conn, Admin(operator(), _RELEASE, clock(), record, sealer), _progress)


async def _seal_reasons(database: Database) -> None:
    """What the version before wrote in clear, maybe while this one ran beside it."""
    owner = await database.address.connect("owner")
    try:
        await seal_clear(owner, database.sealer)
    finally:
        await owner.close()


def _progress(loaded: Loaded) -> None:
    if loaded.verdict in ("new", "updated"):
        say(f"参考数据 reference data: {loaded.info.name} {loaded.rows}")


def waiting(seconds: float) -> None:
    """Tell that the database takes its time."""
    if seconds >= _PATIENCE:
        say(f"等待数据库 waiting for the database: {seconds:.0f} s")
