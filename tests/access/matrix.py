"""Every endpoint of the hub and who may see what through it; what is not in the table fails the test.

Administrators' endpoints need no row: nobody else may hear anything from any of them.
"""

from collections.abc import Callable
from typing import Any

from tests.access.ground import Ground
from tests.access.messages import MESSAGES
from tests.access.rows import (
    NOTHING,
    POLLS,
    READ,
    SEND,
    STREAMS,
    Asked,
    Listed,
    Named,
    Shared,
    speaker,
)
from tests.contract.kit import packed
from tests.contract.words import agreement, document

BOTH = frozenset({"police", "reader", "justice"})
ALL = BOTH | {"court"}
HOLDERS = ALL - {"justice"}
"""Who may hand the dispute over: who registered it, and who has a case of it."""


def _json(**members: Any) -> Callable[[Ground, str, str], Asked]:
    """A body that names the id in one member: `stream_id=ID`."""

    def ask(_ground: Ground, _role: str, asked: str) -> Asked:
        return {"json": {n: asked if v is NOTHING else v for n, v in members.items()}}

    return ask


def _query(name: str, **options: Any) -> Callable[[Ground, str, str], Asked]:
    return lambda _ground, _role, asked: {"params": {name: asked}, **options}


def _accept(media_type: str) -> Callable[[Ground, str, str], Asked]:
    return lambda _ground, _role, _id: {"headers": {"Accept": media_type}}


def _unit(ground: Ground, role: str) -> str:
    """A unit the caller may speak for."""
    return ground[speaker(role)].units[-1]


def _signs(**members: Any) -> Callable[[Ground, str, str], Asked]:
    return lambda ground, role, _id: {"json": {"unit": _unit(ground, role), **members}}


def _draft(ground: Ground, role: str, asked: str) -> Asked:
    return {"json": {"unit": _unit(ground, role), "title": "共用水沟", "dispute": asked}}


def _precheck(ground: Ground, role: str, asked: str) -> Asked:
    told = document(outcome="agreed_written", agreements=[agreement()])
    params = {"unit": _unit(ground, role), "kind": "mediation_result", "dispute": asked}
    headers = {"Content-Type": "application/vnd.liantiao+json"}
    return {"params": params, "content": packed(told), "headers": headers}


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BLOB = {"unknown": "0" * 64}
POLL = {"maxEvents": 0, "returnImmediately": True}
DAYS = {"from": "2026-01-01", "to": "2026-12-31"}
ENDPOINTS: dict[str, Any] = {
    "POST /v1/messages": MESSAGES,
    "GET /v1/messages": Listed(READ, shows="message"),
    "GET /v1/messages/{message}": Named("referral", READ, BOTH),
    "GET /v1/messages/{message}/receipt": Named("referral", READ, frozenset({"police", "reader"})),
    "GET /v1/messages/{message}/native": Named("referral", READ, BOTH),
    "GET /v1/messages/{message}/calendar": Named("session", READ, BOTH),
    "GET /v1/messages/{message}/evidence": Named("referral", READ, BOTH),
    "GET /v1/cases/{case}": Named("run", READ, BOTH),
    "GET /v1/cases/{case}/flags": Named("confirmation", READ, frozenset({"court"})),
    "GET /v1/cases/{case}/forms/{form}": Named("run", READ, BOTH, _accept(DOCX)),
    "GET /v1/cases/{case}/mediation-file": Named("run", READ, BOTH, _accept("application/json")),
    "GET /v1/disputes/{dispute}": Named("dispute", READ, ALL),
    "GET /v1/disputes/{dispute}/forms/{form}": Named("dispute", READ, HOLDERS, _accept(DOCX)),
    "GET /v1/shares/{share}": Named("share", "shares:read", frozenset({"police"})),
    "GET /v1/blobs/sha-256/{hexadecimal}": Named(
        "blob", "blobs:read", frozenset({"police", "justice"}), **BLOB
    ),
    "HEAD /v1/blobs/sha-256/{hexadecimal}": Named(
        "blob", "blobs:read", frozenset({"police", "justice"}), **BLOB
    ),
    "GET /v1/streams": Named("stream", STREAMS, frozenset({"police"}), _query("stream_id")),
    "PATCH /v1/streams": (
        Named("stream", STREAMS, frozenset({"police"}), _query("stream_id", json={})),
        Named("stream", STREAMS, frozenset({"police"}), _json(stream_id=NOTHING)),
    ),
    "PUT /v1/streams": Named(
        "stream",
        STREAMS,
        frozenset({"police"}),
        _query("stream_id", json={"delivery": {"method": "urn:ietf:rfc:8936"}}),
        control=False,
    ),
    "DELETE /v1/streams": Named("stream", STREAMS, frozenset({"police"}), _query("stream_id"), control=False),
    "GET /v1/streams/status": Named("stream", STREAMS, frozenset({"police"}), _query("stream_id")),
    "POST /v1/streams/status": Named(
        "stream", STREAMS, frozenset({"police"}), _json(stream_id=NOTHING, status="enabled")
    ),
    "POST /v1/streams/verify": Named("stream", STREAMS, frozenset({"police"}), _json(stream_id=NOTHING)),
    "POST /v1/streams/poll": (
        Named("token", POLLS, ask=lambda _g, _r, i: {"json": {**POLL, "ack": [i]}}),
        Named(
            "token",
            POLLS,
            ask=lambda _g, _r, i: {"json": {**POLL, "setErrs": {i: {"err": "authentication_failed"}}}},
        ),
    ),
    "GET /v1/typical-cases/{case}": Named("typical", None),
    "GET /v1/typical-cases/{case}/review": Named("typical", READ, frozenset({"justice", "court"})),
    "POST /v1/typical-cases/{case}/signoffs": Named(
        "typical", SEND, frozenset({"justice", "court"}), _signs(person="余测审"), control=False
    ),
    "POST /v1/typical-cases/{case}/withdrawal": Named(
        "typical", SEND, frozenset({"justice", "court"}), _signs(), control=False
    ),
    "POST /v1/typical-cases/draft": Named("dispute", SEND, ALL - {"reader"}, _draft, nonsense=None),
    "POST /v1/precheck": Named("dispute", SEND, ALL - {"reader"}, _precheck, nonsense=None),
    "GET /v1/shares": Listed("shares:read", shows="share"),
    "GET /v1/refusals": Listed(READ, shows="refusal"),
    "GET /v1/todo": Listed(READ),
    "GET /v1/flags": Listed(READ),
    "GET /v1/incentives": Listed(READ),
    "GET /v1/assessments": Listed(READ, DAYS),
    "GET /v1/subsidies": Listed(READ),
    "GET /v1/tasks": Listed(READ, {"state": "all"}, shows="task"),
    "GET /v1/supervision": Listed(READ),
    "GET /v1/sheets/{sheet}": Listed(READ, {"sheet": "disputes"}),
    "POST /v1/streams": Shared(STREAMS),
    "PUT /v1/blobs/sha-256/{hexadecimal}": Shared("blobs:write"),
    "GET /v1/assessments/published": Shared(READ),
    "GET /v1/honours": Shared(READ),
    "GET /v1/knowledge": Shared(READ),
    "GET /v1/knowledge/{item}": Shared(READ),
    "GET /v1/units": Shared(READ),
    "GET /v1/guidance-texts": Shared(READ),
    "GET /v1/guidance-texts/{text}": Shared(READ),
    "GET /v1/schemas/{kind}": Shared(READ),
    "GET /v1/machines": Shared(READ),
    "GET /v1/codes": Shared(READ),
    "GET /v1/codes/{name}": Shared(READ),
    "GET /v1/registers/{name}": Shared(READ),
    "GET /v1/registers/{name}/{ref}": Shared(READ),
    "GET /v1/log/checkpoint": Shared("log:read"),
    "GET /v1/log/checkpoint/cosignatures": Shared("log:read"),
    "POST /v1/log/checkpoint/cosignatures": Shared("log:read"),
    "GET /v1/log/entries": Shared("log:read"),
    "GET /v1/log/inclusion": Shared("log:read"),
    "GET /v1/log/consistency": Shared("log:read"),
    "GET /v1/typical-cases": Shared(None),
    "POST /oauth/token": Shared(None),
    "GET /.well-known/oauth-authorization-server": Shared(None),
    "GET /.well-known/oauth-protected-resource": Shared(None),
    "GET /.well-known/jwks.json": Shared(None),
    "GET /.well-known/ssf-configuration": Shared(None),
    "GET /.well-known/liantiao-log": Shared(None),
    "GET /docs": Shared(None),
    "GET /livez": Shared(None),
    "GET /readyz": Shared(None),
}
