"""What reconciliation found, for a person: shown by masks, decided in batches, told to the agency.

The night writes the findings; here they are read and a decision takes effect. The hub overwrites nothing of
an agency's and nothing of its own: whoever was wrong is asked, by the hub's own signed message (kind `task`,
整改), to send its records anew. Works on a connection of the role hub; shows no value but masks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID, uuid4

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange.answers import shown
from hub.exchange.evidence_rows import record
from hub.exchange.hub import Hub
from hub.exchange.prepare import Prepared, hub_message
from hub.law.run import HUB
from hub.store.administration import Admin
from hub.trust.jose import Envelope

Choice = Literal["hub_right", "agency_right", "ask_agency", "ignore"]
CHOICES: Final[tuple[Choice, ...]] = get_args(Choice)
NEEDS_SECOND: Final = frozenset({"agency_right"})
"""Choices by which what the hub holds will be replaced: a second person approves them."""
MAX_NAMED: Final = 40
"""Rows and fields that one message names; more are counted."""

_ASKED: Final[Mapping[str, str]] = {
    "hub_right": "日终对账差异:以平台记录为准,请核对并更正本单位数据",
    "agency_right": "日终对账差异:以本单位数据为准,请将所列记录按现值重新报送(新编号)",
    "ask_agency": "日终对账差异:请核实所列记录并报送更正或说明",
}
_BATCHES: Final = """
SELECT b.id, b.day, b.agency, b.area, b.dataset, f.kind, count(*) AS n
  FROM finding_batch b JOIN finding f ON f.batch = b.id
 WHERE f.state = 'open' AND ($1::date IS NULL OR b.day = $1) AND ($2::text IS NULL OR b.agency = $2)
 GROUP BY b.id, f.kind ORDER BY b.day DESC, b.id, f.kind
"""
_LIST: Final = """
SELECT f.id, f.batch, b.day, b.agency, b.area, b.dataset, f.kind, f.unit, f.system, f.record_kind, f.field,
       f.place, f.message, f.delivery, f.hub_shown, f.agency_shown, f.detail, f.mended, f.state, f.found_at
  FROM finding f JOIN finding_batch b ON b.id = f.batch
 WHERE ($1::date IS NULL OR b.day = $1) AND ($2::text IS NULL OR b.agency = $2)
   AND ($3::text IS NULL OR f.kind = $3) AND ($4::text IS NULL OR f.state = $4)
   AND ($5::uuid IS NULL OR f.batch = $5) AND ($6::uuid IS NULL OR f.id > $6)
 ORDER BY f.id LIMIT $7
"""
_OPEN: Final = """
SELECT id, kind, unit, record_kind, field, place, message FROM finding
 WHERE batch = $1 AND state = 'open' ORDER BY unit, id FOR UPDATE
"""
_LOCK: Final = "SELECT id, day, agency, dataset FROM finding_batch WHERE id = $1 FOR UPDATE"
_UNTOLD: Final = """
SELECT id, choice FROM finding_decision WHERE batch = $1 AND told IS NULL ORDER BY at LIMIT 1
"""
_DECIDE: Final = """
INSERT INTO finding_decision (id, batch, choice, reason, actor, approver, at, findings)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_DECIDED: Final = "UPDATE finding SET state = 'decided', decision = $2 WHERE id = ANY ($1::uuid[])"
_OF_DECISION: Final = """
SELECT id, kind, unit, record_kind, field, place, message FROM finding WHERE decision = $1 ORDER BY unit, id
"""
_PROPOSE: Final = """
INSERT INTO finding_proposal (batch, choice, reason, actor, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (batch) DO UPDATE SET
    choice = excluded.choice, reason = excluded.reason, actor = excluded.actor, at = excluded.at
"""
_PROPOSED: Final = """
SELECT choice, reason, actor FROM finding_proposal p
 WHERE batch = $1 AND NOT EXISTS (SELECT FROM finding_decision d WHERE d.batch = p.batch AND d.at >= p.at)
"""
_TOLD: Final = "UPDATE finding_decision SET told = $2 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings are asked for; None: all."""

    day: date | None = None
    agency: str | None = None
    kind: str | None = None
    state: str | None = None
    batch: UUID | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision on a batch: who decided what and why, and who approved it."""

    choice: Choice
    reason: str
    actor: str
    approver: str | None = None


async def batches(
    conn: asyncpg.Connection, day: date | None = None, agency: str | None = None
) -> list[dict[str, Any]]:
    """Batches with open findings, latest day first: counts by kind."""
    found: dict[UUID, dict[str, Any]] = {}
    for row in await conn.fetch(_BATCHES, day, agency):
        head = {name: row[name] for name in ("agency", "dataset")}
        at = {"id": str(row["id"]), "day": row["day"].isoformat(), "group": row["area"], **head, "kinds": {}}
        found.setdefault(row["id"], at)["kinds"][row["kind"]] = row["n"]
    return list(found.values())


async def listed(
    conn: asyncpg.Connection, wanted: Wanted, after: UUID | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Findings in the order of their ids; values as masks. `after`: the last one of the page before."""
    rows = await conn.fetch(
        _LIST, wanted.day, wanted.agency, wanted.kind, wanted.state, wanted.batch, after, limit
    )
    return [{name: _plain(value) for name, value in row.items() if value is not None} for row in rows]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return shown(value)
    return value if isinstance(value, dict | int) else str(value)


async def decide(hub: Hub, batch: UUID, ruling: Ruling) -> dict[str, int]:
    """Decide every open finding of a batch and tell the units concerned; counts.

    A decision that was written and not told (the process died) is told by the next call, whatever that one
    decides. Raises Refused `unknown`, `conflict` (nothing is open), `rule`.
    """
    _check(ruling)
    told = await _finish(hub, batch)
    async with hub.database.writing() as conn:
        if await conn.fetchrow(_LOCK, batch) is None:
            raise Refused("unknown")
        rows = await conn.fetch(_OPEN, batch)
        if not rows and not told:
            raise Refused("conflict", Fault("nothing-open"))
        if rows:
            await _write(conn, hub, batch, ruling, rows)
    return {"decided": len(rows), "told": told + await _finish(hub, batch)}


async def propose(hub: Hub, batch: UUID, ruling: Ruling) -> dict[str, object]:
    """Decide, or for a choice that needs a second person wait for one: the same choice by another decides.

    Raises Refused as `decide` does.
    """
    if ruling.choice not in NEEDS_SECOND:
        return {"state": "decided", **await decide(hub, batch, ruling)}
    async with hub.database.writing() as conn:
        first = await _first(conn, batch, ruling)
        if first is None or first["choice"] != ruling.choice or first["actor"] == ruling.actor:
            await _note(conn, hub, batch, ruling)
            return {"state": "proposed"}
    approved = Ruling(ruling.choice, first["reason"], first["actor"], ruling.actor)
    return {"state": "decided", **await decide(hub, batch, approved)}


async def note(hub: Hub, batch: UUID, ruling: Ruling) -> None:
    """Write down what the first of two persons chose, where the second is asked elsewhere; once.

    Raises Refused as `decide` does.
    """
    async with hub.database.writing() as conn:
        first = await _first(conn, batch, ruling)
        if first is None or (first["choice"], first["actor"]) != (ruling.choice, ruling.actor):
            await _note(conn, hub, batch, ruling)


async def _first(conn: asyncpg.Connection, batch: UUID, ruling: Ruling) -> asyncpg.Record | None:
    """What somebody chose of the batch as it is now, and no second person yet."""
    _check(Ruling(ruling.choice, ruling.reason, ruling.actor, HUB))
    if await conn.fetchrow(_LOCK, batch) is None:
        raise Refused("unknown")
    return await conn.fetchrow(_PROPOSED, batch)


async def _note(conn: asyncpg.Connection, hub: Hub, batch: UUID, ruling: Ruling) -> None:
    now = hub.clock()
    await conn.execute(_PROPOSE, batch, ruling.choice, ruling.reason, ruling.actor, now)
    admin = Admin(ruling.actor, ruling.reason, now, record)
    await admin.tell(conn, "discrepancy-propose", f"{batch} {ruling.choice}")


def _check(ruling: Ruling) -> None:
    if ruling.choice not in CHOICES:
        raise Refused("rule", Fault("one-of", "/choice", args=(" ".join(CHOICES),)))
    if not ruling.reason.strip():
        raise Refused("rule", Fault("reason-missing", "/reason"))
    if ruling.choice in NEEDS_SECOND and ruling.approver in (None, "", ruling.actor):
        raise Refused("rule", Fault("second-approver", "/approver"))


async def _write(
    conn: asyncpg.Connection, hub: Hub, batch: UUID, ruling: Ruling, rows: Sequence[asyncpg.Record]
) -> None:
    """The decision, its administrator action and its evidence, in the caller's transaction."""
    now, did = hub.clock(), uuid4()
    await conn.execute(
        _DECIDE, did, batch, ruling.choice, ruling.reason, ruling.actor, ruling.approver, now, len(rows)
    )
    await conn.execute(_DECIDED, [row["id"] for row in rows], did)
    second = f" {ruling.approver}" if ruling.approver else ""
    what = f"{batch} {ruling.choice} {len(rows)}{second}"
    await Admin(ruling.actor, ruling.reason, now, record).tell(conn, "discrepancy-decide", what)


async def _finish(hub: Hub, batch: UUID) -> int:
    """Tell what was decided and is untold; answers how many messages it took."""
    async with hub.database.connection() as conn:
        decision = await conn.fetchrow(_UNTOLD, batch)
        if decision is None:
            return 0
        rows = await conn.fetch(_OF_DECISION, decision["id"])
    units: dict[str, list[asyncpg.Record]] = {}
    for row in rows if decision["choice"] in _ASKED else ():
        units.setdefault(row["unit"], []).append(row)
    messages: dict[str, str] = {}
    for unit, of_unit in units.items():
        item = _message(hub, unit, decision["choice"], of_unit)
        await hub.writer.put(item)
        messages[unit] = str(item.id)
    async with hub.database.writing() as conn:
        await conn.execute(_TOLD, decision["id"], messages)
    return len(messages)


def _message(hub: Hub, unit: str, choice: str, rows: Sequence[Mapping[str, Any]]) -> Prepared:
    """The hub's own task to a unit: which rows of its list, which fields, which messages of its."""
    now = hub.clock()
    document: dict[str, object] = {
        "schema": "liantiao/1",
        "business_time": shown(now),
        "identifiers": [],
        "kind": "data_fix",
        "title": _ASKED[choice],
        "owner": unit,
        "basis": {"finding": " ".join(f"{kind}:{n}" for kind, n in sorted(_counts(rows).items()))},
        "remarks": "\n".join(_named(rows)),
    }
    envelope = Envelope(
        iss=hub.settings.issuer,
        iat=int(now.timestamp()),
        jti=f"discrepancy-{uuid4()}",
        unit=HUB,
        kind="task",
        purpose="supervision",
        cty="application/vnd.liantiao+json",
        to=unit,
    )
    return hub_message(document, envelope, hub.sealer, now)


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
