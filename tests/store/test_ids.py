"""Ids and dispute codes."""

import os
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.store.ids import (
    IdMaker,
    derived_id,
    instant_of,
    new_code,
    new_id,
    new_ids,
    read_code,
    uuid7_at,
)

NOW = datetime(2026, 11, 25, 2, 0, 0, 123456, tzinfo=UTC)
instants = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds are naive


@given(instants)
def test_an_id_is_a_uuid7_of_its_instant(now: datetime) -> None:
    made = IdMaker().new(now)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert instant_of(made) == now.replace(microsecond=now.microsecond // 1000 * 1000)
    assert uuid7_at(now) <= made < uuid7_at(now + timedelta(milliseconds=1))


@given(st.lists(st.integers(-9_000, 9_000), max_size=50))
def test_ids_grow_whatever_small_steps_the_clock_takes(steps: list[int]) -> None:
    maker, made = IdMaker(), []
    for step in steps:
        made += [maker.new(NOW + timedelta(milliseconds=step / 2)), *maker.batch(NOW, 3)]
    assert made == sorted(set(made))


def test_a_clock_set_anew_is_followed() -> None:
    maker = IdMaker()
    maker.new(NOW + timedelta(days=400))
    assert abs(instant_of(maker.new(NOW)) - NOW) < timedelta(milliseconds=1)


def test_many_in_one_millisecond_stay_distinct_and_ordered() -> None:
    made = [*new_ids(NOW, 20_000), new_id(NOW)]
    assert made == sorted(set(made))


def test_a_forked_child_makes_others() -> None:
    new_id(NOW)
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, b"".join(i.bytes for i in new_ids(NOW, 100)))
        os._exit(0)
    mine = set(new_ids(NOW, 100))
    os.waitpid(child, 0)
    raw = os.read(reading, 1600)
    os.close(reading)
    os.close(writing)
    theirs = {UUID(bytes=raw[n : n + 16]) for n in range(0, 1600, 16)}
    assert len(theirs) == 100
    assert not mine & theirs


@given(instants, st.text(), st.text())
def test_the_id_of_a_record_follows_from_file_and_record(now: datetime, a: str, b: str) -> None:
    file = IdMaker().new(now)
    assert derived_id(file, a) == derived_id(file, a)
    assert instant_of(derived_id(file, a)) == instant_of(file)
    assert derived_id(file, a).version == 7
    assert (derived_id(file, a) == derived_id(file, b)) == (a == b)


def test_codes_are_read_back_however_they_are_typed() -> None:
    for _ in range(200):
        code = new_code()
        assert len(code) == 13
        assert read_code(code) == code
        typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert read_code(f" {typed} ") == code


def test_one_wrong_symbol_and_swapped_neighbours_are_found() -> None:
    code = new_code().replace("-", "")
    for n, symbol in enumerate(code):
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            if other != symbol:
                with pytest.raises(ValueError, match="check symbol"):
                    read_code(code[:n] + other + code[n + 1 :])
        swapped = code[:n] + code[n : n + 2][::-1] + code[n + 2 :]
        if swapped != code:
            with pytest.raises(ValueError, match="check symbol"):
                read_code(swapped)


@pytest.mark.parametrize("text", ["", "ABCD", "U" * 11, "0000-0000-00*", "〇" * 11])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a dispute code"):
        read_code(text)
