"""A bug behind any route: a problem document for the caller, its place for the log, its words for nobody."""

import logging

import orjson
import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse

from hub.api import problems
from hub.api.front import PATH, Front, Net

SECRET = "500000196803059010"


@pytest.fixture
def app() -> FastAPI:
    made = Front()

    @made.get("/at-once")
    async def at_once() -> None:
        raise ValueError(SECRET)

    @made.get("/half-way")
    async def half_way() -> StreamingResponse:
        async def parts():
            yield b"begun"
            raise ValueError(SECRET)

        return StreamingResponse(parts())

    made.add_middleware(Net)
    problems.install(made)
    return made


async def asked(app: FastAPI, path: str, method: str = "GET", query: bytes = b"") -> list[dict]:
    """What an application sends for a request, event by event; whatever it raises is raised."""
    events: list[dict] = []

    async def send(event):
        events.append(event)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": query}
    await app({**scope, "asgi": {"version": "3.0", "spec_version": "2.4"}}, receive, send)
    return events


async def test_a_bug_is_told_by_its_place(app, caplog):
    with caplog.at_level(logging.DEBUG):
        start, body = await asked(app, "/at-once")
    assert (start["status"], orjson.loads(body["body"])["type"]) == (500, "urn:liantiao:problem:internal")
    assert SECRET not in f"{start} {body} {caplog.text}"
    assert "error=ValueError place=" in caplog.text


async def test_a_bug_before_any_route_is_told_by_its_place(app, caplog):
    """Messages are taken in front of the framework: here there is no hub to take them."""
    with caplog.at_level(logging.DEBUG):
        start, body = await asked(app, PATH, "POST")
    assert (start["status"], orjson.loads(body["body"])["type"]) == (500, "urn:liantiao:problem:internal")
    assert "error=AttributeError place=" in caplog.text


async def test_an_answer_broken_off_does_not_look_whole(app, caplog):
    with caplog.at_level(logging.DEBUG):
        events = await asked(app, "/half-way")
    assert events[0]["status"] == 200
    assert events[-1]["more_body"] is True
    assert SECRET not in caplog.text
    assert "error=ValueError place=" in caplog.text


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [("/at-once\0", b"", 404), ("/at-once", b"state=%00", 400), ("/none", b"", 404)],
)
async def test_an_address_with_nul_reaches_no_route(app, path, query, status):
    """No text with it can be looked up in the database."""
    start, body = await asked(app, path, query=query)
    assert (start["status"], orjson.loads(body["body"])["status"]) == (status, status)
