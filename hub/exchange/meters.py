"""What the way out counts, for Prometheus: by system id and fault word, never by person or message."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import asyncpg
from prometheus_client import CollectorRegistry, Counter, Gauge

_STATE: Final = """
SELECT system, count(*) FILTER (WHERE state = 'queued') AS queued,
       count(*) FILTER (WHERE state = 'held') AS held,
       min(created_at) FILTER (WHERE state = 'queued') AS oldest
  FROM delivery WHERE state IN ('queued', 'held') GROUP BY system
"""
_FAILING: Final = "SELECT system, failing_since FROM stream WHERE failures > 0"


class Meters:
    """Counters and gauges in a registry the caller gives; one per process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        prefix = "liantiao_delivery_"
        self._acknowledged = Counter(
            f"{prefix}acknowledged", "Tokens acknowledged", ["system"], registry=registry
        )
        self._held = Counter(f"{prefix}held", "Tokens held", ["system"], registry=registry)
        self._faults = Counter(f"{prefix}faults", "Connection faults", ["system", "fault"], registry=registry)
        self._late = Counter(f"{prefix}late", "Non-deliveries told to senders", registry=registry)
        self._queued = Gauge(f"{prefix}queued", "Tokens waiting", ["system"], registry=registry)
        self._waiting = Gauge(f"{prefix}held_now", "Tokens held now", ["system"], registry=registry)
        self._oldest = Gauge(
            f"{prefix}oldest_seconds", "Age of the oldest waiting token", ["system"], registry=registry
        )
        self._failing = Gauge(
            f"{prefix}receiver_down_seconds", "How long a receiver fails", ["system"], registry=registry
        )

    def acknowledged(self, systems: Iterable[str]) -> None:
        """Tokens acknowledged, one system for each."""
        for system in systems:
            self._acknowledged.labels(system).inc()

    def held(self, systems: Iterable[str]) -> None:
        """Tokens held."""
        for system in systems:
            self._held.labels(system).inc()

    def faults(self, faults: Mapping[tuple[str, str], int]) -> None:
        """Connection faults by system and fault word."""
        for (system, fault), count in faults.items():
            self._faults.labels(system, fault).inc(count)

    def late(self, count: int) -> None:
        """Senders told of a non-delivery."""
        self._late.inc(count)

    async def look(self, conn: asyncpg.Connection, now: datetime) -> None:
        """Set the gauges from the tables."""
        for gauge in (self._queued, self._waiting, self._oldest, self._failing):
            gauge.clear()
        for row in await conn.fetch(_STATE):
            self._queued.labels(row["system"]).set(row["queued"])
            self._waiting.labels(row["system"]).set(row["held"])
            age = (now - row["oldest"]).total_seconds() if row["oldest"] else 0.0
            self._oldest.labels(row["system"]).set(age)
        for row in await conn.fetch(_FAILING):
            down = (now - row["failing_since"]).total_seconds()
            self._failing.labels(row["system"]).set(down)
