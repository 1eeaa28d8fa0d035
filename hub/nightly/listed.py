"""From the bytes of an agency's list to rows: read by the adapters, digested, sealed. Touches no database.

A row that cannot be read is put aside with its place, never with what it says; a list that cannot be read
at all is a problem of its manifest. Neither ends the night.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

import schemas
from hub.errors import Fault, Refused
from hub.exchange.answers import fault_json
from hub.nightly.digests import digested, least, number_key
from hub.nightly.manifest import READ_AS, Manifest
from hub.translate.records import Origin, Reading, Record
from hub.translate.registry import Translator
from hub.trust.seal import Sealer

COLUMNS: Final = (
    "snapshot", "n", "label", "key", "at", "digest", "fields", "digests", "numbers", "links", "sealed",
)  # fmt: skip
"""Columns of `snapshot_row`, as `Listed.rows` has them."""
_MOST_FAULTS: Final = 32


@dataclass(slots=True)
class Listed:
    """A list as it was read. `rows` and `faults` are rows of their tables."""

    manifest: Manifest
    dek: bytes
    format: str = ""
    kind: str = ""
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    faults: list[tuple[Any, ...]] = field(default_factory=list)
    refused: bool = False

    @property
    def whole(self) -> bool:
        """Whether what is not in it is not there: it says so, and nothing of it is missing."""
        return self.manifest.complete and not self.refused and not self.manifest.problems


def read_list(
    translator: Translator, sealer: Sealer, agency: str, manifest: Manifest, contents: Sequence[bytes]
) -> Listed:
    """Every row of the files of a list. Refuses nothing: what is wrong is said by `manifest.problems`."""
    listed = Listed(manifest, sealer.new_dek())
    for content in contents:
        try:
            listed.format, listed.kind, reading = _read(translator, agency, manifest, content)
        except Refused as refused:
            if manifest.told == 0 and _rule(refused) == "no-records":
                continue  # a valid day
            listed.refused = True
            problem = {"field": "/blob", "code": refused.code, "rule": _rule(refused)}
            listed.manifest = listed.manifest.noting(problem)
            continue
        _take(sealer, listed, reading)
    _count(listed)
    return listed


def _read(
    translator: Translator, agency: str, manifest: Manifest, content: bytes
) -> tuple[str, str, Reading]:
    """(format, kind, records) of one file."""
    origin = Origin("snapshot", manifest.unit, manifest.cut_off)
    wanted: tuple[str | None, ...] = (None, *READ_AS.get(manifest.dataset, ()))
    for n, kind in enumerate(wanted, start=1):
        try:
            reading = translator.read_list(agency, manifest.format, content, origin, kind)
        except Refused as refused:
            if n == len(wanted) or _rule(refused) != "kind-not-in-format":
                raise
            continue
        return reading.format, kind or translator.only_kind(agency, reading.format), reading
    raise AssertionError


def _rule(refused: Refused) -> str:
    return refused.faults[0].rule if refused.faults else refused.code


def _take(sealer: Sealer, listed: Listed, reading: Reading) -> None:
    for record in reading.records:
        n = len(listed.rows) + len(listed.faults) + 1
        refused = _refusal(listed.kind, record)
        if refused is not None or record.document is None:
            listed.faults.append(_fault(listed, n, record.label, refused or Refused("untranslatable")))
        else:
            listed.rows.append(_row(sealer, listed, n, record))


def _refusal(kind: str, record: Record) -> Refused | None:
    if record.fault is not None:
        return record.fault
    found = schemas.faults(kind, record.document)
    return Refused("schema", *(Fault(word, place) for place, word in found)) if found else None


def _fault(listed: Listed, n: int, label: str, refused: Refused) -> tuple[Any, ...]:
    places = [fault_json(fault) for fault in refused.faults[:_MOST_FAULTS]]
    return (listed.manifest.id, n, label, refused.code, places)


def _row(sealer: Sealer, listed: Listed, n: int, record: Record) -> tuple[Any, ...]:
    own = [number_key(sealer, number.system, number.normal) for number in record.own]
    links = [number_key(sealer, number.system, number.normal) for number in record.links]
    case = [number_key(sealer, number.system, number.normal) for number in record.case]
    made = digested(sealer, listed.kind, record.document or {}, timed=not record.undated)
    aad = f"snapshot_row|{listed.manifest.id}.{n}|sealed"
    sealed = sealer.seal(listed.dek, aad, orjson.dumps(made.texts))
    numbers = sorted({*own, *case, *links})
    place = record.label or f"item {n}"
    head = (listed.manifest.id, n, place, least(own), made.at, made.digest)
    return (*head, made.fields, made.digests, numbers, links, sealed)


def _count(listed: Listed) -> None:
    """Hold the rows against what the manifest told."""
    listed.manifest = listed.manifest.noting(*_missing(listed))


def _missing(listed: Listed) -> Iterable[dict[str, Any]]:
    there, told = len(listed.rows) + len(listed.faults), listed.manifest.told
    if listed.manifest.files and not listed.refused and told is not None and told != there:
        yield {"field": "/rows", "code": "count", "told": told, "found": there}
    if listed.faults:
        yield {"field": "/rows", "code": "broken", "rows": len(listed.faults), "of": there}
    unnumbered = sum(row[COLUMNS.index("key")] is None for row in listed.rows)
    if unnumbered:
        yield {"field": "/identifiers", "code": "unnumbered", "rows": unnumbered}
