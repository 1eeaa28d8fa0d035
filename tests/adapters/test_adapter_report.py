"""The report that the command line prints says what the suite asserts."""

import json
import shutil
from pathlib import Path

import pytest

import schemas
from hub.cli.formats_page import NAME, main, pages
from hub.port import (
    Agency,
    Code,
    CodeList,
    Direction,
    Field,
    Map,
    Moment,
    Name,
    Own,
    Row,
    Slots,
    Unlisted,
    When,
)
from hub.translate.conformance import load_folder
from hub.translate.conformance_report import COUNTED, declared, report
from hub.translate.losses import losses
from tests.adapters.conftest import ADAPTERS


def test_the_report_accounts_for_every_field_and_example(agency: Agency, folder: Path) -> None:
    made = report(agency, folder, schemas.faults)
    assert made["faults"] == []
    for entry in made["formats"]:
        assert entry["missing"] == []
        assert not set(entry["mapped"]) & set(entry["dropped"])
        assert all(entry["dropped"].values())
        counts = entry["counts"]
        assert counts["known"] == counts["carried"] + counts["dropped"]
        assert counts["known"] >= counts["listed"]
        assert all(said for reasons in entry["lossy"].values() for said in reasons)
    for example in made["examples"]:
        assert example["carried"] > 0
    json.dumps(made)


def test_totals_are_the_sums_of_the_formats(agency: Agency, folder: Path) -> None:
    made = declared(agency, folder)
    for name in COUNTED:
        assert made["totals"][name] == sum(entry["counts"][name] for entry in made["formats"])
    assert set(made["written"]) | set(made["without_native_form"]) == set(schemas.KINDS)
    assert not set(made["written"]) & set(made["without_native_form"])


def test_the_page_of_a_folder_is_what_its_declarations_give(folder: Path) -> None:
    assert (folder / NAME).read_text(encoding="utf-8") == pages(folder.parent)[folder / NAME]


def test_a_page_that_differs_is_named_and_written_anew(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
    assert main(["--check"], tmp_path) == 0
    (copy / NAME).write_text("old", encoding="utf-8")
    assert main(["--check"], tmp_path) == 1
    assert f"{folder.name}/{NAME}" in capsys.readouterr().err
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0


def test_conflicting_lists_stand_side_by_side() -> None:
    lists = declared(load_folder(ADAPTERS / "police"), ADAPTERS / "police")["code_lists"]
    sexes = {
        entry["system"]: {row[0]: row[1] for row in entry["codes"]}
        for entry in lists
        if entry["shared"] == "sex"
    }
    assert sexes["OtherLink"]["0"] == "2"
    assert sexes["GB/T 2261.1 (GB_XB, IMedCase)"]["0"] == "0"


def lossy(*rows: Row, direction: Direction = Direction.BOTH) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, reason in losses(Map("dispute", direction, rows)):
        found.setdefault(path, []).append(reason)
    return found


def test_what_is_lost_is_told_from_the_declarations() -> None:
    codes = CodeList(
        "c",
        "s",
        "sex",
        (("1", "1", "男"), ("M", "1", "男"), ("9", "", "空"), ("2", "9", "他"), ("2", "2", "女")),
        Unlisted.KEEP,
    )
    found = lossy(
        Field("sex", "parties/0/sex", Code(codes)),
        Field("day", "business_time", Moment(When.DAY)),
        Field("own", "facts", Own("o", str, str, loses="its colour")),
        Slots("parties", {"A": (Field("name", ".", Name()),), "B": ()}),
    )
    said = found["sex"]
    assert any("9 在此不表示任何内容" in s for s in said)
    assert any("3 种写法读作 2 个代码" in s for s in said)
    assert any("表外代码只留原文" in s for s in said)
    assert any(s.startswith("2 写出后读回为别的代码") for s in said)
    assert any(s.startswith("0 无法写出") for s in said)
    assert found["day"] == ["只写到日 · written to the day"]
    assert found["own"] == ["its colour"]
    assert "places: 2; others are not written" in found["A B"][0]


def test_what_is_only_read_loses_nothing_in_writing() -> None:
    codes = CodeList("c", "s", "sex", (("1", "1", "男"),))
    rows = (
        Field("sex", "x", Code(codes)),
        Field("day", "business_time", Moment(When.DAY)),
        Slots("parties", {"A": ()}),
    )
    assert lossy(*rows, direction=Direction.READ) == {}


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
