"""The load generator, a process of its own: requests rendered before, a fixed number of connections.

One thread and a selector: a connection sends its next request the moment its answer is complete, so there
are always as many requests in flight as connections. Costs a few microseconds a request, so that on two
cores the server is what is measured.

A file of requests: each behind its length in four bytes. `python -m bench.load PORT CONNECTIONS FILE
[ANSWERS]` prints an `Outcome` as JSON; the bodies of the answers are added to the file ANSWERS, one a line.
"""

import gc
import json
import selectors
import socket
import struct
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic

_LENGTH = struct.Struct(">I")
_ANSWER = 65536


@dataclass(slots=True)
class Outcome:
    """One run: answers by status, latencies in milliseconds, CPU seconds of the generator.

    `began` on the machine's monotonic clock, and `seconds` from there to the last answer.
    """

    began: float
    seconds: float
    statuses: dict[str, int]
    p50: float
    p99: float
    cpu: float

    @property
    def accepted(self) -> int:
        """Answers of 200 or 202."""
        return self.statuses.get("200", 0) + self.statuses.get("202", 0)


@dataclass(slots=True)
class _Line:
    """A connection with a request under way."""

    sock: socket.socket
    began: float = 0.0
    got: bytearray = field(default_factory=bytearray)


def write_requests(path: Path, requests: Iterable[bytes]) -> None:
    """Store requests for a run."""
    with path.open("wb") as file:
        for request in requests:
            file.write(_LENGTH.pack(len(request)))
            file.write(request)


def fire(port: int, connections: int, path: Path, answers: Path | None = None) -> Outcome:
    """Run the generator as a process of its own. `answers`: what was answered is added there."""
    words = [sys.executable, "-m", "bench.load", str(port), str(connections), str(path)]
    if answers is not None:
        words.append(str(answers))
    done = subprocess.run(words, check=True, capture_output=True)
    return Outcome(**json.loads(done.stdout))


def main() -> None:
    """Entry point of the process."""
    port, connections, path, *kept = sys.argv[1:]
    bodies: list[bytes] | None = [] if kept else None
    outcome = run(int(port), int(connections), _read(Path(path)), bodies)
    if bodies is not None:
        with Path(kept[0]).open("ab") as file:
            file.writelines(body + b"\n" for body in bodies)
    sys.stdout.write(json.dumps(asdict(outcome)))


def run(port: int, connections: int, requests: deque[bytes], bodies: list[bytes] | None = None) -> Outcome:
    """Send every request, `connections` at a time; what is answered is added to `bodies`."""
    gc.disable()  # nothing here makes cycles; a collection would be a pause of ours in their latency
    waiting = selectors.DefaultSelector()
    latencies: list[float] = []
    statuses: Counter[str] = Counter()
    used = _cpu()
    start = monotonic()
    for _ in range(min(connections, len(requests))):
        line = _Line(socket.create_connection(("127.0.0.1", port)))
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(line.sock, selectors.EVENT_READ, line)
        _send(line, requests.popleft())
    while waiting.get_map():
        for key, _ in waiting.select():
            status = _receive(key.data, bodies)
            if status is None:
                continue
            statuses[status] += 1
            latencies.append(monotonic() - key.data.began)
            if requests:
                _send(key.data, requests.popleft())
            else:
                waiting.unregister(key.data.sock)
                key.data.sock.close()
    seconds = monotonic() - start
    latencies.sort()
    p50, p99 = (latencies[int(len(latencies) * part)] * 1000 for part in (0.5, 0.99))
    return Outcome(start, seconds, dict(statuses), p50, p99, _cpu() - used)


def _send(line: _Line, request: bytes) -> None:
    line.began = monotonic()
    line.sock.sendall(request)


def _receive(line: _Line, bodies: list[bytes] | None) -> str | None:
    """The status of the answer, once it is complete."""
    part = line.sock.recv(_ANSWER)
    if not part:
        raise ConnectionError("the server closed a connection")
    line.got += part
    head = line.got.find(b"\r\n\r\n")
    if head < 0:
        return None
    at = line.got[:head].lower().find(b"\r\ncontent-length:")
    length = int(line.got[at + 17 : line.got.find(b"\r\n", at + 2)]) if at >= 0 else 0
    if len(line.got) < head + 4 + length:
        return None
    status = line.got[9:12].decode()
    if bodies is not None:
        bodies.append(bytes(line.got[head + 4 :]))
    line.got.clear()
    return status


def _read(path: Path) -> deque[bytes]:
    raw, at = path.read_bytes(), 0
    found: deque[bytes] = deque()
    while at < len(raw):
        (length,) = _LENGTH.unpack_from(raw, at)
        at += _LENGTH.size
        found.append(raw[at : at + length])
        at += length
    return found


def _cpu() -> float:
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
