"""A receiver's own push endpoint (RFC 8935): it keeps what comes and answers as it is told."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

Answer = tuple[int, dict[str, str], bytes]
TAKEN: Answer = (202, {}, b"")


def refusal(err: str) -> Answer:
    """400 with an error code of RFC 8935."""
    told = json.dumps({"err": err, "description": "试验"}, ensure_ascii=False).encode()
    return 400, {"Content-Type": "application/json"}, told


@dataclass(frozen=True)
class Arrival:
    """One request: what it brought and when."""

    method: str
    path: str
    headers: dict[str, str]
    token: str
    at: float

    @property
    def claims(self) -> dict[str, Any]:
        """The claims, not verified."""
        told: dict[str, Any] = jwt.decode(self.token, options={"verify_signature": False})
        return told

    @property
    def said(self) -> dict[str, Any]:
        """What the one event says."""
        (event,) = self.claims["events"].values()
        told: dict[str, Any] = event
        return told


@dataclass
class Sink:
    """Answers `script` one by one, then `otherwise`."""

    script: deque[Answer] = field(default_factory=deque)
    otherwise: Answer = TAKEN
    arrivals: list[Arrival] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._bell = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def prefix(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    @property
    def url(self) -> str:
        return f"{self.prefix}events"

    def take(self, arrival: Arrival) -> Answer:
        with self._bell:
            self.arrivals.append(arrival)
            answer = self.script.popleft() if self.script else self.otherwise
            self._bell.notify_all()
            return answer

    def until(self, condition: Callable[[list[Arrival]], bool]) -> list[Arrival]:
        """What arrived, once the condition holds of it."""
        with self._bell:
            met = self._bell.wait_for(lambda: condition(self.arrivals), 90)
            assert met, [(a.claims["txn"], a.said.get("seq")) for a in self.arrivals]
            return list(self.arrivals)

    def count(self, number: int) -> list[Arrival]:
        return self.until(lambda arrivals: len(arrivals) >= number)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(sink: Sink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            arrival = Arrival(self.command, self.path, headers, body.decode("ascii"), time.monotonic())
            status, more, text = sink.take(arrival)
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
