"""`precheck`: look at an agreement before it is applied for, against any hub. Knows no database."""

import io
import zipfile
from pathlib import Path
from typing import Annotated, Final, cast

import typer

from hub.cli.agent import Client, Issuer, Key, content_of, type_of, with_agent
from hub.cli.common import State, fail, result, say, state_of
from hub.client.agent import Agent
from hub.strictjson import Json, load_object

_FOUND: Final = 3
"""Exit status when there is a finding: 1 is a failure, 2 a mistake in the command."""


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(precheck)


def precheck(  # noqa: PLR0913, PLR0917  one option for each thing the file may not say
    context: typer.Context,
    file: Path,
    key: Key,
    client: Client,
    unit: Annotated[str, typer.Option("--unit", help="代表的单位 the unit on whose behalf")],
    issuer: Issuer = None,
    content_type: Annotated[str | None, typer.Option("--type", help="Content-Type")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="消息类型,默认按文件 else by the file")] = None,
    court: Annotated[
        str | None, typer.Option("--court", help="拟申请的法院 the court it would go to")
    ] = None,
    dispute: Annotated[str | None, typer.Option("--dispute", help="已登记的纠纷 registered dispute")] = None,
    on: Annotated[str | None, typer.Option("--on", help="按哪一天 as of which day, YYYY-MM-DD")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="申请材料包写到此目录 write the application pack here")
    ] = None,
) -> None:
    """就地预检:申请前核对协议 Look at an agreement before applying; exit 3: something was found."""
    state = state_of(context)
    body = content_of(file)
    asked = {"unit": unit, "kind": kind, "court": court, "dispute": dispute, "on": on}
    told = {name: value for name, value in asked.items() if value is not None}
    media = content_type or type_of(file, body)
    if out is not None and not out.is_dir():
        fail(f"{out}: 不是目录 · is no folder")
    with_agent(state, key, client, issuer, lambda agent: _precheck(state, agent, (body, media), told, out))


async def _precheck(
    state: State, agent: Agent, file: tuple[bytes, str], told: dict[str, str], out: Path | None
) -> None:
    if out is None:
        answer = await agent.precheck(*file, told)
    else:
        say("正在生成申请材料包 · making the application pack")
        answer = _unpack(await agent.application_pack(*file, told), out)
    result(state, answer, "\n".join(_lines(answer)))
    agreements = cast("list[dict[str, list[Json]]]", answer["agreements"])
    if any(each["findings"] for each in agreements):
        raise typer.Exit(_FOUND)


def _unpack(content: bytes, out: Path) -> dict[str, Json]:
    """The files of the pack into a folder, by their bare names."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            (out / Path(name).name).write_bytes(archive.read(name))
        said = archive.read("precheck.json")
    return load_object(said, max_bytes=len(said))


def _lines(answer: dict[str, Json]) -> list[str]:
    lines: list[str] = []
    for each in cast("list[dict[str, Json]]", answer["agreements"]):
        window = cast("dict[str, Json]", each["window"])
        due, left = window["due"] or "–", window["days_left"]
        lines.append(f"{each['record'] or ''}{each['agreement']}  申请期限至 due {due} ({left} 日 days left)")
        findings = cast("list[dict[str, Json]]", each["findings"])
        lines += [line for found in findings for line in _finding(found)] or ["  没有发现问题 nothing found"]
        papers = cast("list[dict[str, str]]", each["papers"])
        missing = [paper["zh"] for paper in papers if paper["state"] == "missing"]
        lines.append(f"  待补材料 papers to bring: {'、'.join(missing) or '–'}")
    return lines


def _finding(found: dict[str, Json]) -> list[str]:
    way = cast("dict[str, str]", found["way_out"])
    basis = f"{found['law']}({found['version']}){found['article']}"
    return [
        f"  [{found['finding']}] {found['zh']} · {found['en']}  {basis}  {found['pointer']}",
        f"      → {way['zh']} · {way['en']}",
    ]
