"""Case numbers against the vectors of the reference, and written in every way people write them."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import reference
from hub.reference.case_numbers import CaseNumber, doubt, parse, written
from hub.translate.identifiers import normal_form
from tests.live import DATA

ROWS = list(csv.DictReader((DATA / "validator_vectors.csv").read_text("utf-8").splitlines()))
VECTORS = [(r["value"], r["expect"]) for r in ROWS if r["kind"] == "caseno"]
YEARS = st.integers(2016, 2039)
COURTS = st.sampled_from([*(e.code for e in reference.entries("courts")), "渝0192", "京01", "渝", "最高法"])
TYPES = st.sampled_from(sorted({e.row["type_code"] for e in reference.entries("case-number-types")}))
PAIRS = st.sampled_from(["()", "（）", "[]", "〔〕", "［］", "【】"])
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(("value", "expect"), VECTORS)
def test_the_vectors(value: str, expect: str):
    number = parse(value)
    assert (number is not None) is not (expect == "bad")
    assert (doubt(value) is None) is (expect != "bad")


@given(YEARS, COURTS, TYPES, st.integers(1, 9_999_999), PAIRS, st.data())
def test_one_number_however_it_is_written(
    year: int, court: str, kind: str, serial: int, pair: str, data: st.DataObject
):
    plain = f"({year}){court}{kind}{serial}号"
    number = parse(plain)
    assert number == CaseNumber(year, court, kind, str(serial))
    draw = data.draw
    said = draw(
        st.sampled_from(
            [f"{pair[0]}{year}{pair[1]}", str(year), f"{year}年", f"({year}年)", f"{pair[0]}{year}"]
        )
    )
    word = draw(st.sampled_from(["", "字第", "第", "字 第"]))
    digits = draw(st.sampled_from([str(serial), str(serial).translate(WIDE)]))
    end = draw(st.sampled_from(["号", "", " 号"]))
    text = f"{said}{court}{kind}{word}{digits}{end}"
    gaps = draw(st.lists(st.integers(0, len(text)), max_size=4))
    for place in sorted(gaps, reverse=True):
        text = text[:place] + draw(st.sampled_from([" ", "\u3000", "\t"])) + text[place:]
    assert written(text) == plain
    assert parse(text) == number
    assert normal_form("case_no", text) == plain
    assert normal_form("case_no", f"{said}{court}{kind}{word}0{digits}{end}") == plain


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_none(text: str):
    once = written(text)
    assert written(once) == once
    number = parse(text)
    if number is not None:
        assert parse(f"({number.year}){number.court}{number.type}{number.serial}号") == number
        found = doubt(text)
        assert found is None or found.what == "closed"


@pytest.mark.parametrize(
    ("number", "what"),
    [
        ("(2024)渝0112诉前调88号", None),
        ("（2019）渝0112诉前调字第3号", None),
        ("(2025)渝0112诉前调88号", "closed"),
        ("（2026）渝0112诉前调字第3号", "closed"),
        ("(2026)渝0112民特15号", None),
        ("(2023)京73知民终3号", None),
        ("(2015)青民初字第89号", None),
        ("(2010)渝高法民终字第08号", None),
        ("(2026)渝112民特15号", "form"),
        ("(2026)渝0112民特015号", "form"),
        ("渝0112民特15号", "form"),
        ("", "form"),
    ],
)
def test_what_is_doubtful(number: str, what: str | None):
    found = doubt(number)
    assert (found.what if found else None) == what


def test_a_type_word_proves_no_kind_of_case():
    kinds = [
        e.row["kind_code_2018"]
        for e in reference.entries("case-number-types")
        if e.row["type_code"] == "民特"
    ]
    assert kinds == ["0318", "0317"]
