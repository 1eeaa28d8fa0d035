"""A relay between the hub and its database that can be cut: `python -m tests.faults.relay PORT SOCKET`.

Listens on 127.0.0.1 and passes bytes on to a Unix socket. Stopped, it is a network that swallows everything;
killed, one that refuses.
"""

import asyncio
import contextlib
import sys


async def relay(port: int, target: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onwards = await asyncio.open_unix_connection(target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pass_on(reader, onwards[1]), pass_on(onwards[0], writer))

    server = await asyncio.start_server(serve, "127.0.0.1", port, limit=2**20, backlog=256)
    async with server:
        await server.serve_forever()


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(relay(int(sys.argv[1]), sys.argv[2]))
