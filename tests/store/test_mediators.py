"""Numbers of one person: joined and taken apart with their evidence or not at all, one person at a time."""

import asyncio
from uuid import UUID

import pytest

from hub.errors import Refused
from hub.store import mediators
from hub.store.database import Database
from hub.store.ids import new_id
from hub.store.mediators import Number
from tests.store.registering import Evidence, administrator
from tests.support import SetClock

ONE, TWO, THREE = Number("justice-sys", "M1"), Number("court-sys", "M1"), Number("justice-sys", "M2")
ENTER = """
INSERT INTO register_entry
    (message, register, system, ref, unit, action, valid_from, recorded_at, dek, document)
VALUES ($1, 'mediator', $2, $3, '3105', 'join', '2026-01-01', $4, '', '')
"""


@pytest.fixture
async def entered(database: Database, clock: SetClock) -> Database:
    async with database.writing() as conn:
        for number in (ONE, TWO, THREE):
            await conn.execute(ENTER, new_id(clock()), *number, clock())
    return database


async def persons(database: Database) -> dict[Number, str | None]:
    async with database.connection() as conn:
        rows = await mediators.listed(conn, 100)
    return {Number(str(r["system"]), str(r["mediator"])): r["person"] for r in rows}  # type: ignore[misc]


async def test_a_join_and_its_undoing_are_evident(entered: Database, clock: SetClock) -> None:
    evidence = Evidence()
    admin = administrator(clock, evidence, "证件核对")
    async with entered.connection() as conn:
        person = await mediators.merge(conn, [ONE, TWO], admin)
    assert await persons(entered) == {ONE: str(person), TWO: str(person), THREE: None}
    async with entered.connection() as conn:
        await mediators.undo(conn, person, admin)
    assert set((await persons(entered)).values()) == {None}
    assert [(t.action, t.reason) for t in evidence.told] == [
        ("mediator-merge", "证件核对"),
        ("mediator-merge-undo", "证件核对"),
    ]
    async with entered.connection() as conn:
        kept = await conn.fetch("SELECT undone_at, undone_by FROM mediator_person")
    assert len(kept) == 2  # an undone join stays on record
    assert all(row["undone_at"] is not None and row["undone_by"] for row in kept)


async def test_without_evidence_or_reason_nothing_is_joined(entered: Database, clock: SetClock) -> None:
    async with entered.connection() as conn:
        with pytest.raises(RuntimeError, match="no evidence"):
            await mediators.merge(conn, [ONE, TWO], administrator(clock, Evidence(failing=True)))
        with pytest.raises(Refused) as refused:
            await mediators.merge(conn, [ONE, TWO], administrator(clock, reason=" "))
    assert refused.value.code == "rule"
    assert set((await persons(entered)).values()) == {None}


async def test_of_two_administrators_at_once_one_is_too_late(entered: Database, clock: SetClock) -> None:
    async def join(*numbers: Number) -> UUID | str:
        async with entered.connection() as conn:
            try:
                return await mediators.merge(conn, numbers, administrator(clock))
            except Refused as refusal:
                return refusal.code

    answers = await asyncio.gather(join(ONE, TWO), join(TWO, THREE))
    assert sorted(isinstance(a, UUID) for a in answers) == [False, True]
    assert "conflict" in answers
    assert len([p for p in (await persons(entered)).values() if p]) == 2


async def test_the_reader_reads_and_nobody_removes(entered: Database) -> None:
    async with entered.connection() as conn:
        for statement in ("DELETE FROM register_entry", "UPDATE register_entry SET ref = 'x'"):
            with pytest.raises(Exception, match="permission denied"):
                await conn.execute(statement)
