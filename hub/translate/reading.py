"""From a parsed body to records of the shared form: the one way in after the bytes are understood."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from hub.errors import Fault, Refused
from hub.port import DbfTable, Doc, Format, Known, Package, Role, Shape, SheetTable
from hub.reference.case_numbers import doubt as case_doubt
from hub.strictjson import load_object
from hub.translate import persons
from hub.translate.bodies import Body
from hub.translate.books import Book
from hub.translate.compile_read import Scope
from hub.translate.files import explain
from hub.translate.identifiers import COURTS, normal_form
from hub.translate.paths import get
from hub.translate.readers_csv import MAX_ROWS, Table
from hub.translate.readers_dbf import DbfRead
from hub.translate.readers_json import record_of
from hub.translate.readers_package import PackageRead
from hub.translate.readers_xml import XmlRead
from hub.translate.records import SHARED, Noted, Number, Origin, Reading, Record, Run, placed
from hub.translate.sheet_rows import asides
from hub.translate.sheet_rows import records as sheet_records
from hub.translate.sheet_table import tables
from hub.translate.text import plain

SCHEMA: Final = "liantiao/1"

REGISTERING: Final = frozenset({
    "dispute", "referral", "consultation", "early_warning", "confirmation_application",
    "mediation_organisation", "mediator", "training_record", "complaint",
})  # fmt: skip
"""Kinds whose own number is the number of the record itself, not only of the case it is about."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How one kind of a format is read.

    `repeats` are the native paths that hold arrays, `enveloped` the shared pointers that the envelope fills.
    """

    format: Format
    scope: Scope
    repeats: frozenset[str]
    enveloped: tuple[str, ...]


def read_records(plan: Plan, body: Body, origin: Origin, max_rows: int = MAX_ROWS) -> Reading:
    """Every record of the body; one that cannot be read has its fault, unless it is the only one.

    Native places are told as if the record were alone in its file: its label says which one it is.
    """
    fmt = plan.format
    records: list[Record] = []
    for found in _found(plan, body, max_rows):
        run = Run(origin)
        run.findings += found.noted
        run.dropped += [noted.native for noted in found.noted if noted.code == "dropped" and noted.native]
        _note_body(body, run)
        record = _read(found, plan.scope, run)
        records.append(placed(record, found.cells) if found.cells else record)
    if not records:
        raise Refused("untranslatable", Fault("no-records"))
    if fmt.shape is Shape.ONE and records[0].fault:
        raise records[0].fault
    return Reading(fmt.name, fmt.shape, tuple(records))


def _note_body(body: Body, run: Run) -> None:
    """What is to be said of the whole file: a charset label that lied, text in no leaf, a package's name."""
    text = body.text
    if isinstance(body.content, DbfRead) and body.content.label_lied:
        run.findings.append(Noted("encoding"))
    if text is None:
        return
    if text.label_lied:
        run.findings.append(Noted("encoding"))
    if isinstance(text, XmlRead):
        for native in text.stray:
            run.dropped.append(native)
            run.findings.append(Noted("dropped", native=native))
    if isinstance(body.content, PackageRead):
        run.findings += body.content.notes


class _Found(NamedTuple):
    """A native record before its map reads it: what is to be noted of it, the sheet cells of its pointers."""

    label: str
    native: Doc | Refused
    noted: tuple[Noted, ...] = ()
    cells: Mapping[str, str] = {}


def _found(plan: Plan, body: Body, max_rows: int) -> Iterator[_Found]:
    content, carrier = body.content, plan.format.carrier
    if isinstance(content, Table):
        for n, row in enumerate(content.rows, start=1):
            yield _Found(f"row {n}", row)
    elif isinstance(content, DbfRead) and isinstance(carrier, DbfTable):
        for line, noted in content.records(carrier):
            yield _Found(f"row {line.number}", line.values, noted)
    elif isinstance(content, Book) and isinstance(carrier, SheetTable):
        yield from _of_sheets(content, carrier)
    else:
        for label, native in _natives(plan, content, max_rows):
            yield _Found(label, native)


def _of_sheets(book: Book, carrier: SheetTable) -> Iterator[_Found]:
    """The records of every sheet; what is of none of them is noted with the first that can be read."""
    sheets = tables(book, carrier)
    noted = tuple(Noted("dropped", native=place) for place in asides(book, sheets))
    for n, record in enumerate(row for table in sheets for row in sheet_records(table)):
        if n >= MAX_ROWS:
            raise Refused("too-large", Fault("records", args=(str(MAX_ROWS),)))
        is_read = not isinstance(record.native, Refused)
        yield _Found(record.label, record.native, noted if is_read else (), record.cells)
        noted = () if is_read else noted


def _natives(plan: Plan, content: object, max_rows: int) -> Iterator[tuple[str, Doc | Refused]]:
    fmt = plan.format
    whole = _whole(plan, content)
    if fmt.shape is Shape.ONE:
        yield "", whole if isinstance(whole, dict) else Refused("untranslatable", Fault("type"))
        return
    items = whole
    for part in fmt.records.split("/") if fmt.records else ():
        items = items.get(part) if isinstance(items, dict) else None
    listed = items if isinstance(items, list) else [] if items is None else [items]
    if len(listed) > max_rows:
        raise Refused("too-large", Fault("records", args=(str(max_rows),)))
    if fmt.counted:
        _check_count(fmt, whole, len(listed))
    for n, item in enumerate(listed, start=1):
        yield f"item {n}", record_of(whole, fmt.records, item)


def _whole(plan: Plan, content: object) -> object:
    """The file as one native value."""
    carrier = plan.format.carrier
    if isinstance(content, PackageRead) and isinstance(carrier, Package):
        return content.record(carrier, plan.repeats)
    return content.tree(plan.repeats) if isinstance(content, XmlRead) else content


def _check_count(fmt: Format, whole: object, there: int) -> None:
    """A list that says how many records it has and holds another number was cut off."""
    said = plain(get(whole, fmt.counted))
    if said is not None and said != str(there):
        fault = Fault("count-of-records", native=f"/{fmt.counted}", args=(str(there),))
        raise Refused("untranslatable", fault)


def _read(found: _Found, scope: Scope, run: Run) -> Record:
    label, native = found.label, found.native
    if isinstance(native, Refused):
        return Record(label, None, native.in_record(label) if label else native)
    document: Doc = {"schema": SCHEMA}
    scope(native, document, run, "")
    if run.faults:
        refused = Refused("untranslatable", *run.faults)
        return Record(label, None, refused.in_record(label) if label else refused)
    undated = "business_time" not in document
    if undated and run.origin.at is not None:
        document["business_time"] = run.origin.known(Known.AT)
    _identify(document, run)
    persons.complete(run.origin.kind, document, run)
    if run.extras:
        document["native_extras"] = run.extras
    return _made(label, document, run, undated=undated)


def _identify(document: Doc, run: Run) -> None:
    """The numbers found, each once: `identifiers`, and a dispute's links as its `explicit_links`."""
    entries: dict[tuple[str, str], Doc] = {}
    links: list[Doc] = []
    for role, number in run.numbers:
        entry: Doc = {"system": number.system, "value": number.value, "normal_form": number.normal}
        if role is Role.LINK and run.origin.kind == "dispute":
            links.append(entry)
        else:
            entries.setdefault((number.system, number.normal), entry)
    if links:
        document["explicit_links"] = links
    if entries:
        document["identifiers"] = list(entries.values())


def _made(label: str, document: Doc, run: Run, *, undated: bool = False) -> Record:
    _doubt(run)
    return Record(
        label=label,
        document=document,
        own=_of_role(run, Role.OWN),
        case=_of_role(run, Role.CASE),
        links=_of_role(run, Role.LINK),
        findings=tuple(run.findings),
        kept=tuple(run.extras),
        dropped=tuple(run.dropped),
        persons=persons.keys(run.origin.kind, document),
        embedded=tuple(run.embedded),
        undated=undated,
    )


def _doubt(run: Run) -> None:
    """Case numbers that are not of their form or of a register closed by then: noted, never refused.

    Numbers of before a case is filed have no form of their own.
    """
    said = [(n.system, d) for _, n in run.numbers if n.system in COURTS and (d := case_doubt(n.value))]
    doubts = {d for system, d in said if system == "case_no" or d.what == "closed"}
    run.findings += [Noted("caseno", "/identifiers", None, d.what, d.basis) for d in sorted(doubts)]


def _of_role(run: Run, role: Role) -> tuple[Number, ...]:
    found = [number for of, number in run.numbers if of is role]
    return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


def read_shared(body: bytes, origin: Origin, systems: frozenset[str]) -> Reading:
    """A message that came in the shared form: its files explained, its numbers sorted by whose they are.

    `systems` are the identifier systems of the sender's agency. Its own number makes a message of a
    registering kind the record of that number; in the other kinds it only names the case.
    """
    document: Doc = dict(load_object(body))
    if origin.files:
        explain(document, origin.files)
    run = Run(origin)
    for entry in _entries(document, "identifiers"):
        own = entry.system in systems
        role = (Role.OWN if origin.kind in REGISTERING else Role.CASE) if own else Role.LINK
        run.numbers.append((role, entry))
    run.numbers += [(Role.LINK, entry) for entry in _entries(document, "explicit_links")]
    run.numbers += [
        (Role.CASE if entry.system in systems else Role.LINK, entry) for entry in _case_numbers(document)
    ]
    return Reading(SHARED, Shape.ONE, (_made("", document, run),))


def _entries(document: Doc, member: str) -> Iterator[Number]:
    found = document.get(member)
    for entry in found if isinstance(found, list) else ():
        yield from _number(entry)


def _case_numbers(document: Doc) -> Iterator[Number]:
    """Numbers of cases that stand in members of their own (案号): they name the case like an identifier."""
    own = document.get("own_case")
    yield from _number(document.get("case_number"))
    yield from _number(own.get("identifier") if isinstance(own, dict) else None)


def _number(entry: object) -> Iterator[Number]:
    if isinstance(entry, dict):
        system, value = entry.get("system"), entry.get("value")
        if isinstance(system, str) and isinstance(value, str):
            yield Number(system, value, normal_form(system, value))
