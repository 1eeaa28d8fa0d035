"""Check digits against the vectors of the reference, old prefixes included."""

import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import reference
from hub.translate import persons
from hub.translate.check_digits import born, check_digit, eighteen, is_credit_code, is_id_number
from tests.live import DATA

ROWS = list(csv.DictReader((DATA / "validator_vectors.csv").read_text("utf-8").splitlines()))
STATUS = {
    "checksum ok": {"valid"},
    "bad checksum": {"bad_checksum", "truncated"},
    "bad date": {"bad_checksum"},
    "15-digit, first generation": {"fifteen"},
}
PREFIXES = st.sampled_from([e.row["prefix6"] for e in reference.entries("id-prefixes")])
DAYS = st.dates(date(1900, 1, 1), date(1999, 12, 31))


@pytest.mark.parametrize("row", [r for r in ROWS if r["kind"] == "ric"], ids=lambda r: r["value"])
def test_id_numbers(row: dict[str, str]) -> None:
    assert persons.id_number(row["value"])["id_status"] in STATUS[row["expect"]]


@pytest.mark.parametrize("row", [r for r in ROWS if r["kind"] == "uscc"], ids=lambda r: r["value"])
def test_credit_codes(row: dict[str, str]) -> None:
    assert is_credit_code(row["value"]) is row["expect"].startswith("ok")


@given(PREFIXES, DAYS, st.integers(0, 999))
def test_every_prefix_there_ever_was_is_right(prefix: str, day: date, serial: int) -> None:
    old = f"{prefix}{day:%y%m%d}{serial:03}"
    new = eighteen(old)
    assert is_id_number(new)
    assert born(new) == born(old) == day
    assert persons.id_number(new)["id_status"] == "valid"
    assert persons.id_number(old)["id_status"] == "fifteen"
    wrong = new[:17] + next(c for c in "0123456789X" if c != new[17])
    assert not is_id_number(wrong)


@given(st.from_regex(r"[0-9]{17}", fullmatch=True), st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_seen(digits: str, place: int, other: str) -> None:
    changed = digits[:place] + other + digits[place + 1 :]
    assert (check_digit(changed) == check_digit(digits)) is (changed == digits)
