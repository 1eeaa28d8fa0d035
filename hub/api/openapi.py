"""The OpenAPI document: FastAPI's own; the message endpoint, bodies and refusals are added by hand."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from hub.api.openapi_bodies import ANSWERS, BODIES
from hub.errors import STATUS
from hub.exchange.media import MEDIA_TYPES

_PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:liantiao:problem:schema"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    n: {"type": "string"}
                    for n in ("record", "pointer", "native", "rule", "candidates", "message")
                },
            },
        },
    },
}
_ACCEPTED: Final = {
    "type": "object",
    "required": ["message", "dispute", "case", "deliveries", "findings", "receipt"],
    "properties": {
        "message": {"type": "string", "format": "uuid"},
        "dispute": {"type": ["string", "null"], "format": "uuid"},
        "case": {
            "type": ["object", "null"],
            "required": ["id", "machine", "state"],
            "properties": {n: {"type": "string"} for n in ("id", "machine", "state")},
        },
        "deliveries": {"type": "array", "items": {"type": "object"}},
        "findings": {"type": "array", "items": {"type": "object"}},
        "receipt": {"type": "string"},
        "revision": {"type": "integer"},
        "records": {"type": "array", "items": {"type": "object"}},
    },
}


_OAUTH_ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
}
_REFUSAL: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def install(app: FastAPI) -> None:
    """Replace the application's `openapi`; made once, kept."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    parts = made.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = _PROBLEM
    parts["schemas"]["Accepted"] = _ACCEPTED
    parts["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "at+jwt"},
        "dpop": {"type": "http", "scheme": "dpop", "description": "RFC 9449: with a proof in `DPoP`"},
    }
    parts["schemas"]["OAuthError"] = _OAUTH_ERROR
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)  # the framework's own: here every refusal is a problem
    made["security"] = [{"bearer": []}, {"dpop": []}]
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            _describe(f"{method.upper()} {path}", operation)
    made["paths"].setdefault("/v1/messages", {})["post"] = _post()
    return made


def _describe(endpoint: str, operation: dict[str, Any]) -> None:
    """The body of a request that the route reads itself, and what a refusal looks like."""
    body = BODIES.get(endpoint)
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {body[0]: {"schema": body[1]}}}
    responses = operation["responses"]
    if endpoint in ANSWERS:
        responses["200"]["content"] = {media: {} for media in ANSWERS[endpoint]}
    responses.pop("422", None)
    content = dict(_REFUSAL)
    if endpoint == "POST /oauth/token":
        content["application/json"] = {"schema": {"$ref": "#/components/schemas/OAuthError"}}
    responses["default"] = {"description": "refused", "content": content}


def _post() -> dict[str, Any]:
    refusals = {str(s): {"description": "refused", "content": _REFUSAL} for s in sorted(set(STATUS.values()))}
    accepted = {"application/json": {"schema": {"$ref": "#/components/schemas/Accepted"}}}
    headers = (("X-JWS-Signature", True), ("Prefer", False), ("Accept-Language", False))
    return {
        "tags": ["messages"],
        "summary": "Send one message: the agency's own bytes under a detached JWS",
        "operationId": "post_message",
        "parameters": [
            {"name": n, "in": "header", "required": need, "schema": {"type": "string"}} for n, need in headers
        ],
        "requestBody": {
            "required": True,
            "content": {m: {"schema": {"type": "string", "format": "binary"}} for m in MEDIA_TYPES},
        },
        "responses": {
            "202": {"description": "durable, with effects and deliveries", "content": accepted},
            "200": {
                "description": "`Prefer: handling=validate`: what would come of it, a refusal as `problem`",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            **refusals,
        },
    }
