"""An adapter's examples, read and written: golden documents, valid by schema, round trips, dirt.

`examples/examples.csv` says how each is sent: `file,media_type,kind,unit,direction`, and its `name` if it has
another. A `read` example has its records in `golden/<file>.<kind>.json`; a `write` example is what the hub
makes of the document there.
"""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from hub.errors import Refused
from hub.port import Agency, Direction, Doc
from hub.translate.dates import CHINA
from hub.translate.records import FileRef, Origin, Reading, Record
from hub.translate.registry import LISTED_AS, Translator

SIGNED_AT: Final = datetime(2026, 11, 25, 12, 0, 0, tzinfo=CHINA)
"""When the examples are taken to be signed."""

Validate = Callable[[str, object], object]
"""(kind, document) → the places where it breaks its schema; empty if it does not."""


@dataclass(frozen=True, slots=True)
class Example:
    """One row of examples.csv with its file and its golden records."""

    path: Path
    media_type: str
    kind: str
    unit: str
    direction: Direction
    golden: Path
    files: dict[str, FileRef]
    name: str | None = None

    @property
    def origin(self) -> Origin:
        """The envelope it is sent in."""
        return Origin(self.kind, self.unit, SIGNED_AT, self.files, name=self.name)


def examples(folder: Path) -> tuple[Example, ...]:
    """The examples of an adapter folder, in the order of the list; none if there is no list."""
    home = folder / "examples"
    if not (home / "examples.csv").is_file():
        return ()
    with (home / "examples.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = home / "files.json"
    files = json.loads(known.read_text(encoding="utf-8")) if known.is_file() else {}
    refs = {ref: FileRef(**value) for ref, value in files.items()}
    return tuple(
        Example(
            home / row["file"],
            row["media_type"],
            row["kind"],
            row["unit"],
            Direction(row["direction"]),
            home / "golden" / ".".join(filter(None, (row["file"], row["kind"], "json"))),
            refs,
            row.get("name") or None,
        )
        for row in rows
    )


def read(
    translator: Translator, agency: str, example: Example, body: bytes, media_type: str | None = None
) -> Reading:
    """The example's file, or another in its place, as the hub reads it: a list as a snapshot's blob.

    Raises Refused.
    """
    media = media_type or example.media_type
    for fmt in translator.agencies[agency].formats:
        if fmt.lists and media.partition(";")[0] in fmt.media:
            told = next(word for word, carrier in LISTED_AS.items() if isinstance(fmt.carrier, carrier))
            return translator.read_list(agency, told, body, example.origin, example.kind)
    return translator.read(agency, media, body, example.origin)


def as_golden(reading: Reading) -> dict[str, object]:
    """A reading as its golden file holds it."""
    return {"format": reading.format, "records": [_golden_record(record) for record in reading.records]}


def _golden_record(record: Record) -> dict[str, object]:
    made: dict[str, object] = {"record": record.label}
    if record.fault:
        made["faults"] = [{"rule": f.rule, "native": f.native} for f in record.fault.faults]
        return made
    for role in ("own", "case", "links"):
        numbers = getattr(record, role)
        if numbers:
            made[role] = [f"{number.system} {number.normal}" for number in numbers]
    if record.findings:
        made["findings"] = [" ".join(filter(None, _finding(f))) for f in record.findings]
    made["document"] = record.document
    return made


def _finding(found: object) -> tuple[str | None, ...]:
    return tuple(getattr(found, name) for name in ("code", "pointer", "native", "detail"))


def faults(agency: Agency, folder: Path, validate: Validate) -> tuple[str, ...]:
    """What is wrong with the examples, one sentence each; empty for a conforming adapter."""
    translator = Translator([agency])
    found: list[str] = []
    listed = examples(folder)
    carried = {(fmt.name, m.kind) for fmt in agency.formats for m in fmt.maps}
    shown: set[tuple[str, str]] = set()
    for example in listed:
        check = _written if example.direction is Direction.WRITE else _read
        problems = check(translator, agency.name, example, validate, shown)
        found += [f"{example.path.name} as {example.kind}: {problem}" for problem in problems]
    found += [f"{name}/{kind}: no example" for name, kind in sorted(carried - shown)]
    return tuple(found)


def _read(
    translator: Translator, agency: str, example: Example, validate: Validate, shown: set[tuple[str, str]]
) -> Iterator[str]:
    try:
        reading = read(translator, agency, example, example.path.read_bytes())
    except Refused as e:
        places = ", ".join(f"{fault.rule} {fault.native or ''}" for fault in e.faults)
        yield f"refused as {e.code}: {places}"
        return
    shown.add((reading.format, example.kind))
    if not example.golden.is_file():
        yield "no golden file"
    elif json.loads(example.golden.read_text(encoding="utf-8")) != json.loads(json.dumps(as_golden(reading))):
        yield "differs from its golden file"
    for record in reading.records:
        if record.document is None:
            continue
        problems = validate(example.kind, record.document) if example.kind else ()
        if problems:
            yield f"{record.label} breaks its schema: {problems}"
        yield from round_trip(translator, agency, reading.format, example.kind, record.document)


def round_trip(
    translator: Translator, agency: str, format_name: str, kind: str, document: Doc
) -> Iterator[str]:
    """The law read(write(x)) = x for a document that was read from the format itself.

    A business time that only the envelope told is not the file's to carry.
    """
    if format_name != translator.native_format_for(agency, kind, format_name):
        return
    written = translator.write(agency, format_name, kind, document, format_name)
    of_envelope = "/business_time" if document.get("business_time") == SIGNED_AT.isoformat() else ""
    lost = [pointer for pointer in written.dropped if pointer != of_envelope]
    if lost:
        yield f"written back without {', '.join(lost)}"


def _written(
    translator: Translator, agency: str, example: Example, validate: Validate, shown: set[tuple[str, str]]
) -> Iterator[str]:
    golden = json.loads(example.golden.read_text(encoding="utf-8"))
    shown.add((golden["format"], example.kind))
    problems = validate(example.kind, golden["document"])
    if problems:
        yield f"its document breaks its schema: {problems}"
    written = translator.write(agency, golden["format"], example.kind, golden["document"])
    if written.body != example.path.read_bytes():
        yield "differs from what is written"
    if written.media_type != example.media_type:
        yield f"is written as {written.media_type}"
    if sorted(written.dropped) != sorted(golden.get("dropped", [])):
        yield f"is written without {', '.join(written.dropped)}"
