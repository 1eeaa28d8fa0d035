"""The clock that is passed to everything that needs the time; reads the system clock, nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives the current instant, aware, in UTC."""


def system_clock(offset: float = 0.0) -> Clock:
    """The system's clock moved by `offset` seconds (`LIANTIAO_CLOCK_OFFSET`, contract 7)."""
    if not offset:
        return lambda: datetime.now(UTC)
    moved = timedelta(seconds=offset)
    return lambda: datetime.now(UTC) + moved
