"""The buckets of the rate limit, held against arithmetic by a clock of the test's own."""

import pytest

from hub.errors import Refused, TooMany
from hub.exchange.limits import WINDOW, Limits, check


class Stopwatch:
    at = 1000.0

    def __call__(self) -> float:
        return self.at


def taken(limits: Limits, system: str, most: int = 10_000) -> int:
    """How many requests in a row are taken."""
    for n in range(most):
        try:
            limits.take(system)
        except TooMany:
            return n
    return most


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.mark.parametrize("rate", [0.1, 0.5, 4, 64])
def test_a_bucket_holds_ten_seconds_and_fills_by_time(watch: Stopwatch, rate: float) -> None:
    limits = Limits(rate, watch)
    assert taken(limits, "a") == rate * WINDOW
    assert taken(limits, "b") == rate * WINDOW  # each has its own
    with pytest.raises(TooMany) as beyond:
        limits.take("a")
    watch.at += int(beyond.value.headers["Retry-After"])
    assert taken(limits, "a") >= 1
    watch.at += 3600
    assert taken(limits, "a") == rate * WINDOW  # never more than it holds


def test_what_is_refused_costs_nothing(watch: Stopwatch) -> None:
    limits = Limits(4, watch)
    taken(limits, "a")
    for _ in range(100):
        assert taken(limits, "a") == 0
    watch.at += 1
    assert taken(limits, "a") == 4


def test_a_system_may_have_a_rate_of_its_own_and_none_is_no_limit(watch: Stopwatch) -> None:
    limits = Limits(0, watch)
    limits.configure({"a": 0.5})
    assert (taken(limits, "a"), taken(limits, "b", 50_000)) == (5, 50_000)
    assert limits.told("b") == {}
    limits.configure(None)
    assert taken(limits, "a", 100) == 100


def test_half_a_bucket_is_told(watch: Stopwatch) -> None:
    limits = Limits(1, watch)
    told = []
    for _ in range(WINDOW):
        limits.take("a")
        told.append(limits.told("a").get("RateLimit"))
    assert told[:5] == [None] * 5
    assert told[5:] == [f'"system";r={9 - n};t={n + 1}' for n in range(5, 10)]


@pytest.mark.parametrize(
    "value", [[], "x", {"a": 0}, {"a": 0.09}, {"a": -1}, {"a": True}, {"a": "5"}, {"a": 2e6}]
)
def test_a_rate_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(Refused):
        check(value)  # type: ignore[arg-type]


def test_a_rate_that_is_one_is_taken() -> None:
    check({"police-sys": 50, "court-sys": 0.5})
