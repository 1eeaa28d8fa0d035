"""The parts of one running hub and how they are put together; opened by the API process and by workers.

`open_hub` is an async context: database, keys, registry, law, translator, writer. What leaves it is
written and closed in order.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from prometheus_client import CollectorRegistry

from hub.errors import Misconfigured, Unavailable
from hub.evidence import log
from hub.evidence.note import Signer
from hub.evidence.sequencer import Sequencer
from hub.exchange import kept_checkpoint
from hub.exchange.binding import Binding
from hub.exchange.blob_upload import Uploads
from hub.exchange.bulky import Bulky
from hub.exchange.desk import Desk
from hub.exchange.districts import Districts
from hub.exchange.limits import NAME as RATES
from hub.exchange.limits import Limits
from hub.exchange.routing import Routed, Rules, route
from hub.exchange.way_out import WayOut
from hub.exchange.writer import Writer
from hub.law.calendar import Calendar, end_of_day, legal_day
from hub.law.model import UnitInfo, Units
from hub.law.tables import Tables, load_tables
from hub.logs import Event, note
from hub.settings import Settings
from hub.store.clock import Clock, system_clock
from hub.store.database import Database
from hub.store.hub_keys import load_keys
from hub.store.registry import Registry, load_registry, registry_version
from hub.translate.registry import Translator
from hub.trust.access import Views
from hub.trust.jose import Envelope
from hub.trust.keys import KeyRing, SigningKey
from hub.trust.rulings import RulingChecker
from hub.trust.seal import Sealer
from hub.trust.tokens import AccessTokens

_REFRESH_SECONDS: Final = 0.5
_DAY: Final = timedelta(days=1)
_READ_APART: Final = 2
"""Files that processes of their own read, and forms that are made, at one time."""
_SWITCH: Final = 0.0005
"""Seconds after which a thread that reads lets the event loop have its turn, a tenth of the default."""
_LOG_LATE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class _Today:
    """The units of a legal day, and the instants at which it begins and ends."""

    first: datetime
    last: datetime
    units: Mapping[str, UnitInfo]


@dataclass(slots=True)
class Directory:
    """The registry of the moment as the exchange asks it."""

    registry: Registry
    clock: Clock
    districts: Districts
    _today: _Today | None = None

    @classmethod
    def of(cls, registry: Registry, clock: Clock, tables: Tables) -> "Directory":
        """The directory of one state of the registry."""
        return cls(registry, clock, Districts(registry, tables))

    @property
    def units(self) -> Units:
        """The units that exist today."""
        now, today = self.clock(), self._today
        if today is None or not today.first <= now < today.last:
            today = self._today = self._turn(now)
        return today.units

    def _turn(self, now: datetime) -> _Today:
        last = end_of_day(legal_day(now))
        return _Today(last - _DAY, last, {row.code: row for row in self.registry.units_on(now)})

    def receiver(self, unit: str) -> str | None:
        """Client id of the unit's receiving system."""
        return self.registry.receivers.get(unit)

    def route(self, envelope: Envelope, document: Mapping[str, object], at: datetime) -> Routed:
        """Where the routing rules of the day send it."""
        units = self.units
        sender = units.get(envelope.unit)
        return route(rules_on(self.registry, at), envelope.kind, sender, document, units, legal_day(at))

    def law(self, at: datetime) -> Tables:
        """The tables of a day as the district has configured them."""
        return self.districts.of(at)


def rules_on(registry: Registry, at: datetime) -> Rules:
    """The routing rules of a day, with the day they began."""
    found = registry.dated("routing", at)
    value = found.value if found else None
    return Rules(value if isinstance(value, list) else [], found.valid_from if found else legal_day(at))


@dataclass(slots=True)
class Hub:
    """Everything a request or a worker needs; one a process."""

    settings: Settings
    clock: Clock
    database: Database
    sealer: Sealer
    keyring: KeyRing
    log_signer: Signer
    tokens: AccessTokens
    views: Views
    translator: Translator
    tables: Tables
    calendar: Calendar
    registry: Registry
    desk: Desk
    writer: Writer
    rulings: RulingChecker
    apart: ThreadPoolExecutor
    slowly: ThreadPoolExecutor
    uploads: Uploads
    sequencer: Sequencer
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    metrics: CollectorRegistry = field(default_factory=CollectorRegistry)
    way_out: WayOut = field(init=False)
    limits: Limits = field(init=False)
    bulky: Bulky = field(init=False)
    binding: Binding = field(default_factory=Binding)

    def __post_init__(self) -> None:
        self.way_out = WayOut(self, self.metrics)
        self.limits = Limits(self.settings.rate)
        self.bulky = Bulky(self.settings.max_body, self.settings.uploads_at_once)
        self._take_limits()

    async def refresh(self) -> None:
        """Take in what administrators changed, while the hub runs."""
        while not self.closing.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), _REFRESH_SECONDS)
            self.database.keys.follow()
            await self.catch_up(self.registry.version)
            self._take_limits()

    async def catch_up(self, seen: int) -> bool:
        """Whether the registry is another than `seen`, looked up now: what was just registered counts."""
        with contextlib.suppress(Unavailable, asyncpg.PostgresError):
            async with self.database.connection() as conn:
                changed = await registry_version(conn) != self.registry.version
            if changed:
                await self.reload()
        return self.registry.version != seen

    async def reload(self) -> None:
        """Read the registry and the keys anew."""
        async with self.database.connection() as conn:
            self.registry = await load_registry(conn)
            self.keyring = KeyRing(await load_keys(conn, self.sealer))
        self.tokens.keyring = self.keyring
        self.desk.keyring = self.keyring
        self.desk.directory = Directory.of(self.registry, self.clock, self.tables)
        self._take_views()
        self._take_limits()

    def _take_views(self) -> None:
        """The district's views; a mistake in them must not show more than before, so the old ones stay."""
        try:
            self.views = Views.load(self.registry.config("views", self.clock()))
        except Misconfigured as e:
            note(Event.VIEWS_REFUSED, reason=str(e))

    def _take_limits(self) -> None:
        """What the district's configuration of the day says; it may begin or end at midnight."""
        self.limits.configure(self.registry.config(RATES, self.clock()))

    async def after_commit(self) -> None:
        """Wake delivery and the log after each commit."""
        while True:
            await self.writer.committed.wait()
            self.writer.committed.clear()
            self.way_out.bell.set()
            self.sequencer.poke()

    async def health(self) -> dict[str, bool]:
        """What `/readyz` asks: database, keys, log, delivery."""
        checks = {"database": await self.database.healthy(), "keys": bool(self.keyring.active.kid)}
        checks["log"] = checks["delivery"] = False
        if checks["database"]:
            async with self.database.connection() as conn:
                oldest = await log.oldest_pending(conn)
            checks["log"] = oldest is None or self.clock() - oldest < _LOG_LATE
            checks["delivery"] = not self.closing.is_set() and self.way_out.delivers
        return checks


@contextlib.asynccontextmanager
async def open_hub(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Hub]:
    """A hub on its database; the writer runs inside.

    Raises Misconfigured when the log does not continue the checkpoint that this machine keeps.
    """
    clock = clock or system_clock(settings.clock_offset)
    sys.setswitchinterval(_SWITCH)
    async with Database.open(settings, clock) as database:
        hub = await _assemble(settings, clock, database)
        async with hub.writer.running(), hub.way_out.open():
            refresher = asyncio.create_task(hub.refresh(), name="registry")
            waker = asyncio.create_task(hub.after_commit(), name="committed")
            try:
                yield hub
            finally:
                hub.closing.set()
                waker.cancel()
                await asyncio.gather(refresher, waker, return_exceptions=True)
                await hub.rulings.close()
                for pool in (hub.apart, hub.slowly, hub.binding.thread):
                    pool.shutdown(wait=False, cancel_futures=True)


async def _assemble(settings: Settings, clock: Clock, database: Database) -> Hub:
    sealer = database.sealer
    async with database.connection() as conn:
        registry = await load_registry(conn)
        keys = await load_keys(conn, sealer)
        signer = log_signer(keys, settings)
        await kept_checkpoint.check(conn, signer, settings.data_dir)
        await conn.execute("SELECT ensure_months($1::date, 2)", clock().date())
    keyring = KeyRing(keys)
    tables, calendar = load_tables(), Calendar()
    desk = Desk(settings, tables, calendar, sealer, keyring, clock, Directory.of(registry, clock, tables))
    return Hub(
        settings=settings,
        clock=clock,
        database=database,
        sealer=sealer,
        keyring=keyring,
        log_signer=signer,
        tokens=AccessTokens(keyring, settings.issuer, settings.token_life),
        views=Views.load(registry.config("views", clock())),
        translator=Translator.load(),
        tables=tables,
        calendar=calendar,
        registry=registry,
        desk=desk,
        writer=Writer(database, desk),
        rulings=RulingChecker(),
        apart=ThreadPoolExecutor(_READ_APART, "apart"),
        slowly=ThreadPoolExecutor(1, "slowly"),  # with two the loop would have a third of the time
        uploads=Uploads(database, sealer, clock, settings.max_file, settings.uploads_at_once),
        sequencer=Sequencer(database.writing, signer, clock),
    )


def log_signer(keys: list[SigningKey], settings: Settings) -> Signer:
    """The signer of checkpoints: the one log key, under the log's origin."""
    key = next((k for k in keys if k.purpose == "log" and k.state == "active"), None)
    if key is None:
        raise Misconfigured(
            "缺少存证日志密钥,请执行 liantiao init · the log key is missing: run liantiao init"
        )
    return Signer(settings.log_origin, Ed25519PrivateKey.from_private_bytes(key.seed))
