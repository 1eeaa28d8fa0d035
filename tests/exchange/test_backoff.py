from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.exchange import backoff

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@given(st.integers(1, 10_000))
def test_waits_lie_between_one_and_thirty_seconds(failures: int) -> None:
    assert 1.0 <= backoff.delay(failures) < 30.0


def test_the_first_wait_is_one_to_two_seconds_and_waits_double_to_their_bound() -> None:
    highest = [backoff.delay(n, lambda _low, high: high) for n in range(1, 9)]
    assert 1.0 < highest[0] < 2.0
    assert highest == sorted(highest)
    assert highest[-1] == backoff.LONGEST < 30


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("7", 7.0),
        (" 120 ", 120.0),
        ("0", 1.0),
        ("100000", 600.0),
        ("9" * 400, 600.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 1.0),
        (format_datetime(NOW + timedelta(days=1), usegmt=True), 600.0),
        ("Wed, 99 Nov 2026 02:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date_within_bounds(
    header: str | None, seconds: float | None
) -> None:
    assert backoff.asked(header, NOW) == seconds


def test_what_a_receiver_asks_for_goes_before_the_backoff() -> None:
    assert 300 <= backoff.wait(1, 300) <= 301
