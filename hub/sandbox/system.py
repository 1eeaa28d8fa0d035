"""A simulated agency system as a process of its own: `python -m hub.sandbox.system CONFIG.json`.

Reads commands as JSON lines from standard input (what its clerks want done) and writes what happened as
JSON lines to standard output. Of the hub it sees the HTTP interface and nothing else.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from hub.client.agent import Agent
from hub.client.errors import ClientError
from hub.client.jose import PrivateKey
from hub.client.receiver import PushReceiver
from hub.client.receiving import POLL, PUSH
from hub.client.session import Identity
from hub.sandbox import court, justice, police
from hub.sandbox.book import Book
from hub.sandbox.clock import MovedClock
from hub.sandbox.desk import Desk
from hub.sandbox.inbox import Missed

Action = Callable[..., Awaitable[Mapping[str, object]]]
_CLERKS: Final = {"police": police.Clerk, "justice": justice.Clerk, "court": court.Clerk}
_PATIENCE: Final = 180.0
_PAUSE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Config:
    """What a system is told when it is set up. `port` 0: it polls; else it takes pushes there."""

    client_id: str
    agency: str
    issuer: str
    key: Path
    folder: Path
    offset: float
    port: int = 0
    secret: str = ""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file the demo wrote."""
        told = json.loads(path.read_text("utf-8"))
        return cls(**{**told, "key": Path(told["key"]), "folder": Path(told["folder"])})


class System:
    """The process: receiving beside obeying."""

    def __init__(self, config: Config) -> None:
        self._config = config
        key = PrivateKey.from_jwk(json.loads(config.key.read_text("utf-8")))
        self._clock = MovedClock(config.offset)
        identity = Identity(config.issuer, config.client_id, key)
        self._agent = Agent(identity, clock=self._clock, patience=_PATIENCE)
        self._book = Book(config.folder)
        self._desk = Desk(self._agent, self._clock, self._book, config.agency, config.folder, _write)
        self._clerk = _CLERKS[config.agency](self._desk)
        self._receiver: PushReceiver | None = None
        self._poller: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Obey until the input ends."""
        reader = asyncio.StreamReader(limit=16 * 1024 * 1024)
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        async with self._agent:
            while line := await reader.readline():
                self._begin(json.loads(line))
            await self._stop()
        self._book.close()

    def _begin(self, command: Mapping[str, Any]) -> None:
        """Obey beside what else goes on. A mistake of ours is told too: somebody waits for the answer."""

        def finished(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            if (error := task.exception()) is not None:
                _write({"answer": command["id"], "error": type(error).__name__, "text": "see stderr.log"})
                asyncio.get_running_loop().call_exception_handler(
                    {"message": command["do"], "exception": error}
                )

        task = asyncio.create_task(self._obey(command))
        self._tasks.add(task)
        task.add_done_callback(finished)

    async def _obey(self, command: Mapping[str, Any]) -> None:
        try:
            done = await self._action(command["do"])(**command["args"])
        except (ClientError, Missed) as e:
            code = getattr(e, "code", type(e).__name__)
            _write({"answer": command["id"], "error": str(code), "text": str(e)})
        else:
            _write({"answer": command["id"], "done": done})

    def _action(self, name: str) -> Action:
        own: dict[str, Action] = {
            "clock": self._set_clock,
            "open": self._open,
            "down": self._down,
            "up": self._up,
            "look": self._agent.dispute,
        }
        found: Action = own.get(name) or getattr(self._clerk, name)
        return found

    async def _set_clock(self, offset: float) -> Mapping[str, object]:
        """Another day has come; a poll that waits for a hub of yesterday begins anew."""
        self._clock.offset = offset
        if self._poller is not None:
            await self._end_poll()
            self._poller = asyncio.create_task(self._poll())
        return {}

    async def _open(self) -> Mapping[str, object]:
        """Make the stream and begin to receive."""
        config = self._config
        if config.port:
            url = await self._listen()
            await self._agent.create_stream(PUSH, endpoint_url=url, authorization_header=config.secret)
            return {"method": "push", "url": url}
        await self._agent.create_stream(POLL)
        self._poller = asyncio.create_task(self._poll())
        return {"method": "poll"}

    async def _listen(self) -> str:
        self._receiver = PushReceiver(self._agent, self._desk.receive, authorization=self._config.secret)
        return await self._receiver.start(port=self._config.port)

    async def _poll(self) -> None:
        while True:
            try:
                await self._agent.drain(self._desk.receive, wait=True)
            except ClientError:
                await asyncio.sleep(_PAUSE)

    async def _down(self) -> Mapping[str, object]:
        """Stop receiving, as a system that is down does."""
        if self._receiver is not None:
            await self._receiver.stop()
            self._receiver = None
        _write({"event": "down", "at": self._desk.now()})
        return {}

    async def _up(self) -> Mapping[str, object]:
        await self._listen()
        _write({"event": "up", "at": self._desk.now()})
        return {}

    async def _end_poll(self) -> None:
        if self._poller is not None:
            self._poller.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._poller

    async def _stop(self) -> None:
        await self._end_poll()
        if self._receiver is not None:
            await self._receiver.stop()
        await asyncio.gather(*self._tasks)


def _write(line: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(System(Config.load(Path(sys.argv[1]))).run())
