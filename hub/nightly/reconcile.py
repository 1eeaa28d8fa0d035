"""`reconcile`: what the hub holds against what an agency says it holds, for a cell and business day.

The hub's side is what it had by a list's cut-off, so that a second run finds what the first found. Digests
are joined first; documents and rows are opened in memory only where they differ.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from hub.nightly import canonical, engine, hub_side, repair
from hub.nightly.cells import Cell, cell
from hub.nightly.documents import opened
from hub.nightly.findings import Found, digest_rows, keep
from hub.nightly.hub_side import Scope
from hub.nightly.night import Night, Summary
from hub.nightly.settled import settle
from hub.nightly.silence import silences
from hub.nightly.spill import safe_folder

JOB: Final = "reconcile"
_LISTS: Final = """
SELECT id, system, unit, dataset, kind, coverage, complete, cut_off, problems, state, dek FROM snapshot
 WHERE day = $1 AND agency = $2 AND area = $3 AND state <> 'replaced' ORDER BY id
"""
_LAST_KIND: Final = """
SELECT kind FROM snapshot WHERE system = $1 AND dataset = $2 AND kind <> '' ORDER BY day DESC, id DESC LIMIT 1
"""
_LOCK: Final = "SELECT pg_advisory_xact_lock(7072, hashtext($1 || ' ' || $2 || ' ' || $3::date::text))"
_HUB_WIDE: Final = (
    "SELECT message::text AS message, fields, digests FROM hub_row WHERE message = ANY ($1::uuid[])"
)
_AGENCY_WIDE: Final = """
SELECT r.snapshot::text AS snapshot, r.n, r.fields, r.digests
  FROM unnest($1::uuid[], $2::int[]) q(snapshot, n) JOIN snapshot_row r USING (snapshot, n)
"""
_PLACES: Final = """
SELECT r.snapshot, r.n, r.label, r.links, r.sealed
  FROM unnest($1::uuid[], $2::int[]) q(snapshot, n) JOIN snapshot_row r USING (snapshot, n)
"""
_SENDERS: Final = "SELECT message, sender FROM hub_row WHERE message = ANY ($1::uuid[])"
_KNOWN: Final = """
SELECT DISTINCT q.blind FROM unnest($1::bytea[]) q(blind)
 WHERE EXISTS (SELECT FROM identifier i WHERE i.blind = q.blind)
    OR EXISTS (SELECT FROM native_id n WHERE n.blind = q.blind)
"""
_AT_ONCE: Final = 2_000
Row = Mapping[str, Any]


async def reconcile(night: Night, agency: str, group: str) -> Summary:
    """Compare, keep the findings, mend what the hub can mend alone, end tasks of which nothing is found.

    Counts by kind of finding.
    """
    async with night.work(JOB, f"{agency}/{group}") as work:
        found = await find(night, agency, group)
        day, where = night.interval.day, cell(night, agency, group)
        hub = night.hub
        async with hub.database.writing() as conn:
            await conn.execute(_LOCK, agency, group, day)
            await keep(conn, hub.sealer, day, where, found, hub.clock())
            waiting = [one.id(day) for one in found if one.delivery is not None]
            mended = await repair.mend(conn, hub.sealer, waiting, hub.clock())
            settled = await settle(conn, day, where, found, hub.clock())
        hub.way_out.bell.set()
        for one in found:
            work.count(one.kind)
        for name, n in (("mended", mended), ("settled", settled)):
            if n:
                work.count(name, n)
        work.digest_of(digest_rows(day, found))
        return work.counts


async def find(night: Night, agency: str, group: str) -> list[Found]:
    """Everything between hub and agency in a cell, in a fixed order; keeps and mends nothing."""
    hub, where, day = night.hub, cell(night, agency, group), night.interval.day
    async with hub.database.connection() as conn:
        lists = [dict(row) for row in await conn.fetch(_LISTS, day, agency, group)]
        found = await silences(conn, night, where, lists)
        for row in lists:
            if not row["kind"]:  # a day without rows is a list of what there was before
                row["kind"] = await conn.fetchval(_LAST_KIND, row["system"], row["dataset"]) or ""
    taken = [row for row in lists if row["state"] == "taken" and row["kind"]]
    if taken:
        found += await _compared(night, where, taken)
    for row in taken:
        if row["complete"]:
            names = ("id", "system", "kind", "dataset", "coverage", "cut_off")
            found += await repair.untaken(hub, repair.List(*(row[name] for name in names)))
    found.sort(key=lambda one: (*one.order, str(one.snapshot), one.n or 0))
    once: dict[UUID, Found] = {}
    for one in found:
        once.setdefault(one.id(day), one)
    return list(once.values())


async def _compared(night: Night, where: Cell, taken: Sequence[Row]) -> list[Found]:
    scopes = sorted({Scope(row["system"], row["kind"]) for row in taken})
    for scope in scopes:
        await hub_side.fill(night.hub, scope)
    covered = [
        engine.Covered(f"{row['system']}|{row['kind']}", unit, row["cut_off"], row["complete"])
        for row in taken
        for unit in row["coverage"]
    ]
    uri = night.hub.database.address.url("hub")
    place = (night.interval.day.isoformat(), where.agency, where.area)
    settings = night.hub.settings
    limits = (settings.data_dir, settings.night_memory, safe_folder(settings))
    with engine.engine(*limits, where=settings.night_engine) as running:
        running.load("covered", engine.covered_table(covered))
        await asyncio.to_thread(engine.stream, running, uri, place, scopes)
        await asyncio.to_thread(running.first)
        rows = running.rows(engine.FINDINGS)
        differing = running.rows(engine.DIFFERING)
        for start in range(0, len(differing), _AT_ONCE):
            await _widen(night, running, differing[start : start + _AT_ONCE])
        rows += await asyncio.to_thread(running.second)
    return await _told(night, taken, rows)


async def _widen(night: Night, running: engine.Engine, differing: Sequence[Row]) -> None:
    """The fields of some records that differ, of both sides."""
    async with night.hub.database.connection() as conn:
        ours = await conn.fetch(_HUB_WIDE, [UUID(row["message"]) for row in differing])
        theirs = await conn.fetch(_AGENCY_WIDE, *_places(differing))
    running.load("hub_wide", engine.wide(ours))
    running.load("agency_wide", engine.wide(theirs))


def _places(rows: Sequence[Row]) -> tuple[list[UUID], list[int]]:
    return [UUID(row["snapshot"]) for row in rows], [row["n"] for row in rows]


async def _told(night: Night, taken: Sequence[Row], rows: Sequence[Row]) -> list[Found]:
    """Findings with their places and values; of references those that the hub does not know either."""
    lists = {str(row["id"]): row for row in taken}
    of_scope = {f"{row['system']}|{row['kind']}": row for row in taken}
    places = await _opened_rows(night, lists, [row for row in rows if row["snapshot"]])
    documents = await _documents(night, [row for row in rows if row["message"] and row["field"]])
    ours = sorted({UUID(row["message"]) for row in rows if row["message"]})
    async with night.hub.database.connection() as conn:
        senders = {row["message"]: row["sender"] for row in await conn.fetch(_SENDERS, ours)}
        known = await _known(conn, places.values())
    found: list[Found] = []
    for row in rows:
        at = places.get((row["snapshot"], row["n"]))
        if row["kind"] == "orphan_reference" and at is not None and at.links <= known:
            continue
        listed = lists.get(row["snapshot"]) or of_scope[row["scope"]]
        message = UUID(row["message"]) if row["message"] else None
        unit = listed["unit"] if row["snapshot"] or message is None else senders[message]
        found.append(_found(row, listed, unit, at, documents.get(row["message"], {})))
    return found


class _Place:
    """A row of a list, opened."""

    __slots__ = ("label", "links", "texts")

    def __init__(self, label: str, links: frozenset[bytes], texts: dict[str, str]) -> None:
        self.label, self.links, self.texts = label, links, texts


def _found(row: Row, listed: Row, unit: str, at: _Place | None, document: Mapping[str, str]) -> Found:
    place = row["field"] if row["kind"] in ("field_mismatch", "status_contradiction") else ""
    return Found(
        kind=row["kind"],
        dataset=listed["dataset"],
        system=listed["system"],
        unit=unit,
        record=bytes(row["key"]).hex(),
        record_kind=listed["kind"],
        pointer=row["field"],
        snapshot=UUID(row["snapshot"]) if row["snapshot"] else listed["id"],
        n=row["n"],
        place=at.label if at else "",
        message=UUID(row["message"]) if row["message"] else None,
        hub=document.get(place) if place else None,
        agency=at.texts.get(place) if place and at else None,
        detail={"older": row["side"]} if row["side"] else {},
    )


async def _opened_rows(
    night: Night, lists: Mapping[str, Row], rows: Sequence[Row]
) -> dict[tuple[str | None, int | None], _Place]:
    sealer = night.hub.sealer
    keys = {sid: sealer.unwrap(row["dek"], None, f"snapshot|{sid}|dek") for sid, row in lists.items()}
    async with night.hub.database.connection() as conn:
        found = await conn.fetch(_PLACES, *_places(rows))
    return {
        (str(row["snapshot"]), row["n"]): _Place(
            row["label"],
            frozenset(map(bytes, row["links"])),
            orjson.loads(
                sealer.open(
                    keys[str(row["snapshot"])],
                    f"snapshot_row|{row['snapshot']}.{row['n']}|sealed",
                    row["sealed"],
                )
            ),
        )
        for row in found
    }


async def _documents(night: Night, rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    """Message → canonical fields."""
    kinds = {UUID(row["message"]): row["scope"].partition("|")[2] for row in rows}
    found: dict[str, dict[str, str]] = {}
    async for documents in opened(night.hub, sorted(kinds)):
        for message, document in documents:
            found[str(message)] = canonical.fields(kinds[message], document)
    return found


async def _known(conn: asyncpg.Connection, places: Any) -> frozenset[bytes]:  # noqa: ANN401
    links = sorted({link for place in places for link in place.links})
    return frozenset(bytes(row["blind"]) for row in await conn.fetch(_KNOWN, links))
