"""Every way of writing a time that was seen, and what is none."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.port import Unreadable, When
from hub.translate import dates

CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2021-04-19", "2021-04-19", "day"),
        ("2021-4-9", "2021-04-09", "day"),
        ("2021/4/9", "2021-04-09", "day"),
        ("2021.5.19", "2021-05-19", "day"),
        ("20210419", "2021-04-19", "day"),
        ("2021年4月19日", "2021-04-19", "day"),
        ("2021年4月", "2021-04", "month"),
        ("2021-04", "2021-04", "month"),
        ("2021年", "2021", "year"),
        ("2021", "2021", "year"),
        ("二〇二一年四月十八日", "2021-04-18", "day"),
        ("二○二一年十月二十日", "2021-10-20", "day"),
        ("二零二一年十二月三十一日", "2021-12-31", "day"),
        ("44305", "2021-04-19", "day"),
        ("约2021年4月19日", "2021-04-19", "approximate"),
        ("2021年4月19日左右", "2021-04-19", "approximate"),
        ("2021年4月19日上午", "2021-04-19", "day"),
        ("2021-04-18 09:30:11", "2021-04-18T09:30:11+08:00", "time"),
        ("2021-04-18 09:30", "2021-04-18T09:30:00+08:00", "time"),
        ("2021-04-19 9:5:7", "2021-04-19T09:05:07+08:00", "time"),
        ("2021-04-18T09:30:11", "2021-04-18T09:30:11+08:00", "time"),
        ("2021-04-18 09:30:11.0", "2021-04-18T09:30:11+08:00", "time"),
        ("2021-04-18T09:30:11.0000000+08:00", "2021-04-18T09:30:11+08:00", "time"),
        ("2021-04-18T02:15:03Z", "2021-04-18T10:15:03+08:00", "time"),
        ("2021-04-18T02:15:03+0000", "2021-04-18T10:15:03+08:00", "time"),
        ("20210418101500", "2021-04-18T10:15:00+08:00", "time"),
        ("202104181015", "2021-04-18T10:15:00+08:00", "time"),
        ("1618732800000", "2021-04-18T16:00:00+08:00", "time"),
        ("2021年4月20日16时05分", "2021-04-20T16:05:00+08:00", "time"),
        ("2021年4月20日下午3时", "2021-04-20T15:00:00+08:00", "time"),
        ("44305.5", "2021-04-19T12:00:00+08:00", "time"),
        ("2021-04-18 24:00:00", "2021-04-19T00:00:00+08:00", "time"),
    ],
)
def test_ways_of_writing(text: str, value: str, precision: str) -> None:
    told = dates.read(text)
    assert (told.day, told.precision) == (value, precision)


@pytest.mark.parametrize(
    "text",
    [
        "4.19",
        "2021-02-30",
        "2021-13-01",
        "昨天",
        "2021-04-18 25:00:00",
        "",
        "12",
        "99999-99-99",
        "2021年十三月",
        "10-4-19",
    ],
)
def test_what_is_no_date_is_not_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        dates.read(text)


@pytest.mark.parametrize("when", [when for when in When if when is not When.EPOCH_SECONDS])
def test_seconds_of_the_epoch_are_a_time_only_where_the_format_writes_them(when: When) -> None:
    assert dates.read_as("1618709411", When.EPOCH_SECONDS).iso == "2021-04-18T09:30:11+08:00"
    with pytest.raises(Unreadable):
        dates.read_as("1618709411", when)


@pytest.mark.parametrize("text", ["-99999999999", "99999999999999", "-0", "1e9"])
def test_what_is_no_second_of_the_epoch_is_not_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        dates.read_as(text, When.EPOCH_SECONDS)


def test_a_day_among_seconds_of_the_epoch_is_a_day() -> None:
    assert dates.read_as("20210418", When.EPOCH_SECONDS).day == "2021-04-18"


INSTANTS = st.integers(-600_000_000, 3_700_000_000).map(lambda s: datetime.fromtimestamp(s, tz=CHINA))


@given(INSTANTS, st.sampled_from(list(When)))
def test_what_is_written_is_read_and_known_as_written(at: datetime, when: When) -> None:
    assume(when is not When.EPOCH_MS or at.year > 2001)  # fewer digits may be a day and hour, and are read so
    assume(when is not When.EPOCH_SECONDS or not 1970 <= at.year <= 1973)  # as few digits as a day has
    text = str(dates.write(at, when))
    told = dates.read_as(text, when)
    assert dates.is_written(text, when, told)
    assert str(dates.write(told.at, when)) == text
    assert told.at.date() == at.date()


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_unreadable(text: str) -> None:
    try:
        told = dates.read(text)
    except Unreadable:
        return
    assert told.day == told.iso[: len(told.day)]
