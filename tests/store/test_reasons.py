"""Reasons that administrators give: sealed at rest, bound to their row; what lay in clear is sealed too."""

from datetime import UTC, datetime

import asyncpg
import pytest

from hub.errors import Broken
from hub.store import reasons
from hub.store.administration import Admin, AdminAction
from hub.store.database import Database
from hub.store.ids import new_id

NOW = datetime(2026, 11, 27, tzinfo=UTC)
SAID = "彭测四的家属来电"
CLEAR = (
    "INSERT INTO admin_action (id, at, actor, action, reason, object) VALUES ($1, $2, 'ops', 'x', $3, 'o')"
)
ROWS = "SELECT id, reason, sealed_reason FROM admin_action WHERE actor = 'ops' ORDER BY id"


async def unrecorded(_: asyncpg.Connection, __: AdminAction) -> None:
    """No evidence is asked for here."""


async def test_a_reason_is_kept_sealed_and_opens_only_in_its_row(database: Database) -> None:
    async with database.writing() as conn:
        for _ in range(2):
            await Admin("ops", SAID, NOW, unrecorded, database.sealer).tell(conn, "x", "o")
    async with database.connection() as conn:
        one, other = await conn.fetch(ROWS)
    assert [one["reason"], other["reason"]] == ["", ""]
    assert SAID.encode() not in one["sealed_reason"]
    assert reasons.opened(database.sealer, "admin_action", one) == SAID
    with pytest.raises(Broken):
        reasons.opened(database.sealer, "admin_action", {**one, "sealed_reason": other["sealed_reason"]})
    with pytest.raises(Broken):
        reasons.opened(database.sealer, "approval", one)


async def test_what_the_version_before_wrote_in_clear_is_read_and_then_sealed(database: Database) -> None:
    said = {new_id(NOW): f"{SAID} {n}" for n in range(1100)}
    async with database.writing() as conn:
        await conn.executemany(CLEAR, [(i, NOW, reason) for i, reason in said.items()])
    owner = await database.address.connect("owner")
    try:
        before = {
            r["id"]: reasons.opened(database.sealer, "admin_action", r) for r in await owner.fetch(ROWS)
        }
        assert await reasons.seal_clear(owner, database.sealer) >= len(said)
        rows = await owner.fetch(ROWS)
        assert await reasons.seal_clear(owner, database.sealer) == 0
    finally:
        await owner.close()
    assert {r["reason"] for r in rows} == {""}
    after = {r["id"]: reasons.opened(database.sealer, "admin_action", r) for r in rows}
    assert after == before == said
