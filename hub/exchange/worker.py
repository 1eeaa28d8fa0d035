"""The delivery worker: the whole way out by push, in one loop. Any number of them, in any process.

    claim    outbox    what may leave now; the next try is written first
    sign     letters   the fixed claims, under the active key
    push     push      one task per token; a slow receiver holds up only its own window
    settle   settle    acknowledged and held, in batches, with their evidence
    wait     outbox    failures: backoff of the receiver

Nothing is kept here that the database does not know: a worker may be killed at any point.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Final, assert_never
from uuid import UUID

import asyncpg

from hub.errors import Broken, HubError
from hub.exchange import notices
from hub.exchange.bell import Bell
from hub.exchange.letters import Letters
from hub.exchange.meters import Meters
from hub.exchange.outbox import Failure, Outbox, Outgoing
from hub.exchange.parts import Parts
from hub.exchange.push import Acknowledged, Faulty, Held, Outcome, Pusher
from hub.exchange.settle import Ends, settle
from hub.logs import Event, note

IDLE: Final = 0.15
"""Seconds between two looks into the database when nothing rings."""

UNASKED: Final = 0.5
"""The same while no stream asks for push."""

HOUSEKEEPING: Final = 5.0
"""Seconds between two looks for what is late."""

STUCK: Final = 15.0
"""Seconds without a turn after which `/readyz` says so."""

DRAIN: Final = 5.0
"""Seconds that attempts under way have left when the worker is told to stop; later ones are made again."""


@dataclass(frozen=True, slots=True)
class _Answered:
    outgoing: Outgoing
    outcome: Outcome


class DeliveryWorker:
    """Pushes until told to stop; run once."""

    def __init__(self, parts: Parts, letters: Letters, bell: Bell, meters: Meters) -> None:
        self._parts = parts
        self._letters = letters
        self._bell = bell
        self._meters = meters
        self._outbox = Outbox(parts.database, letters)
        self._under_way: Counter[str] = Counter()
        self._answered: list[_Answered] = []
        self._failing: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._turned = time.monotonic()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; what is under way then is waited for, and settled."""
        async with Pusher.open(self._parts.settings.push_allow, self._parts.clock) as pusher:
            housekeeping = asyncio.create_task(self._housekeeping(stop), name="delivery-late")
            try:
                while not stop.is_set():
                    moved = await self._guarded(lambda: self._turn(pusher))
                    if not moved and not self._answered:
                        await self._rest()
            finally:
                await self._drain()
                housekeeping.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await housekeeping

    @property
    def turns(self) -> bool:
        """Whether it still takes its turns: not while one of them has not come to an end for long."""
        return time.monotonic() - self._turned < STUCK

    async def _rest(self) -> None:
        # Where everyone polls, a commit is no news to this loop.
        if self._outbox.receivers or self._tasks:
            await self._bell.wait(IDLE)
        else:
            await asyncio.sleep(UNASKED)

    async def _turn(self, pusher: Pusher) -> bool:
        """Settle what was answered, claim what may leave, send it off. False: there was nothing to do."""
        settled = await self._settle()
        outgoing = await self._outbox.claim(self._parts.clock(), self._under_way)
        for one in outgoing:
            self._under_way[one.receiver.system] += 1
            if one.receiver.failures:
                self._failing.add(one.receiver.system)
            task = asyncio.create_task(self._send(pusher, one), name="delivery-push")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._turned = time.monotonic()
        return bool(settled or outgoing)

    async def _send(self, pusher: Pusher, outgoing: Outgoing) -> None:
        receiver = outgoing.receiver
        outcome: Outcome = Faulty("broken-off")
        try:
            token = self._letters.sign(outgoing.letter)
            authorization = receiver.authorization(self._parts.sealer)
            outcome = await pusher.push(receiver.endpoint, receiver.prefixes, authorization, token)
        except Broken as e:
            note(Event.RECEIVER_UNREADABLE, receiver=receiver.system, reason=str(e))
        finally:
            self._under_way[receiver.system] -= 1
        self._answered.append(_Answered(outgoing, outcome))
        self._bell.set()

    async def _settle(self) -> int:
        """Take in what was answered since the last time; on an error of the database it is kept."""
        taken = self._answered[:]
        if not taken:
            return 0
        now = self._parts.clock()
        acknowledged: dict[UUID, bytes | None] = {}
        held: dict[UUID, str] = {}
        failures: list[Failure] = []
        for answered in taken:
            letter = answered.outgoing.letter
            match answered.outcome:
                case Acknowledged():
                    acknowledged[letter.id] = letter.digest
                case Held(reason):
                    held[letter.id] = reason
                case Faulty(_, retry_after):
                    failures.append(Failure(answered.outgoing, retry_after))
                case never:
                    assert_never(never)
        await settle(self._parts.database, self._letters, Ends(acknowledged, held), now)
        if failures:
            await self._outbox.failed(failures, now)
        await self._note_health(taken)
        del self._answered[: len(taken)]
        self._count(taken)
        return len(taken)

    async def _note_health(self, taken: Sequence[_Answered]) -> None:
        """A receiver is as well as its latest answer: one token it cannot digest must not stop the rest."""
        latest = {a.outgoing.receiver.system: a.outcome for a in taken}
        well = {system for system, outcome in latest.items() if not isinstance(outcome, Faulty)}
        back = well & (self._failing | {a.outgoing.receiver.system for a in taken if _is_fault(a)})
        if back:
            await self._outbox.recovered(sorted(back))
        self._failing = (self._failing - back) | (latest.keys() - well)

    def _count(self, taken: Sequence[_Answered]) -> None:
        faults: Counter[tuple[str, str]] = Counter()
        for answered in taken:
            system = answered.outgoing.receiver.system
            match answered.outcome:
                case Acknowledged():
                    self._meters.acknowledged([system])
                case Held():
                    self._meters.held([system])
                    note(Event.TOKEN_HELD, receiver=system)
                case Faulty(fault, _):
                    faults[system, fault] += 1
                case never:
                    assert_never(never)
        self._meters.faults(faults)
        for (receiver, word), count in faults.items():
            note(Event.RECEIVER_FAULT, receiver=receiver, fault=word, tokens=count)

    async def _housekeeping(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._guarded(self._late)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HOUSEKEEPING):
                    await stop.wait()

    async def _late(self) -> bool:
        parts = self._parts
        while told := await notices.tell_late(parts.database, parts.clock):
            self._meters.late(told)
            self._bell.set()
        await self._outbox.recall(parts.clock())
        async with parts.database.connection() as conn:
            await self._meters.look(conn, parts.clock())
        return False

    async def _drain(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=DRAIN)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._guarded(self._settle)

    async def _guarded(self, work: Callable[[], Coroutine[None, None, bool | int]]) -> bool:
        """Run a piece of the loop; whatever goes wrong is reported, and the loop goes on."""
        try:
            return bool(await work())
        except (HubError, asyncpg.PostgresError, OSError) as e:
            note(Event.DELIVERY_PAUSED, error=type(e).__name__)
        except Exception as e:  # noqa: BLE001  the one wide except: this loop must outlive a bug in it
            note(Event.DELIVERY_BUG, error=type(e).__name__, place=_place(e))
        await asyncio.sleep(1)
        return False


def _place(error: BaseException) -> str:
    """Where it was raised. A traceback's texts could hold values, so they are not logged."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else "?"


def _is_fault(answered: _Answered) -> bool:
    return isinstance(answered.outcome, Faulty)
