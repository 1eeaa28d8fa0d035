"""The files of the justice examples, changed for a test, read and written by the translator."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from adapters.justice import AGENCY
from hub.errors import Refused
from hub.translate.dates import CHINA
from hub.translate.records import FileRef, Origin, Reading, Record
from hub.translate.registry import Translator

EXAMPLES = Path(__file__).parents[3] / "adapters" / "justice" / "examples"
SIGNED = datetime(2026, 11, 25, 12, tzinfo=CHINA)
TRANSLATOR = Translator([AGENCY])
COMPANY, CREDIT_CODE = "重庆测试八建筑劳务有限公司", "91500000MA5TE0T03K"

Json = dict[str, object]


def example(name: str) -> Json:
    """The example of that name; a name that several begin with means the shortest."""
    path = min(EXAMPLES.glob(f"{name}*.json"), key=lambda found: len(found.name))
    value: Json = json.loads(path.read_text(encoding="utf-8"))
    return value


def read(kind: str, value: object, files: Mapping[str, FileRef] | None = None) -> Reading:
    body = json.dumps(value, ensure_ascii=False).encode()
    return TRANSLATOR.read("justice", "application/json", body, Origin(kind, "3105", SIGNED, files or {}))


def read_form(text: str) -> Reading:
    body = f"query={quote(text)}".encode()
    return TRANSLATOR.read(
        "justice", "application/x-www-form-urlencoded", body, Origin("dispute", "3105", SIGNED)
    )


def only(reading: Reading) -> Record:
    [record] = reading.records
    return record


def document(kind: str, value: object) -> Json:
    found = only(read(kind, value)).document
    assert found is not None
    return found


def rule(kind: str, value: object) -> list[tuple[str, str | None]]:
    """Rules and native places of a refusal."""
    try:
        faults = [record.fault for record in read(kind, value).records]
    except Refused as e:
        faults = [e]
    return [(f.rule, f.native) for fault in faults if fault for f in fault.faults]


def written(format_name: str, kind: str, what: Json, came_from: str | None = None) -> tuple[Json, list[str]]:
    made = TRANSLATOR.write("justice", format_name, kind, what, came_from)
    value: Json = json.loads(made.body)
    return value, list(made.dropped)
