"""`unit`, `system`, `config`, `court`: who takes part, with which keys, under which rules."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import asyncpg
import typer

import schemas
from hub.cli.changing import changing
from hub.cli.common import OwnReason, Reason, State, reason_of, result, run, show, state_of
from hub.errors import Fault, Misconfigured, Refused
from hub.exchange.configuration import check_config
from hub.settings import Settings
from hub.store import court_register, system_register
from hub.store.administration import Admin
from hub.store.clock import system_clock
from hub.store.config_import import import_config
from hub.store.database import Database
from hub.store.registry import load_registry
from hub.store.tables import read_table
from hub.store.unit_import import ALIAS_COLUMNS, UNIT_COLUMNS, UNIT_OPTIONAL, import_aliases, import_units
from hub.strictjson import Json, loads
from hub.translate.registry import discover

T = TypeVar("T")
BOUND = "令牌须绑定 tokens must be bound to: dpop (密钥 a key), mtls (证书 a certificate)"

unit = typer.Typer(help="单位 units", no_args_is_help=True)
alias = typer.Typer(help="单位的本地代码 units' native codes", no_args_is_help=True)
system = typer.Typer(help="接入系统 registered systems", no_args_is_help=True)
key = typer.Typer(help="接入系统的密钥 a system's keys", no_args_is_help=True)
config = typer.Typer(help="区县配置 district configuration", no_args_is_help=True)
court = typer.Typer(help="法院签章证书 courts' signing certificates", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    unit.add_typer(alias, name="alias")
    system.add_typer(key, name="key")
    for name, family in (
        ("unit", unit),
        ("system", system),
        ("config", config),
        ("court", court),
    ):
        app.add_typer(family, name=name)


async def _reading(settings: Settings, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    clock = system_clock(settings.clock_offset)
    async with Database.open(settings, clock) as database, database.connection() as conn:
        return await work(conn)


def _change(state: State, reason: str | None, work: Callable[[asyncpg.Connection, Admin], Awaitable[T]]) -> T:
    """Do `work` as the operator of this command, who says why."""
    settings, said = state.settings(), reason_of(state, reason)
    return run(changing(settings, said, work))


def _json(file: Path) -> Json:
    try:
        return loads(file.read_bytes())
    except OSError as e:
        raise Misconfigured(f"{file}: 无法读取 · cannot be read") from e


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as e:
        raise Misconfigured(f"{file}: 无法读取 · cannot be read") from e


@unit.command("import")
def unit_import(context: typer.Context, file: Path, reason: OwnReason = None) -> None:
    """从 CSV 导入单位 Import units from a CSV file."""
    state = state_of(context)
    rows = read_table(_bytes(file), UNIT_COLUMNS, UNIT_OPTIONAL)
    agencies = [agency.name for agency in discover()]
    n = _change(state, reason, lambda c, a: import_units(c, rows, a, agencies))
    result(state, {"units": n}, f"已导入单位 units imported: {n}")


@unit.command("list")
def unit_list(context: typer.Context) -> None:
    """列出单位 List the units."""
    state = state_of(context)
    registry = run(_reading(state.settings(), load_registry))
    names = ("code", "name", "agency", "type", "tier", "division", "parent", "valid_from", "valid_to")
    rows = [{n: getattr(u, n) for n in names} for u in registry.units.values()]
    show(state, rows, "单位 units", names)


@alias.command("import")
def alias_import(context: typer.Context, file: Path, reason: OwnReason = None) -> None:
    """从 CSV 导入单位的本地代码 Import units' native codes from a CSV file."""
    state = state_of(context)
    rows = read_table(_bytes(file), ALIAS_COLUMNS)
    n = _change(state, reason, lambda c, a: import_aliases(c, rows, a))
    result(state, {"aliases": n}, f"已导入 aliases imported: {n}")


@system.command("add")
def system_add(  # noqa: PLR0913, PLR0917  one option for each thing a registration says
    context: typer.Context,
    client: Annotated[str, typer.Option("--id")],
    agency: Annotated[str, typer.Option()],
    units: Annotated[list[str], typer.Option("--unit")],
    jwk: Annotated[Path, typer.Option(help="公钥 JWK 或 JWKS public JWK or set")],
    scopes: Annotated[list[str] | None, typer.Option("--scope")] = None,
    formats: Annotated[list[str] | None, typer.Option("--format", help="kind=name")] = None,
    push: Annotated[list[str] | None, typer.Option("--push", help="推送地址前缀 push prefix")] = None,
    bound: Annotated[str | None, typer.Option("--bound", help=BOUND)] = None,
    reason: OwnReason = None,
    *,
    no_receiving: Annotated[bool, typer.Option("--no-receiving")] = False,
) -> None:
    """登记接入系统 Register a system."""
    state = state_of(context)
    extra = {"scopes": scopes} if scopes else {}
    new = system_register.NewSystem(
        id=client,
        agency=agency,
        units=units,
        jwks=_json(jwk),
        formats=_pairs(formats or []),
        push=push or (),
        receiving=not no_receiving,
        bound=bound,
        **extra,
    )
    kinds = list(schemas.kinds())
    _change(state, reason, lambda c, a: system_register.add_system(c, new, a, kinds))
    result(state, {"id": client}, f"已登记 registered: {client}")


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = dict(item.partition("=")[::2] for item in given)
    if any(not name for name in pairs.values()):
        raise Refused("schema", Fault("format-option", "--format"))
    return pairs


@system.command("bind")
def system_bind(
    context: typer.Context,
    client: str,
    bound: Annotated[str, typer.Argument(help=f"{BOUND}; any: 不限 nothing")],
    reason: OwnReason = None,
) -> None:
    """规定系统令牌的绑定方式(立即生效) Say what a system's tokens must be bound to, at once."""
    state, wanted = state_of(context), None if bound == "any" else bound
    _change(state, reason, lambda c, a: system_register.bind_system(c, client, wanted, a))
    result(state, {"id": client, "bound": wanted}, f"{client}: {bound}")


@system.command("list")
def system_list(context: typer.Context) -> None:
    """列出接入系统 List the systems."""
    state = state_of(context)
    registry = run(_reading(state.settings(), load_registry))
    rows = [
        {
            "id": s.id,
            "agency": s.agency,
            "units": s.units,
            "scopes": s.scopes,
            "keys": tuple(s.keys),
            "bound": s.bound or "any",
        }
        for s in registry.systems.values()
    ]
    show(state, rows, "接入系统 systems")


@system.command("disable")
def system_disable(context: typer.Context, client: str, reason: Reason) -> None:
    """停用接入系统:令牌立即失效,不再收发 Let a system in no more, at once; nothing of it is lost."""
    _set_disabled(context, client, reason, disabled=True)


@system.command("enable")
def system_enable(context: typer.Context, client: str, reason: Reason) -> None:
    """恢复接入系统 Let a disabled system in again."""
    _set_disabled(context, client, reason, disabled=False)


def _set_disabled(context: typer.Context, client: str, reason: str, *, disabled: bool) -> None:
    state = state_of(context)
    _change(state, reason, lambda c, a: system_register.set_system_disabled(c, client, a, disabled=disabled))
    result(state, {"id": client, "disabled": disabled}, f"{'已停用' if disabled else '已恢复'} {client}")


@key.command("add")
def key_add(context: typer.Context, client: str, jwk: Path, reason: OwnReason = None) -> None:
    """登记新密钥 Register another key."""
    state, document = state_of(context), _json(jwk)
    kids = _change(state, reason, lambda c, a: system_register.add_keys(c, client, document, a))
    result(state, {"kids": kids}, f"已登记密钥 keys registered: {' '.join(kids)}")


@key.command("retire")
def key_retire(context: typer.Context, client: str, kid: str, reason: OwnReason = None) -> None:
    """停用密钥 Let a key sign no more."""
    state = state_of(context)
    _change(state, reason, lambda c, a: system_register.retire_key(c, client, kid, a))
    result(state, {"kid": kid}, f"已停用 retired: {kid}")


@key.command("revoke")
def key_revoke(context: typer.Context, client: str, kid: str, reason: OwnReason = None) -> None:
    """撤销密钥(立即失效) Revoke a key at once."""
    state = state_of(context)
    _change(state, reason, lambda c, a: system_register.revoke_key(c, client, kid, a))
    result(state, {"kid": kid}, f"已撤销 revoked: {kid}")


@config.command("import")
def config_import(context: typer.Context, file: Path, reason: OwnReason = None) -> None:
    """导入区县配置(含生效日期) Import district configuration with dates of effect."""
    state, document = state_of(context), _json(file)
    names = _change(state, reason, lambda c, a: import_config(c, document, a, check_config))
    result(state, {"names": names}, f"已导入配置 configuration imported: {' '.join(names)}")


@court.command("certificate")
def court_certificate(context: typer.Context, code: str, file: Path, reason: OwnReason = None) -> None:
    """登记法院签章证书 Register a court's signing certificate."""
    state, certificate = state_of(context), _bytes(file)
    fingerprint = _change(
        state, reason, lambda c, a: court_register.add_court_certificate(c, code, certificate, a)
    )
    result(state, {"fingerprint": fingerprint}, f"已登记证书 certificate registered: {fingerprint[:16]}…")


@court.command("revoke")
def court_revoke(context: typer.Context, fingerprint: str, reason: Reason) -> None:
    """撤销法院签章证书:其签章的裁定不再采信 Believe no ruling under this certificate from now on."""
    state = state_of(context)
    _change(state, reason, lambda c, a: court_register.revoke_court_certificate(c, fingerprint, a))
    result(state, {"fingerprint": fingerprint}, f"已撤销证书 revoked: {fingerprint[:16]}…")
