"""Silence: a list that should have come and did not, or of which something is missing. SQL and findings.

Expected is what the district's configuration names and what came within the month before; of a cell with
systems that never sent a list the silence is told once, without a dataset. Of a list that the hub fetches the
finding says why it could not be had, by one of the codes of `not_had`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import asyncpg

from hub.exchange.snapshot_config import NAME
from hub.nightly.cells import Cell
from hub.nightly.findings import Found
from hub.nightly.night import Night

MONTH: Final = timedelta(days=31)
_BEFORE: Final = """
SELECT DISTINCT system, unit, dataset FROM snapshot
 WHERE agency = $1 AND area = $2 AND day < $3 AND day >= $4 AND (state <> 'refused' OR files <> '{}')
"""
# A list that could not be fetched is refused without a file: it did not come before.


async def silences(
    conn: asyncpg.Connection, night: Night, cell: Cell, lists: Sequence[Mapping[str, Any]]
) -> list[Found]:
    """What the agency's lists of the day leave unsaid. `lists`: rows of `snapshot` that were not replaced."""
    day = night.interval.day
    rows = await conn.fetch(_BEFORE, cell.agency, cell.area, day, day - MONTH)
    expected = {(row["system"], row["dataset"]): row["unit"] for row in rows}
    expected |= _configured(night, cell)
    came = {(row["system"], row["dataset"]) for row in lists}
    found = [
        _silence(system, unit, dataset, "", {"code": "no-list"})
        for (system, dataset), unit in sorted(expected.items())
        if (system, dataset) not in came
    ]
    if not expected and not came and cell.units:
        found.append(_silence(cell.systems[0], cell.units[0], "", "", {"code": "no-list"}))
    for row in lists:
        for problem in row["problems"]:
            detail = {name: said for name, said in problem.items() if name != "field"}
            made = _silence(row["system"], row["unit"], row["dataset"], problem["field"], detail)
            found.append(replace(made, snapshot=row["id"]))
    return list({(one.system, one.unit, one.dataset, one.pointer): one for one in found}.values())


def _configured(night: Night, cell: Cell) -> dict[tuple[str, str], str]:
    said = night.hub.registry.config(NAME, night.interval.starts)
    entries = said if isinstance(said, list) else []
    return {
        (entry["system"], entry["dataset"]): entry["unit"]
        for entry in entries
        if entry["system"] in cell.systems and entry["unit"] in cell.units
    }


def _silence(system: str, unit: str, dataset: str, place: str, detail: dict[str, Any]) -> Found:
    return Found("silence", dataset, system, unit, dataset, "snapshot", pointer=place, detail=detail)
