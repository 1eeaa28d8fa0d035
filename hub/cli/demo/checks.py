"""The invariants of a demo: each is something that must hold whatever happened on the way, kills included.

Every check compares two accounts that were kept apart: the systems' books, the hub's lists, the signed
receipts, the evidence log.
"""

import asyncio
import time
from base64 import b64decode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hub.cli.demo.accounts import DONE, Ledger, UnitRow
from hub.client.agent import Agent
from hub.client.errors import BadToken
from hub.evidence.merkle import ProofError, leaf_hash, root, verify_consistency
from hub.evidence.note import Checkpoint, NoteError, Verifier
from hub.sandbox.crowd import Lived
from hub.sandbox.remote import Remote
from hub.sandbox.stories import Outcome

_ENTRIES: Final = 1000
_AT_ONCE: Final = 8
_IN_THE_TREE: Final = 60.0
"""Seconds in which a promised leaf is in the tree (contract 2)."""

_PAUSE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: what must hold, in two languages, whether it did, and how much was looked at."""

    zh: str
    en: str
    held: bool
    seen: str = ""


def books(ledgers: Sequence[Ledger], rows: Sequence[UnitRow]) -> list[Check]:
    """What the books and the hub's lists must agree on."""
    claimed = [_claimed(ledger) for ledger in ledgers]
    listed = [{m["message"] for m in ledger.own} for ledger in ledgers]
    refused = [_refused_for_good(ledger) & {str(m["jti"]) for m in ledger.own} for ledger in ledgers]
    arriving = [ledger.arriving() for ledger in ledgers]
    booked = [{(str(x["message"]), str(x["unit"])) for x in ledger.new} for ledger in ledgers]
    repeats = [x for ledger in ledgers for x in ledger.of_state("repeated")]
    tokens = [x for ledger in ledgers for x in ledger.new]
    accepted = sum(len(ids) for ids in claimed)
    return [
        Check(
            "受理的消息全部保存,且无多余",
            "every accepted message is kept, and nothing else",
            claimed == listed,
            str(accepted),
        ),
        Check("被拒的消息没有任何效果", "nothing that was refused had an effect", not any(refused), ""),
        Check(
            "重发得到逐字节相同的回执",
            "a repeat gets the same receipt, byte for byte",
            all(x["same"] for x in repeats),
            str(len(repeats)),
        ),
        Check(
            "投递全部送达并确认",
            "every delivery arrived and was acknowledged",
            all(state in DONE for states in arriving for state in states.values()),
            str(sum(map(len, arriving))),
        ),
        Check(
            "中枢的投递与接收方账簿逐件相同",
            "the hub's deliveries are the receivers' books, one by one",
            [set(states) for states in arriving] == booked,
            str(len(tokens)),
        ),
        Check(
            "同一纠纷内按序到达,无缺号",
            "in order within each dispute, no number missing",
            all(x["in_order"] for x in tokens) and _no_gaps(ledgers),
            str(len(tokens)),
        ),
        Check(
            "各单位账目平衡",
            "every unit's account is even",
            all(row.even for row in rows),
            str(len(rows)),
        ),
    ]


def _claimed(ledger: Ledger) -> set[str]:
    """Message ids that the hub promised to this system: of files, each accepted record too."""
    ids: set[str] = set()
    for line in ledger.of_state("accepted"):
        ids.add(str(line["message"]))
        records: Any = line["records"]
        ids |= {str(r["message"]) for r in records if "message" in r}
    return ids


def _refused_for_good(ledger: Ledger) -> set[str]:
    """Jti that never got a 202."""
    accepted = {line["jti"] for line in ledger.of_state("accepted")}
    return {str(x["jti"]) for x in ledger.of_state("refused") if x["jti"] not in accepted}


def _no_gaps(ledgers: Iterable[Ledger]) -> bool:
    for ledger in ledgers:
        numbers: dict[str, list[int]] = defaultdict(list)
        for line in ledger.new:
            if line["seq"]:
                numbers[str(line["dispute"])].append(int(str(line["seq"])))
        if any(sorted(seen) != list(range(1, len(seen) + 1)) for seen in numbers.values()):
            return False
    return True


async def receipts(agents: Mapping[str, Agent], ledgers: Sequence[Ledger]) -> tuple[Check, set[str]]:
    """That every receipt is the hub's and names what was sent; the leaves they promise."""
    leaves: set[str] = set()
    held = True
    for ledger in ledgers:
        agent = agents[ledger.system]
        for line in ledger.of_state("accepted"):
            try:
                claims = await agent.receipt_claims(str(line["receipt"]))
            except BadToken:
                held = False
                continue
            said = (claims.get("digest"), claims.get("msg_jti"), claims.get("msg"))
            held &= said == (line["digest"], line["jti"], line["message"])
            leaves.add(str(claims.get("leaf")))
    return (
        Check(
            "回执签名有效,所载摘要即所发内容",
            "receipts are signed and name what was sent",
            held,
            str(len(leaves)),
        ),
        leaves,
    )


async def log(agent: Agent, verifier: Verifier, earlier: str, leaves: set[str]) -> list[Check]:
    """The evidence log from outside: recomputed from its entries, holding every promised leaf."""
    until = time.monotonic() + _IN_THE_TREE
    entries: list[str] = []
    while True:
        note = await agent.checkpoint()
        try:
            before, now = verifier.checkpoint(earlier), verifier.checkpoint(note)
        except NoteError:
            return [Check("检查点签名有效", "the checkpoint is signed", held=False)]
        entries += await _entries(agent, len(entries), now.size)
        hashes = [leaf_hash(entry.encode()) for entry in entries]
        missing = leaves - {h.hex() for h in hashes}
        if not missing or time.monotonic() > until:
            break
        await asyncio.sleep(_PAUSE)
    size = str(now.size)
    return [
        Check(
            "由公开条目重算的树根等于签名检查点",
            "the root recomputed from the entries is the signed one",
            root(hashes) == now.root,
            size,
        ),
        Check(
            "每张回执承诺的叶子都在树中",
            "the leaf of every receipt is in the tree",
            not missing,
            str(len(leaves)),
        ),
        Check(
            "日志只增不改",
            "the log has only grown",
            await _grown(agent, before, now),
            f"{before.size} → {now.size}",
        ),
    ]


async def _entries(agent: Agent, start: int, size: int) -> list[str]:
    """Entries from `start` on, up to a size."""
    found: list[str] = []
    while start + len(found) < size:
        first = start + len(found)
        page: Any = await agent.entries(first, min(first + _ENTRIES, size) - 1)
        found += [e["entry"] for e in page["entries"]]
    return found


async def _grown(agent: Agent, before: Checkpoint, now: Checkpoint) -> bool:
    if before.size == now.size:
        return before.root == now.root
    proof: Any = await agent.consistency(before.size, now.size)
    try:
        hashes = [b64decode(h) for h in proof["hashes"]]
        verify_consistency(before.size, now.size, hashes, before.root, now.root)
    except ProofError:
        return False
    return True


async def ends(told: Sequence[Outcome | Lived], readers: Mapping[str, Remote]) -> Check:
    """That every case ended where its story says, as the units that took part see it."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(case: Outcome | Lived) -> bool:
        async with gate:
            states = await _states(case.dispute, readers)
        return all(states.get(machine) == state for machine, state in case.states.items())

    held = await asyncio.gather(*(one(case) for case in told))
    return Check(
        "每件纠纷、委托、确认都到了应到的状态",
        "every case ended in the state it must",
        all(held),
        f"{sum(held)}/{len(held)}",
    )


async def _states(dispute: str, readers: Mapping[str, Remote]) -> dict[str, str]:
    """State by machine; the mediators take part in every case of the demo."""
    view = await readers["justice"].do("look", dispute=dispute)
    return {"dispute": view["state"], **{c["machine"]: c["state"] for c in view["cases"]}}
