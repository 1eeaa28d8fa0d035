"""What an adapter declares, held against its field lists: every native field accounted for, formats disjoint.

The report is what `liantiao conformance FOLDER` prints and the test suite asserts on. Reads the adapter's own
folder; decides nothing about content (that is `conformance_examples`).
"""

import csv
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

from hub.errors import Misconfigured
from hub.port import (
    Agency,
    Carrier,
    CodedXml,
    Const,
    DbfTable,
    Direction,
    Drop,
    Each,
    Field,
    FieldList,
    Format,
    FormJson,
    HeaderRow,
    Ident,
    JsonKeys,
    Map,
    Own,
    Package,
    Row,
    SheetTable,
    Slots,
    XmlRoot,
)  # fmt: skip

_KEYED: Final = (JsonKeys, FormJson, HeaderRow, DbfTable, SheetTable)
_ONLY_READ: Final = (DbfTable, SheetTable)


@dataclass(frozen=True, slots=True)
class NativeField:
    """One native field of a map: its path, what becomes of it, and why or where to."""

    path: str
    fate: str  # mapped | number | dropped
    detail: str


@dataclass(frozen=True, slots=True)
class Account:
    """A kind in a format: fields accounted for, listed fields, those nobody accounts for.

    `unlisted` are fields the map knows and no field list has: filled-in names.
    """

    fields: tuple[NativeField, ...]
    listed: tuple[str, ...]
    missing: tuple[str, ...]
    unlisted: tuple[str, ...]

    @property
    def dropped(self) -> tuple[NativeField, ...]:
        """Fields that only `native_extras` keep."""
        return tuple(field for field in self.fields if field.fate == "dropped")


def load_folder(folder: Path) -> Agency:
    """The agency of an adapter folder anywhere. Raises Misconfigured if it exposes none of its name."""
    name = f"adapters.{folder.name}"
    if name not in sys.modules:
        start = folder / "__init__.py"
        spec = importlib.util.spec_from_file_location(name, start, submodule_search_locations=[str(folder)])
        if spec is None or spec.loader is None or not start.is_file():
            raise Misconfigured(f"{folder}: no adapter (an __init__.py with AGENCY)")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    agency = getattr(sys.modules[name], "AGENCY", None)
    if not isinstance(agency, Agency) or agency.name != folder.name:
        raise Misconfigured(f"{folder}: AGENCY is missing or bears another name")
    return agency


def accounts(agency: Agency, folder: Path) -> tuple[Account, ...]:
    """An account of every kind of every format."""
    return tuple(_account(fmt, mapped, folder) for fmt in agency.formats for mapped in fmt.maps)


def faults(agency: Agency, folder: Path) -> tuple[str, ...]:
    """What is wrong with the declarations, one sentence each; empty for a conforming adapter."""
    found = [
        f"{fmt.name}/{m.kind}: listed field {path} is neither mapped nor dropped"
        for fmt in agency.formats
        for m in fmt.maps
        for path in _account(fmt, m, folder).missing
    ]
    names = [fmt.name for fmt in agency.formats]
    found += [f"{name}: two formats of this name" for name in sorted(set(names)) if names.count(name) > 1]
    for fmt in agency.formats:
        found += [f"{fmt.name}/{m.kind}: {problem}" for m in fmt.maps for problem in _map_faults(m)]
        found += [f"{fmt.name}/{m.kind}: {problem}" for m in fmt.maps for problem in _table_faults(fmt, m)]
    found += [
        f"{one.name} and {other.name}: a file may fit both"
        for one, other in combinations(agency.formats, 2)
        if not disjoint(one, other)
    ]
    return tuple(found)


def disjoint(one: Format, other: Format) -> bool:
    """Whether no file made of the known fields of either can fit both formats."""
    if one.lists or other.lists or not set(one.media) & set(other.media):
        return True
    a, b = one.carrier, other.carrier
    roots = _root(a), _root(b)
    if all(roots) and type(a) is type(b):
        return roots[0] != roots[1]
    if not isinstance(a, _KEYED) or not isinstance(b, _KEYED):
        return False  # one media type with two kinds of carrier cannot be parsed as one
    if isinstance(a, HeaderRow) and isinstance(b, HeaderRow) and a.delimiter != b.delimiter:
        return False  # nor with two delimiters
    if _looked_for(a) == _looked_for(b) and (a.requires & b.forbids or b.requires & a.forbids):
        return True
    return bool(a.requires - _known_at(other, _looked_for(a)) and b.requires - _known_at(one, _looked_for(b)))


def _root(carrier: Carrier) -> tuple[str, str] | None:
    """Namespace and name of the root element, if the carrier has one."""
    match carrier:
        case XmlRoot(root=name, namespace=space) | Package(record=XmlRoot(root=name, namespace=space)):
            return space, name
        case CodedXml(root=name):
            return "", name
        case _:
            return None


def _looked_for(carrier: JsonKeys | FormJson | HeaderRow | DbfTable | SheetTable) -> str:
    """Where in a file the signature of a format is looked for."""
    return carrier.at if isinstance(carrier, JsonKeys | FormJson) else ""


def _known_at(fmt: Format, at: str) -> frozenset[str]:
    """Names of fields a file of the format may have at a place of it."""
    if isinstance(fmt.carrier, _ONLY_READ):
        return frozenset(fmt.carrier.columns)
    prefix = f"{at}/" if at else ""
    paths = {field.path for m in fmt.maps for field in native_fields(m.rows)}
    return frozenset(path[len(prefix) :].partition("/")[0] for path in paths if path.startswith(prefix))


def native_fields(rows: tuple[Row, ...], at: str = "") -> Iterator[NativeField]:
    """Every native field that the rows account for."""
    for row in rows:
        match row:
            case Each():
                yield from native_fields(row.rows, f"{at}{row.native}/")
            case Slots():
                for inner in row.slots.values():
                    yield from native_fields(inner, f"{at}{row.under}/" if row.under else at)
            case Const():
                pass
            case _:
                fate, detail = _fate(row)
                for name in (row.native,) if isinstance(row.native, str) else row.native:
                    yield NativeField(at + name, fate, detail)


def _fate(row: Field | Ident | Drop) -> tuple[str, str]:
    match row:
        case Field(codec=Own() as codec):
            return "mapped", f"{row.shared} ({codec.name})"
        case Field():
            return "mapped", f"{row.shared} ({type(row.codec).__name__})"
        case Ident():
            return "number", f"{row.system} ({row.role.value})"
        case Drop():
            return "dropped", row.reason


def _account(fmt: Format, mapped: Map, folder: Path) -> Account:
    fields = tuple(native_fields(mapped.rows))
    known = {field.path for field in fields}
    parents = {path[:i] for path in known for i, sign in enumerate(path) if sign == "/"}
    listed = {path for lst in fmt.fields for path in listed_paths(lst, folder)}
    subtrees = tuple(path[:-1] for path in known if path.endswith("/*"))
    accounted = known | parents
    missing = {
        path for path in listed if not any(_covers(accounted, subtrees, p) for p in (path, slashed(path)))
    }
    unlisted = known - listed - {path for path in known if path.endswith("/*") or _dotted_in(path, listed)}
    return Account(fields, tuple(sorted(listed)), tuple(sorted(missing)), tuple(sorted(unlisted)))


def listed_paths(fields: FieldList, folder: Path) -> tuple[str, ...]:
    """The native paths of a field list, as maps write them."""
    with (folder / "fields" / fields.file).open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["object"] in fields.objects]
    names = [row["native_name"].strip() for row in rows]
    wanted = [name for name in names if not fields.names or name in fields.names]
    prefix = f"{fields.under}/" if fields.under else ""
    return tuple(prefix + name.replace("[].", "/").replace("[]", "") for name in wanted)


def _covers(accounted: set[str], subtrees: tuple[str, ...], path: str) -> bool:
    return path in accounted or path.startswith(subtrees)


def slashed(path: str) -> str:
    """Lists write nested names with dots; some systems have dots in the names themselves."""
    return path.replace(".", "/")


def _dotted_in(path: str, listed: set[str]) -> bool:
    return any(slashed(name) == path for name in listed)


def _table_faults(fmt: Format, mapped: Map) -> Iterator[str]:
    """Of tables that are not text: they are read only, and a field they have no column for is never read."""
    carrier = fmt.carrier
    if not isinstance(carrier, _ONLY_READ):
        return
    if mapped.direction is not Direction.READ:
        yield "files of this kind are read, never written"
    for field in native_fields(mapped.rows):
        if field.path.rpartition("/")[2] not in carrier.columns:
            yield f"{field.path} is no column"


def _map_faults(mapped: Map) -> Iterator[str]:
    for row in mapped.rows:
        if isinstance(row, Drop) and not row.reason.strip():
            yield f"{row.native} is dropped without a reason"
    seen: set[str] = set()
    for field in native_fields(mapped.rows):
        if field.fate == "dropped" and field.path in seen:
            yield f"{field.path} is both mapped and dropped"
        seen.add(field.path)
