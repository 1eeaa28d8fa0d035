"""What is read at the end of a run: messages, disputes, evidence log, bundles, and what is left in use."""

import asyncio
import contextlib
import random
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

import httpx

from hub.client.agent import Agent
from hub.client.errors import ClientError
from hub.evidence.log import MAX_ENTRIES
from hub.evidence.note import NoteError, Verifier
from hub.evidence.verify import verify_bundle
from tests.faults.ground import Ground
from tests.faults.ledger import Bundle, Checkpoint, Leaf, Ledger, Read, Resource, Taken
from tests.faults.load import SENDER
from tests.faults.processes import open_files, resident

T = TypeVar("T")
AT_ONCE: Final = 8
DISPUTES: Final = 150
BUNDLES: Final = 12
CONNECTIONS: Final = 16
"""Of one process: both pools of eight."""


async def gather(ground: Ground, agent: Agent, ledger: Ledger, chance: random.Random) -> None:
    """Read everything into the ledger."""
    await _messages(agent, ledger)
    disputes = sorted({answer.dispute for answer in ledger.accepted if answer.dispute})
    sample = chance.sample(disputes, min(DISPUTES, len(disputes)))
    await _side_by_side(sample, lambda dispute: _history(agent, dispute, ledger))
    await _leaves(agent, ledger)
    await _bundles(ground, agent, ledger, chance)
    await _resources(ground, ledger)


async def _messages(agent: Agent, ledger: Ledger) -> None:
    cursor: str | None = None
    found = []
    while True:
        page = await agent.messages(cursor, 500)
        found += [m for m in page["messages"] if m["role"] == "sender"]
        cursor = page["next"]
        if not page["more"]:
            break

    async def read(told: dict[str, object]) -> None:
        native = await agent.native(str(told["message"]))
        body = sha256(native.body).hexdigest()
        ledger.reads.append(Read(f"{SENDER} {told['jti']}", str(told["message"]), str(told["dispute"]), body))

    await _side_by_side(found, read)


async def _history(agent: Agent, dispute: str, ledger: Ledger) -> None:
    told = await agent.dispute(dispute)
    for line in told["history"]:
        if line["message"]:
            place = (dispute, line["case"] or "", line["step"], line["message"])
            ledger.history.append(Taken(*place))


async def _leaves(agent: Agent, ledger: Ledger) -> None:
    size = int((await agent.checkpoint()).splitlines()[1])
    for start in range(0, size, MAX_ENTRIES):
        page = await agent.entries(start, size - 1)
        ledger.leaves += [Leaf(e["index"], e["leaf"], e["entry"]) for e in page["entries"]]


async def _bundles(ground: Ground, agent: Agent, ledger: Ledger, chance: random.Random) -> None:
    """A few messages' evidence, checked by the offline verifier."""
    vkey = await log_key(ground)
    accepted = list(ledger.accepted)
    with tempfile.TemporaryDirectory(prefix="liantiao-faults-bundle-") as folder:
        for answer in chance.sample(accepted, min(BUNDLES, len(accepted))):
            file = Path(folder) / f"{answer.message}.zip"
            file.write_bytes(await agent.evidence(answer.message))
            report = await asyncio.to_thread(verify_bundle, file, vkey)
            failed = tuple(f"{line.check} {line.where}" for line in report.failures)
            ledger.bundles.append(Bundle(answer.message, failed))


async def log_key(ground: Ground) -> str:
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        return str((await http.get(f"{ground.issuer}/.well-known/liantiao-log")).json()["vkey"])


async def watch_log(ground: Ground, agent: Agent, ledger: Ledger, stop: asyncio.Event) -> None:
    """Ask for the checkpoint all the time, as a witness would, until told to stop."""
    verifier: Verifier | None = None
    while not stop.is_set():
        with contextlib.suppress(ClientError, httpx.TransportError, KeyError):
            verifier = verifier or Verifier.from_vkey(await log_key(ground))
            ledger.checkpoints.append(_seen(verifier, await agent.checkpoint()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 0.5)


def _seen(verifier: Verifier, note: str) -> Checkpoint:
    try:
        found = verifier.checkpoint(note)
    except NoteError:
        return Checkpoint(int(note.splitlines()[1]), "", signed=False)
    return Checkpoint(found.size, found.root.hex())


async def _resources(ground: Ground, ledger: Ledger) -> None:
    processes = [
        pid for p in ground.programs.values() if p is not ground.programs.get("relay") for pid in p.tree()
    ]
    clients = len(ground.workers()) + len([n for n in ("delivery", "next") if n in ground.programs])
    (row,) = await ground.rows(
        "SELECT count(*) FILTER (WHERE usename IN ('liantiao_hub', 'liantiao_reader')) AS held,"
        " count(*) FILTER (WHERE state LIKE 'idle in transaction%' AND state_change < now() - interval '5 s')"
        " AS open FROM pg_stat_activity"
    )
    (queues,) = await ground.rows(
        "SELECT (SELECT count(*) FROM log_pending) AS pending,"
        " (SELECT count(*) FROM delivery WHERE state = 'queued') AS queued,"
        " (SELECT count(*) FROM stream WHERE failures > 0) AS failing"
    )
    ledger.resources += [
        Resource("database connections", row["held"], CONNECTIONS * clients),
        Resource("open transactions", row["open"], 0),
        Resource("entries not yet in the log", queues["pending"], 0),
        Resource("tokens not yet delivered", queues["queued"], 0),
        Resource("receivers taken for down", queues["failing"], 0),
        Resource("writer's queue", await _waiting(ground), 0),
        Resource("open files of a process", max(map(open_files, processes)), 150),
        Resource("MB of a process", max(map(resident, processes)), 250),
    ]


async def _waiting(ground: Ground) -> float:
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        try:
            text = (await http.get(f"http://127.0.0.1:{ground.metrics}/metrics")).text
        except httpx.ConnectError:
            return 0.0  # the worker that answered scrapes was killed, the others do not take its place
    lines = [line for line in text.splitlines() if line.startswith("liantiao_writer_waiting")]
    return float(lines[0].split()[1]) if lines else 0.0


async def _side_by_side(things: Iterable[T], work: Callable[[T], Awaitable[None]]) -> None:
    waiting = iter(list(things))

    async def lane() -> None:
        for thing in waiting:
            await work(thing)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(lane())
