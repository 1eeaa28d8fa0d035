"""The stories of the reference, over HTTP: states, parties and deadline dates as the hub's own answers say.

Fifteen stories on one hub; each is a dispute of its own.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.store.address import Address
from tests.conftest import _data_dir
from tests.contract.kit import Hub
from tests.stories.documents import instant
from tests.stories.stage import STORIES, Stage
from tests.stories.teller import Teller, as_sent, told_first

AFTERWARDS = instant("2027-04-01T09:00")
PRESENT = {("N06", 5)}
"""Acts of an administrator, whose clocks run from the hub's present: test_reminders has their days."""


@pytest.fixture(scope="module")
def stage(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("stories")) as own:
        made = Stage(Hub(own.data_dir, own.database_url))
        made.at(AFTERWARDS)
        yield made
        made.hub.close()


@pytest.mark.parametrize("sid", STORIES)
def test_story(sid: str, stage: Stage) -> None:
    teller = Teller(STORIES[sid], stage)
    teller.lead_up()
    for said in STORIES[sid]["messages"]:
        if said["from"] == "hub":
            continue
        before = told_first(sid, said)
        if before is not None:
            teller.tell(before)
        message = as_sent(sid, said)
        if isinstance(message["case_states"], str):
            refused(teller, message)
        else:
            teller.tell(message)
            teller.check(message, dates=(sid, said["n"]) not in PRESENT)
    teller.end()


def refused(teller: Teller, message: dict[str, Any]) -> None:
    """A message that the story says is refused, with one of the rules it names; nothing has changed."""
    before = teller.seen(teller.side(message))
    (answer,) = teller.send(message)
    wanted = message["case_states"]
    assert str(answer.status_code) == wanted[:3], answer.text
    rules = {fault["rule"] for fault in answer.json()["errors"]}
    assert any(rule in wanted for rule in rules), rules
    assert teller.seen(teller.side(message)) == before


def test_what_is_historical_reminds_nobody(stage: Stage) -> None:
    """N02, S06, N03: none of the hub's notices of the stories is sent for an act of long ago."""
    for system in stage.systems.values():
        told = system.get("/v1/messages", params={"limit": 500}).json()["messages"]
        assert told
        assert "deadline_notice" not in {message["kind"] for message in told}


def test_the_clock_is_after_the_stories() -> None:
    last = max(instant(m["at"]) for s in STORIES.values() for m in s["messages"])
    assert AFTERWARDS - last > timedelta(days=30)
