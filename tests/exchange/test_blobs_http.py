"""Files over real HTTP, in a server process of its own: status, headers, resuming, kill -9, memory."""

import asyncio
import hashlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from hub.settings import Settings
from tests.exchange.blob_server import MAX

MIB = 1024 * 1024
BOTH = "blobs:write,blobs:read"
MALFORMED = (
    "bytes 0-9/9",
    "bytes 5-4/9",
    "bytes 0-3/9",
    "bytes */9",
    "chars 0-4/9",
    "bytes 0-4",
    "0-4/9",
)
WHOLE = (0, 2 * MIB + 5)
RANGES = (
    ("bytes=0-9", 206, (0, 10)),
    ("bytes=1048570-1048585", 206, (MIB - 6, MIB + 10)),
    ("bytes=2097150-", 206, (2 * MIB - 2, 2 * MIB + 5)),
    ("bytes=-3", 206, (2 * MIB + 2, 2 * MIB + 5)),
    ("bytes=-9999999", 206, WHOLE),
    ("bytes=2097156-9999999", 206, (2 * MIB + 4, 2 * MIB + 5)),
    ("bytes=2097157-", 416, (0, 0)),
    ("bytes=-0", 416, (0, 0)),
    ("bytes=9-3", 200, WHOLE),
    ("bytes=0-1,4-5", 200, WHOLE),
    ("lines=0-1", 200, WHOLE),
    ("bytes=-", 200, WHOLE),
)


def content(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def address(data: bytes) -> str:
    return f"/v1/blobs/sha-256/{hashlib.sha256(data).hexdigest()}"


class Server:
    """The process under test; `start` may follow `kill`, on the same port."""

    def __init__(self, settings: Settings) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.environment = os.environ | {
            "LIANTIAO_DATA_DIR": str(settings.data_dir),
            "LIANTIAO_DATABASE_URL": str(settings.database_url),
        }
        self.start()

    def start(self) -> None:
        descriptor = self.socket.fileno()
        command = [sys.executable, str(Path(__file__).with_name("blob_server.py")), str(descriptor)]
        self.process = subprocess.Popen(command, env=self.environment, pass_fds=[descriptor])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def memory(self, field: str) -> int:
        """MiB: `VmRSS` now, `VmHWM` at most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        match = re.search(rf"{field}:\s+(\d+) kB", status)
        assert match
        return int(match[1]) // 1024


@contextmanager
def serving(settings: Settings) -> Iterator[Server]:
    server = Server(settings)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.wait()
        server.socket.close()


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    with serving(settings) as running:
        yield running


def client(server: Server, system: str = "a", units: str = "3104", scopes: str = BOTH) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{server.port}",
        headers={"Authorization": f"Bearer {system};{units};{scopes}"},
        timeout=60,
    )


async def streamed(data: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(data), 256 * 1024):
        yield data[at : at + 256 * 1024]


def of(first: int, end: int, total: int) -> dict[str, str]:
    return {"Content-Range": f"bytes {first}-{end - 1}/{total}"}


async def begun(server: Server, path: str, size: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A PUT whose head is sent, for a body of this size."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = f"PUT {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a;3104;{BOTH}\r\n"
    writer.write(f"{head}Content-Length: {size}\r\n\r\n".encode())
    return reader, writer


async def cut_off(server: Server, data: bytes, stop: int) -> None:
    """Begins a PUT of the whole file and hangs up after `stop` bytes."""
    _, writer = await begun(server, address(data), len(data))
    writer.write(data[:stop])
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def go_on(http: httpx.AsyncClient, data: bytes, size: int) -> list[int]:
    """What a client does after a break: ask, send the next part, ask again when told 409."""
    statuses = [0]
    while statuses[-1] != 201:
        head = await http.head(address(data))
        have = int(head.headers.get("Upload-Offset", 0)) if head.status_code == 200 else 0
        end = min(have + size, len(data))
        part = await http.put(address(data), headers=of(have, end, len(data)), content=data[have:end])
        statuses.append(part.status_code)
        assert part.status_code in (201, 202, 409)
    return statuses[1:]


async def fetch(http: httpx.AsyncClient, path: str) -> str:
    running = hashlib.sha256()
    async with http.stream("GET", path) as response:
        assert response.status_code == 200
        async for data in response.aiter_bytes(65536):
            running.update(data)
    return running.hexdigest()


@pytest.mark.slow
async def test_64_mib_are_streamed_in_and_out_in_little_memory(server: Server) -> None:
    data = content(64 * MIB)
    async with client(server) as http:
        await http.put(address(b"x" * MIB), content=b"x" * MIB)  # everything is loaded once
        before = server.memory("VmHWM")
        put = await http.put(address(data), content=streamed(data))
        assert put.status_code == 201
        assert await fetch(http, address(data)) == address(data)[-64:]
        assert server.memory("VmHWM") - before < 32


@pytest.mark.slow
async def test_64_mib_are_resumed_after_a_break_and_after_kill_9(server: Server) -> None:
    data = content(64 * MIB, 2)
    await cut_off(server, data, 20 * MIB + 12345)
    async with client(server) as http:
        first = content(3 * MIB, 3)
        assert (
            await http.put(address(first), headers=of(0, MIB, 3 * MIB), content=first[:MIB])
        ).status_code == 202
        before = server.memory("VmHWM")
        statuses = await go_on(http, data[:], 8 * MIB)
        assert statuses.count(202) < 9
        assert server.memory("VmHWM") - before < 48
        assert await fetch(http, address(data)) == address(data)[-64:]
    server.kill()
    server.start()
    async with client(server) as http:
        head = await http.head(address(first))
        assert head.headers["Upload-Offset"] == str(MIB)
        rest = await http.put(address(first), headers=of(MIB, 3 * MIB, 3 * MIB), content=first[MIB:])
        assert rest.status_code == 201
        assert await fetch(http, address(first)) == address(first)[-64:]


async def test_status_and_headers_of_an_upload_in_parts(server: Server) -> None:
    data = content(3000)
    async with client(server) as http:
        assert (await http.head(address(data))).status_code == 404
        first = await http.put(address(data), headers=of(0, 1000, 3000), content=data[:1000])
        assert first.status_code == 202
        assert first.headers["Range"] == "bytes=0-999"
        assert first.json() == {
            "digest": "sha-256:" + address(data)[-64:],
            "received": 1000,
            "complete": False,
        }
        head = await http.head(address(data))
        assert head.status_code == 200
        assert head.headers["Content-Length"] == head.headers["Upload-Offset"] == "1000"
        assert head.headers["Range"] == "bytes=0-999"
        assert head.headers["Upload-Complete"] == "?0"
        assert (await http.get(address(data))).status_code == 404
        wrong = await http.put(address(data), headers=of(2000, 3000, 3000), content=data[2000:])
        assert wrong.status_code == 409
        assert wrong.json()["type"] == "urn:liantiao:problem:wrong-offset"
        assert wrong.json()["offset"] == 1000
        last = await http.put(address(data), headers=of(1000, 3000, 3000), content=data[1000:])
        assert last.status_code == 201
        assert last.headers["Location"] == address(data)
        head = await http.head(address(data))
        assert (head.headers["Content-Length"], head.headers["Upload-Complete"]) == ("3000", "?1")
        assert (await http.put(address(data), content=data)).status_code == 201


async def test_a_wrong_digest_is_422_and_begins_anew(server: Server) -> None:
    data = content(5 * MIB)
    async with client(server) as http:
        bad = await http.put(address(data), content=streamed(data[:-1] + b"?"))
        assert bad.status_code == 422
        assert bad.json()["type"] == "urn:liantiao:problem:digest-mismatch"
        assert (await http.head(address(data))).status_code == 404
        assert (await http.put(address(data), content=streamed(data))).status_code == 201


async def test_a_content_range_that_says_nothing_is_malformed(server: Server) -> None:
    async with client(server) as http:
        for given in MALFORMED:
            answer = await http.put(address(b"x"), headers={"Content-Range": given}, content=b"12345")
            assert answer.status_code == 400, given
            assert answer.json()["type"] == "urn:liantiao:problem:malformed"
        assert (await http.head(address(b"x"))).status_code == 404


async def test_too_large_is_413_before_a_byte_is_stored(server: Server) -> None:
    async with client(server) as http:
        answer = await http.put(address(b"x"), headers=of(0, 5, MAX + 1), content=b"12345")
        assert answer.status_code == 413
        assert answer.json()["type"] == "urn:liantiao:problem:too-large"
        reader, writer = await begun(server, address(b"x"), MAX + 1)
        async with asyncio.timeout(30):
            assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")
        writer.close()
        assert (await http.head(address(b"x"))).status_code == 404


async def test_ranges(server: Server) -> None:
    data = content(2 * MIB + 5)
    async with client(server) as http:
        await http.put(address(data), content=data)
        for asked, status, (first, end) in RANGES:
            answer = await http.get(address(data), headers={"Range": asked})
            assert answer.status_code == status, asked
            assert answer.content == data[first:end], asked
            said = {206: f"bytes {first}-{end - 1}/{len(data)}", 416: f"bytes */{len(data)}"}
            assert answer.headers.get("Content-Range") == said.get(status)


async def test_a_range_of_another_version_is_answered_whole(server: Server) -> None:
    data = content(100)
    async with client(server) as http:
        await http.put(address(data), content=data)
        whole = await http.get(address(data), headers={"Range": "bytes=0-9", "If-Range": '"x"'})
        assert (whole.status_code, whole.content) == (200, data)
        tag = {"Range": "bytes=0-9", "If-Range": whole.headers["ETag"]}
        assert (await http.get(address(data), headers=tag)).content == data[:10]


async def test_an_empty_file(server: Server) -> None:
    async with client(server) as http:
        assert (await http.put(address(b""), content=b"")).status_code == 201
        got = await http.get(address(b""))
        assert (got.status_code, got.content) == (200, b"")


async def test_what_is_not_the_callers_answers_as_what_does_not_exist(server: Server) -> None:
    data = content(2000)
    async with client(server) as owner, client(server, "b", "3105") as other:
        assert (await owner.put(address(data), content=data)).status_code == 201
        answers = [await other.get(address(data)), await other.get(address(b"never stored"))]
        shown = [{k: v for k, v in a.json().items() if k != "instance"} for a in answers]
        assert shown[0] == shown[1]
        assert [a.status_code for a in answers] == [404, 404]
        heads = [await other.head(address(data)), await other.head(address(b"never stored"))]
        assert [h.status_code for h in heads] == [404, 404]
        assert sorted(heads[0].headers) == sorted(heads[1].headers)
        part = await other.put(address(data), headers=of(1000, 2000, 2000), content=data[1000:])
        assert (part.status_code, part.json()["offset"]) == (409, 0)
        assert (await other.put(address(data), content=data)).status_code == 201


async def test_scopes_and_addresses(server: Server) -> None:
    data = content(10)
    async with client(server, scopes="blobs:read") as reader, client(server, scopes="x") as none:
        assert (await reader.put(address(data), content=data)).status_code == 403
        assert (await none.get(address(data))).status_code == 403
        for bad in (address(data).upper().lower()[:-1], address(data)[:-1] + "G", address(data) + "0"):
            assert (await reader.get(bad)).status_code == 404
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as nobody:
        assert (await nobody.put(address(data), content=data)).status_code == 401
