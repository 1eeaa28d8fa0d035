"""How generated requests are helped: ids that are there, complete bodies, signed messages.

`HELPS` maps an endpoint to what changes a case of it so that the hub has reason to answer 2xx; its answer is
what goes beside the case: a body of bytes, headers.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from random import Random
from typing import Any

from hub.reference.guidance import texts
from tests.contract.kit import JWT_BEARER, POLL, SHARED, Key
from tests.contract.words import (
    COMMITTEE,
    STATION,
    TRIBUNAL,
    UNITS,
    agreement,
    application,
    dispute,
    document,
    referral,
)
from tests.fuzz.driver import Case
from tests.fuzz.making import REASON, Maker

Helped = dict[str, Any]
Help = Callable[[Maker, Case, Random], Helped]
DAYS = {"from": "2026-01-01", "to": "2026-12-31"}


def named_in_path(case: Case) -> list[str]:
    """The parameters of the path."""
    return re.findall(r"\{(\w+)\}", case.path)


def path(thing: str, **more: str) -> Help:
    """The one parameter of the path is a thing of the caller's own, the others are given."""

    def help_(maker: Maker, case: Case, chance: Random) -> Helped:
        own = maker.own(thing, chance)
        case.path_parameters = {name: more.get(name, own) for name in named_in_path(case)}
        case.query = {}
        return {}

    return help_


def given(**parameters: tuple[str, ...]) -> Help:
    """Parameters of the path and the query, each one of several; empty: left out."""

    def help_(_maker: Maker, case: Case, chance: Random) -> Helped:
        chosen = {name: chance.choice(values) for name, values in parameters.items()}
        names = named_in_path(case)
        case.path_parameters = {name: chosen[name] for name in names}
        case.query = {name: value for name, value in chosen.items() if name not in names and value}
        return {}

    return help_


def body(make: Callable[[Maker, Random], Any], **query: str) -> Help:
    """A JSON body."""

    def help_(maker: Maker, case: Case, chance: Random) -> Helped:
        case.query = dict(query)
        case.body = make(maker, chance)
        return {}

    return help_


def made(make: Callable[[Maker], str], told: Callable[[Maker], Any] | None = None) -> Help:
    """An administrator's act on something that is made for this request."""

    def help_(maker: Maker, case: Case, _chance: Random) -> Helped:
        name = named_in_path(case)[0]
        case.path_parameters = {name: make(maker)}
        case.query = {"reason": REASON}
        if told is not None:
            case.body = told(maker)
        return {}

    return help_


def _message(maker: Maker, case: Case, chance: Random) -> Helped:
    """What the caller may say: a dispute of its own, for the police also a referral of it."""
    system = maker.system
    kinds: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
        ("dispute", dispute(), maker.purpose, {}),
        ("dispute", dispute(place={"text": "x" * chance.randint(1, 200)}), maker.purpose, {}),
    ]
    if maker.role == "police":
        kinds.append(("referral", referral(), maker.purpose, {"to": COMMITTEE}))
    kind, told, purpose, more = chance.choice(kinds)
    content = json.dumps(told, ensure_ascii=False).encode()
    header = system.header(kind, system.units[-1], purpose, **more)
    case.headers = {"X-JWS-Signature": system.key.detached(header, content)}
    if chance.random() < 0.2:
        case.headers["Prefer"] = "handling=validate"
    return {"data": content, "headers": {"Content-Type": SHARED}}


def _token(maker: Maker, case: Case, _chance: Random) -> Helped:
    case.body = {
        "grant_type": "client_credentials",
        "client_assertion_type": JWT_BEARER,
        "client_assertion": maker.system.assertion(),
    }
    return {}


def _blob(_maker: Maker, case: Case, chance: Random) -> Helped:
    content = chance.randbytes(chance.randint(1, 300))
    case.path_parameters = {"hexadecimal": hashlib.sha256(content).hexdigest()}
    return {"data": content, "headers": {"Content-Type": "application/octet-stream"}}


def _stream(method: str) -> Help:
    def help_(maker: Maker, case: Case, _chance: Random) -> Helped:
        case.query = {}
        maker.system.call("DELETE", "/v1/streams")
        if method != "POST":
            maker.system.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
        if method in ("POST", "PUT"):
            case.body = {"delivery": {"method": POLL}, "description": "试验"}
        elif method == "PATCH":
            case.body = {"description": "x"}
        return {}

    return help_


def _precheck(maker: Maker, case: Case, chance: Random) -> Helped:
    told = chance.choice((application(), document(outcome="agreed_written", agreements=[agreement()])))
    case.query = {"unit": maker.system.units[-1]}
    content = json.dumps(told, ensure_ascii=False).encode()
    return {"data": content, "headers": {"Content-Type": SHARED}}


def _csv(make: Callable[[], str]) -> Help:
    def help_(_maker: Maker, case: Case, _chance: Random) -> Helped:
        case.query = {"reason": REASON}
        return {"data": make().encode(), "headers": {"Content-Type": "text/csv"}}

    return help_


def _units() -> str:
    head, *_ = UNITS.splitlines()
    return f"{head}\n97{uuid.uuid4().int % 10**8:08},测试单位,justice,town,500199,,2010-01-01,\n"


def _system(_maker: Maker, _chance: Random) -> dict[str, Any]:
    name = f"fuzz-{uuid.uuid4().hex[:10]}"
    return {
        "id": name,
        "agency": "police",
        "units": [STATION],
        "receiving": False,
        "jwks": {"keys": [Key(name).public()]},
    }


def _key(_maker: Maker, case: Case, _chance: Random) -> Helped:
    case.path_parameters = {"system": "stranger-sys"}
    case.query = {"reason": REASON}
    case.body = Key(f"k-{uuid.uuid4().hex[:10]}").public()
    return {}


def _old_key(maker: Maker, case: Case, _chance: Random) -> Helped:
    case.path_parameters = {"system": "stranger-sys", "kid": maker.key("stranger-sys")}
    case.query = {"reason": REASON}
    return {}


def _sized(**fixed: str) -> Help:
    """Proofs of the log as it is."""

    def help_(maker: Maker, case: Case, chance: Random) -> Helped:
        size = maker.log_size()
        first = chance.randint(1, size)
        sizes = {"size": size, "start": first - 1, "end": size - 1, "first": first, "second": size}
        names = [parameter.name for parameter in case.operation.query]
        case.query = {name: str(value) for name, value in sizes.items() if name in names} | fixed
        if "leaf" in names:
            case.query["leaf"] = maker.leaf()
        return {}

    return help_


def _signoff(maker: Maker, case: Case, _chance: Random) -> Helped:
    case.path_parameters = {"case": maker.candidate()}
    case.body = {"unit": maker.system.units[-1], "person": "余测审"}
    return {}


def _withdrawal(maker: Maker, case: Case, _chance: Random) -> Helped:
    case.path_parameters = {"case": maker.candidate()}
    case.body = {"unit": COMMITTEE}
    return {}


TEXTS = tuple(texts())


def _cosignature(maker: Maker, _case: Case, _chance: Random) -> Helped:
    return {"data": maker.cosigned(), "headers": {"Content-Type": "text/plain"}}


def _aliases() -> str:
    code = uuid.uuid4().hex[:8]
    return f"system,native_code,unit,valid_from,valid_to\npolice-sys,{code},{STATION},2020-01-01,\n"


LIMITS = ("", "1", "20", "100")
LIST = given(limit=LIMITS)
SPAN = given(**{"from": ("2026-01-01",), "to": ("2026-12-31",)}, limit=LIMITS)
CONFIG = {"name": "proxies", "value": {}, "valid_from": "2026-01-01"}
HELPS: dict[str, Help] = {
    "POST /v1/messages": _message,
    "POST /oauth/token": _token,
    "GET /v1/messages/{message}": path("message"),
    "GET /v1/messages/{message}/receipt": path("message"),
    "GET /v1/messages/{message}/native": path("message"),
    "GET /v1/messages/{message}/calendar": path("session"),
    "GET /v1/messages/{message}/evidence": path("message"),
    "GET /v1/cases/{case}": path("run"),
    "GET /v1/cases/{case}/flags": path("confirmation"),
    "GET /v1/cases/{case}/forms/{form}": path("run", form="transfer_letter"),
    "GET /v1/cases/{case}/mediation-file": path("run"),
    "GET /v1/disputes/{dispute}": path("dispute"),
    "GET /v1/disputes/{dispute}/forms/{form}": path("dispute", form="transfer_letter"),
    "GET /v1/shares/{share}": path("share"),
    "GET /v1/blobs/sha-256/{hexadecimal}": path("blob"),
    "HEAD /v1/blobs/sha-256/{hexadecimal}": path("blob"),
    "PUT /v1/blobs/sha-256/{hexadecimal}": _blob,
    "GET /v1/typical-cases/{case}": path("published"),
    "GET /v1/typical-cases/{case}/review": path("typical"),
    "POST /v1/typical-cases/{case}/signoffs": _signoff,
    "POST /v1/typical-cases/{case}/withdrawal": _withdrawal,
    "POST /v1/typical-cases/draft": body(lambda m, _c: {"unit": m.system.units[-1], "title": "共用水沟"}),
    "POST /v1/precheck": _precheck,
    "POST /v1/streams": _stream("POST"),
    "PUT /v1/streams": _stream("PUT"),
    "PATCH /v1/streams": _stream("PATCH"),
    "DELETE /v1/streams": _stream("DELETE"),
    "GET /v1/streams": _stream("GET"),
    "GET /v1/streams/status": _stream("GET"),
    "POST /v1/streams/status": body(lambda _m, c: {"status": c.choice(("enabled", "paused"))}),
    "POST /v1/streams/verify": _stream("VERIFY"),
    "POST /v1/streams/poll": body(lambda _m, c: {"returnImmediately": True, "maxEvents": c.randint(0, 5)}),
    "GET /v1/codes/{name}": given(name=("media-types", "dispute-types", "courts"), on=("", "2026-11-26")),
    "GET /v1/guidance-texts/{text}": given(text=TEXTS),
    "GET /v1/schemas/{kind}": given(kind=("dispute", "referral", "task")),
    "GET /v1/registers/{name}": given(name=("organisations", "mediators"), limit=LIMITS),
    "GET /v1/registers/{name}/{ref}": given(name=("organisations",), ref=(COMMITTEE,)),
    "GET /v1/sheets/{sheet}": given(sheet=("disputes", "statistics", "facilities")),
    "GET /v1/assessments": SPAN,
    "GET /v1/assessments/published": SPAN,
    "GET /v1/honours": SPAN,
    "GET /v1/log/checkpoint/cosignatures": given(size=("",)),
    "POST /v1/log/checkpoint/cosignatures": _cosignature,
    "GET /v1/knowledge/{item}": path("knowledge"),
    "GET /v1/log/entries": _sized(),
    "GET /v1/log/inclusion": _sized(),
    "GET /v1/log/consistency": _sized(),
    "POST /v1/admin/units": _csv(_units),
    "POST /v1/admin/aliases": _csv(_aliases),
    "POST /v1/admin/systems": body(_system, reason=REASON),
    "POST /v1/admin/systems/{system}/keys": _key,
    "POST /v1/admin/systems/{system}/keys/{kid}/retire": _old_key,
    "POST /v1/admin/systems/{system}/keys/{kid}/revoke": _old_key,
    "POST /v1/admin/systems/{system}/disable": made(Maker.other_system),
    "POST /v1/admin/systems/{system}/enable": made(Maker.other_system),
    "POST /v1/admin/config": body(lambda _m, _c: [CONFIG], reason=REASON),
    "POST /v1/admin/routing": body(
        lambda _m, _c: {"kind": "referral", "unit": STATION, "document": referral(), "to": TRIBUNAL}
    ),
    "POST /v1/admin/merges": body(Maker.merging, reason=REASON),
    "POST /v1/admin/merges/{absorbed}/undo": made(Maker.merged),
    "POST /v1/admin/mediators/merge": body(Maker.twice_registered, reason=REASON),
    "POST /v1/admin/mediators/{person}/undo": made(Maker.joined),
    "POST /v1/admin/unplaced/{case}": made(Maker.unplaced, lambda _m: {"to": TRIBUNAL}),
    "POST /v1/admin/erasures/{dispute}/propose": made(lambda m: m.planted("due")),
    "POST /v1/admin/discrepancies/{batch}": made(
        lambda m: m.planted("batch"), lambda _m: {"choice": "ignore"}
    ),
    "POST /v1/admin/approvals/{approval}/approve": made(lambda m: m.merge()[0]),
    "POST /v1/admin/approvals/{approval}/withdraw": made(lambda m: m.merge()[0]),
    "POST /v1/admin/quarantine/{item}/release": made(Maker.releasable),
    "POST /v1/admin/quarantine/{item}/discard": made(Maker.quarantined),
    "POST /v1/admin/held/{delivery}/replay": made(Maker.held),
    "POST /v1/admin/holds/{dispute}": made(lambda m: m.disputes(1)[0]),
    "POST /v1/admin/holds/{dispute}/lift": made(Maker.kept),
    "GET /v1/admin/reports/{report}.{form}": path("report", form="html"),
}
