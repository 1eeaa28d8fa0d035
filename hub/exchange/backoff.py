"""When to try a receiver again: pure arithmetic on failures, jitter and Retry-After (contract 3, Retries).

Touches nothing: the chance comes in as a function, the time as an argument. Seconds throughout.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

Uniform = Callable[[float, float], float]

FIRST: Final = (1.0, 1.7)
"""Bounds of the first wait; what the worker adds to notice it stays below the promised two seconds."""

LONGEST: Final = 28.0
"""The longest wait; with the time to notice it and to connect, tries are never more than 30 s apart."""

LONGEST_ASKED: Final = 600.0
"""How much of a Retry-After is honoured."""

chance: Final[Uniform] = random.SystemRandom().uniform
"""The jitter of production; tests pass their own."""


def delay(failures: int, uniform: Uniform = chance) -> float:
    """Seconds to wait after so many failures in a row: 1–2 at first, doubling, never above 30."""
    if failures <= 1:
        return uniform(*FIRST)
    high = min(LONGEST, 0.9 * 2.0 ** min(failures, 16))
    return uniform(high / 2, high)


def asked(retry_after: str | None, now: datetime) -> float | None:
    """Seconds a Retry-After asks for (RFC 9110, 10.2.3: seconds or a date), within bounds.

    None when there is none or it cannot be read. Asking for no wait at all is taken as one second.
    """
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:9])
    else:
        try:
            date = parsedate_to_datetime(text)
        except ValueError:
            return None
        if date.tzinfo is None:
            date = date.replace(tzinfo=UTC)
        seconds = (date - now).total_seconds()
    return min(max(seconds, 1.0), LONGEST_ASKED)


def wait(failures: int, retry_after: float | None, uniform: Uniform = chance) -> float:
    """Seconds until the next try: what the receiver asked for, else the backoff of its failures."""
    if retry_after is not None:
        return retry_after + uniform(0.0, 0.5)
    return delay(failures, uniform)
