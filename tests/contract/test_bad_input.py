"""Bad input: each line has its status and code, names the place, never the value, and leaves no effect."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from tests.contract.bad_input import (
    GOOD,
    MISSING_FILE,
    NOWHERE,
    ODD,
    SECRET,
    Make,
    answers_nothing,
    applies_without,
    body,
    broken_ruling,
    by_superior,
    corrects_another,
    ends,
    envelope,
    filed_with,
    first_party,
    foreign_file,
    forged_token,
    guesses_number,
    headers,
    key_twice,
    large,
    mislabelled,
    narrow_token,
    nested,
    number,
    office_file,
    office_party,
    protected,
    registers,
    replayed_by_another,
    replayed_late,
    reports,
    resigned_by_another,
    same_number,
    signature,
    tampered,
    told,
    two_in_one_slot,
    unsigned_ruling,
    with_entity,
    with_root,
    without_token,
)
from tests.contract.conftest import Cast
from tests.contract.kit import SHARED, Key, b64, packed, problem
from tests.contract.samples import CSV, GB, JSON, UTF8
from tests.contract.stage import PERSONAL, Sent, Stage, chinese, listed, logged, own_number, refusals
from tests.contract.words import COMMITTEE, COURT, COURT_AS, POLICE_AS, STATION, dispute

MIB = 1024 * 1024


@dataclass(frozen=True)
class Bad:
    """One line of the list. `place`: a pointer, or a path in the sender's own format."""

    name: str
    code: str
    make: Make
    place: str | None = None

    @property
    def status(self) -> int:
        return STATUS[self.code]

    @property
    def held(self) -> bool:
        """Whether quarantine has it."""
        return self.status in {409, 422}


STATUS = {
    **dict.fromkeys(("malformed",), 400),
    **dict.fromkeys(("token-invalid", "signature-invalid", "stale"), 401),
    **dict.fromkeys(("scope", "unit-not-yours", "kind-not-allowed"), 403),
    "unknown": 404,
    **dict.fromkeys(("jti-reused", "illegal-step"), 409),
    "too-large": 413,
    "media-type": 415,
    **dict.fromkeys(("untranslatable", "schema", "rule", "case-unknown", "blob-missing"), 422),
    **dict.fromkeys(("ruling-unsigned", "ruling-invalid"), 422),
}
ROWS = (
    # who asks
    Bad("no token", "token-invalid", without_token),
    Bad("forged token", "token-invalid", forged_token),
    Bad("dpop", "token-invalid", headers(DPoP="e30.e30.e30")),
    Bad("scope", "scope", narrow_token),
    # whose bytes
    Bad("unsigned", "malformed", lambda s: s.dispute(GOOD).without("X-JWS-Signature")),
    Bad("empty signature header", "malformed", signature(lambda _: "")),
    Bad("attached payload", "malformed", signature(lambda s: s.replace("..", f".{b64(GOOD)}."))),
    Bad("two parts", "malformed", signature(lambda s: s.replace("..", "."))),
    Bad("padded base64", "malformed", signature(lambda s: s + "==")),
    Bad("header of 5 KiB", "malformed", envelope(name="x" * 5000)),
    Bad("header is no JSON", "malformed", protected(lambda h: h[:-1])),
    Bad("header has a key twice", "malformed", protected(lambda h: b'{"alg":"EdDSA",' + h[1:])),
    Bad("header has NaN", "malformed", protected(lambda h: b'{"x":NaN,' + h[1:])),
    Bad("another typ", "malformed", envelope(typ="JWT")),
    Bad("no jti", "malformed", envelope(jti=None)),
    Bad("no kind", "malformed", envelope(kind=None)),
    Bad("b64 true", "malformed", envelope(b64=True)),
    Bad("crit unknown", "malformed", envelope(crit=["b64", "exp"])),
    Bad("33 files", "malformed", envelope(files=MISSING_FILE * 33)),
    Bad("tampered", "signature-invalid", tampered),
    Bad("foreign key", "signature-invalid", lambda s: s.dispute(GOOD, key=Key("police-sys-1"))),
    Bad("key of no one", "signature-invalid", envelope(kid=ODD)),
    Bad("another system's key", "signature-invalid", lambda s: s.dispute(GOOD, key=s.court.key)),
    Bad("algorithm of another key", "signature-invalid", envelope(alg="ES256")),
    Bad("algorithm none", "signature-invalid", envelope(alg="none")),
    Bad("key in the header", "signature-invalid", lambda s: s.dispute(GOOD, jwk=Key("x").public())),
    Bad("aud", "signature-invalid", envelope(aud=f"https://{ODD}.example")),
    Bad("cty", "signature-invalid", headers(Content_Type=f"{SHARED};charset=utf-8")),
    Bad("stale", "stale", lambda s: s.dispute(GOOD, iat=s.police.now() - 310)),
    Bad("from the future", "stale", lambda s: s.dispute(GOOD, iat=s.police.now() + 310)),
    Bad("replayed when its time is over", "stale", replayed_late),
    Bad("replayed by another", "unit-not-yours", replayed_by_another),
    Bad("re-signed by another", "unit-not-yours", resigned_by_another),
    # in whose name, what
    Bad("unit of another", "unit-not-yours", envelope(unit=COMMITTEE), "/unit"),
    Bad("unit of no one", "unit-not-yours", envelope(unit=ODD), "/unit"),
    Bad("unit below", "unit-not-yours", by_superior, "/unit"),
    Bad("unknown kind", "kind-not-allowed", envelope(kind=ODD), "/kind"),
    Bad("kind of the hub", "kind-not-allowed", envelope(kind="deadline_notice"), "/kind"),
    Bad("kind of a court", "kind-not-allowed", envelope(kind="confirmation_ruling"), "/kind"),
    Bad("purpose", "kind-not-allowed", envelope(purpose=ODD), "/purpose"),
    Bad(
        "purpose of another", "kind-not-allowed", envelope(kind="guidance", purpose="statistics"), "/purpose"
    ),
    # said before
    Bad("re-used jti, other bytes", "jti-reused", same_number(raw=GOOD), "/jti"),
    Bad("re-used jti, no JSON", "jti-reused", same_number(raw=b"{"), "/jti"),
    Bad("re-signed with another envelope", "jti-reused", same_number(name="other.json"), "/jti"),
    # size and type
    Bad("2 MiB", "too-large", body(large(2 * MIB))),
    Bad("1 MiB and one byte", "too-large", body(large(MIB + 1))),
    Bad("2 MiB in chunks", "too-large", lambda s: replace(s.dispute(large(2 * MIB)), chunks=True)),
    Bad("17 MiB of XML", "too-large", body(b"<a>" + b" " * (17 * MIB) + b"</a>", UTF8)),
    Bad("media type", "media-type", body(GOOD, "image/png")),
    Bad("no media type", "media-type", headers(Content_Type="")),
    Bad("content encoding", "media-type", headers(Content_Encoding="gzip")),
    # encoding, syntax
    Bad("empty", "malformed", body(b"")),
    Bad("cut off", "malformed", body(GOOD[:-20])),
    Bad("two documents", "malformed", body(GOOD + b"{}")),
    Bad("byte order mark", "malformed", body(b"\xef\xbb\xbf" + GOOD)),
    Bad("wrong charset: JSON in GB 18030", "malformed", body(GOOD.decode().encode(GB))),
    Bad("wrong charset: JSON in UTF-16", "malformed", body(GOOD.decode().encode("utf-16"))),
    Bad("wrong charset: XML in UTF-16", "malformed", body(b"\xff\xfe<\x00a\x00/\x00>\x00", UTF8)),
    Bad("wrong charset: a table in no charset", "malformed", body(b"BH,ZATJLX\r\n\xff\xff\xff,1", CSV)),
    Bad("duplicate key", "malformed", key_twice, "/facts"),
    Bad("NaN", "malformed", number(b"NaN")),
    Bad("Infinity", "malformed", number(b"-Infinity")),
    Bad("1e999", "malformed", number(b"1e999")),
    Bad("integer beyond 2^53", "malformed", number(b"9007199254740993")),
    Bad("deep nesting", "malformed", body(nested(100))),
    Bad("very deep nesting", "malformed", body(b"[" * 100_000)),
    Bad("lone surrogate", "malformed", number(b'"\\ud800"')),
    Bad("NUL", "malformed", number(b'"\\u0000"')),
    Bad("DOCTYPE", "malformed", filed_with(lambda t: f"<!DOCTYPE a>{t}")),
    Bad("entities", "malformed", with_entity),
    Bad("processing instruction", "malformed", filed_with(with_root("<?php x?>"))),
    Bad("XML cut off", "malformed", filed_with(lambda t: t[:-20])),
    Bad("XML nested deeply", "malformed", filed_with(with_root("<a>" * 40 + "</a>" * 40))),
    # translation
    Bad("no format has these keys", "untranslatable", body(packed({"neues": SECRET}), JSON)),
    Bad("no format has this header row", "untranslatable", body(f"A,B\r\n{SECRET},2".encode(GB), CSV)),
    Bad("no format has this root", "untranslatable", body(f"<a>{SECRET}</a>".encode(), UTF8)),
    Bad("format of another kind", "untranslatable", office_file("case_status", STATION)),
    Bad("format of another agency", "untranslatable", office_file("referral", COURT)),
    Bad("unmapped code", "untranslatable", office_party(partyKind=4711471147), "/parties/1/partyKind"),
    Bad("unknown native field", "untranslatable", office_party(neu=ODD), "/parties/1/neu"),
    # schema
    Bad("code of no list", "schema", told(dispute_type=ODD), "/dispute_type"),
    Bad("date that is none", "schema", told(reported_at="2026-02-30T00:00:00+08:00"), "/reported_at"),
    Bad("no one", "schema", told(parties=[]), "/parties"),
    Bad("unknown member", "schema", told(unbekannt=ODD), ""),
    Bad("another type", "schema", told(matters=[{"no": ODD, "text": "x"}]), "/matters/0/no"),
    Bad("text too long", "schema", told(facts="长" * 10_001), "/facts"),
    # rule
    Bad("no applicants", "rule", applies_without("applicants"), "/applicants"),
    Bad("no agreement", "rule", applies_without("agreement"), "/agreement"),
    Bad("addressee unknown", "rule", envelope(to=ODD), "/to"),
    Bad("unsigned ruling", "ruling-unsigned", unsigned_ruling),
    Bad("ruling that cannot be read", "ruling-invalid", broken_ruling, "/document"),
    # case
    Bad("answer to nothing", "case-unknown", answers_nothing),
    Bad("guessed case number", "case-unknown", guesses_number),
    Bad("foreign dispute", "unknown", registers(dispute="home")),
    Bad("dispute of no one", "unknown", registers(dispute=NOWHERE)),
    Bad("foreign message answered", "unknown", reports(re="sent")),
    Bad("message of no one answered", "unknown", reports(re=NOWHERE)),
    Bad("foreign case", "unknown", reports(about_case="case")),
    Bad("correction of another's message", "unknown", corrects_another),
    # step
    Bad("impossible step", "illegal-step", ends("justice")),
    Bad("step of the other party", "illegal-step", ends("police")),
    # files
    Bad("file of no one", "blob-missing", envelope(files=MISSING_FILE), "/files/0"),
    Bad("file of another", "blob-missing", foreign_file, "/files/0"),
)
SPOKEN = [pytest.param(row, id=row.name) for row in ROWS]


@pytest.fixture(scope="module")
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def unsaid(text: str, sent: Sent) -> None:
    """Nothing of what was sent is in the answer."""
    for secret in (*PERSONAL, *sent.secrets):
        assert secret not in text


def places(told: dict[str, Any]) -> set[str]:
    return {e[name] for e in told.get("errors", ()) for name in ("pointer", "native", "record") if name in e}


def in_language(answer: httpx.Response, language: str) -> None:
    """Title, detail and every message are of that language."""
    told = answer.json()
    assert answer.headers["content-language"].split("-")[0] == language
    for text in (told["title"], told["detail"], *(e["message"] for e in told.get("errors", ()))):
        assert chinese(text) == (language == "zh"), text


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_is_refused_and_nothing_comes_of_it(stage: Stage, row: Bad) -> None:
    sent = row.make(stage)
    before, lists = stage.seen(), stage.lists()
    answer = sent.post()
    told = problem(answer, row.status, row.code)
    unsaid(answer.text + json.dumps(dict(answer.headers)), sent)
    if row.place is not None:
        assert row.place in places(told)
    if row.held:
        assert told["errors"]
    assert (stage.seen(), stage.lists()) == (before, lists)


@pytest.mark.parametrize("row", SPOKEN)
def test_it_is_said_in_chinese_and_in_english(stage: Stage, row: Bad) -> None:
    sent = row.make(stage)
    said = set()
    for language in ("zh", "en"):
        answer = sent.post(language)
        told = problem(answer, row.status, row.code)
        in_language(answer, language)
        unsaid(answer.text, sent)
        assert told["instance"].startswith("urn:")
        said.add(told["instance"])
    assert len(said) == 2


PAIRS = [
    ("foreign dispute", "dispute of no one"),
    ("foreign message answered", "message of no one answered"),
    ("file of another", "file of no one"),
]


@pytest.mark.parametrize("names", PAIRS)
def test_what_is_another_s_answers_as_what_does_not_exist(stage: Stage, names: tuple[str, str]) -> None:
    rows = {row.name: row for row in ROWS}
    answers = [rows[name].make(stage).post() for name in names]
    said = [{**answer.json(), "instance": None} for answer in answers]
    assert said[0] == said[1]
    assert len({tuple(sorted(set(answer.headers) - {"date"})) for answer in answers}) == 1


def _marked(stage: Stage) -> int:
    """The log's size when everything that was accepted is in it."""
    told = stage.police.accepted("dispute", dispute(), **POLICE_AS)
    return logged(stage.police, told["receipt"])


def test_all_of_it_leaves_nothing_in_the_log_of_evidence_and_no_word_in_the_log_of_the_server(
    own_cast: Cast,
) -> None:
    own_cast.hub.start()
    stage = Stage(own_cast)
    everything = [(row, row.make(stage)) for row in ROWS]
    size = _marked(stage)
    written = set()
    for row, sent in everything:
        problem(sent.post(), row.status, row.code)
        written |= {*PERSONAL, *sent.secrets}
    assert _marked(stage) == size + 1
    log = own_cast.hub.log()
    assert not {word for word in written if word in log}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_quarantine_holds_what_was_refused_with_422_or_409_and_nothing_else(stage: Stage, row: Bad) -> None:
    sent = row.make(stage)
    before = {r["id"] for s in stage.systems for r in refusals(s)}
    sent.post()
    held = {s.id: [r for r in refusals(s) if r["id"] not in before] for s in stage.systems}
    if not row.held:
        assert not any(held.values())
        return
    (found,) = held.pop(sent.system.id)
    assert not any(held.values())
    assert found["code"] == row.code
    if row.place is not None:
        assert row.place in places(found)
    unsaid(json.dumps(found, ensure_ascii=False), sent)


@dataclass(frozen=True)
class Noted:
    """What is odd and yet accepted: what the hub makes of the parties, the place it points out."""

    name: str
    make: Make
    parties: Mapping[int, Mapping[str, str]]
    finding: str | None = None


NUMBER, FIFTEEN = "/parties/1/id_number", "500000490712905"


def in_form(name: str, number: str, status: str) -> Noted:
    """The number of the second party in a form of the police, and what is said of it."""
    return Noted(name, office_party(idCardNum=number), {1: {"id_status": status}}, NUMBER)


SPLIT = {1: {"name": "冯测二"}, 2: {"name": "余测三", "id_number": FIFTEEN, "id_status": "fifteen"}}
NOTED = (
    Noted("15 digits", first_party(id_number=FIFTEEN), {0: {"id_number": FIFTEEN}}),
    Noted("no number", first_party(id_number=None), {0: {"name": "郑测一"}}),
    Noted("masked", first_party(id_number="500000********9010"), {0: {"id_number": "500000********9010"}}),
    in_form("15 digits in a form", FIFTEEN, "fifteen"),
    in_form("masked in a form", "500000********9026", "masked"),
    in_form("missing in a form", "", "missing"),
    in_form("wrong check digit in a form", "500000197511209027", "bad_checksum"),
    Noted("two people in one slot", two_in_one_slot, SPLIT, "/parties/2"),
    Noted("wrong charset that can be told", mislabelled, {}, ""),
)


@pytest.mark.parametrize("noted", NOTED, ids=lambda noted: noted.name)
def test_what_is_odd_about_a_person_is_noted_and_never_refused(stage: Stage, noted: Noted) -> None:
    sent = noted.make(stage)
    answer = sent.post()
    assert answer.status_code == 202, answer.text
    told = answer.json()
    native = sent.system.get(f"/v1/messages/{told['message']}/native")
    assert native.content == sent.body
    told = told.get("records", [told])[0]
    if noted.finding is not None:
        assert noted.finding in {f.get("pointer", "") for f in told["findings"]}
    read = sent.system.get(f"/v1/messages/{told['message']}").json()["document"]
    for index, party in noted.parties.items():
        assert party.items() <= read["parties"][index].items()


@pytest.mark.parametrize("member", ["identifiers", "explicit_links"])
def test_a_number_that_can_be_guessed_joins_nothing_and_the_answer_shows_nothing_of_it(
    stage: Stage, member: str
) -> None:
    before, held = stage.seen(), proposed(stage)
    said = []
    for value in (stage.number, own_number()):
        numbers = {member: [{"system": "jjdbh", "value": value}]}
        told = stage.court.accepted("dispute", dispute(**numbers), **COURT_AS)
        assert told["dispute"] != stage.home
        said.append({n: v for n, v in told.items() if n not in {"message", "dispute", "receipt"}})
    assert said[0] == said[1]
    home = f"/v1/disputes/{stage.home}"
    assert {k: v for k, v in stage.seen().items() if not k.endswith(home)} == {
        k: v for k, v in before.items() if not k.endswith(home)
    }
    assert stage.court.get(home).status_code == 404
    assert len(proposed(stage)) == len(held) + 1


def proposed(stage: Stage) -> list[str]:
    """Links proposed to the station, which registered the dispute; nobody else reads them."""
    (read, *others) = (
        [m["message"] for m in listed(system) if (m["kind"], m["from"]) == ("dispute_link", "hub")]
        for system in (stage.police, stage.justice, stage.court)
    )
    assert not {m for other in others for m in other} & set(read)
    return read
