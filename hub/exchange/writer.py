"""The micro-batched writer: one task a process drains a queue into one transaction after another.

No linger timer: the commit in progress is the collecting window; messages are read meanwhile, a few in a
round of the event loop. A full queue answers 503. A client that hangs up does not cancel the commit. One bad
message must not fail its batch: a batch that fails is run again one message at a time.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import asyncpg

from hub.errors import Fault, Refused, Unavailable
from hub.exchange import batch
from hub.exchange.desk import Desk
from hub.exchange.prepare import Prepared
from hub.exchange.turns import Turns
from hub.store.database import Database

_TRIES = 3
_RULINGS = "ruling_digest"
_FULL = "写入队列已满 · the writer's queue is full"


class _DryRun(Exception):
    """Rolls a transaction back."""


@dataclass(slots=True)
class Waiting:
    """A message in the queue and who waits for its outcome."""

    item: Prepared
    done: asyncio.Future[batch.Outcome]


@dataclass(slots=True)
class Writer:
    """Owns one connection while it runs; `committed` wakes delivery and the log after each commit."""

    database: Database
    desk: Desk
    committed: asyncio.Event = field(default_factory=asyncio.Event)
    _turns: Turns = field(default_factory=Turns)
    _queue: asyncio.Queue[Waiting] = field(init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._queue = asyncio.Queue(self.desk.settings.queue)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Writer"]:
        """Run until left; what is queued is written first."""
        self._task = asyncio.create_task(self._run(), name="writer")
        try:
            yield self
        finally:
            await self._queue.join()
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @property
    def waiting(self) -> int:
        """Messages in the queue, and those that wait for their turn to be read."""
        return self._queue.qsize() + self._turns.waiting

    async def turn(self, system: str) -> None:
        """Wait until a message of this system may be read; to be asked before work is put into it.

        Raises Unavailable.
        """
        if self.waiting >= self._queue.maxsize:
            raise Unavailable(_FULL)
        await self._turns.mine(system)

    async def put(self, item: Prepared) -> bytes:
        """The body of the 202 once message, effects and deliveries are durable. Raises Refused."""
        done: asyncio.Future[batch.Outcome] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait(Waiting(item, done))
        except asyncio.QueueFull as e:
            raise Unavailable(_FULL) from e
        outcome = await done
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    async def try_out(self, item: Prepared) -> bytes:
        """What `put` would answer, with nothing kept."""
        outcome: batch.Outcome = b""
        with contextlib.suppress(_DryRun):
            async with self.database.writing() as conn:
                outcome = await batch.dry_run(conn, item, self.desk)
                raise _DryRun
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    async def _run(self) -> None:
        limit = self.desk.settings.batch
        while True:
            waiting = [await self._queue.get()]
            while len(waiting) < limit and not self._queue.empty():
                waiting.append(self._queue.get_nowait())
            try:
                await self._write(waiting)
            finally:
                for w in waiting:
                    self._queue.task_done()
                    if not w.done.done():
                        _fail(w, Unavailable("写入未完成 · the write did not finish"))

    async def _write(self, waiting: Sequence[Waiting]) -> None:
        try:
            outcomes = await self._commit([w.item for w in waiting])
        except Unavailable as e:
            for w in waiting:
                _fail(w, e)
            return
        except Exception:  # noqa: BLE001  whatever it is, it is one message's, and this loop must outlive it
            await self._one_by_one(waiting)
            return
        _answer(waiting, outcomes)
        self.committed.set()

    async def _one_by_one(self, waiting: Sequence[Waiting]) -> None:
        for w in waiting:
            try:
                _answer([w], await self._alone(w.item))
                self.committed.set()
            except asyncpg.UniqueViolationError as e:
                if e.table_name == _RULINGS:
                    _answer([w], [Refused("ruling-invalid", Fault("document-used-before"))])
                else:
                    _fail(w, e)
            except Exception as e:  # noqa: BLE001  its sender hears of it; the next one has its turn
                _fail(w, e)

    async def _alone(self, item: Prepared) -> list[batch.Outcome]:
        for attempt in range(_TRIES):
            try:
                return await self._commit([item])
            except (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError) as e:
                # Another process wrote the same key meanwhile: the next look finds it.
                if e.table_name == _RULINGS or attempt == _TRIES - 1:
                    raise
        raise AssertionError

    async def _commit(self, items: Sequence[Prepared]) -> list[batch.Outcome]:
        async with self.database.connection() as conn:
            return await batch.run(conn, items, self.desk)


def _fail(waiting: Waiting, error: Exception) -> None:
    if not waiting.done.done():  # answered, or its client has hung up
        waiting.done.set_exception(error)


def _answer(waiting: Sequence[Waiting], outcomes: Sequence[batch.Outcome]) -> None:
    for w, outcome in zip(waiting, outcomes, strict=True):
        if not w.done.done():
            w.done.set_result(outcome)
