"""The hub's keys in their table, on a real database."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from hub.errors import Broken
from hub.store import hub_keys
from hub.trust.seal import Sealer

CELLS = "SELECT kid, purpose, state, jwk, sealed FROM hub_key ORDER BY kid"


@pytest.fixture
def sealer(database) -> Sealer:
    return database.sealer


async def test_the_first_keys_are_made_once(database, sealer, clock):
    async def ensure():
        async with database.connection() as conn:
            await hub_keys.ensure_keys(conn, sealer, clock())

    await asyncio.gather(*(ensure() for _ in range(4)))
    async with database.connection() as conn:
        rows = await conn.fetch(CELLS)
        keys = await hub_keys.load_keys(conn, sealer)
        ring = await hub_keys.load_keyring(conn, sealer)
        log = await hub_keys.load_log_key(conn, sealer)
    assert sorted((r["purpose"], r["state"]) for r in rows) == [
        ("log", "active"),
        ("token", "active"),
        ("token", "next"),
    ]
    assert {r["kid"]: r["jwk"] for r in rows} == {key.kid: key.jwk for key in keys}
    assert log.kid not in {key["kid"] for key in ring.jwks()["keys"]}
    assert all(key.seed not in row["sealed"] for key in keys for row in rows)


async def test_keys_do_not_open_without_the_root_key(database, sealer, clock):
    stranger = Sealer("k-x", {"k-x": bytes(32)}, bytes(32))
    async with database.connection() as conn:
        await hub_keys.ensure_keys(conn, sealer, clock())
        with pytest.raises(Broken):
            await hub_keys.load_keyring(conn, stranger)


async def test_a_hub_without_a_log_key_says_so(database, sealer):
    async with database.connection() as conn:
        with pytest.raises(Broken, match="init"):
            await hub_keys.load_log_key(conn, sealer)


async def test_rotation_and_revocation(database, sealer, clock):
    async with database.connection() as conn:
        await hub_keys.ensure_keys(conn, sealer, clock())
        first = await hub_keys.load_keyring(conn, sealer)
    clock.advance(days=30)
    async with database.writing() as conn:
        await hub_keys.rotate_keys(conn, sealer, clock())
        second = await hub_keys.load_keyring(conn, sealer)
    assert second.active.kid != first.active.kid
    assert second.active.kid in {key["kid"] for key in first.jwks()["keys"]}
    assert first.active.kid in {key["kid"] for key in second.jwks()["keys"]}
    async with database.writing() as conn:
        await hub_keys.revoke_key(conn, sealer, second.active.kid, clock())
        third = await hub_keys.load_keyring(conn, sealer)
    assert second.active.kid not in {key["kid"] for key in third.jwks()["keys"]}
    assert third.active.kid in {key["kid"] for key in second.jwks()["keys"]}


async def test_rotations_at_once_wait_for_each_other(database, sealer, clock):
    async with database.connection() as conn:
        await hub_keys.ensure_keys(conn, sealer, clock())

    async def rotate():
        async with database.writing() as conn:
            await hub_keys.rotate_keys(conn, sealer, clock())

    await asyncio.gather(*(rotate() for _ in range(3)))
    async with database.connection() as conn:
        states = sorted(key.state for key in await hub_keys.load_keys(conn, sealer) if key.purpose == "token")
    assert states == ["active", "next", "retiring", "retiring", "retiring"]


@pytest.mark.parametrize(
    ("state", "sent_after", "needed"),
    [
        ("queued", -1, True),
        ("held", -1, True),
        ("queued", 1, False),
        ("held", 1, False),
        ("acknowledged", -1, False),
        ("queued", None, False),
    ],
)
async def test_a_retired_key_is_needed_while_its_tokens_wait(
    database, sealer, clock, state, sent_after, needed
):
    async with database.connection() as conn:
        await hub_keys.ensure_keys(conn, sealer, clock())
        (key,) = [
            k for k in await hub_keys.load_keys(conn, sealer) if k.purpose == "token" and k.state == "next"
        ]
        sent = None if sent_after is None else clock() + timedelta(seconds=sent_after)
        await conn.execute(
            "INSERT INTO delivery (id, message, system, unit, sender, role, subject, seq, event, state,"
            " created_at, next_try, first_sent_at)"
            " VALUES ($1, $1, 's', 'u', 'u2', 'addressee', $1, 1, 'dispute', $2, $3, $3, $4)",
            uuid4(),
            state,
            clock(),
            sent,
        )
        assert await hub_keys.still_needed(conn, key) is needed
