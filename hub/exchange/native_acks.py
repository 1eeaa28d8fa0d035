"""What a `native_ack` says of a token: the receiving system's own books have taken it in, or could not.

It names a delivery (the jti of its token), or a message (its own member or the envelope's `re`), and settles
what was handed out to its sender as an answer of the receiver would; a case knows nothing of it. `ok` and
`repeat` acknowledge, `failed` holds, `unknown` says nothing yet. Runs after the message is durable and before
it is answered, in the transaction of every other settlement.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple
from uuid import UUID

import orjson

from hub.errors import Fault, Refused
from hub.exchange.hub import Hub
from hub.exchange.prepare import Prepared
from hub.exchange.settle import Ends, settle
from hub.exchange.tokens_out import NOT_MESSAGES
from hub.store.ids import NO_ID, read_id

KIND: Final = "native_ack"
_ACKNOWLEDGES: Final = frozenset({"ok", "repeat"})
_HELD_FOR: Final = "invalid_request"
_NAMED: Final = """
SELECT id FROM delivery
 WHERE system = $1 AND unit = $2 AND (id = $3 OR message = $4) AND event <> ALL ($5::text[])
"""


class Named(NamedTuple):
    """Deliveries that one record names, and its result."""

    deliveries: tuple[UUID, ...]
    result: str


async def named(hub: Hub, prepared: Prepared) -> tuple[Named, ...]:
    """What the records name. Raises Refused `unknown` for what was not delivered to their sender."""
    found: list[Named] = []
    envelope = prepared.envelope
    async with hub.database.connection() as conn:
        for place, wanted, result in _wanted(prepared):
            jti, message = (wanted, NO_ID) if place == "/delivery" else (NO_ID, wanted)
            arguments = (envelope.iss, envelope.unit, jti, message, list(NOT_MESSAGES))
            rows = await conn.fetch(_NAMED, *arguments)
            if not rows:
                raise Refused("unknown", Fault("unknown", pointer=place))
            found.append(Named(tuple(row["id"] for row in rows), result))
    return tuple(found)


def _wanted(prepared: Prepared) -> Iterator[tuple[str, UUID, str]]:
    """Where each record names what, the id it names, its result; a record may name nothing."""
    for record in prepared.records:
        document = record.document or {}
        for place, value in (
            ("/delivery", document.get("delivery")),
            ("/message", document.get("message")),
            ("/re", prepared.envelope.re),
        ):
            if isinstance(value, str):
                yield place, read_id(value), str(document["result"])
                break


async def put(hub: Hub, prepared: Prepared) -> bytes:
    """Write the message, then settle what it names; what was settled before stays as it is.

    A message that came again settles what a process killed in between left open, and holds nothing: it may
    have been replayed since.
    """
    told = await named(hub, prepared)
    answer = await hub.writer.put(prepared)
    first = orjson.loads(answer)["message"] == str(prepared.id)
    acknowledged: dict[UUID, bytes | None] = {}
    held: dict[UUID, str] = {}
    for deliveries, result in told:
        if result in _ACKNOWLEDGES:
            acknowledged.update(dict.fromkeys(deliveries))
        elif result == "failed" and first:
            held.update(dict.fromkeys(deliveries, _HELD_FOR))
    ends = Ends(acknowledged, held, prepared.envelope.iss)
    await settle(hub.database, hub.way_out.letters, ends, hub.clock())
    return answer
