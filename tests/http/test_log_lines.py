"""What a serving hub writes: lines of JSON whose events are in the published list."""

import json

import pytest

from hub.logs import MEANINGS


@pytest.fixture(scope="module")
def lines(hub):
    """Every line of a hub that another's tests have kept busy; at least its start."""
    return [json.loads(line) for line in hub.log().splitlines()]


def test_each_line_is_an_event_of_the_list(lines):
    unknown = {line["event"] for line in lines} - {event.value for event in MEANINGS}
    assert lines
    assert not unknown


def test_the_start_is_told_with_its_surroundings(lines, hub):
    started = next(line for line in lines if line["event"] == "started")
    assert {key: started[key] for key in ("level", "issuer", "delivery")} == {
        "level": "INFO",
        "issuer": hub.issuer,
        "delivery": "inside",
    }
    assert started["time"].endswith("Z")
