"""`collect_snapshots`: what each agency says it holds at the end of a business day, taken into tables.

What was pushed is found by its messages, what is fetched by the district's configuration. Every list is
checked against its own manifest; what does not hold is kept as problems of the list, and the run goes on. A
second run of a day puts the same rows in the place of the first one's.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import asyncpg

from hub.exchange import blobs
from hub.nightly.cells import Cell, cell, cells
from hub.nightly.documents import opened
from hub.nightly.fetch import fetched
from hub.nightly.listed import COLUMNS, Listed, read_list
from hub.nightly.manifest import Manifest, Told, read, standing
from hub.nightly.night import Night, Summary, Work
from hub.translate.registry import MAX_LIST

JOB: Final = "collect_snapshots"
_PUSHED: Final = """
SELECT id, iss, sender, received_at FROM message
 WHERE kind = 'snapshot' AND sender = ANY ($1::text[]) AND id >= uuid7_floor($2) ORDER BY id
"""
_LOCK: Final = "SELECT pg_advisory_xact_lock(7071, hashtext($1 || ' ' || $2 || ' ' || $3::date::text))"
_CLEAR: Final = "DELETE FROM snapshot WHERE day = $1 AND agency = $2 AND area = $3"
_KEEP: Final = """
INSERT INTO snapshot (id, day, agency, area, system, unit, dataset, source, files, format, kind, coverage,
    complete, cut_off, told, held, broken, problems, state, dek, collected_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
"""
_FAULT: Final = "INSERT INTO snapshot_fault (snapshot, n, label, code, places) VALUES ($1, $2, $3, $4, $5)"


async def groups(night: Night) -> list[dict[str, str]]:
    """The cells of a night: agency and district group of every unit that has a system."""
    return [found.as_argument() for found in cells(night)]


async def collect(night: Night, agency: str, group: str) -> Summary:
    """Take the lists of a cell's business day in; counts of lists, rows and problems."""
    async with night.work(JOB, f"{agency}/{group}") as work:
        where = cell(night, agency, group)
        manifests = [m async for m in pushed(night, where) if m.day == night.interval.day]
        had, not_had = await fetched(night, where)
        manifests += had
        last, replaced = standing(manifests)
        taken = [await _taken(night, where, manifest) for manifest in last]
        taken += [Listed(manifest, night.hub.sealer.new_dek()) for manifest in replaced]
        came = {(made.system, made.dataset) for made in manifests}
        missed = [made for made in not_had if (made.system, made.dataset) not in came]
        async with night.hub.database.writing() as conn:
            await conn.execute(_LOCK, agency, group, night.interval.day)
            await conn.execute(_CLEAR, night.interval.day, agency, group)
            for listed in taken:
                await _keep(conn, night, where, listed, "replaced" if listed.manifest in replaced else "")
            for manifest in missed:
                nothing = Listed(manifest, night.hub.sealer.new_dek(), refused=True)
                await _keep(conn, night, where, nothing, "refused")
        _count(work, taken, len(replaced))
        if missed:
            work.count("not_had", len(missed))
        return work.counts


async def pushed(night: Night, where: Cell) -> AsyncIterator[Manifest]:
    """The manifests that the cell's units sent since the day began, whatever day they are for."""
    hub = night.hub
    async with hub.database.connection() as conn:
        rows = await conn.fetch(_PUSHED, list(where.units), night.interval.starts)
    found = {row["id"]: row for row in rows}
    async for documents in opened(hub, list(found)):
        for message, document in documents:
            row = found[message]
            system = hub.registry.systems.get(row["iss"])
            units = frozenset(system.units) if system else frozenset()
            told = Told(message, row["iss"], row["sender"], row["received_at"], units=units)
            yield read(told, document)


async def _taken(night: Night, where: Cell, manifest: Manifest) -> Listed:
    """A list, read in a thread: workbooks and archives under the guards of translation."""
    hub = night.hub
    contents: list[bytes] = []
    for digest in manifest.files:
        async with hub.database.connection() as conn:
            found = await blobs.find(conn, manifest.system, list(where.units), [digest])
            if digest in found and found[digest].size <= MAX_LIST:
                contents.append(await blobs.read_whole(conn, hub.sealer, found[digest], MAX_LIST))
                continue
        code = "too-large" if digest in found else "blob-missing"
        manifest = manifest.noting({"field": "/blob", "code": code})
    return await asyncio.to_thread(read_list, hub.translator, hub.sealer, where.agency, manifest, contents)


async def _keep(conn: asyncpg.Connection, night: Night, where: Cell, listed: Listed, state: str) -> None:
    made, sealer = listed.manifest, night.hub.sealer
    refused = listed.refused or (bool(made.files) and not listed.rows and not listed.faults)
    await conn.execute(
        _KEEP, made.id, made.day, where.agency, where.area, made.system, made.unit, made.dataset,
        made.source, list(made.files), listed.format, listed.kind, list(made.coverage), listed.whole,
        made.cut_off, made.told, len(listed.rows), len(listed.faults), list(made.problems),
        state or ("refused" if refused else "taken"),
        sealer.wrap(listed.dek, None, f"snapshot|{made.id}|dek"), night.hub.clock(),
    )  # fmt: skip
    await conn.copy_records_to_table("snapshot_row", records=listed.rows, columns=COLUMNS)
    await conn.executemany(_FAULT, listed.faults)


def _count(work: Work, taken: list[Listed], replaced: int) -> None:
    work.count("lists", len(taken) - replaced)
    work.count("replaced", replaced)
    work.count("rows", sum(len(listed.rows) for listed in taken))
    work.count("broken", sum(len(listed.faults) for listed in taken))
    work.count("problems", sum(len(listed.manifest.problems) for listed in taken))
    row = COLUMNS.index("digest")
    work.digest_of(
        (listed.manifest.id, n, line[row].hex())
        for listed in sorted(taken, key=lambda one: one.manifest.id)
        for n, line in enumerate(listed.rows)
    )
