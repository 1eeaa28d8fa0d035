"""The hub of a demo as a process: started, watched over, restarted when it dies, killed when that is asked.

Only processes that were started here are ever killed: the hub by its own handle, the database by the number
its server wrote into the demo's own data directory.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from typing import Final

import httpx

from hub.cli.demo.ground import Ground
from hub.errors import Broken
from hub.store.embedded import server_pid

PROGRAM: Final = (sys.executable, "-m", "hub.cli")
_READY: Final = 60.0
_GRACE: Final = 20.0
_SICK: Final = 10.0
_LOOK: Final = 0.1


class HubProcess:
    """`liantiao serve` on the ground. `restarts` counts those after a death, not those asked for."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._process: asyncio.subprocess.Process | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._http = httpx.AsyncClient(timeout=2.0, trust_env=False)
        self.restarts = 0
        self.killed: list[str] = []

    async def start(self) -> None:
        """Serve, wait until it is ready, watch over it from now on."""
        await self._serve()
        self._watcher = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Let it finish and go."""
        if self._watcher is not None:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
            self._watcher = None
        await self._end()

    async def close(self) -> None:
        """Stop and forget."""
        await self.stop()
        await self._http.aclose()

    def kill(self, what: str) -> None:
        """Kill -9 of the `hub` or of its `postgres`."""
        pid = self._process.pid if self._process else None
        if what == "postgres":
            pid = server_pid(self._ground.data_dir)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.killed.append(what)

    async def log_key(self) -> str:
        """The verifier key of the evidence log, as the hub publishes it."""
        answer = await self._http.get(f"{self._ground.issuer}/.well-known/liantiao-log")
        return str(answer.raise_for_status().json()["vkey"])

    async def _serve(self) -> None:
        words = ("serve", "--port", str(self._ground.port), "--metrics-port", "0")
        with (self._ground.folder / "serve.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *PROGRAM,
                *words,
                env=self._ground.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + _READY
        while not await self._ready():
            if self._process.returncode is not None:
                return  # whoever watches starts it again
            if time.monotonic() > until:
                raise Broken(
                    f"中枢未能就绪,见 serve.log · the hub is not ready, see {self._ground.folder}/serve.log"
                )
            await asyncio.sleep(_LOOK / 2)

    async def _ready(self) -> bool:
        try:
            answer = await self._http.get(f"{self._ground.issuer}/readyz")
        except httpx.TransportError:
            return False
        return answer.status_code == 200

    async def _watch(self) -> None:
        """Start it again when it has died, or when it stays unwell."""
        well = asked = time.monotonic()
        while True:
            await asyncio.sleep(_LOOK)
            if self._process is not None and self._process.returncode is None:
                now = time.monotonic()
                if now - asked > 1:
                    asked = now
                    well = now if await self._ready() else well
                if now - well < _SICK:
                    continue
                await self._end()
            self.restarts += 1
            await self._serve()
            well = asked = time.monotonic()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_GRACE):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
