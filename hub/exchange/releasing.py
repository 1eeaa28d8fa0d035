"""A refused message let in after all (contract 2): an administrator releases it from quarantine.

It re-enters the way in from translation on, with its original bytes. What it becomes is noted before it is
written, and everything a release says – its state, the administrator's action, the sender's notice – is one
transaction afterwards: a process that is killed in between leaves a release that the next one finishes.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Fault, Refused
from hub.exchange import last_step, notices, quarantine
from hub.exchange.hub import Hub
from hub.exchange.intake import check_sender, instant, ready, repeated
from hub.exchange.prepare import Prepared
from hub.exchange.sequences import Sequences
from hub.store.administration import Admin
from hub.trust.jose import VerifiedMessage, parse_detached, verify

# Ids are in the order of time: a message above the quarantined one's id was accepted after it was refused.
_LATER: Final = """
SELECT EXISTS (
    SELECT FROM native_id WHERE system = $1 AND kind = $2 AND blind = ANY ($3::bytea[]) AND message > $4
)
"""


async def release(hub: Hub, qid: UUID, admin: Admin) -> bytes:
    """Run a quarantined message again from translation with its original bytes; its 202 body.

    Its signature and times were good when it came, so they are not judged by today's clock; everything
    after them is, by the registry as it is now. Raises Refused when it still does not fit, or its jti or a
    native identifier was accepted meanwhile.
    """
    await hub.catch_up(hub.registry.version)
    async with hub.database.writing() as conn:
        original = await quarantine.original(conn, qid, hub.sealer)
    verified = _verified(hub, original)
    answer = await repeated(hub, verified)
    if answer is None:
        prepared = await _prepared(hub, verified, qid)
        async with hub.database.writing() as conn:
            await quarantine.becomes(conn, qid, prepared.id)
        answer = await last_step.put(hub, prepared)
    elif orjson.loads(answer)["message"] != str(original.becomes):
        raise Refused("jti-reused", Fault("jti-reused", pointer="/jti"))
    told = orjson.loads(answer)
    async with hub.database.writing() as conn:
        await quarantine.close(conn, qid, "released", UUID(told["message"]))
        await admin.tell(conn, "quarantine-release", str(qid))
        await _tell_sender(hub, conn, told)
    return answer


def _verified(hub: Hub, original: quarantine.Original) -> VerifiedMessage:
    """As it was verified when it came."""
    unverified = parse_detached(original.signature_header)
    system = hub.registry.systems.get(original.iss)
    then = instant(unverified.claimed.iat)
    key = system.key(unverified.kid, then) if system else None
    cty = unverified.claimed.cty
    return verify(unverified, original.body, key, hub.settings.issuer, cty, then)


async def _prepared(hub: Hub, verified: VerifiedMessage, qid: UUID) -> Prepared:
    sender = check_sender(hub, verified.envelope, verified.envelope.iss)
    prepared, _ = await ready(hub, verified, sender, hub.clock())
    await _not_superseded(hub, prepared, qid)
    return prepared


async def _not_superseded(hub: Hub, prepared: Prepared, qid: UUID) -> None:
    """What came later under the same native identifier stands: the older content may not revise it."""
    envelope = prepared.envelope
    own = [number.blind for record in prepared.records for number in record.own]
    async with hub.database.connection() as conn:
        if await conn.fetchval(_LATER, envelope.iss, envelope.kind, own, qid):
            raise Refused("conflict", Fault("native-id-accepted"))


async def _tell_sender(hub: Hub, conn: asyncpg.Connection, answer: Mapping[str, object]) -> None:
    """The sender's `urn:liantiao:event:released`, with the receipt."""
    message = UUID(str(answer["message"]))
    subject = UUID(str(answer["dispute"])) if answer.get("dispute") else message
    numbers = await Sequences.locked(conn, {subject})
    told = notices.Told(message, subject, {"receipt": answer["receipt"]})
    await notices.tell(conn, "released", [told], numbers, hub.clock())
