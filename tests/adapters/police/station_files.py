"""Police files made from the examples: rows with columns changed, JSON with members changed."""

import csv
import io
import json
from pathlib import Path

from hub.translate.conformance_examples import SIGNED_AT
from hub.translate.records import Origin, Record
from hub.translate.registry import Translator

EXAMPLES = Path(__file__).parents[3] / "adapters" / "police" / "examples"
CSV, JSON, XML = "text/csv;charset=GB18030", "application/json", "application/xml"
CALLS, REGISTER, INDEX = (
    "03_alarm_daily_BF110_gbk.csv",
    "04_dispute_register_FWQZ_gbk.csv",
    "10_case_index_gbk.csv",
)
PUSHED, FEEDBACK, ACK = "01_alarm_push_AddJQPJInfo.json", "06_feedback_dsjfx.json", "09_ack.json"
STATION, BUREAU = "500199520000", "500199000000"


def table(example: str, *changes: dict[str, str]) -> bytes:
    """The heading and one row for each set of changes, each made from the example's first row."""
    text = (EXAMPLES / example).read_bytes().decode("gb18030")
    heading, first, *_ = csv.reader(io.StringIO(text, newline=""))
    out = io.StringIO(newline="")
    made = csv.writer(out)
    made.writerow(heading)
    for change in changes:
        made.writerow([change.get(name, cell) for name, cell in zip(heading, first, strict=True)])
    return out.getvalue().encode("gb18030")


def feedback(*changes: dict[str, object]) -> bytes:
    """The platform's answer with one row for each set of changes."""
    told = json.loads((EXAMPLES / FEEDBACK).read_bytes())
    return json.dumps({**told, "rows": [{**told["rows"][0], **change} for change in changes]}).encode()


def members(example: str, **changes: object) -> bytes:
    return json.dumps({**json.loads((EXAMPLES / example).read_bytes()), **changes}).encode()


def only(police: Translator, kind: str, media: str, body: bytes) -> Record:
    (record,) = police.read("police", media, body, Origin(kind, STATION, SIGNED_AT)).records
    return record


def document(record: Record) -> dict[str, object]:
    assert record.document is not None, record.fault and record.fault.faults
    return record.document


def places(record: Record) -> list[tuple[str, str | None]]:
    """Rule and native place of everything that was refused."""
    assert record.fault is not None
    return [(fault.rule, fault.native) for fault in record.fault.faults]
