"""The round-trip report of an adapter: what is carried, dropped with reason, kept beside, filled in.

What `liantiao conformance FOLDER` prints, as plain data; the counts come from reading the adapter's examples
and writing them back.
"""

from pathlib import Path

from hub.port import Agency, Direction
from hub.translate import conformance, conformance_examples
from hub.translate.conformance_examples import Example, Validate
from hub.translate.registry import Translator


def report(agency: Agency, folder: Path, validate: Validate) -> dict[str, object]:
    """`agency`, `formats` (one entry a kind), `examples`, and `faults`: conforming if there are none.

    A format entry says which native fields are mapped and whereto, which are dropped and why, what the
    format fills in, and which names no field list has. An example entry counts records, values carried
    into the shared form, values kept beside it, and what a file written from it does not carry.
    """
    found = conformance.faults(agency, folder)
    translator = Translator([agency])
    return {
        "agency": agency.name,
        "formats": [_format(account) for account in conformance.accounts(agency, folder)],
        "examples": [
            _example(translator, agency, example)
            for example in conformance_examples.examples(folder)
            if example.direction is Direction.READ and not found
        ],
        "faults": [*found, *(conformance_examples.faults(agency, folder, validate) if not found else ())],
    }


def _format(account: conformance.Account) -> dict[str, object]:
    return {
        "format": account.format,
        "kind": account.kind,
        "direction": account.direction,
        "mapped": {field.path: field.detail for field in account.fields if field.fate != "dropped"},
        "dropped": {field.path: field.detail for field in account.dropped},
        "filled_in": list(account.filled_in),
        "unlisted": list(account.unlisted),
        "missing": list(account.missing),
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
