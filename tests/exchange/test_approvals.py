"""Two administrators: what waits, what is over, what is in the log."""

from uuid import UUID

import pytest

from hub.errors import Refused
from hub.exchange import approvals
from hub.exchange.evidence_rows import record
from hub.store.administration import Admin
from hub.store.database import Database
from tests.support import SEALER, SetClock

_SYSTEM = "INSERT INTO system (id, agency, scopes, created_at) VALUES ($1, 'justice', '{admin}', $2)"


def admin(actor: str, clock: SetClock, reason: str = "试验 test") -> Admin:
    return Admin(actor, reason, clock(), record, SEALER)


async def proposed(database: Database, clock: SetClock, about: str = "x") -> UUID:
    async with database.connection() as conn:
        made = await approvals.propose(conn, "erase", about, {"n": 1}, admin("one", clock))
    return UUID(str(made["approval"]))


async def test_a_proposal_waits_a_week(database: Database, clock: SetClock):
    first = await proposed(database, clock)
    clock.advance(seconds=approvals.LIFE.total_seconds())
    async with database.connection() as conn:
        with pytest.raises(Refused, match="conflict"):
            async with approvals.approving(conn, first, admin("two", clock)):
                raise AssertionError
        with pytest.raises(Refused, match="conflict"):
            await approvals.withdraw(conn, first, admin("one", clock))
        assert (await approvals.listed(conn, SEALER, clock(), 10))[0]["state"] == "expired"
    second = await proposed(database, clock)  # what is over is in nobody's way
    clock.advance(seconds=approvals.LIFE.total_seconds() - 1)
    async with database.connection() as conn:
        async with approvals.approving(conn, second, admin("two", clock)) as found:
            assert (found.action, found.about, found.said) == ("erase", "x", {"n": 1})
        states = {a["approval"]: a["state"] for a in await approvals.listed(conn, SEALER, clock(), 10)}
    assert states == {str(first): "expired", str(second): "approved"}


@pytest.mark.parametrize("let_in", [[("one", "two")], [("two", "one")], [("x", "one"), ("x", "two")]])
@pytest.mark.parametrize("how", ["system-add", "key-add"])
async def test_whom_one_let_in_is_not_the_other(
    database: Database, clock: SetClock, let_in: list[tuple[str, str]], how: str
):
    async with database.writing() as conn:
        for name in ("one", "two", "x"):
            await conn.execute(_SYSTEM, name, clock())
        for who, whom in (("cli:op", "one"), ("cli:op", "two"), *let_in):
            await admin(who, clock).tell(conn, "system-add" if who == "cli:op" else how, whom)
    approval = await proposed(database, clock)
    async with database.connection() as conn:
        with pytest.raises(Refused) as refused:
            async with approvals.approving(conn, approval, admin("two", clock)):
                raise AssertionError
        assert [f.rule for f in refused.value.faults] == ["approver-kin"]
        async with approvals.approving(conn, approval, admin("three", clock)):
            pass


async def test_two_whom_the_operator_registered_are_two(database: Database, clock: SetClock):
    async with database.writing() as conn:
        for name in ("one", "two"):
            await conn.execute(_SYSTEM, name, clock())
            await admin("cli:op", clock).tell(conn, "system-add", name)
            await admin(name, clock).tell(conn, "key-add", name)  # each its own next key
    approval = await proposed(database, clock)
    async with database.connection() as conn, approvals.approving(conn, approval, admin("two", clock)):
        pass


async def test_what_fails_is_not_approved(database: Database, clock: SetClock):
    approval = await proposed(database, clock)
    async with database.connection() as conn:
        with pytest.raises(ZeroDivisionError):
            async with approvals.approving(conn, approval, admin("two", clock)):
                raise ZeroDivisionError
        assert (await approvals.listed(conn, SEALER, clock(), 10))[0]["state"] == "pending"
        assert await conn.fetchval("SELECT count(*) FROM admin_action WHERE action = 'erase-approve'") == 0


async def test_every_word_is_in_the_log(database: Database, clock: SetClock):
    approved, withdrawn = await proposed(database, clock, "a"), await proposed(database, clock, "b")
    async with database.connection() as conn:
        before = await conn.fetchval("SELECT count(*) FROM log_pending")
        async with approvals.approving(conn, approved, admin("two", clock)):
            pass
        await approvals.withdraw(conn, withdrawn, admin("one", clock))
        actions = await conn.fetch("SELECT actor, action, object FROM admin_action ORDER BY id")
        after = await conn.fetchval("SELECT count(*) FROM log_pending")
    assert [tuple(row) for row in actions] == [
        ("one", "erase-propose", f"{approved} a"),
        ("one", "erase-propose", f"{withdrawn} b"),
        ("two", "erase-approve", f"{approved} a"),
        ("one", "erase-withdraw", f"{withdrawn} b"),
    ]
    assert after == before + 2


async def test_nothing_without_a_reason(database: Database, clock: SetClock):
    approval = await proposed(database, clock)
    async with database.connection() as conn:
        with pytest.raises(Refused, match="rule"):
            await approvals.propose(conn, "erase", "y", {}, admin("one", clock, " "))
        with pytest.raises(Refused, match="rule"):
            async with approvals.approving(conn, approval, admin("two", clock, " ")):
                raise AssertionError
