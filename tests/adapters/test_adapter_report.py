"""The report that the command line prints says what the suite asserts."""

import json
from pathlib import Path

import schemas
from hub.port import Agency
from hub.translate.conformance_report import report


def test_the_report_accounts_for_every_field_and_example(agency: Agency, folder: Path) -> None:
    made = report(agency, folder, schemas.faults)
    assert made["faults"] == []
    for entry in made["formats"]:
        assert entry["missing"] == []
        assert not set(entry["mapped"]) & set(entry["dropped"])
        assert all(entry["dropped"].values())
    for example in made["examples"]:
        assert example["carried"] > 0
    json.dumps(made)


def test_a_faulty_adapter_is_reported_without_reading_its_examples(agency: Agency, tmp_path: Path) -> None:
    (tmp_path / "fields").mkdir()
    for name in {fields.file for fmt in agency.formats for fields in fmt.fields}:
        objects = {o for fmt in agency.formats for fields in fmt.fields for o in fields.objects}
        rows = [f'A,"{o}",never_heard_of\n' for o in sorted(objects)]
        (tmp_path / "fields" / name).write_text(
            "grade,object,native_name\n" + "".join(rows), encoding="utf-8"
        )
    made = report(agency, tmp_path, schemas.faults)
    assert made["examples"] == []
    assert made["faults"] or not agency.formats
