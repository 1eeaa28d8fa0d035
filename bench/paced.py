"""A load generator that keeps to a timetable: each request has its second, whatever the ones before do.

What is late is late: a latency counts from the second in the timetable, so that a server that stops for a
while cannot hide how many requests would have come meanwhile. Connections are kept, by groups of senders.

A file of requests: due second, group, length, request. `python -m bench.paced PORT FILE` prints one JSON list
a line: group, status, due and answered (seconds of the monotonic clock), and the id of the message if any.
"""

import gc
import json
import selectors
import socket
import struct
import subprocess
import sys
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import orjson

_RECORD = struct.Struct(">dBI")
_ANSWER = 65536
_CONNECTIONS = 64  # of a group; who needs more waits, and its waiting counts


class Timed(NamedTuple):
    """A request with its place in the timetable, in seconds from the beginning."""

    due: float
    group: int
    request: bytes


class Answered(NamedTuple):
    """What became of one request; instants of the machine's monotonic clock."""

    group: int
    status: int
    due: float
    at: float
    message: str | None

    @property
    def latency(self) -> float:
        """Milliseconds from the timetable's instant to the whole answer."""
        return (self.at - self.due) * 1000


@dataclass(slots=True)
class _Line:
    """A connection; `due` of the request under way."""

    sock: socket.socket
    group: int
    due: float = 0.0
    got: bytearray = field(default_factory=bytearray)


def fire(port: int, path: Path, timetable: Iterable[Timed]) -> list[Answered]:
    """Run a timetable in a process of its own; `path` is overwritten."""
    with path.open("wb") as file:
        for due, group, request in sorted(timetable):
            file.write(_RECORD.pack(due, group, len(request)))
            file.write(request)
    words = [sys.executable, "-m", "bench.paced", str(port), str(path)]
    done = subprocess.run(words, check=True, capture_output=True)
    return [Answered(*json.loads(line)) for line in done.stdout.splitlines()]


def main() -> None:
    """Entry point of the process."""
    gc.disable()
    for answered in Runner(int(sys.argv[1])).run(_read(Path(sys.argv[2]))):
        sys.stdout.write(json.dumps(answered) + "\n")


class Runner:
    """One run against a port."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._selector = selectors.DefaultSelector()
        self._idle: dict[int, list[_Line]] = defaultdict(list)
        self._open: dict[int, int] = defaultdict(int)
        self._late: dict[int, deque[tuple[float, bytes]]] = defaultdict(deque)
        self._under_way = 0
        self._answers: list[Answered] = []

    def run(self, timetable: deque[Timed]) -> list[Answered]:
        """Send everything in its time; answers in the order in which they came."""
        began = monotonic() + 0.1
        while timetable or self._under_way or any(self._late.values()):
            pause = max(0.0, began + timetable[0].due - monotonic()) if timetable else 1.0
            for key, _ in self._selector.select(pause):
                self._receive(key.data)
            while timetable and began + timetable[0].due <= monotonic():
                due, group, request = timetable.popleft()
                self._late[group].append((began + due, request))
                self._next(group)
        return self._answers

    def _next(self, group: int) -> None:
        """Send what is due of a group, if it has a connection left."""
        if not self._late[group]:
            return
        if self._idle[group]:
            line = self._idle[group].pop()
        elif self._open[group] < _CONNECTIONS:
            line = self._connected(group)
        else:
            return
        line.due, request = self._late[group].popleft()
        self._under_way += 1
        line.sock.sendall(request)

    def _connected(self, group: int) -> _Line:
        line = _Line(socket.create_connection(("127.0.0.1", self._port)), group)
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(line.sock, selectors.EVENT_READ, line)
        self._open[group] += 1
        return line

    def _receive(self, line: _Line) -> None:
        part = line.sock.recv(_ANSWER)
        if not part:
            raise ConnectionError("the server closed a connection")
        line.got += part
        whole = _whole(line.got)
        if whole is None:
            return
        status, body = whole
        message = orjson.loads(body).get("message") if status == 202 else None
        self._answers.append(Answered(line.group, status, line.due, monotonic(), message))
        line.got.clear()
        self._under_way -= 1
        self._idle[line.group].append(line)
        self._next(line.group)


def _whole(got: bytearray) -> tuple[int, bytes] | None:
    """Status and body of an answer that is complete."""
    head = got.find(b"\r\n\r\n")
    if head < 0:
        return None
    at = got.lower().find(b"\r\ncontent-length:", 0, head)
    length = int(got[at + 17 : got.find(b"\r\n", at + 2)]) if at >= 0 else 0
    if len(got) < head + 4 + length:
        return None
    return int(got[9:12]), bytes(got[head + 4 :])


def _read(path: Path) -> deque[Timed]:
    raw, at = path.read_bytes(), 0
    found: deque[Timed] = deque()
    while at < len(raw):
        due, group, length = _RECORD.unpack_from(raw, at)
        at += _RECORD.size
        found.append(Timed(due, group, raw[at : at + length]))
        at += length
    return found


if __name__ == "__main__":
    main()
