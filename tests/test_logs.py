"""Lines of the log: the two forms, and what never stands in one."""

import asyncio
import gc
import io
import json
import logging

import pytest

from hub.logs import MEANINGS, Event, JsonLines, TextLines, note

SECRET = "500000196803059010"


@pytest.fixture
def written():
    """A logger tree that writes to memory in a form; undone afterwards."""
    root, made = logging.getLogger(), []

    def to(form: logging.Formatter) -> io.StringIO:
        out = io.StringIO()
        handler = logging.StreamHandler(out)
        handler.setFormatter(form)
        root.addHandler(handler)
        made.append(handler)
        return out

    yield to
    for handler in made:
        root.removeHandler(handler)


def test_an_event_is_one_object_with_its_fields(written):
    out = written(JsonLines())
    note(Event.RECEIVER_FAULT, receiver="court-sys", fault="timed-out", tokens=3)
    told = json.loads(out.getvalue())
    assert told.pop("time")
    assert told.pop("process")
    assert told == {
        "level": "WARNING",
        "event": "receiver-fault",
        "receiver": "court-sys",
        "fault": "timed-out",
        "tokens": 3,
    }


def test_an_event_is_a_line_for_a_terminal(written):
    out = written(TextLines())
    note(Event.TOKEN_HELD, receiver="court-sys")
    assert out.getvalue().split(" ", 1)[1] == "WARNING token-held receiver=court-sys\n"


@pytest.mark.parametrize("form", [JsonLines(), TextLines()], ids=["json", "text"])
def test_of_an_exception_only_its_type_is_told(written, form):
    out = written(form)
    logging.getLogger("some.library").error("it broke", exc_info=ValueError(SECRET))
    assert SECRET not in out.getvalue()
    assert "ValueError" in out.getvalue()
    assert out.getvalue().count("\n") == 1


@pytest.mark.parametrize("form", [JsonLines(), TextLines()], ids=["json", "text"])
def test_what_went_wrong_in_a_task_nobody_awaited_is_not_quoted(written, form):
    out = written(form)

    async def fails() -> None:
        raise ValueError(SECRET)

    async def forgets() -> None:
        task = asyncio.create_task(fails())
        await asyncio.wait([task])

    asyncio.run(forgets())
    gc.collect()
    assert "asyncio" in out.getvalue()
    assert SECRET not in out.getvalue()
    assert out.getvalue().count("\n") == 1


def test_every_event_has_its_meaning_in_two_languages():
    assert set(MEANINGS) == set(Event)
    assert all(m.zh and m.en and (m.way_out or m.level == logging.INFO) for m in MEANINGS.values())
