"""`prove`: for each pair of units and day, accepted = queued = delivered = acknowledged (P12).

What agencies sent is taken from the receipts they were given: no agency offers a journal of what it sent;
the report says so (`sent_basis`). A report is a compact JWS of the hub's token key over JCS; its digest goes
into the evidence log as an administrator's action of the hub itself. The same interval proved again writes
nothing unless something has changed; then a next version stands beside the first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import asyncpg

from hub.evidence import entries
from hub.evidence.audit import audit
from hub.evidence.report import Report
from hub.evidence.tables import tree_size
from hub.exchange.answers import shown
from hub.exchange.completeness_shelf import TYP
from hub.exchange.evidence_rows import record
from hub.exchange.night_config import COMPLETENESS, NightConfig
from hub.nightly.night import Night, Summary, Work, revision
from hub.nightly.pairs import STAGES, Pair, Sets, collect
from hub.nightly.quiet_systems import Silent, silent
from hub.store.administration import Admin
from hub.store.ids import new_id

FORMULA: Final = "completeness/1"
ACTOR: Final = "hub:nightly"
MOST_LISTED: Final = 1000
"""Exceptions listed in the signed report; the table holds them all."""

_LOCK: Final = "SELECT pg_advisory_xact_lock(7067)"
_BEFORE: Final = """
SELECT id, version, content, digest FROM completeness_report
 WHERE starts = $1 AND ends = $2 ORDER BY version DESC LIMIT 1
"""
_REPORT: Final = """
INSERT INTO completeness_report
    (id, starts, ends, version, cut_off, holds, counts, content, digest, jws, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
_PAIR: Final = """
INSERT INTO completeness_pair
    (report, sender, receiver, accepted, queued, delivered, acknowledged,
     accepted_root, queued_root, delivered_root, acknowledged_root, unconnected, backlog, oldest_open)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""
_EXCEPTION: Final = """
INSERT INTO completeness_exception (report, n, kind, sender, receiver, message, delivery, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_SILENCE: Final = """
INSERT INTO completeness_silence (report, system, agency, expected, waiting, last_sign)
VALUES ($1, $2, $3, $4, $5, $6)
"""


@dataclass(frozen=True, slots=True)
class _Found:
    """All that one look at the database showed."""

    cut_off: datetime
    sets: Sets
    silent: list[Silent]
    log: Report
    log_size: int

    @property
    def pairs(self) -> list[tuple[tuple[str, str], Pair]]:
        return sorted(self.sets.pairs.items())

    @property
    def holds(self) -> bool:
        return not self.sets.missing and self.log.ok

    def counts(self) -> dict[str, int]:
        """The sums, by name."""
        pairs = self.sets.pairs.values()
        sums = {stage: sum(pair.trees[stage].size for pair in pairs) for stage in STAGES}
        return {
            **sums,
            "pairs": len(self.sets.pairs),
            "exceptions": len(self.sets.missing),
            "unconnected": sum(pair.unconnected for pair in pairs),
            "backlog": sum(pair.backlog for pair in pairs),
            "silent": len(self.silent),
            "log_faults": len(self.log.failures),
        }


async def prove(night: Night) -> Summary:
    """Prove the night's interval; answers the sums. What is missing is a row of the report, not an error."""
    async with night.work("prove_completeness") as work:
        found = await _look(night)
        said = _content(night, found)
        content = sha256(entries.canonical(said)).digest()
        await _keep(night, found, said, content)
        _tell(work, found, content)
    return work.counts


def _tell(work: Work, found: _Found, content: bytes) -> None:
    for name, n in found.counts().items():
        work.count(name, n)
    work.digest_of([(content.hex(),)])


async def _look(night: Night) -> _Found:
    """One snapshot of the database: a delivery or a leaf that comes meanwhile is of the next look."""
    hub, interval = night.hub, night.interval
    config = NightConfig.of(hub.registry, interval.starts)
    cut_off = interval.ends + config.span(COMPLETENESS, "grace_minutes")
    async with (
        hub.database.connection() as conn,
        conn.transaction(isolation="repeatable_read", readonly=True),
    ):
        sets = await collect(conn, interval.starts, interval.ends, cut_off)
        quiet = await silent(conn, hub.registry.systems, min(cut_off, hub.clock()), config.silence)
        checked = await audit(conn, hub.log_signer.verifier)
        return _Found(cut_off, sets, quiet, checked, await tree_size(conn))


# ── what is said ─────────────────────────────────────────────────────────────────────────────────────────


def _content(night: Night, found: _Found) -> dict[str, object]:
    """The report without what is of this run alone."""
    missing = found.sets.missing
    return {
        "v": 1,
        "formula": FORMULA,
        "issuer": night.hub.settings.issuer,
        "interval": {"starts": shown(night.interval.starts), "ends": shown(night.interval.ends)},
        "cut_off": shown(found.cut_off),
        "sent_basis": "receipts",
        "holds": found.holds,
        "counts": found.counts(),
        "pairs": [_pair_json(names, pair, found.cut_off) for names, pair in found.pairs],
        "exceptions": [
            {
                "kind": m.kind,
                "from": m.sender,
                "to": m.receiver,
                "message": str(m.message),
                "delivery": str(m.delivery) if m.delivery else None,
            }
            for m in missing[:MOST_LISTED]
        ],
        "silent": [
            {
                "system": s.system,
                "agency": s.agency,
                "expected": s.expected,
                "waiting": s.waiting,
                "last_sign": shown(s.last_sign) if s.last_sign else None,
            }
            for s in found.silent
        ],
        "log": {"ok": found.log.ok, "faults": [f"{f.check} {f.where}" for f in found.log.failures]},
    }


def _pair_json(names: tuple[str, str], pair: Pair, cut_off: datetime) -> dict[str, object]:
    oldest = pair.oldest_open
    sets = {s: {"n": t.size, "root": t.root().hex()} for s, t in pair.trees.items()}
    return {
        "from": names[0],
        "to": names[1],
        **sets,
        "unconnected": pair.unconnected,
        "backlog": pair.backlog,
        "oldest_open": shown(oldest) if oldest else None,
        "oldest_hours": (cut_off - oldest) // timedelta(hours=1) if oldest else None,
    }


# ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────


async def _keep(night: Night, found: _Found, said: Mapping[str, object], content: bytes) -> None:
    """The report with its rows and its entry in the log, unless the last version says the very same."""
    hub, interval = night.hub, night.interval
    now, made = hub.clock(), new_id(hub.clock())
    async with hub.database.writing() as conn:
        await conn.execute(_LOCK)
        before = await conn.fetchrow(_BEFORE, interval.starts, interval.ends)
        if before is not None and before["content"] == content:
            return
        version = before["version"] + 1 if before else 1
        run = {
            "id": str(made),
            "at": shown(now),
            "revision": revision(),
            "version": version,
            "supersedes": before["digest"].hex() if before else None,
            "log_size": found.log_size,
        }
        jws = hub.keyring.sign_payload(TYP, entries.canonical({**said, "run": run}))
        digest = sha256(jws.encode()).digest()
        head = (made, interval.starts, interval.ends, version, found.cut_off, found.holds)
        await conn.execute(_REPORT, *head, found.counts(), content, digest, jws, now)
        await _rows(conn, made, found)
        reason = f"每夜完整性证明 nightly proof of completeness, {FORMULA}"
        what = f"{interval.starts.isoformat()}/{interval.ends.isoformat()} v{version} sha-256:{digest.hex()}"
        await Admin(ACTOR, reason, now, record, hub.sealer).tell(conn, "completeness-report", what)


async def _rows(conn: asyncpg.Connection, made: object, found: _Found) -> None:
    pairs = [
        (
            made,
            *names,
            *(t.size for t in pair.trees.values()),
            *(t.root() for t in pair.trees.values()),
            pair.unconnected,
            pair.backlog,
            pair.oldest_open,
        )
        for names, pair in found.pairs
    ]
    await conn.executemany(_PAIR, pairs)
    missing = [
        (made, n, m.kind, m.sender, m.receiver, m.message, m.delivery, m.at)
        for n, m in enumerate(found.sets.missing)
    ]
    await conn.executemany(_EXCEPTION, missing)
    await conn.executemany(_SILENCE, [(made, *s) for s in found.silent])
