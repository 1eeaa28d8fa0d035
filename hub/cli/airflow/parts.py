"""The processes of one Airflow and of its hub: started, watched, ended together. Ends only what it started.

Each has a process group of its own, so that Ctrl-C reaches only the runner, which then ends them; what does
not go in time is killed with its group.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hub.errors import Broken

GRACE: Final = 15.0
"""Seconds a process may take to end."""
AIRFLOW: Final = (sys.executable, "-m", "airflow")
LIANTIAO: Final = (sys.executable, "-m", "hub.cli")
COMPONENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "api-server": ("api-server",),
    # Logs are read from the folder that all share: their own servers would listen on every address.
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a process is given: environment, folder of its log, handles it inherits."""

    environment: Mapping[str, str]
    folder: Path
    handles: Sequence[int] = ()


@dataclass(slots=True)
class Part:
    """One process. `log` is where it writes; `stays`: it is to run until it is ended."""

    name: str
    log: Path
    process: asyncio.subprocess.Process
    stays: bool

    @classmethod
    async def start(
        cls, name: str, words: Sequence[str], given: Surroundings, *, stays: bool = True
    ) -> "Part":
        """Run a command in the background."""
        log = given.folder / f"{name}.log"
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            process = await asyncio.create_subprocess_exec(
                *words,
                env=dict(given.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=handle,
                stderr=handle,
                cwd=given.folder,
                pass_fds=tuple(given.handles),
                start_new_session=True,
            )
        finally:
            os.close(handle)
        return cls(name, log, process, stays)

    async def finish(self) -> None:
        """Wait for a command that ends by itself. Raises Broken with its log when it fails."""
        if await self.process.wait():
            raise Broken(_died(self))


async def watch(parts: Sequence[Part]) -> None:
    """Until one of them ends, which none should. Raises Broken naming it."""
    waiting = [asyncio.create_task(part.process.wait()) for part in parts]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
    raise Broken(_died(next(p for p in parts if p.process.returncode is not None)))


async def end(parts: Sequence[Part]) -> None:
    """Ask them all to end, wait a while, kill what is left of their groups."""
    for part in parts:
        if part.process.returncode is None:
            part.process.send_signal(signal.SIGTERM)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            await asyncio.gather(*(part.process.wait() for part in parts))
    for part in parts:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(part.process.pid, signal.SIGKILL)
    await asyncio.gather(*(part.process.wait() for part in parts))


def _died(part: Part) -> str:
    return f"{part.name} 已退出({part.process.returncode}),见 has ended, see {part.log}"
