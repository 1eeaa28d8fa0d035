"""A hub with the units and systems of the stories, and its clock, moved only when the hub begins anew."""

import json
from datetime import UTC, datetime
from pathlib import Path

from tests.contract.kit import Hub, System
from tests.contract.seal import Seal
from tests.stories.documents import instant
from tests.stories.people import COURT, JUSTICE, SYSTEMS, UNITS

DATA = Path(__file__).parents[1] / "law" / "data" / "scenarios.json"
STORIES = {s["id"]: s for s in json.loads(DATA.read_text("utf-8"))["scenarios"]}


class Stage:
    """The hub, not serving until `at` says what time it is."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        hub.furnish("init")
        hub.units(UNITS)
        self.systems: dict[str, System] = {}
        for name, (agency, units) in SYSTEMS.items():
            self.systems[name] = hub.add(name, agency, units)
        office = ("--scope", "admin", "--no-receiving")
        self.admins = tuple(hub.add(f"admin-{n}", "justice", (JUSTICE,), *office) for n in (1, 2))
        self.seal = Seal("重庆市示例区人民法院", instant("2026-01-01T00:00"), days=3650)
        file = hub.data_dir / "court.pem"
        file.write_bytes(self.seal.pem())
        hub.furnish("court", "certificate", COURT, str(file))

    def at(self, instant_: datetime) -> None:
        """Begin anew at an instant, for the hub and for everybody who talks to it."""
        self.hub.stop()
        offset = (instant_ - datetime.now(UTC)).total_seconds()
        self.hub.extra["LIANTIAO_CLOCK_OFFSET"] = str(offset)
        for system in (*self.systems.values(), *self.admins):
            system.offset = offset
            system.forget()
        self.hub.start()
