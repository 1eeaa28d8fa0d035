"""A receiver of pushed tokens, a process of its own: answers each at once, and notes it.

`python -m bench.sink PORT FILE`; the file is that of `bench.arrivals`.
"""

import asyncio
import sys
from pathlib import Path
from typing import cast

import uvloop

from bench.arrivals import Noting

_ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
_LENGTH = b"\r\ncontent-length:"


class Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self, noting: Noting) -> None:
        self._noting = noting
        self._got = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Where answers go."""
        self._transport = cast("asyncio.Transport", transport)  # that of uvloop is not one by class

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole now; one without a body asks whether anybody is there."""
        self._got += data
        bodies = list(self._whole())
        if tokens := [body for body in bodies if body]:
            self._noting.note(*tokens)
        if bodies and self._transport is not None:
            self._transport.write(_ACCEPTED * len(bodies))

    def _whole(self) -> list[bytes]:
        found = []
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._got[:end]).lower() + b"\r\n"
            at = head.find(_LENGTH)
            length = int(head[at + len(_LENGTH) : head.find(b"\r\n", at + 2)]) if at >= 0 else 0
            last = end + 4 + length
            if len(self._got) < last:
                break
            found.append(bytes(self._got[end + 4 : last]))
            del self._got[:last]
        return found


async def main() -> None:
    """Entry point of the process."""
    port, noting = int(sys.argv[1]), Noting(Path(sys.argv[2]))
    server = await asyncio.get_running_loop().create_server(lambda: Sink(noting), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
