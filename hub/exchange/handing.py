"""Papers of a case for units that join it later: a question passed on, a warning dispatched.

The decision says who must have which earlier message; here it becomes a reader and a delivery of that
message, with the files it brought, in the same transaction. Who reads it already gets nothing twice.
"""

from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.exchange.dossier import Dossier
from hub.law.model import CaseState, Handed
from hub.store.ids import new_id, read_id

if TYPE_CHECKING:
    from hub.exchange.batch import Batch, Taken

_READERS: Final = "SELECT message, unit FROM message_reader WHERE message = ANY ($1::uuid[])"
_FILES: Final = """
INSERT INTO blob_reader (digest, unit, blob, message)
SELECT DISTINCT r.digest, $2, r.blob, r.message FROM blob_reader r WHERE r.message = $1
ON CONFLICT DO NOTHING
"""


class Paper(NamedTuple):
    """An earlier message to be handed on, with the dispute and the case it belongs to."""

    dossier: Dossier
    case: CaseState
    handed: Handed


def note(batch: "Batch", taken: "Taken") -> None:
    """Keep in the batch what a decision hands on."""
    if taken.decision is None or taken.dossier is None or taken.case is None:
        return
    batch.handed.extend(Paper(taken.dossier, taken.case, handed) for handed in taken.decision.handed)


def revised(dossier: Dossier, case: str | None, earlier: str, later: str) -> None:
    """A paper that its sender says anew: who joins later is handed the new one."""
    held = dossier.cases.get(case) if case else None
    papers = held.state.facts.get("papers") if held else None
    if held is None or not isinstance(papers, list):
        return
    told = [{**paper, "message": later} if paper["message"] == earlier else paper for paper in papers]
    if told != papers:
        held.state = held.state._replace(facts={**held.state.facts, "papers": told})
        held.changed = True


async def follow(conn: asyncpg.Connection, batch: "Batch") -> None:
    """Readers and deliveries of what the batch hands on."""
    if not batch.handed:
        return
    ids = {read_id(paper.handed.message) for paper in batch.handed}
    known = {(row["message"], row["unit"]) for row in await conn.fetch(_READERS, list(ids))}
    for paper in batch.handed:
        message = read_id(paper.handed.message)
        if (message, paper.handed.unit) in known:
            continue
        known.add((message, paper.handed.unit))
        _rows(batch, paper, message)
        await conn.execute(_FILES, message, paper.handed.unit)


def _rows(batch: "Batch", paper: Paper, message: UUID) -> None:
    handed, system = paper.handed, batch.desk.receiver(paper.handed.unit)
    batch.order += 1
    batch.rows.insert["message_reader"].append((message, handed.unit, handed.role, batch.order))
    if system is None:
        return
    case = {"id": paper.case.id, "machine": paper.case.machine, "state": paper.case.state}
    detail = {"from": handed.sender, "to": handed.unit, "case": case, "deadlines": []}
    head = (new_id(batch.now), message, system, handed.unit, handed.sender, handed.role)
    seq = (paper.dossier.id, paper.dossier.next_seq(system), handed.kind, detail)
    batch.rows.insert["delivery"].append((*head, *seq, "queued", batch.now, batch.now))
