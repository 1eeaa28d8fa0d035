"""The log on a real PostgreSQL: order, idempotence, several workers, kill -9, and every proof it gives."""

import asyncio
import logging
import os
import random
import signal
import sys
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.errors import Broken, Refused
from hub.evidence import entries, log, merkle
from hub.evidence.audit import audit
from hub.evidence.note import Signer
from hub.evidence.sequencer import Sequencer
from hub.store.ids import new_id

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
SEED = bytes(range(32))
SIGNER = Signer("127.0.0.1:8040", Ed25519PrivateKey.from_private_bytes(SEED))
WORKER = Path(__file__).with_name("sequencing_worker.py")


def sequencer(database, **options):
    return Sequencer(database.writing, SIGNER, database.clock, **options)


async def add(database, count, content=b"\x01" * 32, at=AT):
    """Pending entries, as the writer leaves them; answers them in the order of their ids."""
    made = [entries.make("message", content, at) for _ in range(count)]
    ids = sorted(new_id(at) for _ in made)
    async with database.writing() as db:
        await db.executemany(
            "INSERT INTO log_pending (id, entry, leaf) VALUES ($1, $2, $3)",
            [(i, e.text, e.leaf) for i, e in zip(ids, made, strict=True)],
        )
    return made


async def until(database, query, value):
    """Waits for the database to answer so, at most a minute."""
    async with asyncio.timeout(60), database.connection() as db:
        while True:
            if await db.fetchval(query) == value:
                return
            await asyncio.sleep(0.02)


async def checked(database):
    async with database.connection() as db:
        return await audit(db, SIGNER.verifier)


async def test_entries_enter_in_the_order_of_their_ids_and_once(database):
    made = await add(database, 11)
    worker = sequencer(database, batch=4)
    assert [await worker.step() for _ in range(4)] == [4, 4, 3, 0]
    async with database.connection() as db:
        got = await log.entries(db, 0, 999)
        assert [e["leaf"] for e in got["entries"]] == [m.leaf.hex() for m in made]
        assert [e["entry"] for e in got["entries"]] == [m.text for m in made]
        assert got["size"] == 11
        assert [r["size"] for r in await db.fetch("SELECT size FROM log_checkpoint ORDER BY 1")] == [4, 8, 11]
    assert (await checked(database)).ok


async def test_an_entry_that_is_already_a_leaf_is_only_taken_off_the_list(database):
    made = await add(database, 3)
    worker = sequencer(database)
    assert await worker.drain() == 3
    async with database.writing() as db:
        for entry in (made[1], made[1]):
            await db.execute(
                "INSERT INTO log_pending VALUES ($1, $2, $3)", new_id(AT), entry.text, entry.leaf
            )
    assert await worker.drain() == 2
    async with database.connection() as db:
        assert (await log.entries(db, 0, 9))["size"] == 3
    assert (await checked(database)).ok


async def test_the_same_entry_twice_in_one_batch_becomes_one_leaf(database):
    made = entries.make("delivery", b"\x02" * 32, AT)
    async with database.writing() as db:
        for _ in range(2):
            await db.execute("INSERT INTO log_pending VALUES ($1, $2, $3)", new_id(AT), made.text, made.leaf)
    assert await sequencer(database).drain() == 2
    async with database.connection() as db:
        assert (await log.entries(db, 0, 9))["size"] == 1


async def test_an_entry_that_is_not_what_its_leaf_says_stops_the_log(database):
    made = entries.make("message", b"\x03" * 32, AT)
    async with database.writing() as db:
        await db.execute("INSERT INTO log_pending VALUES ($1, $2, $3)", new_id(AT), made.text, bytes(32))
    with pytest.raises(Broken):
        await sequencer(database).step()
    async with database.connection() as db:
        assert await db.fetchval("SELECT count(*) FROM log_pending") == 1
        assert await db.fetchval("SELECT count(*) FROM log_leaf") == 0


async def test_one_worker_at_a_time(database):
    await add(database, 1)
    async with database.writing() as other:
        await other.execute("SELECT pg_advisory_xact_lock(7062)")
        assert await sequencer(database).step() == 0
    assert await sequencer(database).step() == 1


async def test_the_loop_takes_what_comes_and_ends_when_told(database):
    worker, stop = sequencer(database, interval=0.05), asyncio.Event()
    loop = asyncio.create_task(worker.run(stop))
    for _ in range(3):
        await add(database, 5)
        worker.poke()
    await until(database, "SELECT count(*) FROM log_leaf", 15)
    stop.set()
    await asyncio.wait_for(loop, 20)
    assert (await checked(database)).ok


async def test_the_loop_outlives_a_step_that_fails(database):
    made = entries.make("message", b"\x03" * 32, AT)
    wrong = new_id(AT)
    async with database.writing() as db:
        await db.execute("INSERT INTO log_pending VALUES ($1, $2, $3)", wrong, made.text, bytes(32))
    failed, handler = asyncio.Event(), logging.Handler()
    handler.emit = lambda _record: failed.set()
    logging.getLogger("liantiao").addHandler(handler)
    worker, stop = sequencer(database, interval=0.01), asyncio.Event()
    loop = asyncio.create_task(worker.run(stop))
    await asyncio.wait_for(failed.wait(), 20)
    logging.getLogger("liantiao").removeHandler(handler)
    async with database.writing() as db:
        await db.execute("UPDATE log_pending SET leaf = $2 WHERE id = $1", wrong, made.leaf)
    await until(database, "SELECT count(*) FROM log_leaf", 1)
    stop.set()
    await asyncio.wait_for(loop, 20)


async def test_every_leaf_and_size_is_proved_and_nothing_else(database):
    worker = sequencer(database, batch=5)
    made = await add(database, 13)
    await worker.drain()
    leaves = [m.leaf for m in made]
    roots = {n: merkle.root(leaves[:n]) for n in range(1, 14)}
    async with database.reading((), None) as db:
        assert SIGNER.verifier.checkpoint(await log.checkpoint(db)).root == roots[13]
        assert SIGNER.verifier.checkpoint(await log.checkpoint(db, 5)).root == roots[5]
        assert await log.checkpoint_sizes(db, 13) == [10, 5]
        proofs = await log.earlier(db, 13)
        assert [first for first, _ in proofs] == [10, 5]
        for first, hashes in proofs:
            merkle.verify_consistency(first, 13, hashes, roots[first], roots[13])
        for size in range(1, 14):
            for index in range(size):
                proof = await log.inclusion(db, leaves[index].hex(), size)
                assert (proof["index"], proof["size"]) == (index, size)
                hashes = [b64decode(h) for h in proof["hashes"]]
                merkle.verify_inclusion(leaves[index], index, size, hashes, roots[size])
            for first in range(1, size + 1):
                proof = await log.consistency(db, first, size)
                assert (proof["index"], proof["size"]) == (first, size)
                hashes = [b64decode(h) for h in proof["hashes"]]
                merkle.verify_consistency(first, size, hashes, roots[first], roots[size])
        assert (await log.inclusion(db, leaves[0].hex()))["size"] == 13
        assert (await log.consistency(db, 3))["size"] == 13
        proved = await log.prove(db, [*leaves[:4], bytes(32), leaves[12]], 12)
        assert set(proved) == set(leaves[:4])
        for leaf, logged in proved.items():
            assert logged.entry == made[logged.index].text
            merkle.verify_inclusion(leaf, logged.index, 12, logged.hashes, roots[12])


async def test_what_is_unknown_is_refused(database):
    async with database.reading((), None) as db:
        for question in (log.checkpoint(db), log.entries(db, 0, 9), log.inclusion(db, "0" * 64)):
            with pytest.raises(Refused) as refusal:
                await question
            assert refusal.value.code == "unknown"
    (made,) = await add(database, 1)
    await add(database, 1)
    await sequencer(database).drain()
    leaf = made.leaf.hex()
    async with database.reading((), None) as db:
        for question in (
            log.checkpoint(db, 1),
            log.checkpoint(db, 3),
            log.entries(db, 2, 9),
            log.entries(db, -1, 9),
            log.entries(db, 1, 0),
            log.entries(db, 10**30, 10**31),
            log.inclusion(db, leaf, 0),
            log.inclusion(db, leaf, 3),
            log.inclusion(db, leaf, 10**30),
            log.inclusion(db, leaf, -1),
            log.inclusion(db, "0" * 64, 2),
            log.inclusion(db, leaf.upper(), 2),
            log.inclusion(db, leaf[:-1], 2),
            log.inclusion(db, leaf + "\n", 2),
            log.consistency(db, 0, 2),
            log.consistency(db, 1, 0),
            log.consistency(db, 2, 1),
            log.consistency(db, 1, 3),
            log.consistency(db, -1, 2),
            log.consistency(db, 10**30, 10**30),
        ):
            with pytest.raises(Refused) as refusal:
                await question
            assert refusal.value.code == "unknown"


async def test_at_most_a_thousand_entries_an_answer(database):
    await add(database, 1203)
    await sequencer(database).drain()
    async with database.reading((), None) as db:
        assert len((await log.entries(db, 0, 10**9))["entries"]) == 1000
        got = (await log.entries(db, 1200, 10**9))["entries"]
        assert [e["index"] for e in got] == [1200, 1201, 1202]


async def test_the_oldest_pending_entry_tells_its_age(database):
    async with database.connection() as db:
        assert await log.oldest_pending(db) is None
        at = AT + timedelta(hours=1)  # ids never go back by a few seconds: no other test is near
        await add(database, 2, at=at)
        oldest = await log.oldest_pending(db)
        assert abs(oldest - at) < timedelta(seconds=1)


DAMAGE = [
    ("UPDATE log_leaf SET entry = replace(entry, 'message', 'release') WHERE index = 3", "log_leaf/3"),
    ("UPDATE log_leaf SET leaf = sha256('x') WHERE index = 4", "log_leaf/4"),
    ("DELETE FROM log_leaf WHERE index = 2", "log_leaf/2"),
    ("DELETE FROM log_leaf WHERE index = 6", "log_checkpoint"),
    ("UPDATE log_node SET hash = sha256('x') WHERE level = 1 AND index = 1", "log_node/1/1"),
    ("DELETE FROM log_node WHERE level = 2", "log_node/2/0"),
    ("UPDATE log_checkpoint SET root = sha256('x')", "log_checkpoint/7"),
    ("UPDATE log_checkpoint SET note = replace(note, '7', '6')", "log_checkpoint/7"),
    ("DELETE FROM log_checkpoint", "log_checkpoint"),
    (
        "INSERT INTO event_leaf VALUES (sha256('x'), gen_random_uuid(), null, 'delivery', '', '')",
        "event_leaf/delivery",
    ),
]


async def test_the_audit_names_what_was_changed(database):
    await add(database, 7)
    await sequencer(database).drain()
    assert (await checked(database)).ok
    owner = await database.address.connect("admin")
    try:
        for change, where in DAMAGE:
            trial = owner.transaction()
            await trial.start()
            await owner.execute(change)
            report = await audit(owner, SIGNER.verifier)
            await trial.rollback()
            assert not report.ok, change
            assert report.failures[0].where == where
    finally:
        await owner.close()
    assert (await checked(database)).ok


async def test_an_audit_of_an_empty_log_and_its_progress(database):
    assert (await checked(database)).ok
    await add(database, 3)
    await sequencer(database).drain()
    seen = []
    async with database.connection() as db:
        await audit(db, SIGNER.verifier, lambda done, size: seen.append((done, size)))
    assert seen == [(3, 3)]


async def start_worker(settings):
    env = os.environ | {
        "LIANTIAO_DATA_DIR": str(settings.data_dir),
        "LIANTIAO_DATABASE_URL": str(settings.database_url),
    }
    return await asyncio.create_subprocess_exec(sys.executable, str(WORKER), SEED.hex(), env=env)


async def test_several_workers_under_kill_9_keep_one_whole_tree(settings, database):
    chance = random.Random(7)
    workers = [await start_worker(settings) for _ in range(3)]
    made = []
    try:
        for _ in range(25):
            made += await add(database, chance.randrange(1, 60))
            if chance.random() < 0.35:
                victim = chance.randrange(len(workers))
                workers[victim].send_signal(signal.SIGKILL)
                await workers[victim].wait()
                workers[victim] = await start_worker(settings)
            await asyncio.sleep(chance.random() / 10)
        await until(database, "SELECT count(*) FROM log_pending", 0)
    finally:
        for worker in workers:
            if worker.returncode is None:
                worker.kill()
            await worker.wait()
    report = await checked(database)
    assert report.ok, report.text()
    async with database.connection() as db:
        leaves = [r["leaf"] for r in await db.fetch("SELECT leaf FROM log_leaf")]
    assert len(leaves) == len(set(leaves)) == len(made)
    assert set(leaves) == {m.leaf for m in made}
