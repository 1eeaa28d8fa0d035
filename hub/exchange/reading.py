"""What an agency system reads back: its messages, cases and disputes, as the reader role sees them.

Every query carries its own condition beside the row-level policy. Documents are cut by the views table
to what the caller's unit may see; the sender reads its own whole. SQL text; no HTTP, shapes of rows apart.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Refused
from hub.exchange import read_shapes
from hub.exchange.answers import shown
from hub.trust.access import Views
from hub.trust.seal import Sealer

_COLUMNS = """
m.id, m.received_at, m.iss, m.jti, m.sender, m.kind, m.purpose, m.addressee, m.dispute, m.case_id, m.re,
m.parent, m.record, m.revision, m.replaces, m.historical, m.findings::text AS findings, m.digest, m.dek,
m.document, m.format, m.media_type
"""
# Of each unit as many as the page has; what lies beyond them is not looked at (migration 0021).
_LIST = f"""
WITH told AS (
    SELECT DISTINCT ON (r.xid, r.ord) r.message, u.unit, r.role, r.xid, r.ord
      FROM unnest($1::text[]) u(unit)
           CROSS JOIN LATERAL told_after(u.unit, $2::text::xid8, $3::int, $4::int) r
     ORDER BY r.xid, r.ord, (r.role <> 'sender') LIMIT $4)
SELECT {_COLUMNS}, told.unit, told.role, told.xid::text AS xid, told.ord
  FROM told JOIN message m ON m.id = told.message ORDER BY told.xid, told.ord
"""  # noqa: S608  columns are ours
_ONE = f"""
SELECT {_COLUMNS}, r.unit, r.role FROM message_reader r JOIN message m ON m.id = r.message
 WHERE r.message = $2 AND r.unit = ANY ($1::text[]) ORDER BY (r.role <> 'sender') LIMIT 1
"""  # noqa: S608
_OWN = f"""
SELECT {_COLUMNS}, r.unit, r.role FROM message_reader r JOIN message m ON m.id = r.message
 WHERE m.dispute = $2 AND r.unit = ANY ($1::text[]) AND r.role = 'sender' AND m.iss = $3
 ORDER BY m.id LIMIT 50
"""  # noqa: S608
MOST_BYTES = 8 * 1024 * 1024
"""Of documents in a page, as of tokens in a poll."""
MOST_OF_A_DISPUTE = 32 * 1024 * 1024
"""Of documents in a timeline: no dispute of people has as many, but one of its units could make them."""
_AT_ONCE = 50
_RECEIPT = "SELECT receipt FROM message WHERE id = $1"
_NATIVE = "SELECT id, dispute, dek, native FROM message WHERE id = $1"
_KEYS = "SELECT id, key FROM reading_keys($1::uuid[])"
_DELIVERIES = """
SELECT message, unit, state, created_at, first_sent_at, done_at, tries FROM delivery
 WHERE message = ANY ($1::uuid[]) AND state <> 'superseded' AND sender <> ''
   AND (sender = ANY ($2::text[]) OR system = $3)
 ORDER BY unit
"""
_CASE = """
SELECT id, dispute, machine, state, opened_at, changed_at, closed_at, roles::text, parties::text
  FROM case_run WHERE id = $1 AND participants && $2::text[]
"""
_CASES = """
SELECT id, dispute, machine, state, opened_at, changed_at, closed_at, roles::text, parties::text
  FROM case_run WHERE dispute = $1 AND participants && $2::text[] ORDER BY id
"""
_DISPUTE = """
SELECT id, code, state, opened_at, changed_at, roles::text, facts ->> 'merged_into' AS merged_into
  FROM dispute WHERE id = $1 AND participants && $2::text[]
"""
_SINCE = """
SELECT min(m.received_at) FROM message_reader r JOIN message m ON m.id = r.message
 WHERE r.unit = ANY ($2::text[]) AND m.dispute = ANY ($1::uuid || ARRAY(
     SELECT jsonb_array_elements_text(facts -> 'absorbed')::uuid FROM dispute WHERE id = $1))
"""
_HISTORY = """
SELECT case_id, step, from_state, to_state, message, at FROM case_history
 WHERE dispute = $1 AND case_id = ANY ($2::uuid[]) AND at >= $3
   AND ((case_id <> dispute AND step <> ALL ($5::text[])) OR EXISTS (SELECT 1 FROM message_reader r
                                       WHERE r.message = case_history.message AND r.unit = ANY ($4::text[])))
 ORDER BY at, case_id, n
"""
# A report on an application under review: the table keeps it for the court, and it moves no state.
_CONFIDENTIAL = ["CON27"]
_DEADLINES = """
SELECT rule, object, case_id, started_at, due, due_on, state, provisional, historical, basis FROM deadline
 WHERE dispute = $1 AND (case_id = ANY ($2::uuid[]) OR (case_id IS NULL AND $3)) ORDER BY started_at, rule
"""
_BARE = _COLUMNS.replace("m.document,", "NULL::bytea AS document,")
_DOCUMENTS = "SELECT id, document FROM message WHERE id = ANY ($1::uuid[])"
_TIMELINE = f"""
SELECT {_BARE}, r.unit, r.role FROM message_reader r JOIN message m ON m.id = r.message
 WHERE m.dispute = $2 AND r.unit = ANY ($1::text[]) ORDER BY m.id, r.role <> 'sender', r.unit
"""  # noqa: S608

_TOLD = f"""
SELECT DISTINCT ON (m.id) {_COLUMNS}, r.unit, r.role FROM message_reader r JOIN message m ON m.id = r.message
 WHERE m.dispute = ANY ($2::uuid[]) AND m.kind = ANY ($3::text[]) AND r.unit = ANY ($1::text[])
 ORDER BY m.id DESC, (r.role <> 'sender')
"""  # noqa: S608


class Said(NamedTuple):
    """A document as the caller sees it, and the case it belongs to; None: the dispute itself."""

    case: UUID | None
    kind: str
    document: Mapping[str, object]


class Asking(Protocol):
    """Who reads: the units of a system and its id."""

    @property
    def client_id(self) -> str: ...  # noqa: D102
    @property
    def units(self) -> tuple[str, ...]: ...  # noqa: D102


class Reader:
    """Reads for one caller in one transaction of the reader role."""

    def __init__(self, conn: asyncpg.Connection, caller: Asking, sealer: Sealer, views: Views) -> None:
        self._conn = conn
        self._units = list(caller.units)
        self._system = caller.client_id
        self._sealer = sealer
        self._views = views
        self._opened = 0

    async def page(self, after: str | None, limit: int) -> dict[str, object]:
        """A page of the caller's messages in the order of their commit, without holes.

        It ends early once it is large: no more is ever here than a few documents beyond `MOST_BYTES`.
        """
        xid, order = read_shapes.read_cursor(after)
        messages: list[dict[str, object]] = []
        more = True
        while more and len(messages) < limit and self._opened < MOST_BYTES:
            wanted = min(limit - len(messages), _AT_ONCE)
            rows = await self._conn.fetch(_LIST, self._units, xid, order, wanted)
            messages += await self._messages(rows)
            more = len(rows) == wanted
            if rows:
                xid, order = rows[-1]["xid"], rows[-1]["ord"]
                after = read_shapes.cursor(xid, order)
        return {"messages": messages, "next": after, "more": more}

    async def message(self, mid: UUID) -> dict[str, object]:
        """One message in the shared form. Raises Refused 'unknown'."""
        row = await self.row(mid)
        (message,) = await self._messages([row])
        return message

    async def row(self, mid: UUID) -> asyncpg.Record:
        """The stored row with the caller's unit and role."""
        row = await self._conn.fetchrow(_ONE, self._units, mid)
        if row is None:
            raise Refused("unknown")
        return row

    async def document(self, row: asyncpg.Record) -> Mapping[str, object]:
        """The shared document of a row, cut to the caller's view."""
        return self._open(row, await self._dispute_keys([row]), row["document"])

    async def receipt(self, mid: UUID) -> str:
        """The signed receipt of a message (a record's is its file's), for its sender."""
        row = await self.row(mid)
        if row["role"] != "sender":
            raise Refused("unknown")
        signed: str = await self._conn.fetchval(_RECEIPT, row["parent"] or mid)
        return signed

    async def original(self, row: asyncpg.Record) -> tuple[str, str, bytes]:
        """Protected header, signature and body of a message, as its sender sent them."""
        kept = await self._conn.fetchrow(_NATIVE, row["parent"] or row["id"])
        key = (await self._dispute_keys([kept])).get(kept["dispute"])
        aad = f"message|{kept['id']}"
        dek = self._sealer.unwrap(kept["dek"], key, aad + "|dek")
        native = self._sealer.open(dek, aad + "|native", kept["native"])
        head, _, body = native.partition(b"\n")
        protected, _, signature = head.decode("ascii").partition(".")
        return protected, signature, body

    async def own_numbers(self, dispute: UUID) -> list[dict[str, object]]:
        """The identifiers that the caller itself gave in this dispute, oldest first."""
        rows = await self._conn.fetch(_OWN, self._units, dispute, self._system)
        keys = await self._dispute_keys(rows)
        found: list[dict[str, object]] = []
        for row in rows:
            listed = self._open(row, keys, row["document"]).get("identifiers")
            found.extend(n for n in (listed if isinstance(listed, list) else ()) if isinstance(n, dict))
        return found

    async def case(self, cid: UUID) -> dict[str, object]:
        """A case the caller takes part in: state, history, deadlines."""
        row = await self._conn.fetchrow(_CASE, cid, self._units)
        if row is None:
            raise Refused("unknown")
        shape = read_shapes.case(row)
        history, deadlines = await self._course(row["dispute"], [cid], whole=False)
        return {**shape, "history": history, "deadlines": deadlines}

    async def dispute(self, did: UUID) -> dict[str, object]:
        """The timeline of a dispute as the caller may see it."""
        row = await self._conn.fetchrow(_DISPUTE, did, self._units)
        if row is None:
            raise Refused("unknown")
        cases = await self._conn.fetch(_CASES, did, self._units)
        ids = [c["id"] for c in cases]
        history, deadlines = await self._course(did, [did, *ids], whole=True)
        into = {"merged_into": row["merged_into"]} if row["merged_into"] else {}
        return {
            "dispute": str(row["id"]),
            **into,
            "code": row["code"],
            "state": row["state"],
            "opened_at": shown(row["opened_at"]),
            "changed_at": shown(row["changed_at"]),
            "roles": read_shapes.roles(row, cases, self._units),
            "cases": [read_shapes.case(c) for c in cases],
            "history": history,
            "deadlines": deadlines,
            "messages": await self._timeline(did),
        }

    async def _timeline(self, did: UUID) -> list[dict[str, object]]:
        """The messages of a dispute, oldest first; where all is too large the older ones have no document."""
        rows = await self._conn.fetch(_TIMELINE, self._units, did)
        newest = list(dict.fromkeys(row["id"] for row in reversed(rows)))
        keys, deliveries = await self._dispute_keys(rows), await self._deliveries(newest)
        opened: dict[tuple[UUID, str], Mapping[str, object]] = {}
        for at in range(0, len(newest), _AT_ONCE):
            if self._opened >= MOST_OF_A_DISPUTE:
                break
            found = await self._conn.fetch(_DOCUMENTS, newest[at : at + _AT_ONCE])
            sealed = {row["id"]: row["document"] for row in found}
            for row in (each for each in rows if each["id"] in sealed):
                opened[row["id"], row["unit"]] = self._open(row, keys, sealed[row["id"]])
        return [
            read_shapes.message(r, opened.get((r["id"], r["unit"])), deliveries.get(r["id"], []))
            for r in rows
        ]

    async def told(self, disputes: Sequence[UUID], kinds: Sequence[str]) -> dict[UUID, list[Said]]:
        """What was said in messages of these kinds, by dispute, the newest first."""
        rows = await self._conn.fetch(_TOLD, self._units, disputes, kinds)
        keys = await self._dispute_keys(rows)
        found: dict[UUID, list[Said]] = {}
        for row in rows:
            said = Said(row["case_id"], row["kind"], self._open(row, keys, row["document"]))
            found.setdefault(row["dispute"], []).append(said)
        return found

    async def _course(
        self, did: UUID, owners: Sequence[UUID], *, whole: bool
    ) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        since = await self._conn.fetchval(_SINCE, did, self._units)
        if since is None:
            return [], []
        history = await self._conn.fetch(_HISTORY, did, list(owners), since, self._units, _CONFIDENTIAL)
        deadlines = await self._conn.fetch(_DEADLINES, did, list(owners), whole)
        return [read_shapes.step(h, did) for h in history], [read_shapes.deadline(d) for d in deadlines]

    async def _messages(self, rows: Sequence[asyncpg.Record]) -> list[dict[str, object]]:
        if not rows:
            return []
        keys = await self._dispute_keys(rows)
        deliveries = await self._deliveries([r["id"] for r in rows])
        return [
            read_shapes.message(r, self._open(r, keys, r["document"]), deliveries.get(r["id"], []))
            for r in rows
        ]

    async def _deliveries(self, ids: Sequence[UUID]) -> dict[UUID, list[dict[str, object]]]:
        found: dict[UUID, list[dict[str, object]]] = {}
        for d in await self._conn.fetch(_DELIVERIES, ids, self._units, self._system):
            found.setdefault(d["message"], []).append(read_shapes.delivery(d))
        return found

    async def _dispute_keys(self, rows: Sequence[asyncpg.Record]) -> dict[UUID, bytes]:
        ids = list({r["dispute"] for r in rows if r["dispute"]})
        if not ids:
            return {}
        found = await self._conn.fetch(_KEYS, ids)
        return {r["id"]: self._sealer.dispute_key(r["id"], r["key"]) for r in found}

    def _open(self, row: asyncpg.Record, keys: Mapping[UUID, bytes], sealed: bytes) -> Mapping[str, object]:
        aad = f"message|{row['id']}"
        dek = self._sealer.unwrap(row["dek"], keys.get(row["dispute"]), aad + "|dek")
        plain = self._sealer.open(dek, aad + "|document", sealed)
        self._opened += len(plain)
        document: dict[str, object] = orjson.loads(plain)
        if row["role"] == "sender":
            return document
        return self._views.cut(row["kind"], row["role"], document)
