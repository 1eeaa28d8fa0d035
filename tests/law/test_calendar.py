"""Legal days of 2026 and after: 民诉法 85, exchanged Saturdays, hours, dates of courts and documents."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.law.calendar import SHANGHAI, Calendar, end_of_day, legal_day, nominal
from hub.law.shapes import Tables


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-01-01", False),  # 元旦
        ("2026-02-14", True),  # Saturday worked in exchange
        ("2026-02-17", False),  # 春节
        ("2026-04-06", False),  # 清明
        ("2026-05-09", True),  # Saturday worked in exchange
        ("2026-06-19", False),  # 端午
        ("2026-09-25", False),  # 中秋
        ("2026-10-07", False),  # 国庆
        ("2026-10-10", True),  # Saturday worked in exchange
        ("2026-11-21", False),  # an ordinary Saturday
    ],
)
def test_days_of_2026(calendar: Calendar, day: str, works: bool) -> None:
    assert calendar.is_workday(date.fromisoformat(day)) is works
    assert not calendar.is_provisional(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2027-01-01", "2027-10-01", "2030-05-01", "2003-12-31"])
def test_outside_the_published_years_a_day_is_its_weekday(calendar: Calendar, day: str) -> None:
    there = date.fromisoformat(day)
    assert calendar.is_workday(there) is (there.weekday() < 5)
    assert calendar.is_provisional(there)


def test_the_day_of_an_instant_is_that_of_shanghai() -> None:
    assert legal_day(datetime.fromisoformat("2026-07-01T16:30:00+00:00")) == date(2026, 7, 2)


@pytest.mark.parametrize(
    ("rule", "start", "due"),
    [
        ("JC_APPLY", "2026-05-20T16:00", "2026-06-22"),  # the 30th day is 端午
        ("JC_APPLY", "2026-09-01T17:00", "2026-10-08"),  # the 30th day is 国庆
        ("JC_PARTY_OBJECTION", "2026-07-10T15:00", "2026-07-27"),  # a Saturday moves to Monday
        ("RM_NORMAL", "2026-02-14T10:00", "2026-03-16"),
        ("RM_NORMAL", "2026-01-31T10:00", "2026-02-28"),  # no 31st; that Saturday is worked in exchange
        ("ONLINE_ACCEPT", "2026-09-30T09:05", "2026-10-10"),
        ("REF_SIGN", "2026-04-03T21:00", "2026-04-08"),
        ("RM_MEDICAL", "2026-09-01T09:00", "2026-10-19"),
    ],
)
def test_periods(tables: Tables, calendar: Calendar, rule: str, start: str, due: str) -> None:
    found = calendar.due(tables.rules[rule], at(start))
    assert found is not None
    assert found.on == date.fromisoformat(due)
    assert found.at == end_of_day(found.on) == at(f"{due}T00:00") + timedelta(days=1)
    assert not found.provisional


def test_the_first_day_is_not_counted_whatever_its_hour(tables: Tables, calendar: Calendar) -> None:
    rule = tables.rules["JC_ACCEPT"]
    early, late = (calendar.due(rule, at(f"2026-06-01T{clock}")) for clock in ("00:00", "23:59"))
    assert early == late


@pytest.mark.parametrize(
    ("rule", "start", "due", "provisional"),
    [
        ("HANDBACK", "2026-12-28T09:00", "2027-01-04", True),
        ("ONLINE_ACCEPT", "2026-12-30T09:00", "2027-01-04", True),
        ("HANDBACK", "2026-12-24T09:00", "2026-12-31", False),
        ("ENFORCE_APPLY", "2026-09-30T00:00", "2028-10-02", True),
    ],
)
def test_past_the_end_of_the_calendar(
    tables: Tables, calendar: Calendar, rule: str, start: str, due: str, provisional: bool
) -> None:
    found = calendar.due(tables.rules[rule], at(start))
    assert found is not None
    assert (found.on, found.provisional) == (date.fromisoformat(due), provisional)


def test_hours_run_through_holidays(tables: Tables, calendar: Calendar) -> None:
    order = calendar.due(tables.rules["PSPO_24H"], at("2026-05-02T10:20"))
    warned = calendar.due(tables.rules["WARN_ACK"], at("2026-10-01T23:30"), 0.5)
    assert order is not None
    assert warned is not None
    assert order.at == at("2026-05-03T11:00")  # from the hour after (解释 125)
    assert warned.at == at("2026-10-02T00:00")
    assert warned.on == date(2026, 10, 2)


def test_at_once_means_now(tables: Tables, calendar: Calendar) -> None:
    found = calendar.due(tables.rules["MANDATORY_REPORT"], at("2026-05-01T21:15"))
    assert found is not None
    assert found.at == at("2026-05-01T21:15")


def test_dates_of_documents_and_courts(tables: Tables, calendar: Calendar) -> None:
    start, saturday = at("2026-06-03T10:00"), date(2026, 6, 6)
    item = calendar.due(tables.rules["PERF_ITEM"], start, on=saturday)
    stated = calendar.due(tables.rules["JC_SUPPLEMENT"], start, on=saturday)
    default = calendar.due(tables.rules["JC_SUPPLEMENT"], start)
    assert item is not None
    assert stated is not None
    assert default is not None
    assert (item.on, item.provisional) == (date(2026, 6, 8), True)  # 民法典 203, to be confirmed
    assert (stated.on, stated.provisional) == (saturday, False)
    assert default.on == date(2026, 6, 10)


@pytest.mark.parametrize("rule", ["LIMITATION", "ENFORCE_OPEN", "PERF_ITEM", "ZHIAN_CASE_CLOCK"])
def test_what_has_no_end_of_its_own(tables: Tables, calendar: Calendar, rule: str) -> None:
    assert calendar.due(tables.rules[rule], at("2026-06-03T10:00")) is None


@pytest.mark.parametrize(
    ("first", "unit", "n", "last"),
    [
        ("2026-01-31", "month", 1, "2026-02-28"),
        ("2028-02-29", "year", 1, "2029-02-28"),
        ("2026-11-30", "month", 3, "2027-02-28"),
        ("2026-12-15", "month", 1, "2027-01-15"),
        ("2026-06-01", "calendar_day", 30, "2026-07-01"),
    ],
)
def test_months_without_such_a_day_end_on_their_last(first: str, unit: str, n: int, last: str) -> None:
    assert nominal(date.fromisoformat(first), unit, n) == date.fromisoformat(last)


@given(
    st.sampled_from(["working_day", "calendar_day", "month", "year", "calendar_day_before"]),
    st.dates(date(2024, 1, 1), date(2028, 1, 1)),
    st.integers(0, 90),
)
def test_a_day_is_counted_anew_to_the_same_day(unit: str, first: date, n: int) -> None:
    calendar = Calendar()
    due = calendar.after(first, unit, n)
    assert due.counted is not None
    assert calendar.recount(due.counted) == due


@given(st.dates(date(2024, 1, 1), date(2028, 1, 1)))
def test_agreed_days_and_those_after_them_too(day: date) -> None:
    calendar = Calendar()
    for due in (calendar.after_agreed(day), calendar.ends(day)):
        assert due.counted is not None
        assert calendar.recount(due.counted) == due
