"""Files a message names or brings: that the sender may use them, and that a ruling is what it says.

Runs before the writer, because a ruling is checked in a process of its own. A document that lies inside
the native file is kept as if its sender had uploaded it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from uuid import UUID

from hub.errors import Fault, Refused
from hub.exchange import blobs
from hub.exchange.hub import Hub
from hub.exchange.prepare import Prepared
from hub.law.model import Finding
from hub.store.registry import SystemRow
from hub.translate.files import named
from hub.translate.records import SHARED, Embedded, Reading
from hub.trust.jose import VerifiedMessage

RULINGS: Final = frozenset({"confirmation_ruling"})
SNAPSHOTS: Final = frozenset({"snapshot"})
_NOT_VERIFIED: Final = "ruling-not-verified"


async def bind_files(
    hub: Hub, verified: VerifiedMessage, system: SystemRow, reading: Reading, prepared: Prepared
) -> Prepared:
    """The message with its files bound. Raises Refused 'blob-missing', 'ruling-unsigned', '…-invalid'."""
    envelope = verified.envelope
    digests = {f"/files/{n}": f.digest for n, f in enumerate(envelope.files)} | by_digest(reading)
    async with hub.database.connection() as conn:
        found = await blobs.find(conn, envelope.iss, system.units, digests.values())
    missing = [place for place, digest in digests.items() if digest not in found]
    if missing:
        raise Refused("blob-missing", *(Fault("blob-missing", place) for place in missing))
    embedded = {e.digest: e for r in reading.records for e in r.embedded}
    findings: tuple[Finding, ...] = ()
    if envelope.kind in RULINGS:
        prepared, findings = await _ruling(hub, verified, prepared, embedded, found)
    kept = await _keep(hub, envelope.iss, embedded.values())
    files = {**{d: f.blob for d, f in found.items()}, **kept}
    return _noting(prepared, findings)._replace(files=tuple(files.items()))


def by_digest(reading: Reading) -> dict[str, str]:
    """Place → digest of the files that a message in the shared form names itself."""
    if reading.format != SHARED:
        return {}  # a native file knows no digests: what its document says is the envelope's or inside it
    found = (pair for record in reading.records for pair in named(record.document))
    told = {f"{place}/digest": file["digest"] for place, file in found if "digest" in file}
    for record in reading.records:
        told |= dict(_lists(record.document or {}))
    return {place: f"sha-256:{str(digest).removeprefix('sha-256:')}" for place, digest in told.items()}


def _lists(document: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The blobs of a snapshot, which it names by digest alone."""
    if "blob" in document:
        yield "/blob", document["blob"]
    others = document.get("blobs")
    for n, digest in enumerate(others if isinstance(others, list) else ()):
        yield f"/blobs/{n}", digest


async def _keep(hub: Hub, system: str, embedded: Iterable[Embedded]) -> dict[str, UUID]:
    kept: dict[str, UUID] = {}
    for document in embedded:
        async with hub.database.writing() as conn:
            stored = await blobs.keep(conn, hub.sealer, system, document.content, hub.clock())
        kept[stored.digest] = stored.blob
    return kept


async def _ruling(
    hub: Hub,
    verified: VerifiedMessage,
    prepared: Prepared,
    embedded: Mapping[str, Embedded],
    found: Mapping[str, blobs.StoredFile],
) -> tuple[Prepared, tuple[Finding, ...]]:
    """The ruling document against the certificates of that very court (a tribunal's: its court's)."""
    document = prepared.records[0].document or {}
    named = document.get("document")
    digest = str(named.get("digest", "")).removeprefix("sha-256:") if isinstance(named, Mapping) else ""
    if digest in embedded:
        content = embedded[digest].content
    elif f"sha-256:{digest}" in found:
        async with hub.database.connection() as conn:
            content = await blobs.read_whole(conn, hub.sealer, found[f"sha-256:{digest}"])
    else:
        raise Refused("blob-missing" if digest else "ruling-unsigned", Fault("document-missing", "/document"))
    await hub.catch_up(hub.registry.version)  # a certificate registered, or revoked, a moment ago counts
    certificates = hub.registry.court_certificates(verified.envelope.unit)
    verdict = await hub.rulings.check_ruling(content, certificates, hub.clock())
    label = verdict.label
    noted = () if label is None else (Finding(_NOT_VERIFIED, "政策重点任务4", "/document", label),)
    return prepared._replace(ruling=verdict.digest), noted


def _noting(prepared: Prepared, findings: tuple[Finding, ...]) -> Prepared:
    if not findings:
        return prepared
    first, *rest = prepared.records
    return prepared._replace(records=(first._replace(findings=(*first.findings, *findings)), *rest))
