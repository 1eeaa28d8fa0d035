"""How each line of the list of bad input is made: a good message with one thing wrong in it.

The words that its answer may not say are its `secrets`, and those of every person in its body.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from tests.contract.kit import SHARED, b64, now, packed, sha, today
from tests.contract.samples import CSV, GBK, JSON, UTF8, filed, office, register, ruling, sample
from tests.contract.stage import Sent, Stage, signed
from tests.contract.words import (
    BUREAU,
    COMMITTEE,
    COMMITTEE_AS,
    COURT,
    COURT_AS,
    PARTIES,
    POLICE_AS,
    STATION,
    TRIBUNAL,
    application,
    dispute,
    document,
)

SECRET, ODD = "彭测四", "odd-4711-value"
NOWHERE = "00000000-0000-7000-8000-000000000000"
GOOD = packed(dispute(facts=f"{SECRET}停车刮擦"))
MISSING_FILE = [{"ref": "1", "digest": "sha-256:" + "0" * 64}]
CONFIRMATION_AS = {"unit": COMMITTEE, "purpose": "confirmation"}

Make = Callable[[Stage], Sent]


def envelope(**members: Any) -> Make:
    """A good body under a bad envelope."""

    def make(stage: Stage) -> Sent:
        sent = stage.dispute(GOOD, **members)
        return replace(sent, secrets=(ODD, NOWHERE))

    return make


def body(raw: bytes, cty: str = SHARED, *secrets: str) -> Make:
    """A bad body, signed as it should be."""
    return lambda stage: replace(stage.dispute(raw, cty), secrets=(SECRET, ODD, *secrets))


def number(raw: bytes) -> Make:
    """A body with a member of that JSON text."""
    return body(GOOD.replace(b'"facts"', b'"n":' + raw + b',"facts"', 1))


key_twice = body(GOOD.replace(b'"facts"', b'"facts":"x","facts"', 1))


def told(**members: Any) -> Make:
    """A dispute with something wrong in it."""
    return lambda stage: replace(stage.dispute(packed(dispute(**members))), secrets=(ODD,))


def first_party(**members: Any) -> Make:
    """A dispute whose first party is described otherwise; None: not at all."""
    party = {name: value for name, value in {**PARTIES[0], **members}.items() if value is not None}
    return told(parties=[party, PARTIES[1]])


def headers(**told: str) -> Make:
    """A good message under other headers of HTTP."""

    def make(stage: Stage) -> Sent:
        sent = stage.dispute(GOOD)
        return replace(sent, headers={**sent.headers, **{n.replace("_", "-"): v for n, v in told.items()}})

    return make


def signature(change: Callable[[str], str]) -> Make:
    """A good message under a signature header that was changed."""

    def make(stage: Stage) -> Sent:
        sent = stage.dispute(GOOD)
        return sent.under(change(sent.headers["X-JWS-Signature"]))

    return make


def protected(change: Callable[[bytes], bytes]) -> Make:
    """A good message whose protected header is other bytes, signed all the same."""

    def make(stage: Stage) -> Sent:
        header = stage.police.header("dispute", STATION, "police_handling")
        part = b64(change(packed(header)))
        sign = b64(stage.police.key.sign(part.encode() + b"." + GOOD))
        return stage.dispute(GOOD).under(f"{part}..{sign}")

    return make


def without_token(stage: Stage) -> Sent:
    return replace(headers(Authorization="")(stage), token="-")


def forged_token(stage: Stage) -> Sent:
    at, client = stage.police.now(), stage.police.id
    who = {"iss": stage.hub.issuer, "aud": stage.hub.issuer, "sub": client, "client_id": client}
    claims = {**who, "iat": at, "exp": at + 600, "jti": "x", "scope": "messages:send"}
    return replace(stage.dispute(GOOD), token=stage.police.key.compact({"typ": "at+jwt"}, claims))


def narrow_token(stage: Stage) -> Sent:
    return replace(stage.dispute(GOOD), token=stage.police.token("messages:read"))


def replayed_by_another(stage: Stage) -> Sent:
    """The police's message, word for word, by someone who holds a token of the court."""
    return replace(stage.dispute(GOOD), token=stage.court.token())


def resigned_by_another(stage: Stage) -> Sent:
    """The police's body under the court's own name and signature."""
    return stage.say(stage.court, "dispute", json.loads(GOOD), POLICE_AS)


def replayed_late(stage: Stage) -> Sent:
    jti = stage.opened_as["jti"]
    return stage.dispute(stage.opened_body, iat=stage.police.now() - 301, jti=jti)


def same_number(**members: Any) -> Make:
    """The jti of an accepted message over something else."""

    def make(stage: Stage) -> Sent:
        raw = members.get("raw", stage.opened_body)
        other = {n: v for n, v in members.items() if n != "raw"}
        return stage.dispute(raw, **{**stage.opened_as, **other})

    return make


def tampered(stage: Stage) -> Sent:
    sent = stage.dispute(GOOD)
    return replace(sent, body=GOOD.replace(SECRET.encode(), "袁测五".encode()), secrets=("袁测五",))


def by_superior(stage: Stage) -> Sent:
    """A bureau's own system may not speak for a station below it."""
    if stage.bureau is None:
        stage.bureau = stage.hub.add(f"bureau-{uuid4().hex[:8]}", "police", (BUREAU,), "--no-receiving")
    return stage.say(stage.bureau, "dispute", json.loads(GOOD), POLICE_AS)


def says(system: str, kind: str, document: Mapping[str, Any], who: Mapping[str, str], **members: Any) -> Make:
    """A message of the shared form; the stage's own `home`, `sent` and `case` are filled in."""

    def make(stage: Stage) -> Sent:
        own = {"home": stage.home, "sent": stage.referred["message"], "case": stage.referred["case"]["id"]}
        doc, filled = ({n: own.get(str(v), v) for n, v in part.items()} for part in (document, members))
        sent = stage.say(getattr(stage, system), kind, doc, who, **filled)
        return replace(sent, secrets=(stage.home, ODD))

    return make


def registers(**members: Any) -> Make:
    """The court registers a dispute."""
    return says("court", "dispute", dispute(), COURT_AS, **members)


def status(**members: Any) -> dict[str, Any]:
    number = {"system": "case_number", "value": "（2026）渝0199民初4711号"}
    case = {"identifier": number, "kind": "civil_first"}
    return document(**{"phase": "filed", "case": case, "on": today(), **members})


def reports(about_case: str | None = None, **members: Any) -> Make:
    """The court reports on a case."""
    told = status() if about_case is None else status(about_case=about_case)
    return says("court", "case_status", told, COURT_AS, **members)


def guesses_number(stage: Stage) -> Sent:
    """The court names the police's number of the dispute."""
    told = status(identifiers=[{"system": "jjdbh", "value": stage.number}])
    return replace(stage.say(stage.court, "case_status", told, COURT_AS), secrets=(stage.number, stage.home))


def ends(system: str) -> Make:
    """The end of a mediation that nobody has begun."""
    who = COMMITTEE_AS if system == "justice" else POLICE_AS
    return says(system, "mediation_result", document(outcome="failed", ended_on=today()), who, re="sent")


def applies_without(member: str) -> Make:
    told = {name: value for name, value in application().items() if name != member}
    return says("justice", "confirmation_application", told, CONFIRMATION_AS, to=TRIBUNAL)


answers_nothing = says("justice", "referral_answer", document(answer="signed", signed_at=now()), COMMITTEE_AS)
corrects_another = says(
    "justice",
    "correction",
    document(
        action="apply",
        message="sent",
        changes=[{"pointer": "/reason", "reason_code": "typing"}],
        new={"reason": ODD},
        requested_by="unit",
        reason="录入错误",
    ),
    COMMITTEE_AS,
)


def native(
    raw: Callable[[], bytes], cty: str, kind: str, unit: str, purpose: str, *secrets: str, **members: Any
) -> Make:
    """A file of the police's or the court's own format."""

    def make(stage: Stage) -> Sent:
        system = stage.court if unit in {COURT, TRIBUNAL} else stage.police
        sent = signed(system, raw(), {**system.header(kind, unit, purpose, cty), **members})
        return replace(sent, secrets=(SECRET, ODD, *secrets))

    return make


def office_file(kind: str, unit: str) -> Make:
    """The form of the station's mediation office as what it is not."""
    return native(office, JSON, kind, unit, "mediation", to=COMMITTEE)


def office_party(**members: Any) -> Make:
    """That form with something else said of its second party."""

    def raw() -> bytes:
        made = json.loads(office())
        made["parties"][1].update(members)
        return packed(made)

    secrets = tuple(str(value) for value in members.values())
    return native(raw, JSON, "referral", STATION, "mediation", *secrets, to=COMMITTEE)


def filed_with(change: Callable[[str], str]) -> Make:
    """A civil case whose XML was changed."""
    return native(
        lambda: filed(encoding="utf-8", change=lambda text: change(text.partition("?>")[2])),
        *(UTF8, "dispute", COURT, "adjudication"),
    )


two_in_one_slot = native(register, CSV, "dispute", STATION, "police_handling")
mislabelled = native(filed, UTF8, "dispute", COURT, "adjudication")
with_entity = filed_with(
    lambda text: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + text.replace("贺审一", "&b;")
)
broken_ruling = native(lambda: ruling(1000), GBK, "confirmation_ruling", COURT, "confirmation")
unsigned_ruling = native(lambda: sample("court/05"), GBK, "confirmation_ruling", COURT, "confirmation")


def foreign_file(stage: Stage) -> Sent:
    """A file that the court put: its digest is no password for the police."""
    content = b"%PDF-1.7 " + stage.number.encode()
    digest = sha(content)
    put = stage.court.call("PUT", f"/v1/blobs/sha-256/{digest}", content=content)
    assert put.status_code == 201, put.text
    named = [{"ref": "1", "digest": f"sha-256:{digest}"}]
    return replace(stage.dispute(GOOD, files=named), secrets=(digest,))


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


def large(size: int) -> bytes:
    return b'{"a":"' + b"x" * (size - 8) + b'"}'


def with_root(inner: str) -> Callable[[str], str]:
    return lambda text: text.replace("<民事案件基本信息>", f"{inner}<民事案件基本信息>", 1)
