"""What the bodies of requests and answers hold that routes read and write by hand, for the OpenAPI document.

The routes stay the ones that judge: a body is read strictly, and refused with a pointer.
"""

from typing import Any, Final

from hub.exchange.media import MEDIA_TYPES

_JSON: Final = "application/json"
_TEXT: Final = {"type": "string"}
_ID: Final = {"type": "string", "format": "uuid"}
_BYTES: Final = {"type": "string", "format": "binary"}


def _object(*required: str, **members: object) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(required)}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_DELIVERY: Final = _object(
    "method",
    method={"enum": ["urn:ietf:rfc:8935", "urn:ietf:rfc:8936"]},
    endpoint_url=_TEXT,
    authorization_header=_TEXT,
)
_STREAM: Final = {
    "stream_id": _TEXT,
    "delivery": _DELIVERY,
    "events_requested": _list(_TEXT),
    "description": {"type": ["string", "null"]},
    "liantiao_schema": _TEXT,
}
_STATUS: Final = {"enum": ["enabled", "paused"]}
_NUMBER: Final = _object("system", "mediator", system=_TEXT, mediator=_TEXT)
_SYSTEM: Final = {
    "id": _TEXT,
    "agency": _TEXT,
    "units": _list(_TEXT),
    "jwks": {"type": "object"},
    "scopes": _list(_TEXT),
    "formats": {"type": "object", "additionalProperties": _TEXT},
    "push": _list(_TEXT),
    "receiving": {"type": "boolean"},
}
_CHOICES: Final = ["hub_right", "agency_right", "ask_agency", "ignore"]
_TOKEN: Final = _object(
    "grant_type",
    "client_assertion_type",
    "client_assertion",
    grant_type={"const": "client_credentials"},
    client_assertion_type={"const": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
    client_assertion=_TEXT,
    client_id=_TEXT,
    scope=_TEXT,
)
_CONFIG: Final = _object("name", "value", "valid_from", name=_TEXT, value={}, valid_from=_TEXT)

BODIES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "POST /oauth/token": ("application/x-www-form-urlencoded", _TOKEN),
    "POST /v1/streams": (_JSON, _object("delivery", **_STREAM)),
    "PUT /v1/streams": (_JSON, _object("delivery", **_STREAM)),
    "PATCH /v1/streams": (_JSON, _object(**_STREAM)),
    "POST /v1/streams/status": (_JSON, _object("status", stream_id=_TEXT, status=_STATUS)),
    "POST /v1/streams/verify": (_JSON, _object(stream_id=_TEXT, state=_TEXT)),
    "POST /v1/streams/poll": (
        _JSON,
        _object(
            maxEvents={"type": "integer", "minimum": 0},
            returnImmediately={"type": "boolean"},
            ack=_list(_TEXT),
            setErrs={"type": "object", "additionalProperties": _object("err", err=_TEXT)},
        ),
    ),
    "PUT /v1/blobs/sha-256/{hexadecimal}": ("application/octet-stream", _BYTES),
    "POST /v1/log/checkpoint/cosignatures": ("text/plain", _TEXT),
    "POST /v1/typical-cases/draft": (
        _JSON,
        _object("unit", unit=_TEXT, title=_TEXT, text=_TEXT, rules=_TEXT, dispute=_ID, names=_list(_TEXT)),
    ),
    "POST /v1/typical-cases/{case}/signoffs": (_JSON, _object("unit", "person", unit=_TEXT, person=_TEXT)),
    "POST /v1/typical-cases/{case}/withdrawal": (_JSON, _object("unit", unit=_TEXT)),
    "POST /v1/admin/units": ("text/csv", _TEXT),
    "POST /v1/admin/aliases": ("text/csv", _TEXT),
    "POST /v1/admin/systems": (_JSON, _object("id", "agency", "units", "jwks", **_SYSTEM)),
    "POST /v1/admin/systems/{system}/keys": (_JSON, {"type": "object"}),
    "POST /v1/admin/config": (_JSON, _list(_CONFIG)),
    "POST /v1/admin/routing": (
        _JSON,
        _object("kind", "unit", "document", kind=_TEXT, unit=_TEXT, document={"type": "object"}),
    ),
    "POST /v1/admin/discrepancies/{batch}": (_JSON, _object("choice", choice={"enum": _CHOICES})),
    "POST /v1/admin/unplaced/{case}": (_JSON, _object("to", to=_TEXT)),
    "POST /v1/admin/merges": (_JSON, _object("survivor", "absorbed", survivor=_ID, absorbed=_list(_ID))),
    "POST /v1/admin/mediators/merge": (_JSON, _object("ids", ids=_list(_NUMBER))),
}
"""Endpoint → media type and schema of its body."""

_PDF: Final = "application/pdf"
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ZIP: Final = "application/zip"
ANSWERS: Final[dict[str, tuple[str, ...]]] = {
    "GET /v1/messages/{message}/receipt": ("application/jwt",),
    "GET /v1/messages/{message}/native": MEDIA_TYPES,
    "GET /v1/messages/{message}/calendar": ("text/calendar",),
    "GET /v1/messages/{message}/evidence": (_ZIP,),
    "GET /v1/cases/{case}/forms/{form}": (_PDF, _DOCX),
    "GET /v1/disputes/{dispute}/forms/{form}": (_PDF, _DOCX),
    "GET /v1/cases/{case}/mediation-file": (_PDF, _JSON),
    "GET /v1/schemas/{kind}": ("application/schema+json",),
    "GET /v1/sheets/{sheet}": (_XLSX,),
    "GET /v1/todo": (_JSON, "text/html"),
    "POST /v1/precheck": (_JSON, _ZIP),
    "GET /v1/blobs/sha-256/{hexadecimal}": ("application/octet-stream",),
    "HEAD /v1/blobs/sha-256/{hexadecimal}": ("application/octet-stream",),
    "GET /v1/admin/reports/{report}.{form}": ("text/html", _XLSX, _PDF),
}
"""Endpoint → media types of its answer, where that is not JSON alone."""
