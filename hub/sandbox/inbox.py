"""What came to a system: each token once, in order, into its book; whoever waits for one is woken."""

import asyncio
from hashlib import sha256
from typing import Final

from hub.client.events import Event
from hub.sandbox.book import Book
from hub.sandbox.clock import MovedClock

_PATIENCE: Final = 90.0


class Missed(Exception):
    """What a system waited for did not come."""


class Inbox:
    """The tokens of one system, by dispute."""

    def __init__(self, book: Book, clock: MovedClock) -> None:
        self._book = book
        self._clock = clock
        self._events: dict[str, list[Event]] = {}
        self._seen: set[str] = set()
        self._last: dict[str, int] = {}
        self._changed = asyncio.Condition()

    async def take(self, event: Event) -> bool:
        """Take a verified token in; whether it is new."""
        digest = sha256(event.token.encode()).hexdigest()
        if event.jti in self._seen:
            self._book.received(jti=event.jti, state="repeated", token=digest)
            return False
        subject = event.subject or ""
        expected = self._last.get(subject, 0) + 1
        self._seen.add(event.jti)
        self._last[subject] = event.seq or expected
        self._book.received(
            jti=event.jti,
            state="new",
            at=self._clock().timestamp(),
            token=digest,
            message=event.message,
            dispute=event.subject,
            kind=event.kind,
            unit=event.unit,
            sender=event.said.get("from"),
            seq=event.seq,
            in_order=event.seq in (0, expected),
            members=sorted(event.document),
        )
        async with self._changed:
            self._events.setdefault(subject, []).append(event)
            self._changed.notify_all()
        return True

    def all(self, dispute: str, kind: str) -> list[Event]:
        """What came of a kind in a dispute, in order."""
        return [e for e in self._events.get(dispute, ()) if e.kind == kind]

    def count(self, dispute: str, kind: str) -> int:
        """How many there are of a kind in a dispute."""
        return len(self.all(dispute, kind))

    async def wait(self, dispute: str, kind: str, after: int = 0) -> Event:
        """The latest event of a kind in a dispute, once there are more than `after`. Raises Missed."""
        try:
            async with asyncio.timeout(_PATIENCE), self._changed:
                await self._changed.wait_for(lambda: self.count(dispute, kind) > after)
        except TimeoutError as e:
            raise Missed(f"{kind} did not come in {_PATIENCE:.0f} s") from e
        return self.all(dispute, kind)[-1]
