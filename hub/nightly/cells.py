"""Cells of the night: an agency in a district group, the grain at which snapshots are taken and compared."""

from typing import Final, NamedTuple

from hub.law.calendar import end_of_day
from hub.nightly.night import Night

DISTRICT: Final = 6
"""Digits of a division code (GB/T 2260) that name the district."""


class Cell(NamedTuple):
    """An agency's units with a system in one district group, and those systems."""

    agency: str
    area: str
    units: tuple[str, ...]
    systems: tuple[str, ...]

    def as_argument(self) -> dict[str, str]:
        """What a mapped task is given."""
        return {"agency": self.agency, "group": self.area}


def cells(night: Night) -> list[Cell]:
    """Every cell with a unit that has a system, on the last instant of the night's interval; in order."""
    registry = night.hub.registry
    units = {row.code: row for row in registry.units_on(end_of_day(night.interval.day))}
    found: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for system in registry.systems.values():
        if system.disabled:
            continue
        for code in system.units:
            unit = units.get(code)
            if unit is None or unit.agency != system.agency:
                continue
            area = (unit.division or code)[:DISTRICT]
            codes, systems = found.setdefault((unit.agency, area), (set(), set()))
            codes.add(code)
            systems.add(system.id)
    return [
        Cell(agency, area, tuple(sorted(codes)), tuple(sorted(systems)))
        for (agency, area), (codes, systems) in sorted(found.items())
    ]


def cell(night: Night, agency: str, group: str) -> Cell:
    """The cell of that name; one without units if there is none."""
    named = (c for c in cells(night) if (c.agency, c.area) == (agency, group))
    return next(named, Cell(agency, group, (), ()))
