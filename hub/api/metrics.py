"""`/metrics` on a loopback port of its own (contract 7): counts, times, queue lengths; ids only.

What a process counts it alone can tell: of several workers each answers, on the next free of as many ports.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from hub.logs import Event, note

LOOPBACK: Final = "127.0.0.1"


class IntakeMeters:
    """What the way in counts. No label holds more than a code."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.accepted = Counter("liantiao_messages_accepted", "Messages answered 202", registry=registry)
        self.refused = Counter(
            "liantiao_messages_refused", "Messages refused, by code", ["code"], registry=registry
        )
        self.seconds = Histogram(
            "liantiao_message_seconds",
            "From the whole body to the answer",
            buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
            registry=registry,
        )
        self.waiting = Gauge("liantiao_writer_waiting", "Messages in the writer's queue", registry=registry)


@contextmanager
def serving(registry: CollectorRegistry, port: int, workers: int = 1) -> Iterator[None]:
    """Answer scrapes while open, on the first free port from `port` on, one for each worker; 0: do not."""
    began = _begun(registry, range(port, port + workers)) if port else None
    if port and began is None:
        note(Event.METRICS_PORT_TAKEN, port=port)
    try:
        yield
    finally:
        if began is not None:
            _close(*began)


def _begun(registry: CollectorRegistry, ports: range) -> tuple[WSGIServer, threading.Thread] | None:
    for port in ports:
        with suppress(OSError):  # another worker's
            return start_http_server(port, LOOPBACK, registry)
    return None


def _close(server: WSGIServer, thread: threading.Thread) -> None:
    server.shutdown()
    server.server_close()
    thread.join()
