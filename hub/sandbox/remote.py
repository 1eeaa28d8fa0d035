"""The demo's end of a simulated system: starts its process, gives it orders, hears what happens there."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final, Self

Happening = Callable[[str, Mapping[str, Any]], None]
_LINE: Final = 64 * 1024 * 1024
_GOODBYE: Final = 15.0


class OrderRefused(Exception):
    """A system could not do what it was told. `code` is the hub's problem code, or what went wrong here."""

    def __init__(self, system: str, action: str, code: str, text: str) -> None:
        super().__init__(f"{system} {action}: {code} ({text})")
        self.code = code


class Remote:
    """A running system. `do` is safe to call concurrently."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, happened: Happening) -> None:
        self.name = name
        self._process = process
        self._happened = happened
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Mapping[str, Any]]] = {}
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, name: str, config: Path, happened: Happening) -> Self:
        """Start the process of a system; its complaints go to `stderr.log` beside its configuration."""
        with (config.parent / "stderr.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "hub.sandbox.system",
                str(config),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                limit=_LINE,
                start_new_session=True,
            )
        return cls(name, process, happened)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    async def do(self, action: str, /, **arguments: object) -> Mapping[str, Any]:
        """Have something done; what came of it. Raises OrderRefused."""
        number = next(self._numbers)
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        order = json.dumps({"id": number, "do": action, "args": arguments}, ensure_ascii=False)
        if self._process.stdin is None or self._listener.done():
            raise OrderRefused(self.name, action, "gone", "the process has ended")
        self._process.stdin.write(order.encode() + b"\n")
        await self._process.stdin.drain()
        told = await answer
        if "error" in told:
            raise OrderRefused(self.name, action, told["error"], told["text"])
        done: Mapping[str, Any] = told["done"]
        return done

    async def end(self) -> None:
        """Close its input and wait for it to finish."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(_GOODBYE):
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await self._listener

    async def _listen(self) -> None:
        output = self._process.stdout
        while output is not None and (line := await output.readline()):
            told = json.loads(line)
            if "answer" in told:
                self._waiting.pop(told["answer"]).set_result(told)
            else:
                self._happened(self.name, told)
        for answer in self._waiting.values():
            answer.set_result({"error": "gone", "text": "the process has ended"})
        self._waiting.clear()
