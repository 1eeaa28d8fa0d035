"""A decision on discrepancies, told to the units concerned by the hub's own signed tasks (`data_fix`).

The hub overwrites nothing of an agency's and nothing of its own: whoever was wrong is asked to send its
records anew. The unit finds it among its tasks until a comparison finds nothing of it. Works in the
transaction of the decision; names rows, fields and messages, never a value.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg

from hub.errors import Refused
from hub.exchange.batch import run
from hub.exchange.desk import Desk
from hub.exchange.own import Saying, own_message
from hub.exchange.prepare import Prepared

MAX_NAMED: Final = 40
"""Rows and fields that one message names; more are counted."""

_ASKED: Final[Mapping[str, str]] = {
    "hub_right": "日终对账差异:以平台记录为准,请核对并更正本单位数据",
    "agency_right": "日终对账差异:以本单位数据为准,请将所列记录按现值重新报送(新编号)",
    "ask_agency": "日终对账差异:请核实所列记录并报送更正或说明",
}
_UNTOLD: Final = """
SELECT id, choice FROM finding_decision WHERE batch = $1 AND told IS NULL ORDER BY at FOR UPDATE
"""
_OF_DECISION: Final = """
SELECT kind, unit, field, place, message FROM finding WHERE decision = $1 ORDER BY unit, id
"""
_TOLD: Final = "UPDATE finding_decision SET told = $2 WHERE id = $1"


async def tell(conn: asyncpg.Connection, desk: Desk, batch: UUID) -> int:
    """Tell what was decided of a batch and is untold; answers how many messages it took.

    A unit that is no more is told nothing: it must not stand in the way of the others. Raises Refused.
    """
    told = 0
    for decision in await conn.fetch(_UNTOLD, batch):
        rows = await conn.fetch(_OF_DECISION, decision["id"]) if decision["choice"] in _ASKED else ()
        messages = {
            unit: str(await _say(conn, desk, _message(desk, unit, decision["choice"], found)))
            for unit, found in _by_unit(rows).items()
            if desk.units.get(unit) is not None
        }
        await conn.execute(_TOLD, decision["id"], messages)
        told += len(messages)
    return told


def _by_unit(rows: Sequence[asyncpg.Record]) -> dict[str, list[asyncpg.Record]]:
    units: dict[str, list[asyncpg.Record]] = {}
    for row in rows:
        units.setdefault(row["unit"], []).append(row)
    return units


async def _say(conn: asyncpg.Connection, desk: Desk, item: Prepared) -> UUID:
    (outcome,) = await run(conn, [item], desk)
    if isinstance(outcome, Refused):
        raise outcome
    return item.id


def _message(desk: Desk, unit: str, choice: str, rows: Sequence[Mapping[str, Any]]) -> Prepared:
    """The hub's own task to a unit: which rows of its list, which fields, which messages of its."""
    document: dict[str, object] = {
        "identifiers": [],
        "kind": "data_fix",
        "title": _ASKED[choice],
        "owner": unit,
        "basis": {"finding": " ".join(f"{kind}:{n}" for kind, n in sorted(_counts(rows).items()))},
        "remarks": "\n".join(_named(rows)),
    }
    said = Saying("task", f"discrepancy-{uuid4()}", document, to=unit)
    return own_message(desk, desk.clock(), said)


def _counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["kind"]] = counts.get(row["kind"], 0) + 1
    return counts


def _named(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for each finding: kind, row of the list, field, message. Never a value."""
    lines = [
        " ".join(str(part) for part in (r["kind"], r["place"], r["field"], r["message"]) if part)
        for r in rows[:MAX_NAMED]
    ]
    return lines if len(rows) <= MAX_NAMED else [*lines, f"… +{len(rows) - MAX_NAMED}"]
