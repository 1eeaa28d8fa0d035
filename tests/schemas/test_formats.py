from datetime import date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.formats import CHECKERS, is_date, is_date_time, is_uri, is_uuid


@given(st.dates())
def test_every_day_there_is_is_a_date(day: date) -> None:
    assert is_date(day.isoformat())


@given(st.datetimes(timezones=st.timezones()))
def test_every_instant_with_offset_is_a_date_time(instant: datetime) -> None:
    offset = instant.utcoffset()
    whole = offset is not None and offset.seconds % 60 == 0
    assert is_date_time(instant.isoformat()) is whole


@given(st.uuids())
def test_every_uuid_is_one(uuid: UUID) -> None:
    assert is_uuid(str(uuid))
    assert is_uuid(str(uuid).upper())
    assert not is_uuid(uuid.hex)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "2026-13-01",
        "20260101",
        "2026-1-1",
        "2026-W01-1",
        "２026-01-01",
        "2026-01-01\n",
        "0000-01-01",
        "",
    ],
)
def test_no_date(text: str) -> None:
    assert not is_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T10:00:00",
        "2026-01-01 10:00:00+08:00",
        "2026-01-01t10:00:00Z",
        "2026-01-01T10:00:00z",
        "2026-01-01T10:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T23:59:60Z",
        "2026-01-01T10:00:00+24:00",
        "2026-01-01T10:00:00+0800",
        "2026-01-01T10:00:00.Z",
        "2026-02-30T10:00:00Z",
        "2026-01-01T10:00:00Z\n",
        "2026-01-01T10:00:00." + "1" * 3000 + "Z",
    ],
)
def test_no_date_time(text: str) -> None:
    assert not is_date_time(text)


@pytest.mark.parametrize("text", ["https://a.invalid/x?y=1#z", "wss://[::1]:8443/%E6%B5%8B"])
def test_uris(text: str) -> None:
    assert is_uri(text)


@pytest.mark.parametrize(
    "text",
    [
        "a.invalid",
        "https:a",
        "https://",
        "https://测.invalid/",
        "https://a b",
        "https://a\n",
        "https://" + "a" * 3000,
    ],
)
def test_no_uri(text: str) -> None:
    assert not is_uri(text)


@pytest.mark.parametrize("value", [None, 3, 1.5, True, [], {}])
def test_a_format_says_nothing_of_other_types(value: object) -> None:
    assert all(check(value) for check in CHECKERS.values())
