"""Whom a service receipt means when its native form names a person and not a place in the application.

A committee's own receipt says a name (justice's form has nothing else); the law room knows parties by their
`ref`. The application that opened the case is opened in memory, names go no further than this look-up.
"""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from hub.exchange.dossier import Dossier
from hub.exchange.prepare import Prepared
from hub.trust.seal import Sealer

_OPENING: Final = "SELECT id, dispute, dek, document FROM message WHERE id = ANY ($1::uuid[])"
Names = Mapping[str, Mapping[str, str]]
"""Case id → name of an applicant → ref."""


def asked(items: Iterable[Prepared]) -> bool:
    """Whether a record of the batch names whom it served without saying which party that is."""
    return any(
        item.envelope.kind == "service_receipt" and _nameless(record.document or {})
        for item in items
        for record in item.records
    )


def _nameless(document: Mapping[str, object]) -> bool:
    return "party" not in document and isinstance(document.get("party_name"), str)


async def applicants(conn: asyncpg.Connection, dossiers: Mapping[UUID, Dossier], sealer: Sealer) -> Names:
    """The applicants of every confirmation in these disputes, by name. Two of one name are nobody."""
    opened = {
        case.opened_by: (dossier, cid)
        for dossier in dossiers.values()
        for cid, case in dossier.cases.items()
        if case.state.machine == "confirmation"
    }
    found: dict[str, dict[str, str]] = {}
    for row in await conn.fetch(_OPENING, list(opened)):
        dossier, cid = opened[row["id"]]
        dek = sealer.unwrap(row["dek"], dossier.key_of(row["dispute"]), f"message|{row['id']}|dek")
        document = orjson.loads(sealer.open(dek, f"message|{row['id']}|document", row["document"]))
        found[cid] = _by_name(document.get("applicants"))
    return found


def _by_name(parties: object) -> dict[str, str]:
    listed = [p for p in (parties if isinstance(parties, list) else ()) if isinstance(p, dict)]
    named = [(str(p.get("name", "")).strip(), str(p.get("ref", ""))) for p in listed]
    return {name: ref for name, ref in named if sum(other == name for other, _ in named) == 1}


def with_party(document: dict[str, object], case: str | None, names: Names) -> dict[str, object]:
    """The receipt with the ref of the party it names, if the application has exactly one of that name."""
    if not _nameless(document) or case is None:
        return document
    ref = names.get(case, {}).get(str(document["party_name"]).strip())
    return {**document, "party": ref} if ref else document
