"""The registry in memory: units, aliases, systems and their keys, court certificates, configuration.

`load_registry` reads all of it in one snapshot; a process reads it anew when `registry_version` has
grown. Rows are valid by legal days (Asia/Shanghai), first and last day included. SQL and plain data.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, TypeVar

import asyncpg

from hub.errors import Refused
from hub.law.calendar import legal_day
from hub.law.model import UnitInfo
from hub.logs import Event, note
from hub.trust.jwk import PublicKey, read_jwk
from hub.trust.rulings import CourtCertificate

K = TypeVar("K")
V = TypeVar("V")

Bound: TypeAlias = Literal["dpop", "mtls"]
"""What a system's access tokens must be bound to: a key it proves (RFC 9449), its certificate (RFC 8705)."""

RETIRED_GRACE: Final = timedelta(minutes=10)
"""How long a retired key still verifies what was signed before: the ± 5 min of `iat`, and a retry."""


@dataclass(frozen=True, slots=True)
class UnitRow(UnitInfo):
    """One office, all columns of its row."""

    serves: tuple[str, ...] = ()
    contact: str = ""
    valid_from: date = date.min
    valid_to: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether the unit exists on that legal day."""
        return _covers(self.valid_from, self.valid_to, day)


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One registered client. `bound`: what its tokens must be bound to, None for nothing.

    `keys`: those it may sign with now, by kid; `retired`: since when not.
    """

    id: str
    agency: str
    units: tuple[str, ...]
    receiving: frozenset[str]
    scopes: tuple[str, ...]
    formats: Mapping[str, str]
    push: tuple[str, ...]
    disabled: bool
    bound: Bound | None
    keys: Mapping[str, PublicKey]
    retired: Mapping[str, tuple[PublicKey, datetime]] = field(default_factory=dict)

    def key(self, kid: str, at: datetime) -> PublicKey | None:
        """The key that verifies at that instant, one retired a moment ago included."""
        if kid in self.keys:
            return self.keys[kid]
        key, since = self.retired.get(kid, (None, at))
        return key if at <= since + RETIRED_GRACE else None


@dataclass(frozen=True, slots=True)
class Dated:
    """A value with its first and last day."""

    valid_from: date
    valid_to: date | None
    value: object


@dataclass(frozen=True, slots=True)
class Registry:
    """One state of the registry; never changes. `receivers`: unit → id of its receiving system."""

    version: int
    units: Mapping[str, UnitRow]
    systems: Mapping[str, SystemRow]
    receivers: Mapping[str, str]
    aliases: Mapping[tuple[str, str], tuple[Dated, ...]]
    configs: Mapping[str, tuple[Dated, ...]]
    certificates: Mapping[str, tuple[CourtCertificate, ...]]

    def unit(self, code: str, at: datetime) -> UnitRow | None:
        """The unit of that code if it exists on that day."""
        row = self.units.get(code)
        return row if row is not None and row.valid_on(legal_day(at)) else None

    def units_on(self, at: datetime) -> list[UnitRow]:
        """The units of a day, by code."""
        day = legal_day(at)
        return [row for row in self.units.values() if row.valid_on(day)]

    def alias(self, system: str, native_code: str, at: datetime) -> str | None:
        """The unit that a system calls by a code of its own."""
        found = _of_day(self.aliases.get((system, native_code), ()), legal_day(at))
        return None if found is None else str(found.value)

    def config(self, name: str, at: datetime) -> object | None:
        """The district configuration of that name; of several in force the one that began last."""
        found = self.dated(name, at)
        return None if found is None else found.value

    def dated(self, name: str, at: datetime) -> Dated | None:
        """The same with its first and last day."""
        return _of_day(self.configs.get(name, ()), legal_day(at))

    def court_certificates(self, unit: str) -> tuple[CourtCertificate, ...]:
        """Certificates of the unit itself, or of the nearest unit above it that has any."""
        code: str | None = unit
        while code is not None:
            if found := self.certificates.get(code):
                return found
            row = self.units.get(code)
            code = row.parent if row else None
        return ()


async def registry_version(conn: asyncpg.Connection) -> int:
    """Number of the registry's state; grows with every change of it."""
    return int(await conn.fetchval("SELECT n FROM registry_version"))


async def load_registry(conn: asyncpg.Connection) -> Registry:
    """The registry of this moment, from a connection of the role hub outside a transaction."""
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        version = await registry_version(conn)
        units = await conn.fetch("SELECT * FROM unit ORDER BY code")
        systems = await _systems(conn)
        aliases = await conn.fetch("SELECT * FROM unit_alias ORDER BY valid_from")
        configs = await conn.fetch("SELECT * FROM config ORDER BY valid_from")
        certificates = await conn.fetch("SELECT * FROM court_certificate ORDER BY valid_from")
    return Registry(
        version=version,
        units=MappingProxyType({row["code"]: _unit(row) for row in units}),
        systems=MappingProxyType(systems),
        receivers=MappingProxyType({u: s.id for s in systems.values() for u in s.receiving}),
        aliases=_grouped(((r["system"], r["native_code"]), _dated(r, "unit")) for r in aliases),
        configs=_grouped((r["name"], _dated(r, "value")) for r in configs),
        certificates=_grouped((r["unit"], _certificate(r)) for r in certificates),
    )


async def _systems(conn: asyncpg.Connection) -> dict[str, SystemRow]:
    rows = await conn.fetch("SELECT * FROM system ORDER BY id")
    units = await conn.fetch("SELECT * FROM system_unit ORDER BY system, unit")
    keys = await conn.fetch("SELECT * FROM system_key ORDER BY system, kid")
    units_of = _grouped((row["system"], row) for row in units)
    keys_of = _grouped((row["system"], row) for row in keys)
    return {r["id"]: _system(r, units_of.get(r["id"], ()), keys_of.get(r["id"], ())) for r in rows}


def _system(
    row: asyncpg.Record, units: Iterable[asyncpg.Record], keys: Iterable[asyncpg.Record]
) -> SystemRow:
    usable = {k["kid"]: key for k in keys if k["state"] in {"next", "active"} and (key := _key(k))}
    retired = {
        k["kid"]: (key, k["changed_at"]) for k in keys if k["state"] == "retiring" and (key := _key(k))
    }
    return SystemRow(
        id=row["id"],
        agency=row["agency"],
        units=tuple(u["unit"] for u in units),
        receiving=frozenset(u["unit"] for u in units if u["receiving"]),
        scopes=tuple(row["scopes"]),
        formats=MappingProxyType(row["formats"]),
        push=tuple(row["push"]),
        disabled=row["disabled_at"] is not None,
        bound=row["bound"],
        keys=MappingProxyType(usable),
        retired=MappingProxyType(retired),
    )


def _key(row: asyncpg.Record) -> PublicKey | None:
    """A key that was altered since it was registered is not believed; nobody else must feel it."""
    try:
        return read_jwk(row["jwk"])
    except Refused as e:
        note(Event.KEY_UNREADABLE, system=row["system"], kid=row["kid"], rule=e.faults[0].rule)
        return None


def _unit(row: asyncpg.Record) -> UnitRow:
    columns = dict(row)
    return UnitRow(**columns | {"serves": tuple(columns["serves"])})


def _certificate(row: asyncpg.Record) -> CourtCertificate:
    return CourtCertificate(row["certificate"], row["valid_from"], row["valid_to"], row["revoked_at"])


def _dated(row: asyncpg.Record, value: str) -> Dated:
    return Dated(row["valid_from"], row["valid_to"], row[value])


def _grouped(pairs: Iterable[tuple[K, V]]) -> Mapping[K, tuple[V, ...]]:
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return MappingProxyType({key: tuple(values) for key, values in groups.items()})


def _of_day(rows: tuple[Dated, ...], day: date) -> Dated | None:
    """Of the rows that cover the day, the one that began last; `rows` are in order of their beginning."""
    fitting = (row for row in reversed(rows) if _covers(row.valid_from, row.valid_to, day))
    return next(fitting, None)


def _covers(first: date, last: date | None, day: date) -> bool:
    return first <= day and (last is None or day <= last)
