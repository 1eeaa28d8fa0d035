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
    system = hub.registry.systems[caller.client_id]
    wanted = system.formats.get(row["kind"])
    name = hub.translator.native_format_for(system.agency, row["kind"], wanted)
    if name is None or name == SHARED:
        raise Refused("no-native-form")
    written = hub.translator.write(system.agency, name, row["kind"], document, row["format"])
    return Rendered(written.media_type, written.body, written.dropped)
