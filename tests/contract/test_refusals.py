"""Contract 2, refusals: which check answers first, in which language, within which limits."""

import re
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from tests.contract.bad_input import GOOD, large
from tests.contract.conftest import Cast
from tests.contract.kit import SHARED, Hub, Key, System, b64, packed, problem
from tests.contract.samples import CSV, GBK, JSON, ruling
from tests.contract.stage import Sent, Stage, chinese
from tests.contract.words import (
    COMMITTEE,
    COMMITTEE_AS,
    COURT,
    COURT_AS,
    POLICE_AS,
    STATION,
    dispute,
    document,
    today,
)

NOWHERE = "00000000-0000-7000-8000-000000000000"
MIB = 1024 * 1024
ENDED = document(outcome="failed", ended_on=today())


@pytest.fixture(scope="module")
def stage(cast: Cast) -> Stage:
    return Stage(cast)


class Faulty:
    """A message that is wrong in every way from the end of the list of checks up to one of them."""

    CHECKS = (
        "media-type", "token-invalid", "signature-invalid", "scope", "unit-not-yours", "jti-reused",
        "malformed", "untranslatable", "schema", "unknown",
    )  # fmt: skip

    def __init__(self, stage: Stage, first: str) -> None:
        wrong = set(self.CHECKS[self.CHECKS.index(first) :])
        members: dict[str, Any] = {"jti": stage.opened_as["jti"]} if "jti-reused" in wrong else {}
        if "unknown" in wrong:
            members["dispute"] = NOWHERE
        if "unit-not-yours" in wrong:
            members["unit"] = COMMITTEE
        cty, body = SHARED, packed(dispute(**({"dispute_type": "none"} if "schema" in wrong else {})))
        if "untranslatable" in wrong:
            cty, body = JSON, b'{"neues": 1}'
        if "malformed" in wrong:
            body = b"{"
        if "media-type" in wrong:
            cty = "image/png"
        key = Key(stage.police.key.kid) if "signature-invalid" in wrong else None
        self.sent = stage.dispute(body, cty, key=key, **members)
        if "scope" in wrong:
            self.sent = replace(self.sent, token=stage.police.token("messages:read"))
        if "token-invalid" in wrong:
            self.sent = replace(self.sent, token="none")


STATUS = dict(zip(Faulty.CHECKS, (415, 401, 401, 403, 403, 409, 400, 422, 422, 404), strict=True))


@pytest.mark.parametrize("check", Faulty.CHECKS)
def test_the_first_failure_answers(stage: Stage, check: str):
    problem(Faulty(stage, check).sent.post(), STATUS[check], check)


def test_size_comes_before_the_token(stage: Stage):
    sent = stage.dispute(large(2 * MIB))
    problem(replace(sent, token="none").post(), 413, "too-large")


def test_the_schema_comes_before_the_case_and_the_case_before_the_step(stage: Stage):
    said = {**COMMITTEE_AS, "re": stage.referred["message"]}
    wrong = stage.justice.say("mediation_result", document(outcome="none"), **said)
    problem(wrong, 422, "schema")
    stranger = stage.court.say("dispute", dispute(), **COURT_AS, re=stage.referred["message"])
    problem(stranger, 404, "unknown")
    told = problem(stage.justice.say("mediation_result", ENDED, **said), 409, "illegal-step")
    assert told["state"] == "sent"
    assert {"referral_answer"} == {step["kind"] for step in told["steps"]}


LANGUAGES = [
    (None, "zh"),
    ("zh-CN", "zh"),
    ("zh-Hant-TW", "zh"),
    ("en", "en"),
    ("en-GB, en;q=0.9", "en"),
    ("EN-us", "en"),
    ("en;q=0.3, zh;q=0.8", "zh"),
    ("zh;q=0.3, en;q=0.8", "en"),
    ("zh;q=0, en;q=0.1", "en"),
    ("fr", "zh"),
    ("fr, en;q=0.5", "en"),
    ("*", "zh"),
    ("*;q=0.5, en", "en"),
    ("", "zh"),
    (";;q=x,,", "zh"),
]


@pytest.mark.parametrize(("accept", "language"), LANGUAGES)
def test_the_reader_s_language_is_found_as_rfc_9110_says(stage: Stage, accept: str | None, language: str):
    answer = stage.dispute(packed(dispute(dispute_type="none"))).post(accept)
    told = problem(answer, 422, "schema")
    assert answer.headers["content-language"].partition("-")[0] == language
    for text in (told["title"], told["detail"], told["errors"][0]["message"]):
        assert chinese(text) == (language == "zh")


@pytest.mark.parametrize("path", ["/nowhere", "/v1/nowhere", f"/v1/messages/{NOWHERE}", "/v1/cases/none"])
def test_whatever_does_not_exist_is_a_problem_in_the_reader_s_language(police: System, path: str):
    for language in ("zh", "en"):
        answer = police.get(path, headers={"Accept-Language": language})
        told = problem(answer, 404, "unknown")
        assert answer.headers["content-language"].partition("-")[0] == language
        assert chinese(told["title"]) == (language == "zh")


def test_a_method_that_is_not_there_is_a_problem(police: System):
    answer = police.call("DELETE", "/v1/messages")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "instance"} <= set(answer.json())


def test_a_problem_has_the_members_of_the_contract(stage: Stage):
    sent = stage.dispute(packed(dispute(dispute_type="none", matters=[{"no": "x", "text": "y"}])))
    told = problem(sent.post(), 422, "schema")
    assert told["status"] == 422
    assert told["instance"].startswith("urn:uuid:")
    assert {e["pointer"] for e in told["errors"]} == {"/dispute_type", "/matters/0/no"}
    for error in told["errors"]:
        assert (
            {"pointer", "rule", "message"} <= set(error) <= {"record", "pointer", "native", "rule", "message"}
        )


def test_a_body_of_one_mebibyte_is_read(stage: Stage):
    problem(stage.dispute(large(MIB)).post(), 422, "schema")
    problem(stage.dispute(large(MIB), JSON).post(), 422, "untranslatable")


@pytest.mark.parametrize(
    "cty", [CSV, JSON, "text/plain", "application/vnd.dbf", "application/x-www-form-urlencoded"]
)
def test_every_other_body_ends_at_one_mebibyte(stage: Stage, cty: str):
    problem(stage.dispute(b"x" * (MIB + 1), cty).post(), 413, "too-large")


def test_xml_may_carry_documents_up_to_sixteen_mebibytes(court: System):
    header = court.header("confirmation_ruling", COURT, "confirmation", GBK)
    problem(court.post(header, ruling(2 * MIB)), 422, "ruling-invalid")
    problem(court.post(header, ruling(16 * MIB)), 413, "too-large")


def test_a_protected_header_ends_at_four_kibibytes(stage: Stage):
    def named(length: int) -> Sent:
        return stage.dispute(GOOD, name="x" * length)

    def size(sent: Sent) -> int:
        return len(sent.headers["X-JWS-Signature"].partition("..")[0])

    short = size(named(200))
    room = (4096 - short) * 3 // 4 + 200
    kept = next(named(n) for n in range(room + 3, 0, -1) if size(named(n)) <= 4096)
    answer = kept.post()
    assert answer.status_code in {202, 400}, answer.text
    problem(named(room + 8).post(), 400, "malformed")


@pytest.mark.parametrize("kind", ["message", "repeat", "dry run", "refusal"])
def test_instants_within_five_minutes_are_taken(stage: Stage, kind: str):
    del kind
    for iat in (stage.police.now() - 295, stage.police.now() + 295):
        assert stage.dispute(GOOD, iat=iat).post().status_code == 202


def test_the_newer_name_of_the_algorithm_is_taken(police: System):
    header = {**police.header("dispute", STATION, "police_handling"), "alg": "Ed25519"}
    assert police.post(header, packed(dispute())).status_code == 202


def test_es256_is_taken(court: System):
    assert court.key.alg == "ES256"
    assert court.say("dispute", dispute(), **COURT_AS).status_code == 202


def test_a_token_of_one_and_a_signature_of_another_do_not_go_together(
    police: System, court: System, hub: Hub
):
    header = police.header("dispute", STATION, "police_handling")
    told = problem(police.post(header, packed(dispute()), token=court.token()), 403, "unit-not-yours")
    assert hub.issuer not in told["detail"]


def test_unsigned_bodies_are_not_quoted_even_when_they_are_encoded(police: System):
    header = police.header("dispute", STATION, "police_handling")
    attached = police.key.detached(header, GOOD).replace("..", f".{b64(GOOD)}.")
    answer = police.post(header, GOOD, signature=attached)
    problem(answer, 400, "malformed")
    assert b64(GOOD)[:40] not in answer.text


def test_no_one_sends_without_the_scope(police: System):
    header = police.header("dispute", STATION, purpose=POLICE_AS["purpose"])
    answer = police.post(header, packed(dispute()), token=police.token("messages:read"))
    problem(answer, 403, "scope")
    assert 'scope="messages:send"' in answer.headers["www-authenticate"]


def test_what_no_quarantine_holds_leaves_its_digest_and_the_reason(police: System, court: System, hub: Hub):
    """P8, and nothing else of it: not a word of the body."""
    body = packed(dispute(facts="渠水改道"))
    header = police.header("dispute", STATION, "police_handling")
    problem(police.post(header, body, token=court.token()), 403, "unit-not-yours")
    problem(police.post(header, body, signature=court.key.detached(header, body)), 401, "signature-invalid")
    problem(police.post(header, body, token="nobody"), 401, "token-invalid")
    told = re.findall(rf"message-refused (.*) body=sha-256:{sha256(body).hexdigest()}", hub.log())
    assert told == [
        f"code=unit-not-yours status=403 system={court.id}",
        f"code=signature-invalid status=401 system={police.id}",
        "code=token-invalid status=401 system=",
    ]
    assert "渠水改道" not in hub.log()
