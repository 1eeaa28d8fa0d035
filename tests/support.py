"""What tests import by name; fixtures are in `conftest`. `from tests.support import SetClock`."""

from datetime import datetime, timedelta


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        """Move it on, by the arguments of a timedelta."""
        self.now += timedelta(**parts)
