"""P9: a body that nobody will read costs no memory, and of large ones a system has a few here at one time."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.contract.conftest import Guest
from tests.contract.kit import Hub, System, packed, problem
from tests.contract.words import COURT, STATION, dispute

MIB = 1024 * 1024
SIZE = 15 * MIB
"""Bytes of a package; so many that the kernel's buffers hold only a part of it."""
MANY, MOST = 12, 64
PLACES = 4


def begin(hub: Hub, token: str) -> socket.socket:
    """A package on its way, of which the last byte is missing."""
    parts = urlsplit(hub.issuer)
    lines = (
        "POST /v1/messages HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        "X-JWS-Signature: none",
        "Content-Type: application/xml",
        f"Content-Length: {SIZE}",
        "\r\n",
    )
    line = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60)
    line.sendall("\r\n".join(lines).encode() + b" " * (SIZE - 1))
    return line


def end(line: socket.socket) -> HTTPResponse:
    """The answer to a package, once it is whole."""
    line.sendall(b" ")
    answer = HTTPResponse(line)
    answer.begin()
    return answer


def memory(hub: Hub, what: str) -> int:
    """`VmRSS`, or `VmHWM`, of the hub's process, in MiB."""
    assert hub.process is not None
    told = Path(f"/proc/{hub.process.pid}/status").read_text().split(f"{what}:")[1]
    return int(told.split()[0]) // 1024


def test_a_body_of_nobody_is_not_kept(hub: Hub):
    assert hub.process is not None
    Path(f"/proc/{hub.process.pid}/clear_refs").write_text("5")  # the peak is counted anew from here
    before = memory(hub, "VmRSS")
    with ExitStack() as open_lines:
        lines = [open_lines.enter_context(begin(hub, "nobody")) for _ in range(MANY)]
        answers = [end(line) for line in lines]
    assert [answer.status for answer in answers] == [401] * MANY
    assert memory(hub, "VmHWM") - before < MOST


def test_a_system_has_a_few_large_ones_here_at_one_time(hub: Hub, police: System, guest: Guest):
    room = guest()
    with ExitStack() as open_lines:
        lines = [open_lines.enter_context(begin(hub, room.token())) for _ in range(PLACES)]
        with begin(hub, room.token()) as beyond:
            refused = end(beyond)
            assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
            assert b"bodies-at-a-time" in refused.read()
        ordinary = police.header("dispute", STATION, "police_handling")
        assert police.post(ordinary, packed(dispute())).status_code == 202  # nobody else is concerned
        assert room.get("/v1/messages").status_code == 200
        read = [end(line) for line in lines]
    assert [answer.status for answer in read] == [400] * PLACES
    with begin(hub, room.token()) as again:
        assert end(again).status == 400


@pytest.mark.parametrize(
    "endless",
    [
        b"X: " + b"x" * MIB,
        b"X: y\r\n" * (MIB // 8),
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * MIB,
    ],
    ids=["one header", "many headers", "trailers"],
)
def test_a_head_has_an_end(hub: Hub, endless: bytes):
    parts = urlsplit(hub.issuer)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60) as line:
        with suppress(OSError):  # it is closed while bytes are on their way
            line.sendall(b"POST /v1/messages HTTP/1.1\r\nHost: hub\r\n" + endless)
        with suppress(ConnectionResetError):
            while line.recv(1 << 16):
                pass
    assert hub.get("/livez").status_code == 200


def test_an_ordinary_head_of_many_kibibytes_is_taken(police: System):
    assert police.get("/v1/units", headers={"X-Client-Cert": "x" * 40_000}).status_code == 200
    pieces = (b" " * 1000 for _ in range(2000))
    headers = {"Content-Type": "application/xml", "X-JWS-Signature": "none"}
    assert police.call("POST", "/v1/messages", content=pieces, headers=headers).status_code == 400


def test_large_files_of_one_hold_up_the_small_ones_of_others_by_little(hub: Hub, court: System):
    """A large file is read in a thread: the loop would stand still for the whole of it."""
    other = hub.add("large-sys", "court", (COURT,), "--no-receiving")
    package = b"<a>" + b"<b/>" * 190_000 + b"<c>" + b"x" * (8 * MIB) + b"</c></a>"
    small = b"<a><b/></a>"

    def says(system: System, body: bytes) -> httpx.Response:
        header = system.header("dispute", COURT, "adjudication", "application/xml")
        answer = system.post(header, body)
        problem(answer, 422, "untranslatable")
        return answer

    with ThreadPoolExecutor(PLACES) as pool:
        began = time.monotonic()
        large = [pool.submit(says, other, package) for _ in range(PLACES)]
        waited = []
        while not all(one.done() for one in large):
            asked = time.monotonic()
            says(court, small)
            waited.append(time.monotonic() - asked)
        lasted = time.monotonic() - began
    assert [one.result().status_code for one in large] == [422] * PLACES
    assert max(waited) < lasted / 4
