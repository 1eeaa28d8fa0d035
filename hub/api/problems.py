"""Errors to problem documents (RFC 9457, contract 2); the one place that maps errors to HTTP."""

import logging
from uuid import uuid4

import orjson
from starlette.requests import Request
from starlette.responses import Response

from hub.api.rules import rule_text
from hub.api.texts import DETAILS, TITLES, language, text
from hub.errors import STATUS, Broken, ProblemCode, Refused, Unavailable
from hub.exchange.answers import fault_json

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("liantiao.api")


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


def response(refused: Refused, accept: str | None) -> Response:
    """The answer to a refusal."""
    headers = {"Content-Language": "en" if language(accept) == "en" else "zh-CN"}
    if refused.status == STATUS["token-invalid"] and refused.code == "token-invalid":
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    if refused.code == "busy":
        headers["Retry-After"] = "1"
    body = orjson.dumps(document(refused.code, accept, refused))
    return Response(body, refused.status, headers, media_type=MEDIA_TYPE)


async def on_refused(request: Request, error: Exception) -> Response:
    """Handler for Refused."""
    if not isinstance(error, Refused):
        raise error
    return response(error, request.headers.get("accept-language"))


async def on_unavailable(request: Request, error: Exception) -> Response:
    """Handler for Unavailable: 503 with Retry-After."""
    after = error.retry_after if isinstance(error, Unavailable) else 1
    body = orjson.dumps(document("unavailable", request.headers.get("accept-language")))
    return Response(body, 503, {"Retry-After": str(after)}, media_type=MEDIA_TYPE)


async def on_bug(request: Request, error: Exception) -> Response:
    """Handler for what should not happen: recorded by type and instance, never by value."""
    out = document("internal", request.headers.get("accept-language"))
    where = _place(error)
    _log.error("internal error %s %s at %s", out["instance"], type(error).__name__, where)
    if isinstance(error, Broken):
        _log.error("%s: %s", out["instance"], error)
    return Response(orjson.dumps(out), 500, media_type=MEDIA_TYPE)


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else "?"
