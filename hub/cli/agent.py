"""`send` and `poll`: act as an agency system, with its key, against any hub. Knows no database."""

import re as patterns
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer

from hub.cli.common import State, fail, result, run, say, state_of
from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope, FileRef
from hub.client.errors import BadKey, ClientError, Problem
from hub.client.events import Event
from hub.client.jose import PrivateKey, new_key
from hub.client.receiving import POLL, Answers
from hub.client.session import Identity
from hub.errors import Misconfigured, Refused
from hub.strictjson import Json, load_object

Key = Annotated[Path, typer.Option("--key", help="私钥 JWK 文件 private JWK file", envvar="LIANTIAO_KEY")]
Client = Annotated[str, typer.Option("--id", help="接入系统编号 client id", envvar="LIANTIAO_CLIENT_ID")]
Issuer = Annotated[str | None, typer.Option("--issuer", help="中枢地址 the hub's address")]
Work = Callable[[Agent], Awaitable[None]]
_DECLARED: Final = patterns.compile(rb"""^\s*<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)""")
_TYPES: Final = {
    ".zip": "application/zip",
    ".dbf": "application/vnd.dbf",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(send)
    app.command()(poll)


def send(  # noqa: PLR0913, PLR0917  one option for each thing an envelope says
    context: typer.Context,
    file: Path,
    key: Key,
    client: Client,
    kind: Annotated[str, typer.Option("--kind", help="消息类型 message kind")],
    unit: Annotated[str, typer.Option("--unit", help="代表的单位 the unit on whose behalf")],
    purpose: Annotated[str, typer.Option("--purpose", help="用途代码 purpose code")],
    issuer: Issuer = None,
    content_type: Annotated[str | None, typer.Option("--type", help="Content-Type")] = None,
    to: Annotated[str | None, typer.Option("--to", help="收件单位 addressed unit")] = None,
    dispute: Annotated[str | None, typer.Option("--dispute", help="纠纷编号 dispute id")] = None,
    re: Annotated[str | None, typer.Option("--re", help="所答消息 the message this one answers")] = None,
    jti: Annotated[str | None, typer.Option("--jti", help="重发时沿用 the same again for a repeat")] = None,
    attach: Annotated[
        list[str] | None, typer.Option("--attach", help="REF=FILE,先上传 uploaded first")
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试算,不产生效果 nothing happens")] = False,
) -> None:
    """以接入系统身份发送一个文件 Send a file as an agency system."""
    state = state_of(context)
    body = content_of(file)
    wanted = {
        "unit": unit,
        "kind": kind,
        "purpose": purpose,
        "content_type": content_type or type_of(file, body),
        "to": to,
        "dispute": dispute,
        "re": re,
        "name": file.name,
        **({"jti": jti} if jti else {}),
    }
    files = attach or []
    with_agent(state, key, client, issuer, lambda a: _send(state, a, wanted, body, files, dry=dry_run))


async def _send(
    state: State, agent: Agent, wanted: dict[str, str | None], body: bytes, attach: list[str], *, dry: bool
) -> None:
    files = [await _upload(agent, item) for item in attach]
    signed = agent.sign(Envelope(**wanted, files=files), body)  # type: ignore[arg-type]  # members by name
    if dry:
        told = await agent.dry_run(signed)
        result(state, told, orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
        if "problem" in told:
            raise typer.Exit(1)
        return
    accepted = await agent.send(signed)
    told = load_object(accepted.raw, max_bytes=len(accepted.raw))
    case = accepted.case or {}
    lines = [
        f"已受理 accepted: {accepted.message}",
        f"纠纷 dispute: {accepted.dispute or '–'}",
        f"办理 case: {case.get('machine', '–')} {case.get('state', '')}",
        f"投递 deliveries: {', '.join(str(d['unit']) for d in accepted.deliveries) or '–'}",
        f"jti: {signed.jti}",
    ]
    lines += [
        f"提示 finding: {f.get('code')} {f.get('pointer') or ''} {f.get('basis')}" for f in accepted.findings
    ]
    lines += [f"{r.get('record')}: {'✗' if 'problem' in r else '✓'}" for r in accepted.records]
    result(state, {**told, "jti": signed.jti}, "\n".join(lines))


async def _upload(agent: Agent, item: str) -> FileRef:
    ref, _, path = item.partition("=")
    if not path:
        raise Misconfigured("--attach: 应为 REF=FILE · must be REF=FILE")
    return FileRef(ref, await agent.upload(Path(path)), Path(path).name)


def poll(  # noqa: PLR0913  one option for each thing a person may ask
    context: typer.Context,
    key: Key,
    client: Client,
    issuer: Issuer = None,
    most: Annotated[int, typer.Option("--max", min=1, max=100, help="至多几件 at most")] = 100,
    *,
    wait: Annotated[bool, typer.Option("--wait", help="没有就等 wait for something")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="不确认,下次重来 do not acknowledge")] = False,
) -> None:
    """以接入系统身份接收并确认 Receive and acknowledge as an agency system."""
    state = state_of(context)
    with_agent(state, key, client, issuer, lambda a: _poll(state, a, most, wait=wait, keep=keep))


async def _poll(state: State, agent: Agent, most: int, *, wait: bool, keep: bool) -> None:
    if await agent.stream() is None:
        await agent.create_stream(POLL)
    polled = await agent.poll(max_events=most, wait=wait)
    for event in polled.events:
        result(state, _told(event), _line(event))
    if not keep and polled.events:
        await agent.poll(Answers(ack=[e.jti for e in polled.events]), max_events=0)
    for jti, bad in polled.bad.items():
        say(f"[red]{jti}: {bad.err}")
    if not polled.events:
        say("没有新事件 nothing new")


def _told(event: Event) -> dict[str, object]:
    return {"jti": event.jti, "kind": event.kind, "dispute": event.subject, **event.said}


def _line(event: Event) -> str:
    way = f"{event.said.get('from')} → {event.unit}"
    return f"{event.seq:>4}  {event.kind}  {way}  {event.message}  {event.subject}"


def with_agent(state: State, key: Path, client: str, issuer: str | None, work: Work) -> None:
    """Do something as a system; what the hub refuses is a sentence and exit status 1."""
    run(_acting(_identity(state, key, client, issuer), work))


async def _acting(identity: Identity, work: Work) -> None:
    async with Agent(identity) as agent:
        try:
            await work(agent)
        except Problem as e:
            fail("\n".join([f"{e.status} {e.code} {e.title} {e.detail}", *map(_place, e.errors)]))
        except ClientError as e:
            fail(str(e))


def _place(error: dict[str, Json]) -> str:
    names = ("record", "pointer", "native", "message")
    return "  " + " ".join(str(error[n]) for n in names if error.get(n))


def _identity(state: State, key: Path, client: str, issuer: str | None) -> Identity:
    """Who speaks. The hub's address is that of the settings unless one is given."""
    try:
        private = PrivateKey.from_jwk(load_object(content_of(key)))
    except (BadKey, Refused) as e:
        raise Misconfigured(f"--key: 不是可用的私钥 JWK · not a private JWK: {e}") from e
    # A key of this one run: a token that leaks is of no use to anybody, whatever the system is bound to.
    proving = PrivateKey.from_jwk(new_key("proof")[0])
    return Identity(issuer or state.settings().issuer, client, private, proving=proving)


def content_of(file: Path) -> bytes:
    """The bytes of a file the caller named. Raises Misconfigured."""
    try:
        return file.read_bytes()
    except OSError as e:
        raise Misconfigured(f"{file}: 无法读取 · cannot be read") from e


def type_of(file: Path, body: bytes) -> str:
    """The media type by the file's name, its charset by what the bytes are or declare."""
    suffix = file.suffix.lower()
    if suffix == ".json":
        return SHARED_FORM if b'"liantiao/1"' in body[:4096] else "application/json"
    if suffix == ".xml":
        declared = _DECLARED.match(body)
        return f"application/xml;charset={declared[1].decode() if declared else 'UTF-8'}"
    if suffix == ".csv":
        return f"text/csv;charset={'UTF-8' if _is_utf8(body) else 'GB18030'}"
    if suffix in _TYPES:
        return _TYPES[suffix]
    raise Misconfigured("--type: 请给出 Content-Type · give the Content-Type")


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
