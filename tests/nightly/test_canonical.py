"""One text for one value, whatever wrote it."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.nightly import canonical
from hub.nightly.canonical import fields, text

INSTANTS = st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2100, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=40)


@given(INSTANTS, st.integers(-12, 14))
def test_an_instant_is_one_text_in_every_zone(at: datetime, hours: int):
    there = at.astimezone(timezone(timedelta(hours=hours)))
    assert text(there.isoformat(), "datetime") == text(at.isoformat(), "datetime")
    assert text(at.isoformat(), "datetime").endswith("Z")


@given(st.decimals(0, 10**12, places=2), st.integers(0, 4))
def test_an_amount_is_one_text_however_many_zeros_it_has(amount: Decimal, zeros: int):
    written = f"{amount:f}" + "0" * zeros
    assert text(written, "number") == text(f"{amount.normalize():f}", "number")
    assert Decimal(text(written, "number")) == amount


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_and_their_texts_are_one(number: int):
    assert (
        text(number, "number") == text(float(number), "number") == text(str(number), "number") == str(number)
    )


@given(WORDS, st.sampled_from(["text", "code", "date", "datetime", "number"]))
def test_a_canonical_text_stays_what_it_is(said: str, form: canonical.Form):
    once = text(said, form)
    assert text(once, form) == once


@given(WORDS)
def test_text_is_one_however_it_was_composed_and_broken(said: str):
    import unicodedata

    assert text(unicodedata.normalize("NFD", said), "text") == text(f" {said}\r\n", "text")


@pytest.mark.parametrize("nothing", [None, "", "  ", "\r\n", [], {}, [""], {"raw": "x"}])
def test_what_is_empty_is_absent(nothing: object):
    assert fields("dispute", {"facts": nothing}) == {}


def test_what_is_not_compared():
    told = {
        "schema": "liantiao/1",
        "business_time": "2026-11-26T08:00:00+08:00",
        "native_extras": {"/GXSJ": "1"},
        "identifiers": [{"system": "jjdbh", "value": "1"}],
        "facts": "堵水沟",
    }
    assert fields("dispute", told) == {"/facts": "堵水沟"}


def test_forms_follow_the_schema():
    told = {
        "reported_at": "2026-11-26T08:00:00+08:00",
        "amount": {"amount": "0300.50", "currency": "CNY", "precision": "exact", "raw": "三百元五角"},
        "happened": {"value": "2026-11-26T07:00:00+08:00", "precision": "time", "raw": "7点"},
        "parties": [
            {"ref": "p1", "phones": ["2", "1", "2"], "birth_date": {"value": "1990", "precision": "year"}}
        ],
        "filing_requested": False,
        "injuries": {"injured": 0},
        "own_case": {"identifier": {"system": "ajbh", "value": "a/1", "normal_form": "A/1"}},
    }
    assert fields("dispute", told) == {
        "/reported_at": "2026-11-26T00:00:00Z",
        "/amount/amount": "300.5",
        "/amount/currency": "CNY",
        "/amount/precision": "exact",
        "/happened/value": "2026-11-25T23:00:00Z",
        "/happened/precision": "time",
        "/parties/0/ref": "p1",
        "/parties/0/phones": "1\n2",
        "/parties/0/birth_date/value": "1990",
        "/parties/0/birth_date/precision": "year",
        "/filing_requested": "false",
        "/injuries/injured": "0",
        "/own_case/identifier/system": "ajbh",
        "/own_case/identifier/normal_form": "A/1",
    }
    assert canonical.form_of("dispute", "/parties/0/phones") == "text"
    assert canonical.form_of("dispute", "/amount/amount") == "number"
    assert canonical.form_of("dispute", "/reported_at") == "datetime"
    assert canonical.form_of("dispute", "/dispute_type") == "code"


@given(st.dictionaries(WORDS.filter(bool), WORDS, max_size=5))
def test_order_of_members_is_no_difference(members: dict[str, str]):
    backwards = dict(reversed(members.items()))
    assert fields("dispute", {"own_case": members}) == fields("dispute", {"own_case": backwards})
