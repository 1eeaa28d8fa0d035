"""What the writer works with: the law, the registry of the moment, keys, clock. Read-only to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.exchange.routing import Routed
from hub.law.calendar import Calendar
from hub.law.model import Units
from hub.law.tables import Tables
from hub.settings import Settings
from hub.store.clock import Clock
from hub.trust.jose import Envelope
from hub.trust.keys import KeyRing
from hub.trust.seal import Sealer


class Directory(Protocol):
    """The registry as the exchange asks it: units of today, who receives for them, where things go."""

    @property
    def units(self) -> Units:
        """The unit table."""

    def receiver(self, unit: str) -> str | None:
        """Client id of the unit's receiving system."""

    def route(self, envelope: Envelope, document: Mapping[str, object], at: datetime) -> Routed:
        """Where the routing rules of the day send a message that names nobody."""

    def law(self, at: datetime) -> Tables:
        """The tables of a day as the district has configured them."""


@dataclass(slots=True)
class Desk:
    """One per process; `directory` is replaced whole when the registry changes."""

    settings: Settings
    tables: Tables
    calendar: Calendar
    sealer: Sealer
    keyring: KeyRing
    clock: Clock
    directory: Directory

    @property
    def units(self) -> Units:
        """The unit table."""
        return self.directory.units

    @property
    def law(self) -> Tables:
        """The tables of today, with the district's own numbers."""
        return self.directory.law(self.clock())

    def receiver(self, unit: str) -> str | None:
        """The system that receives for a unit; None: not connected yet."""
        return self.directory.receiver(unit)
