"""Story days: several stories live on one calendar; the day goes on when all of them wait for a later one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class Days:
    """The calendar the stories share. `go_on` is called with the number of the day that begins.

    `dates` are those of the days, from the first (day 1) on.
    """

    go_on: Callable[[int], Awaitable[None]]
    stories: int
    dates: Sequence[date]
    today: int = 1
    _waiting: list[int] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def date(self, day: int) -> str:
        """The date of a day, RFC 3339."""
        return self.dates[day - 1].isoformat()

    async def until(self, day: int) -> None:
        """Wait until that day has come."""
        if self.today >= day:
            return
        async with self._changed:
            self._waiting.append(day)
            await self._perhaps()
            await self._changed.wait_for(lambda: self.today >= day)

    async def leave(self) -> None:
        """One story is over: the others need not wait for it."""
        async with self._changed:
            self.stories -= 1
            await self._perhaps()

    async def _perhaps(self) -> None:
        if not self._waiting or len(self._waiting) < self.stories:
            return
        day = min(self._waiting)
        await self.go_on(day)
        self._waiting = [later for later in self._waiting if later > day]
        self.today = day
        self._changed.notify_all()
