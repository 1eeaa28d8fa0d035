"""The round-trip report of an adapter: what is known, carried, dropped with reason, lossy and filled in.

What `liantiao conformance FOLDER` prints and the page of the folder shows, as plain data; all of it is
derived from the declarations, and the counts of `examples` from reading them and writing them back.
"""

import sys
from pathlib import Path

from hub.port import Agency, CodeList, Const, Direction, Drop, Each, Format, Known, Map, Row, Slots, Unlisted
from hub.translate import conformance, conformance_examples
from hub.translate.conformance_examples import Example, Validate
from hub.translate.losses import losses
from hub.translate.registry import Translator
from schemas import kinds

COUNTED = ("known", "listed", "carried", "dropped", "lossy", "filled_in", "missing")
"""The numbers of a format entry that are added up."""


def report(agency: Agency, folder: Path, validate: Validate) -> dict[str, object]:
    """What `declared` says, and `examples` and `faults`: conforming if there are none.

    An example entry counts records, values carried into the shared form, values kept beside it, and what a
    file written from it does not carry.
    """
    found = conformance.faults(agency, folder)
    translator = Translator([agency])
    return {
        **declared(agency, folder),
        "examples": [
            _example(translator, agency, example)
            for example in conformance_examples.examples(folder)
            if example.direction is Direction.READ and not found
        ],
        "faults": [*found, *(conformance_examples.faults(agency, folder, validate) if not found else ())],
    }


def declared(agency: Agency, folder: Path) -> dict[str, object]:
    """The part of the report that needs no example: one entry a kind in a format, totals, kinds, code lists.

    A format entry says which native fields are mapped and whereto, which are dropped and why, what is lost
    where, what the format fills in, which names no field list has, and counts all of these.
    """
    pairs = [(fmt, mapped) for fmt in agency.formats for mapped in fmt.maps]
    accounts = conformance.accounts(agency, folder)
    entries = [_format(*pair, account) for pair, account in zip(pairs, accounts, strict=True)]
    read = {m.kind for _, m in pairs if m.direction is not Direction.WRITE}
    written = {m.kind for _, m in pairs if m.direction is not Direction.READ}
    counts = [entry["counts"] for entry in entries]
    return {
        "agency": agency.name,
        "zh": agency.zh,
        "systems": sorted(agency.systems),
        "formats": entries,
        "totals": {
            "formats": len(agency.formats),
            **{name: sum(c[name] for c in counts if isinstance(c, dict)) for name in COUNTED},
        },
        "read": [kind for kind in kinds() if kind in read],
        "written": [kind for kind in kinds() if kind in written],
        "without_native_form": [kind for kind in kinds() if kind not in written],
        "code_lists": [_codes(codes) for codes in code_lists(agency)],
    }


def _format(fmt: Format, mapped: Map, account: conformance.Account) -> dict[str, object]:
    carried: dict[str, str] = {}
    for field in account.fields:
        if field.fate != "dropped":
            carried[field.path] = "; ".join(filter(None, (carried.get(field.path), field.detail)))
    lost: dict[str, list[str]] = {}
    for loss in losses(mapped):
        lost.setdefault(loss.path, []).append(loss.reason)
    dropped = {field.path: field.detail for field in account.dropped}
    left = sum(_width(path, account.listed) for path in dropped)
    filled, fills = _filled(mapped.rows), _fills(mapped.rows)
    return {
        "format": fmt.name,
        "zh": fmt.zh,
        "grade": fmt.grade,
        "media": list(fmt.media),
        "kind": mapped.kind,
        "direction": mapped.direction.value,
        "mapped": carried,
        "dropped": dropped,
        "lossy": lost,
        "filled_in": filled,
        "written_as": fills,
        "unlisted": list(account.unlisted),
        "missing": list(account.missing),
        "counts": {
            "known": len(carried) + left,
            "listed": len(account.listed),
            "carried": len(carried),
            "dropped": left,
            "lossy": len(lost),
            "filled_in": len(filled) + len(fills) + len(account.unlisted),
            "missing": len(account.missing),
        },
    }


def _width(path: str, listed: tuple[str, ...]) -> int:
    """How many listed fields a dropped path stands for: a subtree for all that lie in it."""
    if not path.endswith("/*"):
        return 1
    inside = path[:-1]
    return (
        sum(name.startswith(inside) or conformance.slashed(name).startswith(inside) for name in listed) or 1
    )


def _filled(rows: tuple[Row, ...], at: str = "") -> dict[str, str]:
    """What no field of the file says: shared places, each with its value."""
    made: dict[str, str] = {}
    for row in rows:
        match row:
            case Const():
                made[at + row.shared] = _value(row.value)
            case Each():
                made |= _filled(row.rows, f"{at}{row.shared}/*/")
            case Slots():
                for slot, inner in row.slots.items():
                    made |= _filled(inner, f"{at}{row.shared}/{slot}/")
            case _:
                pass
    return made


def _fills(rows: tuple[Row, ...], at: str = "") -> dict[str, str]:
    """Native fields that are written without the document saying anything of them."""
    made: dict[str, str] = {}
    for row in rows:
        if isinstance(row, Drop) and row.fill is not None:
            made[at + row.native] = str(row.fill)
        elif isinstance(row, Each):
            made |= _fills(row.rows, f"{at}{row.native}/")
    return made


def _value(value: object) -> str:
    match value:
        case Known():
            return f"envelope: {value.value}"
        case dict() | list():
            return "…"
        case _:
            return str(value)


def code_lists(agency: Agency) -> tuple[CodeList, ...]:
    """The code lists of an adapter's modules, each once: conflicting ones stand side by side."""
    home = f"adapters.{agency.name}"
    found: dict[CodeList, None] = {}
    for name in sorted(sys.modules):
        if name == home or name.startswith(f"{home}."):
            values = vars(sys.modules[name]).values()
            found |= dict.fromkeys(value for value in values if isinstance(value, CodeList))
    return tuple(sorted(found, key=lambda codes: (codes.shared, codes.name, codes.system)))


def _codes(codes: CodeList) -> dict[str, object]:
    return {
        "list": codes.name,
        "system": codes.system,
        "shared": codes.shared,
        "codes": [list(row) for row in codes.codes],
        "unlisted": "refused" if codes.unlisted is Unlisted.REFUSE else "kept",
    }


def _example(translator: Translator, agency: Agency, example: Example) -> dict[str, object]:
    body = example.path.read_bytes()
    reading = conformance_examples.read(translator, agency.name, example, body)
    read = [record for record in reading.records if record.document is not None]
    writable = reading.format in translator.writable(agency.name, example.kind)
    lost = {
        pointer
        for record in read
        if writable and record.document is not None
        for pointer in translator.write(
            agency.name, reading.format, example.kind, record.document, reading.format
        ).dropped
    }
    return {
        "file": example.path.name,
        "kind": example.kind,
        "format": reading.format,
        "records": len(reading.records),
        "refused": len(reading.records) - len(read),
        "carried": sum(_leaves(record.document) for record in read),
        "kept": sorted({pointer for record in read for pointer in record.kept}),
        "dropped": sorted({pointer for record in read for pointer in record.dropped}),
        "findings": sorted({finding.code for record in read for finding in record.findings}),
        "written_back": writable,
        "lost": sorted(lost),
    }


def _leaves(value: object) -> int:
    """Number of values of a document besides `native_extras`."""
    if isinstance(value, dict):
        return sum(_leaves(part) for name, part in value.items() if name != "native_extras")
    return sum(map(_leaves, value)) if isinstance(value, list) else 1
