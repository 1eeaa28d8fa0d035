"""The hub's suggestion of a warning, when calls and failed mediations of a dispute have become too many.

The count is the law room's (`hub.law.trigger`), over the dispute and those related to it. The suggestion is
a message of the hub to who registered the dispute, with the messages it counted as far as that unit reads
them; it becomes a warning only when a person there raises it. Works on the batch; asks the database only
when a message adds to the count and the district has configured one.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID, uuid4

import asyncpg
import orjson

from hub.exchange.dossier import Dossier
from hub.exchange.own import Saying, own_message
from hub.exchange.prepare import Prepared
from hub.law.calendar import legal_day
from hub.law.model import Facts
from hub.law.trigger import CALLS, FAILED, Signal, counted
from hub.store.ids import read_id

if TYPE_CHECKING:
    from hub.exchange.batch import Batch, Taken

_ADDS: Final = frozenset({"dispute", "mediation_result", "dispute_link"})
_MOST: Final = 50
_RELATED: Final = """
SELECT o.home, d.facts::text AS facts FROM (
    SELECT dispute AS home, other FROM link_proposal WHERE state = 'related' AND dispute = ANY ($1::uuid[])
     UNION SELECT other, dispute FROM link_proposal WHERE state = 'related' AND other = ANY ($1::uuid[])
) o JOIN dispute d ON d.id = o.other
"""
_READ: Final = "SELECT message FROM message_reader WHERE message = ANY ($1::uuid[]) AND unit = $2"


class Counted(NamedTuple):
    """A record that may have added to the count of a dispute, and who reads it."""

    dossier: Dossier
    message: UUID
    readers: frozenset[str]


def note(batch: "Batch", item: Prepared, taken: "Taken") -> None:
    """Keep in the batch what may have added to a count."""
    if item.envelope.kind in _ADDS and taken.dossier is not None and not item.native_less:
        readers = frozenset((item.envelope.unit, *(told.unit for told in taken.told)))
        batch.counted.append(Counted(taken.dossier, taken.record.id, readers))


async def follow(conn: asyncpg.Connection, batch: "Batch") -> list[Prepared]:
    """The suggestions that follow from the batch, to be decided: one to a dispute at most."""
    if batch.desk.law.district.trigger is None or not batch.counted:
        return []
    dossiers = {counted.dossier.id: counted.dossier for counted in batch.counted}
    known = [did for did, dossier in dossiers.items() if not dossier.fresh]
    related: dict[UUID, list[Facts]] = {did: [] for did in dossiers}
    for row in await conn.fetch(_RELATED, known) if known else ():
        related[row["home"]].append(orjson.loads(row["facts"]))
    said = [await _suggestion(conn, batch, dossiers[did], others) for did, others in related.items()]
    return [message for message in said if message is not None]


async def _suggestion(
    conn: asyncpg.Connection, batch: "Batch", dossier: Dossier, others: Iterable[Facts]
) -> Prepared | None:
    trigger = batch.desk.law.district.trigger
    registrar = next((u for u in dossier.roles.get("registrar", ()) if batch.desk.units.get(u)), None)
    if trigger is None or registrar is None or _warned(dossier):
        return None
    found = counted(trigger, [dossier.facts, *others], legal_day(batch.now))
    refs = await _readable(conn, batch, found, registrar) if found else set()
    before = dossier.facts.get("suggested")
    if not refs or refs <= set(before if isinstance(before, list) else ()):
        return None
    head = ("early_warning", f"suggestion-{uuid4()}", _document(found, refs))
    said = Saying(*head, to=registrar, dispute=dossier.id, purpose="warning")
    return own_message(batch.desk, batch.now, said)


def _warned(dossier: Dossier) -> bool:
    """Whether the dispute has a warning, or a suggestion, that is not at its end."""
    return any(c.state.machine == "warning" and c.closed_at is None for c in dossier.cases.values())


async def _readable(conn: asyncpg.Connection, batch: "Batch", found: Sequence[Signal], unit: str) -> set[str]:
    """The messages counted that a unit may read: what it cannot open is no reason it is given."""
    ids = [read_id(signal.message) for signal in found]
    rows = await conn.fetch(_READ, ids, unit)
    fresh = {str(c.message) for c in batch.counted if unit in c.readers}
    return {str(row["message"]) for row in rows} | (fresh & {signal.message for signal in found})


def _document(found: Sequence[Signal], refs: set[str]) -> dict[str, object]:
    opened = [s for s in found if s.message in refs]
    named: list[dict[str, str]] = [{"rule": s.rule, "evidence_ref": s.message} for s in opened][:_MOST]
    return {
        "identifiers": [],
        "action": "suggest",
        "origin": "hub",
        "signals": named,
        "situation": _sentence(found),
    }


def _sentence(found: Iterable[Signal]) -> str:
    """One Chinese sentence for whoever must look."""
    rules = [signal.rule for signal in found]
    calls, failed = rules.count(CALLS), rules.count(FAILED)
    return f"本纠纷及关联纠纷已报警{calls}次、调解未成{failed}次,请研判是否提出预警;中枢只作提示。"
