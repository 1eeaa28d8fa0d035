"""Evidence bundles, fetched and then checked offline: in an empty directory, with an empty environment."""

import asyncio
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from hub.cli.demo.checks import Check
from hub.cli.demo.hub_process import PROGRAM
from hub.client.agent import Agent


@dataclass(frozen=True, slots=True)
class Wanted:
    """The bundle of a message for one system."""

    system: str
    message: str


async def fetch(agents: Mapping[str, Agent], wanted: Sequence[Wanted], folder: Path) -> dict[Wanted, Path]:
    """Fetch the bundles into a folder."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    gate = asyncio.Semaphore(6)

    async def one(want: Wanted) -> Path:
        async with gate:
            content = await agents[want.system].evidence(want.message)
        path = folder / f"{want.system}-{want.message}.zip"
        await asyncio.to_thread(path.write_bytes, content)
        return path

    paths = await asyncio.gather(*(one(w) for w in wanted))
    return dict(zip(wanted, paths, strict=True))


async def verify(bundles: Mapping[Wanted, Path], vkey: str) -> tuple[Check, set[str]]:
    """Check the bundles with `liantiao evidence verify`; the messages of which a bundle does not hold."""
    paths = list(bundles.values())
    with tempfile.TemporaryDirectory() as empty:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM,
            "--json",
            "evidence",
            "verify",
            *map(str, paths),
            "--trust",
            vkey,
            env={},
            cwd=empty,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        out, _ = await process.communicate()
        left = await asyncio.to_thread(os.listdir, empty)
    reports = [orjson.loads(line) for line in out.splitlines()]
    broken = {w.message for w, report in zip(bundles, reports, strict=False) if not report.get("ok")}
    held = process.returncode == 0 and len(reports) == len(paths) and not broken and not left
    check = Check(
        "证据包离线核验成立(空目录、空环境)",
        "evidence holds offline, in an empty directory and environment",
        held,
        str(len(paths)),
    )
    return check, broken
