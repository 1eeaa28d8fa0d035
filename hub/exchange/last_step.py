"""The last step of the way in, (9) of `intake`: the writer is asked, and what it refuses is placed.

Rules, cases and steps are refused by pointer; whoever sent a native file is told its own field too. Knows the
hub's writer and the translator's maps.
"""

from hub.errors import Refused
from hub.exchange import native_acks
from hub.exchange.hub import Hub
from hub.exchange.native_places import Maps, located
from hub.exchange.prepare import Prepared
from hub.translate.records import Reading


async def put(hub: Hub, prepared: Prepared) -> bytes:
    """Write a message; a `native_ack` settles what it names."""
    if prepared.envelope.kind == native_acks.KIND:
        return await native_acks.put(hub, prepared)
    return await hub.writer.put(prepared)


async def accept(hub: Hub, agency: str, prepared: Prepared, reading: Reading) -> bytes:
    """As `put`, its refusals placed in the sender's own file."""
    try:
        return await put(hub, prepared)
    except Refused as refused:
        raise located(refused, reading.records, _maps(hub, agency, prepared)) from refused


async def rehearse(hub: Hub, agency: str, prepared: Prepared, reading: Reading) -> bytes:
    """What `accept` would answer, with nothing kept."""
    try:
        if prepared.envelope.kind == native_acks.KIND:
            await native_acks.named(hub, prepared)
        return await hub.writer.try_out(prepared)
    except Refused as refused:
        raise located(refused, reading.records, _maps(hub, agency, prepared)) from refused


def _maps(hub: Hub, agency: str, prepared: Prepared) -> Maps:
    return Maps(hub.translator, agency, prepared.format, prepared.envelope.kind)
