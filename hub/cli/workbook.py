"""`workbook`: the shared form as a sheet, for a unit without a format of its own. Knows no database."""

import asyncio
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer

import schemas
from hub.cli.agent import Client, Issuer, Key, content_of, with_agent
from hub.cli.common import State, result, state_of
from hub.cli.workbooks import paper, reading
from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.errors import Problem
from hub.client.session import Call
from hub.errors import Misconfigured, Refused

_PAGE: Final = "200"


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    group = typer.Typer(no_args_is_help=True, help="无系统单位的填报表 a sheet for a unit without a system")
    group.command()(template)
    group.command()(send)
    group.command()(fetch)
    group.command()(answer)
    app.add_typer(group, name="workbook")


def template(context: typer.Context, kind: str, file: Path) -> None:
    """空白填报表 An empty workbook of a kind, its codes as drop-downs."""
    _written(state_of(context), kind, file, [])


def send(  # noqa: PLR0913, PLR0917  one option for each thing that is asked
    context: typer.Context,
    file: Path,
    key: Key,
    client: Client,
    unit: Annotated[str, typer.Option("--unit", help="代表的单位 the unit, where a line names none")],
    purpose: Annotated[str, typer.Option("--purpose", help="用途代码 purpose code")],
    issuer: Issuer = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试算,不产生效果 nothing happens")] = False,
) -> None:
    """每行签名发送一件 Send each line as a signed message; the same line again is the same message."""
    state = state_of(context)
    kind, lines = _read(file)
    with_agent(
        state, key, client, issuer, lambda a: _send(state, a, kind, lines, (unit, purpose), dry=dry_run)
    )


async def _send(
    state: State, agent: Agent, kind: str, lines: list[reading.Line], said: tuple[str, str], *, dry: bool
) -> None:
    told, failed = [], 0
    for line in lines:
        one = await _line(agent, kind, line, said, dry=dry)
        failed += "problem" in one
        told.append(one)
    marks = (f"row {one['row']}: {'✗ ' + str(one['problem']) if 'problem' in one else '✓'}" for one in told)
    result(state, {"kind": kind, "lines": told}, "\n".join(marks))
    if failed:
        raise typer.Exit(1)


async def _line(
    agent: Agent, kind: str, line: reading.Line, said: tuple[str, str], *, dry: bool
) -> dict[str, Any]:
    unit, purpose = said
    own = line.envelope
    envelope = Envelope(
        own.get("unit", unit), kind, purpose, SHARED_FORM, own.get("to"), own.get("dispute"), own.get("re"),
        jti=line.jti,
    )  # fmt: skip
    signed = agent.sign(envelope, orjson.dumps(line.document, option=orjson.OPT_SORT_KEYS))
    head: dict[str, Any] = {"row": line.number}
    try:
        if dry:
            return head | dict(await agent.dry_run(signed))
        accepted = await agent.send(signed)
    except Problem as e:
        return head | {"problem": e.code, "errors": [dict(error) for error in e.errors]}
    case = dict(accepted.case) if accepted.case else None
    return head | {"message": accepted.message, "dispute": accepted.dispute, "case": case,
                   "deliveries": [dict(d) for d in accepted.deliveries]}  # fmt: skip


def fetch(
    context: typer.Context, kind: str, file: Path, key: Key, client: Client, issuer: Issuer = None
) -> None:
    """收到的消息写成同一表 What was received of a kind, in the same form."""
    state = state_of(context)
    with_agent(state, key, client, issuer, lambda a: _fetch(state, a, kind, file))


async def _fetch(state: State, agent: Agent, kind: str, file: Path) -> None:
    lines: list[dict[str, str]] = []
    after = ""
    while True:
        asked = {"limit": _PAGE, **({"after": after} if after else {})}
        page: dict[str, Any] = await agent.json(Call("GET", "/v1/messages", asked))
        found = [str(listed["message"]) for listed in page["messages"] if listed["kind"] == kind]
        lines += [await _received(agent, kind, message) for message in found]
        after = str(page.get("next") or "")
        if not after or not page["messages"]:
            break
    await asyncio.to_thread(_written, state, kind, file, lines)


async def _received(agent: Agent, kind: str, message: str) -> dict[str, str]:
    told: dict[str, Any] = await agent.json(Call("GET", f"/v1/messages/{message}"))
    envelope = {"re": message, "dispute": told.get("dispute"), "unit": told.get("from")}
    document = dict(told["document"])
    if told.get("case"):
        document["about_case"] = told["case"]["id"] if isinstance(told["case"], dict) else told["case"]
    return reading.line_of(kind, {n: str(v) for n, v in envelope.items() if v}, document)


def answer(context: typer.Context, received: Path, kind: str, file: Path) -> None:
    """按收到的表预填答复表 A workbook to answer with: each received line's case is filled in."""
    _, lines = _read(received)
    cases = [str(line.document["about_case"]) for line in lines if line.document.get("about_case")]
    _written(state_of(context), kind, file, [{"/about_case": case} for case in dict.fromkeys(cases)])


def _read(file: Path) -> tuple[str, list[reading.Line]]:
    """Kind and lines of a file. Raises Misconfigured with the place of what cannot be read."""
    try:
        return reading.read(file.name, content_of(file))
    except Refused as e:
        places = "; ".join(f"{fault.native or ''} {fault.rule}".strip() for fault in e.faults)
        raise Misconfigured(f"{file.name}: {places}") from e


def _written(state: State, kind: str, file: Path, lines: list[dict[str, str]]) -> None:
    if kind not in schemas.kinds():
        raise Misconfigured(f"{kind}: 无此消息类型 · no such kind")
    file.write_bytes(paper.workbook(kind, lines))
    result(state, {"file": str(file), "lines": len(lines)}, f"{file} ({len(lines)})")
