"""Opens what signs look at: applications under review, and other matters of the same people. In memory only.

Persons are found by the keyed digests that stand with each message; a document is opened only where one of
them is shared. Everything is as of the end of the interval: what was received later does not count, so that
a second run finds the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from hub.exchange.hub import Hub
from hub.law.calendar import legal_day
from hub.law.screening import Gathered, Limits, Matter
from hub.nightly.night import Interval
from hub.nightly.screening.matters import KINDS, Said, matter
from hub.nightly.screening.people import Eyes

_CHUNK: Final = 500
_MARK: Final = 32
_PENDING_DAYS: Final = 120
"""An application under review for longer is no longer looked at."""
_MOST: Final = 500
"""A telephone or number in more disputes than this is an office's, and tells nothing of a person."""
_CASES: Final = """
SELECT c.id, c.dispute, c.roles -> 'reviewing_court' AS court,
       c.opened_at >= $2 AND (c.closed_at IS NULL OR c.closed_at >= $3) AS pending
  FROM case_run c JOIN dispute d ON d.id = c.dispute
 WHERE c.machine = 'confirmation' AND c.opened_at >= $1 AND c.opened_at < $3
   AND d.key <> '' AND d.state <> 'voided'
 ORDER BY c.id
"""
_PERSONS: Final = """
SELECT dispute, persons FROM message
 WHERE id >= uuid7_floor($1) AND received_at < $2 AND persons <> '' AND dispute IS NOT NULL
"""
# A merged dispute's messages stay under its own key; what they say is said of its survivor.
_DISPUTES: Final = """
SELECT id, key, coalesce((facts ->> 'merged_into')::uuid, id) AS home FROM dispute
 WHERE id = ANY ($1::uuid[] || ARRAY(SELECT absorbed FROM dispute_merge
                                      WHERE survivor = ANY ($1::uuid[]) AND undone_at IS NULL))
   AND key <> '' AND state <> 'voided'
"""
_MESSAGES: Final = """
SELECT id, dispute, kind, sender, received_at, case_id, dek, document FROM message m
 WHERE dispute = ANY ($1::uuid[]) AND kind = ANY ($2::text[]) AND received_at < $3
   AND NOT EXISTS (SELECT 1 FROM message n
                    WHERE n.dispute = m.dispute AND n.replaces = m.id AND n.received_at < $3)
 ORDER BY id
"""


@dataclass(frozen=True, slots=True, repr=False)
class Pending:
    """An application under review with what was gathered. `case` and `dispute` of its confirmation."""

    case: UUID
    dispute: UUID
    told: Gathered


class Opening:
    """The looking of one night. Holds opened features for as long as it lives."""

    def __init__(self, hub: Hub, interval: Interval, limits: Limits) -> None:
        self._hub = hub
        self._ends = interval.ends
        self._limits = limits
        units = {u.code: u.division for u in hub.registry.units_on(interval.ends) if u.division}
        self._eyes = Eyes(hub.sealer.blind, legal_day(interval.ends), units)

    async def pending(self) -> list[Pending]:
        """Applications under review at the end of the interval, in the order of their cases."""
        begin = self._ends - timedelta(days=_PENDING_DAYS)
        peers_from = begin - timedelta(days=self._limits.share_days)
        async with self._hub.database.connection() as conn:
            cases = await conn.fetch(_CASES, peers_from, begin, self._ends)
            said = await self._said(conn, {row["dispute"] for row in cases})
            made = {row["id"]: self._made(row, said) for row in cases if row["dispute"] in said}
            wanted = [m for row in cases if row["pending"] and (m := made.get(row["id"]))]
            others = await self._others(conn, wanted)
        peers: dict[tuple[str, str], list[Matter]] = defaultdict(list)
        for row in cases:
            if (one := made.get(row["id"])) is not None:
                peers[_group(row, one)].append(one)
        return [
            Pending(
                row["id"], row["dispute"], Gathered(one, _of(one, others), tuple(peers[_group(row, one)]))
            )
            for row in cases
            if row["pending"] and (one := made.get(row["id"])) is not None
        ]

    def _made(self, row: asyncpg.Record, said: Mapping[UUID, list[Said]]) -> Matter:
        return matter(str(row["dispute"]), said[row["dispute"]], self._eyes, str(row["id"]))

    async def _others(self, conn: asyncpg.Connection, wanted: Sequence[Matter]) -> Mapping[str, list[Matter]]:
        """Matters by the digests of their people: those of any dispute that shares one with these."""
        marks = {mark for one in wanted for mark in _marks(one)}
        sharing = await self._sharing(conn, {bytes.fromhex(mark) for mark in marks})
        found: dict[str, list[Matter]] = defaultdict(list)
        ids = sorted(sharing)
        for begin in range(0, len(ids), _CHUNK):
            for home, said in (await self._said(conn, ids[begin : begin + _CHUNK])).items():
                one = matter(str(home), said, self._eyes)
                for mark in _marks(one) & marks:
                    found[mark].append(one)
        return found

    async def _sharing(self, conn: asyncpg.Connection, wanted: set[bytes]) -> set[UUID]:
        """Disputes of which a message within reach names one of these."""
        since = self._ends - timedelta(days=self._limits.reach_days)
        found: dict[bytes, set[UUID]] = defaultdict(set)
        async with conn.transaction():
            async for row in conn.cursor(_PERSONS, since, self._ends, prefetch=_CHUNK):
                told = bytes(row["persons"])
                for n in range(0, len(told), _MARK):
                    if (mark := told[n : n + _MARK]) in wanted:
                        found[mark].add(row["dispute"])
        return {dispute for disputes in found.values() if len(disputes) <= _MOST for dispute in disputes}

    async def _said(self, conn: asyncpg.Connection, disputes: Iterable[UUID]) -> dict[UUID, list[Said]]:
        """What was said of each dispute, that of merged ones with their survivor."""
        rows = await conn.fetch(_DISPUTES, list(disputes))
        homes = {row["home"] for row in rows} - {row["id"] for row in rows}
        if homes:  # only the absorbed one was named
            more = await conn.fetch(_DISPUTES, list(homes))
            rows = list({row["id"]: row for row in (*rows, *more)}.values())
        keys = {row["id"]: row for row in rows}
        said: dict[UUID, list[Said]] = defaultdict(list)
        for row in await conn.fetch(_MESSAGES, list(keys), list(KINDS), self._ends):
            home = keys[row["dispute"]]
            said[home["home"]].append(self._opened(row, home["key"]))
        return said

    def _opened(self, row: asyncpg.Record, wrapped: bytes) -> Said:
        sealer, place = self._hub.sealer, f"message|{row['id']}"
        key = sealer.dispute_key(row["dispute"], wrapped)
        dek = sealer.unwrap(row["dek"], key, f"{place}|dek")
        document = orjson.loads(sealer.open(dek, f"{place}|document", row["document"]))
        case = str(row["case_id"]) if row["case_id"] else None
        return Said(str(row["id"]), row["kind"], row["sender"], row["received_at"], case, document)


def _marks(one: Matter) -> set[str]:
    """Digests as messages carry them: numbers, names with birth dates, telephones."""
    return {key[1:] for p in one.persons for key in p.keys} | {m for p in one.persons for m in p.phones}


def _of(one: Matter, others: Mapping[str, Sequence[Matter]]) -> tuple[Matter, ...]:
    """Those of other disputes that share a digest, oldest first, each once."""
    found = {o.dispute: o for mark in _marks(one) for o in others.get(mark, ()) if o.dispute != one.dispute}
    return tuple(sorted(found.values(), key=lambda o: (o.opened, o.dispute)))


def _group(row: asyncpg.Record, one: Matter) -> tuple[str, str]:
    return str(row["court"]), one.type
