"""The way out of one hub, put together: streams, polls and, where it runs, the delivery worker."""

import contextlib
from collections.abc import AsyncIterator

from prometheus_client import CollectorRegistry

from hub.exchange.bell import Bell
from hub.exchange.letters import Letters
from hub.exchange.meters import Meters
from hub.exchange.parts import Parts
from hub.exchange.poll import Poller, Watch
from hub.exchange.streams import Streams
from hub.exchange.worker import DeliveryWorker


class WayOut:
    """Everything by which tokens leave.

    `bell` is to be rung after each commit that queued deliveries; `registry` holds the meters.
    """

    def __init__(self, parts: Parts, registry: CollectorRegistry | None = None) -> None:
        self._parts = parts
        self.bell = Bell()
        self.registry = registry or CollectorRegistry()
        self.meters = Meters(self.registry)
        self.letters = Letters(parts)
        self.streams = Streams(parts.database, parts.sealer, parts.clock, parts.settings)
        self._watch = Watch(parts.database, self.bell)
        self.poller = Poller(parts.database, self.letters, parts.clock, self._watch)
        self._worker: DeliveryWorker | None = None

    def worker(self) -> DeliveryWorker:
        """A worker that delivers by push; the last one made is the one of this process."""
        self._worker = DeliveryWorker(self._parts, self.letters, self.bell, self.meters)
        return self._worker

    @property
    def delivers(self) -> bool:
        """Whether the worker of this process does its work; where there is none, another process knows."""
        return self._worker is None or self._worker.turns

    def release(self) -> None:
        """Answer held polls at once and hold no more: the process is told to stop."""
        self._watch.release()

    async def close(self) -> None:
        """The same, at the end."""
        await self._watch.close()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["WayOut"]:
        """Closed at the end of the block."""
        try:
            yield self
        finally:
            await self.close()
