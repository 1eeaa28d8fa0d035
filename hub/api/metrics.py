"""`/metrics` on a loopback port of its own (contract 7): counts, times, queue lengths; ids only."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
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
def serving(registry: CollectorRegistry, port: int) -> Iterator[None]:
    """Answer scrapes while open; 0: do not. Of several workers the first to bind answers."""
    if port == 0:
        yield
        return
    try:
        server, thread = start_http_server(port, LOOPBACK, registry)
    except OSError:
        note(Event.METRICS_PORT_TAKEN, port=port)
        yield
        return
    try:
        yield
    finally:
        _close(server, thread)


def _close(server: WSGIServer, thread: threading.Thread) -> None:
    server.shutdown()
    server.server_close()
    thread.join()
