"""The persons of a dispute, opened in memory to hold a text against them; nothing of them goes further."""

from collections.abc import Iterable, Iterator
from typing import Final, Literal
from uuid import UUID

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange import knowledge, merged
from hub.exchange.desk import Desk
from hub.law.reading import Document
from hub.trust.giveaway import Person

_KINDS: Final[dict[str, Literal["name", "number", "phone"]]] = {
    "name": "name",
    "legal_representative": "name",
    "people": "name",
    "id_number": "number",
    "phone": "phone",
    "phones": "phone",
}
_PLACES: Final = frozenset({"addresses", "address", "place"})
_NOT_PERSONS: Final = frozenset({"attachments", "papers", "native_extras"})
_SHORTEST: Final = {"name": 2, "number": 6, "phone": 6, "address": 4}


async def of_dispute(conn: asyncpg.Connection, desk: Desk, dispute: UUID, unit: str) -> tuple[Person, ...]:
    """Everybody whom the dispute's messages name. Raises Refused `unknown` for a dispute not the unit's."""
    return named_in(await documents(conn, desk, dispute, unit))


def named_in(opened: Iterable[Document]) -> tuple[Person, ...]:
    """Everybody whom these messages name."""
    found = {person: None for document in opened for person in _people(document)}
    return tuple(person for person in found if len(person.value) >= _SHORTEST[person.kind])


async def documents(conn: asyncpg.Connection, desk: Desk, dispute: UUID, unit: str) -> list[Document]:
    """The dispute's messages that name somebody. Raises Refused `unknown` for a dispute not the unit's."""
    dossiers = merged.living(await merged.open_all(conn, {dispute}, desk))
    if not dossiers or any(unit not in dossier.participants for dossier in dossiers.values()):
        raise Refused("unknown", Fault("unknown", "/dispute"))
    opened = await knowledge.documents(conn, dossiers, desk.sealer)
    return [document for _, document in opened if isinstance(document, dict)]


def _people(node: object) -> Iterator[Person]:
    if isinstance(node, list):
        for value in node:
            yield from _people(value)
    elif isinstance(node, dict):
        for member, value in node.items():
            if member in _KINDS:
                yield from (Person(_KINDS[member], word) for word in _words(value))
            elif member in _PLACES:
                yield from (Person("address", word) for word in _words(value))
            elif member not in _NOT_PERSONS:
                yield from _people(value)


def _words(value: object) -> Iterator[str]:
    """The texts of a value: itself, each of a list, the `text` of a Place."""
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, list):
        for each in value:
            yield from _words(each)
    elif isinstance(value, dict):
        yield from _words(value.get("text"))
