"""The two laws on documents made from the schemas: nothing is lost in silence, and what came back stays."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import schemas
from hub.port import Direction, Each, Field, Row, Slots
from hub.translate.conformance import load_folder
from hub.translate.conformance_examples import SIGNED_AT
from hub.translate.records import Origin
from hub.translate.registry import Translator
from schemas.generator import document
from tests.adapters.conftest import FOLDERS


def two_way() -> Iterator[tuple[str, str, str]]:
    for folder in FOLDERS:
        agency = load_folder(folder)
        for fmt in agency.formats:
            for mapped in fmt.maps:
                if mapped.direction is Direction.BOTH:
                    yield agency.name, fmt.name, mapped.kind


CASES = sorted(two_way())
IDS = ["-".join(case) for case in CASES]
SLOW_TO_DRAW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def everything() -> Translator:
    return Translator([load_folder(folder) for folder in FOLDERS])


@pytest.mark.parametrize(("agency", "fmt", "kind"), CASES, ids=IDS)
@SLOW_TO_DRAW
@given(seed=st.integers(0, 2**32))
def test_what_is_written_is_read_and_what_is_read_comes_back(
    everything: Translator, agency: str, fmt: str, kind: str, seed: int
) -> None:
    sent = document(kind, random.Random(seed))
    origin = Origin(kind, "500199", SIGNED_AT)
    written = everything.write(agency, fmt, kind, sent)
    first = everything.read(agency, written.media_type, written.body, origin).records[0]
    assert first.fault is None, first.fault.faults
    assert first.document is not None
    assert set(schemas.faults(kind, first.document)) <= {("", "required")}  # what the form has no field for

    again = everything.write(agency, fmt, kind, first.document, fmt)
    assert [pointer for pointer in again.dropped if pointer != "/business_time"] == []
    second = everything.read(agency, again.media_type, again.body, origin).records[0]
    assert second.document == first.document


@pytest.mark.parametrize(("agency", "fmt", "kind"), CASES, ids=IDS)
def test_every_mapped_place_goes_both_ways(everything: Translator, agency: str, fmt: str, kind: str) -> None:
    rows = next(
        m.rows for f in everything.agencies[agency].formats for m in f.maps if (f.name, m.kind) == (fmt, kind)
    )
    waiting = set(places(rows))
    for seed in range(400):
        written = everything.write(agency, fmt, kind, document(kind, random.Random(seed)))
        reading = everything.read(agency, written.media_type, written.body, Origin(kind, "", None))
        told = {pointer(path) for path in leaves(reading.records[0].document)}
        waiting -= {place for place in waiting for t in told if t == place or t.startswith(f"{place}/")}
        if not waiting:
            break
    assert waiting == set()


def places(rows: tuple[Row, ...], at: str = "") -> Iterator[str]:
    for row in rows:
        if isinstance(row, Field) and row.shared != "." and "/*/" not in row.shared:
            yield pointer(f"{at}/{row.shared}")
        elif isinstance(row, Each):
            yield from places(row.rows, f"{at}/{row.shared}/0")
        elif isinstance(row, Slots):
            for inner in row.slots.values():
                yield from places(inner, f"{at}/{row.shared}/0")


def pointer(path: str) -> str:
    """A pointer without the numbers of its items."""
    return "/".join("*" if part.isdigit() else part for part in path.split("/"))


def leaves(value: object, at: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, f"{at}/{name}")
    elif isinstance(value, list):
        for n, part in enumerate(value):
            yield from leaves(part, f"{at}/{n}")
    else:
        yield at
