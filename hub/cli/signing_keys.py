"""`hub-key`: the keys by which the hub signs, rotated in peace or revoked when one may be in other hands."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import asyncpg
import typer

from hub.cli.common import OwnReason, State, operator, reason_of, result, run, state_of
from hub.exchange.evidence_rows import log_keys, record
from hub.store import hub_keys
from hub.store.administration import Admin
from hub.store.clock import system_clock
from hub.store.database import Database
from hub.trust.keys import SigningKey
from hub.trust.seal import Sealer

hub_key = typer.Typer(help="中枢的签名密钥 the hub's own keys", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.add_typer(hub_key, name="hub-key")


@hub_key.command("rotate")
def hub_key_rotate(context: typer.Context, reason: OwnReason = None) -> None:
    """轮换中枢签名密钥 Let the next key take over."""
    state = state_of(context)
    active = run(_rotate(state, reason_of(state, reason)))
    result(state, {"active": active}, f"现用密钥 active key: {active}")


@hub_key.command("revoke")
def hub_key_revoke(context: typer.Context, kid: str, reason: OwnReason = None) -> None:
    """撤销中枢签名密钥(立即失效) Believe nothing under a key from now on; the next one takes over."""
    state = state_of(context)
    active = run(_revoke(state, kid, reason_of(state, reason)))
    result(state, {"revoked": kid, "active": active}, f"已撤销 revoked: {kid}; 现用密钥 active key: {active}")


async def _rotate(state: State, reason: str) -> str:
    async with _acting(state, reason) as (conn, sealer, admin):
        async with admin.changing(conn, "hub-key-rotate", "token"):
            await _vouch(conn, await hub_keys.rotate_keys(conn, sealer, admin.now), admin)
        return await hub_keys.active_kid(conn)


async def _revoke(state: State, kid: str, reason: str) -> str:
    async with _acting(state, reason) as (conn, sealer, admin):
        async with admin.changing(conn, "hub-key-revoke", kid):
            await _vouch(conn, await hub_keys.revoke_key(conn, sealer, kid, admin.now), admin)
        return await hub_keys.active_kid(conn)


async def _vouch(conn: asyncpg.Connection, changed: Iterable[SigningKey], admin: Admin) -> None:
    """A key that is new stands in the log before it signs (ADR 0012)."""
    await log_keys(conn, [(key.jwk, None) for key in changed], admin.now)


@asynccontextmanager
async def _acting(state: State, reason: str) -> AsyncIterator[tuple[asyncpg.Connection, Sealer, Admin]]:
    """A connection, the sealer of the keys, and who acts why."""
    settings = state.settings()
    clock = system_clock(settings.clock_offset)
    async with Database.open(settings, clock) as database, database.connection() as conn:
        yield conn, database.sealer, Admin(operator(), reason, clock(), record, database.sealer)
