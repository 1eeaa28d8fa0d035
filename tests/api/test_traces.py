"""Traces: a span a request when they are on, without an id or a query; nothing when they are off."""

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from hub.api.app import create_app
from hub.api.traces import Traced, traced
from hub.settings import Settings

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def asked(app, path, query=b""):
    """The status an application answers a GET with."""
    events = []

    async def send(event):
        events.append(event)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    headers = [(b"traceparent", PARENT.encode())]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": headers}
    await app({**scope, "asgi": {"version": "3.0", "spec_version": "2.4"}}, receive, send)
    return events[0]["status"]


@pytest.fixture
def kept():
    return InMemorySpanExporter()


@pytest.fixture
def app(kept):
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    yield Traced(create_app(Settings()), provider.get_tracer("test"))
    provider.shutdown()


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/v1/none/0198c0de-0000-7000-8000-000000000000/file", "/v1/none/{}/file"),
        ("/v1/none/(2026)渝0199诉前调确12号", "/v1/none/{}"),
        ("/.well-known/none", "/.well-known/none"),
    ],
)
async def test_a_request_is_a_span_under_the_callers(app, kept, path, route):
    assert await asked(app, path, b"name=secret") == 404
    (span,) = kept.get_finished_spans()
    assert span.name == f"GET {route}"
    assert format(span.parent.span_id, "016x") == PARENT.split("-")[2]
    assert dict(span.attributes) == {
        "http.request.method": "GET",
        "http.route": route,
        "http.response.status_code": 404,
    }


def test_without_a_collector_the_application_is_as_it_is():
    app = create_app(Settings())
    assert traced(app, Settings()) is app
    assert traced(app, Settings(traces="http://127.0.0.1:1/v1/traces")) is not app
