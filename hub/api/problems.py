"""Errors to problem documents (RFC 9457, contract 2); the one place that maps errors to HTTP."""

from uuid import uuid4

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from hub.api.rules import rule_text
from hub.api.texts import DETAILS, TITLES, language, text
from hub.errors import STATUS, Broken, Fault, ProblemCode, Refused, TooMany, Unavailable
from hub.exchange.answers import fault_json
from hub.logs import Event, note
from hub.trust.dpop import ALGORITHMS

MEDIA_TYPE = "application/problem+json"


def install(app: FastAPI) -> None:
    """Let every error of this application answer a problem document; `hub.api.front` has the net for bugs."""
    app.add_exception_handler(Refused, on_refused)
    app.add_exception_handler(Unavailable, on_unavailable)
    app.add_exception_handler(RequestValidationError, on_parameters)
    app.add_exception_handler(HTTPException, on_http)


def document(code: ProblemCode, accept: str | None, refused: Refused | None = None) -> dict[str, object]:
    """The members of a problem document. No refused value is in it."""
    lang = language(accept)
    out: dict[str, object] = {
        "type": f"urn:liantiao:problem:{code}",
        "title": text(TITLES[code], lang),
        "status": STATUS[code],
        "detail": text(DETAILS[code], lang),
        "instance": f"urn:uuid:{uuid4()}",
    }
    if refused is not None:
        if refused.faults:
            out["errors"] = [{**fault_json(f), "message": rule_text(f, lang)} for f in refused.faults]
        out.update(refused.extra)
    return out


def response(refused: Refused, request: Request) -> Response:
    """The answer to a refusal."""
    accept = request.headers.get("accept-language")
    headers = _language(accept)
    challenge = _challenge(refused, request)
    if challenge is not None:
        headers["WWW-Authenticate"] = challenge
    if refused.code == "busy":
        headers["Retry-After"] = "1"
    if isinstance(refused, TooMany):
        headers |= refused.headers
    body = orjson.dumps(document(refused.code, accept, refused))
    return Response(body, refused.status, headers, media_type=MEDIA_TYPE)


def _language(accept: str | None) -> dict[str, str]:
    return {"Content-Language": "en" if language(accept) == "en" else "zh-CN"}


def _challenge(refused: Refused, request: Request) -> str | None:
    """How to be let in (RFC 6750, 3; RFC 9449, 7.1; RFC 9728, 5.1): for every 401, and a missing scope."""
    lacking = next((f.args[0] for f in refused.faults if f.rule == "scope-missing"), None)
    if refused.status != STATUS["token-invalid"] and lacking is None:
        return None
    parts: list[str] = []
    if lacking is not None:
        parts += ['error="insufficient_scope"', f'scope="{lacking}"']
    elif any(fault.rule.startswith("dpop-") for fault in refused.faults):
        parts.append('error="invalid_dpop_proof"')
    elif refused.code == "token-invalid" and "authorization" in request.headers:
        parts.append('error="invalid_token"')
    issuer = request.app.state.hub.settings.issuer
    where = f'resource_metadata="{issuer}/.well-known/oauth-protected-resource"'
    bearer, dpop = [where], [f'algs="{" ".join(ALGORITHMS)}"', where]
    if request.headers.get("authorization", "").lower().startswith("dpop "):
        return f"DPoP {', '.join([*parts, *dpop])}"
    # Either may be tried (RFC 9449, 7.2); the error is of the one that was.
    return f"Bearer {', '.join([*parts, *bearer])}, DPoP {', '.join(dpop)}"


async def answer(request: Request, error: Exception) -> Response:
    """The answer to whatever was raised."""
    if isinstance(error, Refused):
        return response(error, request)
    if isinstance(error, Unavailable):
        return await on_unavailable(request, error)
    return await on_bug(request, error)


async def on_refused(request: Request, error: Exception) -> Response:
    """Handler for Refused."""
    if not isinstance(error, Refused):
        raise error
    return response(error, request)


async def on_parameters(request: Request, error: Exception) -> Response:
    """Handler for query and path parameters that do not fit; an id that is none does not exist."""
    faults: list[Fault] = []
    if isinstance(error, RequestValidationError):
        if any(e["loc"][0] == "path" for e in error.errors()):
            return response(Refused("unknown"), request)
        faults = [Fault("parameter", pointer=str(e["loc"][-1])) for e in error.errors()]
    return response(Refused("malformed", *faults), request)


async def on_http(request: Request, error: Exception) -> Response:
    """Handler for routes and methods there are none of."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    accept = request.headers.get("accept-language")
    out = document("unknown", accept)
    if status != STATUS["unknown"]:
        out |= {"type": "about:blank", "status": status, "title": str(status), "detail": ""}
    headers = {**_language(accept), **((isinstance(error, HTTPException) and error.headers) or {})}
    return Response(orjson.dumps(out), status, headers, media_type=MEDIA_TYPE)


async def on_unavailable(request: Request, error: Exception) -> Response:
    """Handler for Unavailable: 503 with Retry-After."""
    after = error.retry_after if isinstance(error, Unavailable) else 1
    accept = request.headers.get("accept-language")
    body = orjson.dumps(document("unavailable", accept))
    return Response(body, 503, {"Retry-After": str(after), **_language(accept)}, media_type=MEDIA_TYPE)


async def on_bug(request: Request, error: Exception) -> Response:
    """Handler for what should not happen: recorded by type and instance, never by value."""
    accept = request.headers.get("accept-language")
    out = document("internal", accept)
    where = _place(error)
    note(Event.INTERNAL_ERROR, instance=str(out["instance"]), error=type(error).__name__, place=where)
    if isinstance(error, Broken):
        note(Event.DATA_UNREADABLE, instance=str(out["instance"]), reason=str(error))
    return Response(orjson.dumps(out), 500, _language(accept), media_type=MEDIA_TYPE)


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else "?"
