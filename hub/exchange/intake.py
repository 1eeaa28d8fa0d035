"""The way in, step by step, in the order of contract 2; the first that fails answers.

    (1) size and media type         413, 415
    (2) token                       401
    (3) signature and times         400, 401
    (4) scope                       403
    (5) unit and kind               403
    (6) repeat                      202 again, 409     looked up when (7)–(9) refuse, else by the writer
    (7) encoding, syntax, translation   400, 422
    (8) schema                      422
    (9) rule, case, step            422, 404, 409      by the writer, on what the database says

What is refused with 422 or 409 goes to quarantine. Nothing refused has an effect.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

import orjson

import schemas
from hub.errors import Fault, Refused
from hub.exchange import last_step, quarantine
from hub.exchange.attachments import RULINGS, SNAPSHOTS, bind_files, by_digest
from hub.exchange.files_in import at_leisure, read_file
from hub.exchange.hub import Hub
from hub.exchange.media import limit_for
from hub.exchange.native_places import Maps, located
from hub.exchange.prepare import Prepared, fingerprint, prepare
from hub.store.registry import SystemRow
from hub.translate.records import FileRef, Origin, Reading
from hub.trust.jose import Envelope, VerifiedMessage, parse_detached, verify
from schemas.validate import faults

SEND: Final = "messages:send"
SHARED: Final = "application/vnd.liantiao+json"

_KEY = "SELECT message, fingerprint FROM message_key WHERE iss = $1 AND jti = $2"
_MOST_FAULTS: Final = 32
_NO_KEY: Final = (Fault("key"),)
_ANSWER = "SELECT answer FROM message WHERE id = $1"


class Incoming(NamedTuple):
    """A request as it arrived, nothing believed yet."""

    content_type: str
    signature: str | None
    client_id: str
    scopes: frozenset[str]
    body: bytes


def check_headers(headers: Mapping[str, str], max_body: int, max_package: int) -> int:
    """(1): the most bytes this body may have. Raises Refused 'media-type' or 'too-large'."""
    if headers.get("content-encoding", "identity") != "identity":
        raise Refused("media-type", Fault("content-encoding"))
    limit = limit_for(headers.get("content-type", ""), max_body, max_package)
    if limit is None:
        raise Refused("media-type", Fault("media-type"))
    length = headers.get("content-length")
    if length is not None and length.isdigit() and int(length) > limit:
        raise Refused("too-large", Fault("size", args=(str(limit),)))
    return limit


async def take(hub: Hub, incoming: Incoming) -> bytes:
    """(3)–(9) for a body whose token is checked: the JSON of the answer. Raises Refused, Unavailable."""
    await hub.writer.turn(incoming.client_id)
    now = hub.clock()
    verified, system = await _admitted(hub, incoming, now)
    try:
        prepared, reading = await ready(hub, verified, system, now)
        return await last_step.accept(hub, system.agency, prepared, reading)
    except Refused as refused:
        again = await _earlier(hub, verified)
        if isinstance(again, bytes):
            return again
        told = again or refused
        if told.status in quarantine.HELD:
            async with hub.database.writing() as conn:
                await quarantine.hold(conn, verified, told, hub.sealer, hub.clock())
        raise told from refused


async def try_out(hub: Hub, incoming: Incoming) -> tuple[dict[str, object], Refused | None]:
    """What `Prefer: handling=validate` answers: read, refused, routed; nothing is kept.

    Raises Refused for a sender that (3)–(5) do not believe; a refusal by what follows is part of the answer.
    """
    now = hub.clock()
    verified, system = await _admitted(hub, incoming, now)
    told: dict[str, object] = {"dispute": None, "case": None, "deliveries": [], "findings": []}
    try:
        prepared, reading = await ready(hub, verified, system, now)
        told |= {"format": prepared.format, "read": _read(reading)}
        answer = await last_step.rehearse(hub, system.agency, prepared, reading)
        return told | _without_receipt(answer), None
    except Refused as refused:
        again = await _earlier(hub, verified)
        if isinstance(again, bytes):
            return told | _without_receipt(again), None
        return told, again or refused


async def _admitted(hub: Hub, incoming: Incoming, now: datetime) -> tuple[VerifiedMessage, SystemRow]:
    """(3)–(5): who sends, in whose name, what."""
    verified = await _proved(hub, incoming, now)
    if SEND not in incoming.scopes:
        raise Refused("scope", Fault("scope-missing", args=(SEND,)))
    system = check_sender(hub, verified.envelope, incoming.client_id)
    if (to := verified.envelope.to) is not None and hub.desk.receiver(to) is None:
        await hub.catch_up(hub.registry.version)  # connected a moment ago by another process, perhaps
    return verified, system


async def _proved(hub: Hub, incoming: Incoming, now: datetime) -> VerifiedMessage:
    """As `_verified`; a key that another process registered a moment ago is known."""
    seen, size = hub.registry.version, len(incoming.body)
    try:
        return await at_leisure(hub, size, _verified, hub, incoming, now)
    except Refused as refused:
        if refused.faults[:1] != _NO_KEY or not await hub.catch_up(seen):
            raise
    return await at_leisure(hub, size, _verified, hub, incoming, now)


def _verified(hub: Hub, incoming: Incoming, now: datetime) -> VerifiedMessage:
    """(3): whose bytes these are."""
    unverified = parse_detached(incoming.signature)
    system = hub.registry.systems.get(unverified.iss)
    key = system.key(unverified.kid, now) if system else None
    return verify(
        unverified,
        incoming.body,
        key,
        hub.settings.issuer,
        incoming.content_type,
        now,
    )


def check_sender(hub: Hub, envelope: Envelope, client_id: str) -> SystemRow:
    """(5): the unit is one of the system's, and may say this kind for this purpose."""
    system = hub.registry.systems.get(envelope.iss)
    if system is None or envelope.iss != client_id:
        raise Refused("unit-not-yours", Fault("client-not-issuer", pointer="/iss"))
    unit = hub.desk.units.get(envelope.unit)
    if unit is None or envelope.unit not in system.units:
        raise Refused("unit-not-yours", Fault("unit-not-yours", pointer="/unit"))
    kind = schemas.kinds().get(envelope.kind)
    if kind is None or not kind.senders:
        raise Refused("kind-not-allowed", Fault("kind-unknown", pointer="/kind"))
    if "any" not in kind.senders and unit.type not in kind.senders:
        raise Refused("kind-not-allowed", Fault("kind-unit-type", pointer="/kind"))
    if (envelope.kind, envelope.purpose) not in schemas.purposes():
        raise Refused("kind-not-allowed", Fault("purpose", pointer="/purpose"))
    return system


async def ready(
    hub: Hub, verified: VerifiedMessage, system: SystemRow, now: datetime
) -> tuple[Prepared, Reading]:
    """(7), (8) and the files: what the writer needs."""
    envelope = verified.envelope
    files, signed = _named_files(envelope), instant(envelope.iat)
    origin = Origin(envelope.kind, envelope.unit, signed, files, name=envelope.name)
    reading = await read_file(hub, system.agency, envelope.cty, verified.body, origin)
    reading = _checked(hub, system.agency, envelope.kind, reading)
    prepared = await at_leisure(hub, len(verified.body), prepare, verified, reading, hub.sealer, now)
    brings = any(r.embedded for r in reading.records)
    tells = envelope.kind in SNAPSHOTS or verified.body.find(b'"digest"') >= 0
    names = tells and by_digest(reading)  # walking every document would cost
    if envelope.files or brings or names or envelope.kind in RULINGS:
        prepared = await bind_files(hub, verified, system, reading, prepared)
    return prepared, reading


def _checked(hub: Hub, agency: str, kind: str, reading: Reading) -> Reading:
    """(8): each record against the schema of its kind; a file keeps its good records."""
    records = []
    for record in reading.records:
        found = faults(kind, record.document) if record.document is not None else ()
        if found:
            label = record.label or None
            places = (Fault(keyword, pointer, record=label) for pointer, keyword in found[:_MOST_FAULTS])
            maps = Maps(hub.translator, agency, reading.format, kind)
            refused = located(Refused("schema", *places), [record], maps)
            record = record._replace(document=None, fault=refused)  # noqa: PLW2901
        records.append(record)
    if len(records) == 1 and records[0].fault is not None:
        raise records[0].fault
    return reading._replace(records=tuple(records))


def _named_files(envelope: Envelope) -> dict[str, FileRef]:
    """What the body means by its own file ids, as translation needs it."""
    return {f.ref: FileRef(f.digest.removeprefix("sha-256:"), f.name, f.type) for f in envelope.files}


async def repeated(hub: Hub, verified: VerifiedMessage) -> bytes | None:
    """(6) for what (7)–(9) refused: the first answer, if these bytes were accepted before."""
    envelope = verified.envelope
    async with hub.database.connection() as conn:
        row = await conn.fetchrow(_KEY, envelope.iss, envelope.jti)
        if row is None:
            return None
        if bytes(row["fingerprint"]) != fingerprint(verified):
            raise Refused("jti-reused", Fault("jti-reused", pointer="/jti"))
        return bytes(await conn.fetchval(_ANSWER, row["message"]))


async def _earlier(hub: Hub, verified: VerifiedMessage) -> bytes | Refused | None:
    """As `repeated`, with the refusal of a re-used jti as a value: it is quarantined like any other."""
    try:
        return await repeated(hub, verified)
    except Refused as reused:
        return reused


def _read(reading: Reading) -> list[dict[str, object]]:
    """What was understood of each record."""
    return [
        {
            "record": record.label,
            "document": record.document,
            "dropped": list(record.dropped),
            "kept": list(record.kept),
        }
        for record in reading.records
        if record.fault is None
    ]


def _without_receipt(answer: bytes) -> dict[str, object]:
    """An answer that promises nothing."""
    told: dict[str, object] = orjson.loads(answer)
    return {name: value for name, value in told.items() if name not in ("receipt", "message")}


def instant(seconds: int) -> datetime:
    """An instant of an envelope."""
    return datetime.fromtimestamp(seconds, UTC)
