"""A message in the caller's own format: the sender gets its bytes, a receiver a rendering of its view."""

from dataclasses import dataclass
from uuid import UUID

from hub.errors import Refused
from hub.exchange.hub import Hub
from hub.exchange.reading import Asking, Reader
from hub.port import Doc
from hub.translate.records import SHARED


@dataclass(frozen=True, slots=True)
class Rendered:
    """A native file; `dropped` are the shared pointers it does not carry."""

    media_type: str
    body: bytes
    dropped: tuple[str, ...] = ()


async def render(hub: Hub, caller: Asking, mid: UUID) -> Rendered:
    """Raises Refused 'unknown' or 'no-native-form'."""
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        reader = Reader(conn, caller, hub.sealer, hub.views)
        row = await reader.row(mid)
        if row["role"] == "sender" and row["iss"] == caller.client_id:
            return Rendered(row["media_type"], (await reader.original(row))[2])
        document: Doc = dict(await reader.document(row))
        known = await reader.own_numbers(row["dispute"]) if row["dispute"] else []
    system = hub.registry.systems[caller.client_id]
    wanted = system.formats.get(row["kind"])
    name = hub.translator.native_format_for(system.agency, row["kind"], wanted)
    if name is None or name == SHARED:
        raise Refused("no-native-form")
    document = _with_numbers(document, known, hub.translator.agencies[system.agency].systems)
    written = hub.translator.write(system.agency, name, row["kind"], document, row["format"])
    return Rendered(written.media_type, written.body, written.dropped)


def _with_numbers(document: Doc, known: list[Doc], systems: frozenset[str]) -> Doc:
    """The document with the numbers the caller's own system gave this dispute: its form asks for them."""
    there = document.get("identifiers")
    told: list[object] = list(there) if isinstance(there, list) else []
    have = {n.get("system") for n in told if isinstance(n, dict)}
    fresh = {n["system"]: n for n in known if n.get("system") in systems and n.get("system") not in have}
    return {**document, "identifiers": [*told, *fresh.values()]} if fresh else document
