"""OpenTelemetry traces of requests (extra `liantiao[traces]`), off unless `LIANTIAO_TRACES` is set.

One span a request: method, path without its query and with ids cut to `{}`, status. A caller's `traceparent`
(W3C Trace Context) is taken up. Nothing of a message, and nothing of who sent it, becomes an attribute.
Touches OpenTelemetry only when it is on: off, the application is handed back as it is.
"""

import re
from typing import TYPE_CHECKING, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.errors import Misconfigured
from hub.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

SERVICE: Final = "liantiao"
# What a path carries besides its words: uuids, numbers, codes of units, cases and texts.
_ID: Final = re.compile(r"(?<=/)(?!v1/)(?=[^/]*[^a-z/.-])[^/]+")


def traced(app: ASGIApp, settings: Settings) -> ASGIApp:
    """The application with a span around each request; as it is when traces are off.

    Raises Misconfigured when the extra is not installed.
    """
    if settings.traces is None:
        return app
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as e:
        raise Misconfigured("LIANTIAO_TRACES: 需要 · needs: pip install 'liantiao[traces]'") from e
    provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.traces)))
    return Traced(app, provider.get_tracer(SERVICE))


class Traced:
    """An ASGI application with a span around each request."""

    def __init__(self, app: ASGIApp, tracer: "Tracer") -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection event of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        from opentelemetry.propagate import extract
        from opentelemetry.trace import SpanKind

        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        route = _ID.sub("{}", scope["path"])
        with self._tracer.start_as_current_span(
            f"{scope['method']} {route}",
            context=extract(headers),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": scope["method"], "http.route": route},
            record_exception=False,
        ) as span:

            async def sending(event: Message) -> None:
                if event["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", event["status"])
                await send(event)

            await self._app(scope, receive, sending)
