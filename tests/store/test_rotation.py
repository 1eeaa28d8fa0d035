"""The key-encryption key is rotated under traffic, killed on the way, resumed, and the old one is dropped."""

import ast
import asyncio
import json
import os
import signal
import subprocess
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from hub.client.agent import Agent
from hub.store.ids import new_id
from hub.store.reasons import PLACES
from hub.store.rotation import COLUMNS, counts, transactions_over
from hub.store.secrets import load
from hub.trust.seal import Sealer
from tests.conftest import _data_dir
from tests.http import saying
from tests.live import LIANTIAO, live_hub

SENDERS = 4
PLANTED = int(os.environ.get("ROTATED_ROWS", "1200"))
"""The figure of docs/reliability.md was had with 100000."""
NOT_WRAPPED = {
    "blob_chunk.sealed": "a value under the file's data key",
    "share_chunk.sealed": "a value under the extract's data key",
    "snapshot_row.sealed": "a value under the list's data key",
    "hub_row.key": "a keyed digest",
    "snapshot_row.key": "a keyed digest",
}
BY_NAME = {
    "aad": "message|{}|dek",
    "key_aad(blob)": "blob|{}|dek",
    "_cell(key.kid)": "hub_key|{}|sealed",
}
REASONS = "{}|{}|reason"
"""Associated data of `wrap` calls that is no literal where the call stands."""

SCHEMA = """
SELECT c.relname || '.' || a.attname AS place,
       (SELECT array_agg(k.attname::text ORDER BY array_position(i.indkey::int2[], k.attnum))
          FROM pg_index i JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY (i.indkey)
         WHERE i.indrelid = c.oid AND i.indisprimary) AS keys
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND a.atttypid = 'bytea'::regtype
   AND a.attname IN ('dek', 'key', 'sealed', 'sealed_reason') AND NOT a.attisdropped
"""


async def test_every_column_of_wrapped_keys_is_in_the_table(database):
    async with database.connection() as conn:
        found = {row["place"]: tuple(row["keys"]) for row in await conn.fetch(SCHEMA)}
    ours = {column.place: tuple(name for name, _ in column.key) for column in COLUMNS}
    assert {place: keys for place, keys in found.items() if place not in NOT_WRAPPED} == ours
    assert NOT_WRAPPED.keys() <= found.keys()


def _wrapped_for() -> set[str]:
    """The cells of every `wrap` under the root in the hub's sources, `{}` for what is filled in."""
    found = set()
    for file in Path("hub").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr != "wrap" or len(node.args) != 3 or file.name == "seal.py":
                continue
            if isinstance(node.args[1], ast.Constant) and node.args[1].value is None:
                found.add(_cell(node.args[2], file))
    return found


def _cell(said: ast.expr, file: Path) -> str:
    if isinstance(said, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in said.values)
    if isinstance(said, ast.BinOp) and isinstance(said.right, ast.Constant):
        return f"{file.name} {ast.unparse(said)}"
    return BY_NAME[ast.unparse(said)]


def test_what_is_wrapped_under_the_root_has_its_cell_in_the_table():
    two = {"signing.py aad + '|dek'"}  # typical_signoff and typical_published, filled in above the call
    source = Path("hub/exchange/typical/signing.py").read_text("utf-8")
    assert 'f"typical_signoff|{message}|{signature.unit}"' in source
    assert 'f"typical_published|{case.message}"' in source
    cells = {c.cell for c in COLUMNS if not c.table.startswith("typical_")}
    under_a_dispute = {"false_litigation_flag|{}|dek"}
    in_the_sealer = {"dispute|{}|key"}
    reasons = {f"{place}|{{}}|reason" for place in PLACES}
    assert reasons <= cells
    ours = cells - under_a_dispute - in_the_sealer - reasons
    assert _wrapped_for() == ours | two | {REASONS}


async def test_transactions_that_ran_before_are_waited_for(database):
    address = database.address
    watching, busy = await address.connect("owner"), await address.connect("hub")
    try:
        await busy.execute("BEGIN; SELECT 1 FROM dispute")
        waiting = asyncio.create_task(transactions_over(watching))
        done, _ = await asyncio.wait([waiting], timeout=0.3)
        assert not done
        await busy.execute("COMMIT")
        await asyncio.wait_for(waiting, 30)
    finally:
        await watching.close()
        await busy.close()


@pytest.fixture(scope="module")
def served(server, server_dir, tmp_path_factory):
    """Two workers."""
    folder = tmp_path_factory.mktemp("rotation")
    with _data_dir(server, server_dir, folder) as settings, live_hub(settings) as hub:
        hub.stop()
        hub.start("--workers", "2")
        yield hub


@asynccontextmanager
async def traffic(hub):
    """Disputes that are sent and read all the while; answers the messages that were accepted."""
    accepted, over = [], asyncio.Event()

    async def send() -> None:
        async with Agent(hub.identity("police-sys")) as police:
            while not over.is_set():
                sent = await saying.say(police, saying.STATION, "dispute", saying.dispute())
                accepted.append(sent.message)
                assert (await police.message(sent.message))["document"]

    tasks = [asyncio.create_task(send()) for _ in range(SENDERS)]
    try:
        yield accepted
    finally:
        over.set()
        await asyncio.gather(*tasks)


async def plant(conn, data_dir) -> None:
    """Files that were begun, with the keys that uploads make."""
    secrets, now = load(data_dir), datetime.now(UTC)
    sealer = Sealer(secrets.kek_id, secrets.keks, secrets.index_key)
    ids = [new_id(now) for _ in range(PLANTED)]
    rows = [
        (i, f"sha-256:{i.hex}", "police-sys", sealer.wrap(os.urandom(32), None, f"blob|{i}|dek")) for i in ids
    ]
    await conn.executemany("INSERT INTO blob (id, digest, system, dek) VALUES ($1, $2, $3, $4)", rows)


async def all_under(conn, secrets) -> None:
    """Every wrapped key opens in its cell, with nothing but the current key."""
    only = Sealer(secrets.kek_id, {secrets.kek_id: secrets.kek}, secrets.index_key)
    opened = 0
    for column in COLUMNS:
        names = [name for name, _ in column.key]
        for row in await conn.fetch(
            f"SELECT {', '.join(names)}, {column.name} AS wrapped FROM {column.table}"
        ):
            if row["wrapped"] and row["wrapped"][:1] == b"\x11":
                only.unwrap(row["wrapped"], None, column.cell.format(*(row[name] for name in names)))
                opened += 1
    assert opened > PLANTED


async def start(hub, *words) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *LIANTIAO, *words, env=hub.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


async def told(hub, *words) -> dict[str, object]:
    """What a command answers, while the traffic goes on."""
    process = await start(hub, "--json", *words)
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)


async def refused(hub, *words) -> str:
    process = await start(hub, *words)
    _, err = await process.communicate()
    assert process.returncode == 1
    return "".join(err.decode().split("\n"))


async def killed_on_the_way(hub, conn, old) -> None:
    """Rotation, held up before the table `stream` and killed there: some is done, some is not."""
    async with conn.transaction():
        await conn.execute("LOCK TABLE stream IN EXCLUSIVE MODE")
        process = await start(hub, "key", "rotate-kek", "--reason", "yearly")
        async with asyncio.timeout(60):
            while not await conn.fetchval(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'stream'::regclass AND NOT granted)"
            ):
                assert process.returncode is None, await process.communicate()
                await asyncio.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        await process.communicate()
        left = {place: n for (place, kek), n in (await counts(conn)).items() if kek == old}
    assert left["blob.dek"] == PLANTED
    assert "hub_key.sealed" not in left


async def test_rotation_under_traffic_with_a_kill_on_the_way(served):
    hub, data_dir = served, served.settings.data_dir
    before = load(data_dir)
    conn = await asyncpg.connect(hub.settings.database_url)
    try:
        await plant(conn, data_dir)
        counted = json.loads(hub.command("--json", "key", "rotate-kek", "--dry-run"))
        assert {row["主密钥 key"] for row in counted} == {before.kek_id}
        assert {
            "列 column": "blob.dek",
            "主密钥 key": before.kek_id,
            "行 rows": PLANTED,
            "现用 current": True,
        } in counted
        assert "/reason" in await refused(hub, "key", "rotate-kek")
        assert load(data_dir) == before
        async with traffic(hub) as accepted:
            await killed_on_the_way(hub, conn, before.kek_id)
            during = load(data_dir)
            assert "blob.dek" in await refused(hub, "key", "drop-kek", before.kek_id, "--reason", "early")
            assert during.kek_id in await refused(
                hub, "key", "drop-kek", during.kek_id, "--reason", "current"
            )
            done = await told(hub, "key", "rotate-kek", "--reason", "yearly, again")
            assert (done["current"], done["older"], done["closed"]) == (during.kek_id, [before.kek_id], 0)
            assert done["rewrapped"] >= PLANTED
            dropped = await told(hub, "key", "drop-kek", before.kek_id, "--reason", "nothing under it")
            assert dropped == {"dropped": before.kek_id}
            async with Agent(hub.identity("police-sys")) as police:
                for message in accepted[-SENDERS:]:
                    assert (await police.message(message))["document"]
        after = load(data_dir)
        assert set(after.keks) == {during.kek_id} == {kek for _, kek in await counts(conn)}
        assert after.index_key == before.index_key
        await all_under(conn, after)
        assert await actions(conn) == [
            ("kek-rotate", after.kek_id),
            ("kek-rewrap", after.kek_id),
            ("kek-drop", before.kek_id),
        ]
    finally:
        await conn.close()
    await everything_is_there(hub, accepted)


async def actions(conn) -> list[tuple[str, str]]:
    """What the evidence log has of it, in order."""
    rows = await conn.fetch(
        "SELECT action, object FROM admin_action a JOIN event_leaf e ON e.message = a.id"
        " WHERE e.type = 'admin-action' AND action LIKE 'kek-%' ORDER BY a.id"
    )
    return [(row["action"], row["object"]) for row in rows]


async def everything_is_there(hub, accepted) -> None:
    """New processes, which never had the old key, read all that was accepted."""
    hub.stop()
    hub.start("--workers", "2")
    async with Agent(hub.identity("police-sys")) as police:
        for message in accepted:
            assert (await police.message(message))["document"]["action"] == "register"
    process = await start(hub, "--json", "doctor")
    out, _ = await process.communicate()
    verdicts = {row["检查 check"]: row["结果"] for row in json.loads(out)}
    bad = {what for what, verdict in verdicts.items() if verdict == "fail"}
    assert bad == {"落盘 durability", "刷盘 written through"}, "the tests' server does not write through"
    assert verdicts["签名密钥 signing keys"] == "ok"
