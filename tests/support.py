"""What tests import by name; fixtures are in `conftest`. `from tests.support import SetClock`."""

from datetime import datetime, timedelta
from pathlib import Path

from hub.store.secrets import load
from hub.trust.seal import Sealer


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        """Move it on, by the arguments of a timedelta."""
        self.now += timedelta(**parts)


SEALER = Sealer("k-test", {"k-test": b"\x07" * 32}, b"\x08" * 32)
"""Seals where the keys of no data directory are at hand."""


def sealer_of(data_dir: Path) -> Sealer:
    """What opens that which a hub on this data directory sealed."""
    found = load(data_dir)
    return Sealer(found.kek_id, found.keks, found.index_key)
