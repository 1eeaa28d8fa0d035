"""`sheet`: a register or the statistics of an agency system's units as a workbook. Knows no database."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hub.cli.agent import Client, Issuer, Key, with_agent
from hub.cli.common import State, result, state_of
from hub.client.agent import Agent
from hub.client.session import Call


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(sheet)


def sheet(  # noqa: PLR0913, PLR0917  one option for each thing that is asked
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help="disputes, mediations, confirmations, warnings, consultations, statistics, facilities"
        ),
    ],
    file: Annotated[Path, typer.Argument(help="写入的 XLSX 文件 the workbook to write")],
    key: Key,
    client: Client,
    issuer: Issuer = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="起 first day")
    ] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="止 last day")] = None,
) -> None:
    """登记簿或统计表 A register or the statistics; without days, this year so far."""
    state = state_of(context)
    days = {"from": first, "to": last}
    asked = {name: day.date().isoformat() for name, day in days.items() if day is not None}
    with_agent(
        state, key, client, issuer, lambda a: _fetch(state, a, Call("GET", f"/v1/sheets/{name}", asked), file)
    )


async def _fetch(state: State, agent: Agent, call: Call, file: Path) -> None:
    content = (await agent.call(call)).content
    await asyncio.to_thread(file.write_bytes, content)
    result(state, {"file": str(file), "bytes": len(content)}, f"{file} ({len(content)} B)")
