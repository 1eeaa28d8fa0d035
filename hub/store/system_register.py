"""Systems, their keys and the courts' certificates: registered, retired, revoked (contract 1 and 8). SQL.

Each function is one transaction with its evidence; what it refuses has no effect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args
from urllib.parse import urlsplit

import asyncpg

from hub.errors import Fault, Refused
from hub.store.administration import Admin
from hub.store.registry import Bound
from hub.store.unit_import import CODE
from hub.strictjson import Json
from hub.trust.jwk import PublicKey, read_jwks
from hub.trust.scopes import DEFAULT_SCOPES, SCOPES

KeyState = Literal["next", "active", "retiring", "revoked"]
_BOUND: Final = Fault("one-of", "/bound", args=(" ".join(get_args(Bound)),))
_WRITE_KEY: Final = """
INSERT INTO system_key (system, kid, jwk, alg, state, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
"""


@dataclass(frozen=True, slots=True)
class NewSystem:
    """What `system add` is told. `receiving`: it receives for all its units (one system a unit does).

    `formats`: message kind → name of a native format; `push`: prefixes its push address must lie under;
    `bound`: what its tokens must be bound to (`dpop`, `mtls`), None for nothing.
    """

    id: str
    agency: str
    units: Sequence[str]
    jwks: Json
    scopes: Sequence[str] = DEFAULT_SCOPES
    formats: Mapping[str, str] = field(default_factory=dict)
    push: Sequence[str] = ()
    receiving: bool = True
    bound: str | None = None


async def add_system(conn: asyncpg.Connection, new: NewSystem, admin: Admin, kinds: Sequence[str]) -> None:
    """Register a system with its first keys. `kinds`: all message kinds.

    Raises Refused `schema` (what is wrong, by pointer) or `conflict` (`system-exists`,
    `receiving-taken` naming the system that receives already).
    """
    keys = read_jwks(new.jwks)
    _check(new, kinds)
    async with admin.changing(conn, "system-add", new.id):
        await conn.execute("LOCK TABLE system, system_unit IN SHARE ROW EXCLUSIVE MODE")
        await _check_known(conn, new)
        await conn.execute(
            "INSERT INTO system (id, agency, scopes, formats, push, bound, created_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7)",
            new.id,
            new.agency,
            list(new.scopes),
            dict(new.formats),
            list(new.push),
            new.bound,
            admin.now,
        )
        await conn.execute(
            "INSERT INTO system_unit (system, unit, receiving) SELECT $1, u, $3 FROM unnest($2::text[]) u",
            new.id,
            list(new.units),
            new.receiving,
        )
        for key in keys:
            await _write_key(conn, new.id, key, "active", admin)


async def set_system_disabled(conn: asyncpg.Connection, system: str, admin: Admin, *, disabled: bool) -> None:
    """Shut a system out, or let it in again; what waits for it goes on waiting. Raises Refused."""
    async with admin.changing(conn, "system-disable" if disabled else "system-enable", system):
        changed = await conn.execute(
            "UPDATE system SET disabled_at = $2 WHERE id = $1", system, admin.now if disabled else None
        )
        if changed == "UPDATE 0":
            raise Refused("unknown", Fault("system-unknown"))


async def bind_system(conn: asyncpg.Connection, system: str, bound: str | None, admin: Admin) -> None:
    """Say what the system's tokens must be bound to from now on, those it has included. Raises Refused."""
    if bound not in {None, *get_args(Bound)}:
        raise Refused("schema", _BOUND)
    async with admin.changing(conn, "system-bind", f"{system} {bound or 'any'}"):
        changed = await conn.execute("UPDATE system SET bound = $2 WHERE id = $1", system, bound)
        if changed == "UPDATE 0":
            raise Refused("unknown", Fault("system-unknown"))


async def add_keys(
    conn: asyncpg.Connection, system: str, jwks: Json, admin: Admin, state: KeyState = "active"
) -> list[str]:
    """Register keys beside those there are; answers their kids. Raises Refused `schema`, `conflict`."""
    keys = read_jwks(jwks)
    async with admin.changing(conn, "key-add", system):
        held = await _keys(conn, system)
        points = {row["jwk"]["x"] for row in held}
        kids = {row["kid"] for row in held}
        for key in keys:
            if key.kid in kids or key.jwk["x"] in points:
                raise Refused("conflict", Fault("key-known"))
            await _write_key(conn, system, key, state, admin)
    return [key.kid for key in keys]


async def retire_key(conn: asyncpg.Connection, system: str, kid: str, admin: Admin) -> None:
    """A key that signs no more; what it signed a moment ago still counts. Raises Refused."""
    async with admin.changing(conn, "key-retire", f"{system} {kid}"):
        held = {row["kid"]: row["state"] for row in await _keys(conn, system)}
        if kid not in held:
            raise Refused("unknown", Fault("key-unknown"))
        if held[kid] not in {"next", "active"}:
            raise Refused("conflict", Fault("key-state"))
        if all(state != "active" for other, state in held.items() if other != kid):
            raise Refused("conflict", Fault("key-last"))
        await _move_key(conn, system, kid, "retiring", admin)


async def revoke_key(conn: asyncpg.Connection, system: str, kid: str, admin: Admin) -> None:
    """A key that must not be believed from now on, the last one too. Raises Refused."""
    async with admin.changing(conn, "key-revoke", f"{system} {kid}"):
        held = {row["kid"]: row["state"] for row in await _keys(conn, system)}
        if kid not in held:
            raise Refused("unknown", Fault("key-unknown"))
        if held[kid] == "revoked":
            raise Refused("conflict", Fault("key-state"))
        await _move_key(conn, system, kid, "revoked", admin)


def _check(new: NewSystem, kinds: Sequence[str]) -> None:
    faults = [
        *([] if CODE.fullmatch(new.id) else [Fault("code", "/id")]),
        *([] if new.units else [Fault("required", "/units")]),
        *(Fault("scope-unknown", f"/scopes/{n}") for n, s in enumerate(new.scopes) if s not in SCOPES),
        *(Fault("kind-unknown", "/formats") for kind in new.formats if kind not in kinds),
        *([] if new.bound in {None, *get_args(Bound)} else [_BOUND]),
        *(Fault("push-address", f"/push/{n}") for n, url in enumerate(new.push) if not _is_plain(url)),
    ]
    if faults:
        raise Refused("schema", *faults)


async def _check_known(conn: asyncpg.Connection, new: NewSystem) -> None:
    if await conn.fetchval("SELECT 1 FROM system WHERE id = $1", new.id):
        raise Refused("conflict", Fault("system-exists", "/id"))
    agencies = dict(await conn.fetch("SELECT code, agency FROM unit WHERE code = ANY ($1)", list(new.units)))
    faults = [
        Fault("unit-agency" if unit in agencies else "unit-unknown", f"/units/{n}")
        for n, unit in enumerate(new.units)
        if agencies.get(unit) != new.agency
    ]
    if faults:
        raise Refused("schema", *faults)
    taken = await conn.fetch(
        "SELECT unit, system FROM system_unit WHERE receiving AND unit = ANY ($1)", list(new.units)
    )
    if new.receiving and taken:
        raise Refused(
            "conflict",
            *(
                Fault("receiving-taken", f"/units/{new.units.index(row['unit'])}", args=(row["system"],))
                for row in taken
            ),
        )


def _is_plain(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port_fits = parts.port != 0
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and port_fits
        and "@" not in parts.netloc
        and not parts.query
        and not parts.fragment
    )


async def _keys(conn: asyncpg.Connection, system: str) -> list[asyncpg.Record]:
    """The system's keys; who changes them waits for whoever changes them."""
    if not await conn.fetchval("SELECT 1 FROM system WHERE id = $1 FOR UPDATE", system):
        raise Refused("unknown", Fault("system-unknown"))
    found: list[asyncpg.Record] = await conn.fetch(
        "SELECT kid, jwk, state FROM system_key WHERE system = $1", system
    )
    return found


async def _write_key(
    conn: asyncpg.Connection, system: str, key: PublicKey, state: KeyState, admin: Admin
) -> None:
    await conn.execute(_WRITE_KEY, system, key.kid, dict(key.jwk), key.alg, state, admin.now)
    await admin.tell(conn, "system-key", f"{system} {key.kid}", key.jwk, system)


async def _move_key(conn: asyncpg.Connection, system: str, kid: str, state: KeyState, admin: Admin) -> None:
    await conn.execute(
        "UPDATE system_key SET state = $3, changed_at = $4 WHERE system = $1 AND kid = $2",
        system,
        kid,
        state,
        admin.now,
    )
