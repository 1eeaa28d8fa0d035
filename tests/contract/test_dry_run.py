"""Contract 2, `Prefer: handling=validate`: what would be read, refused and routed; nothing happens."""

from typing import Any

import httpx
import pytest

from tests.contract.conftest import Cast
from tests.contract.kit import System, packed, problem
from tests.contract.samples import CSV, GB, register
from tests.contract.stage import Sent, Stage, chinese, listed, refusals
from tests.contract.words import (
    COMMITTEE,
    COMMITTEE_AS,
    POLICE_AS,
    STATION,
    dispute,
    document,
    referral,
    today,
)

VALIDATE = {"Prefer": "handling=validate"}


@pytest.fixture(scope="module")
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def dry(sent: Sent, language: str | None = None) -> dict[str, Any]:
    answer = sent.post(language, **VALIDATE)
    assert answer.status_code == 200, answer.text
    assert answer.headers["preference-applied"] == "handling=validate"
    told: dict[str, Any] = answer.json()
    assert "receipt" not in told
    return told


def after(stage: Stage) -> tuple[Any, ...]:
    return stage.seen(), stage.lists(), [refusals(s) for s in stage.systems]


def test_what_would_be_read_and_routed_is_told_and_nothing_happens(stage: Stage):
    before = after(stage)
    home = stage.opened["dispute"]
    told = dry(stage.say(stage.police, "dispute", dispute(), POLICE_AS, to=COMMITTEE))
    assert told["deliveries"] == [{"unit": COMMITTEE, "state": "queued"}]
    assert told["read"][0]["document"]["facts"] == "堵塞共用排水沟"
    answer = {"answer": "signed", "signed_at": document()["business_time"]}
    step = stage.say(stage.justice, "referral_answer", document(**answer), COMMITTEE_AS, dispute=home)
    told = dry(step)
    assert told["case"] == {**stage.referred["case"], "state": "signed"}
    assert after(stage) == before


def test_findings_are_told(stage: Stage):
    told = dry(
        stage.say(stage.police, "dispute", dispute(business_time="2021-04-18T09:00:00+08:00"), POLICE_AS)
    )
    assert "historical" in {f["code"] for f in told["findings"]}


def test_a_jti_is_not_used_up(stage: Stage):
    sent = stage.dispute()
    dry(sent)
    assert sent.post().status_code == 202


REFUSED = {
    "malformed": lambda s: s.dispute(b"{"),
    "untranslatable": lambda s: s.dispute(b'{"neues": 1}', "application/json"),
    "schema": lambda s: s.dispute(packed(dispute(dispute_type="none"))),
    "rule": lambda s: s.dispute(to="none"),
    "unknown": lambda s: s.dispute(dispute="00000000-0000-7000-8000-000000000000"),
    "illegal-step": lambda s: s.say(
        s.justice,
        "mediation_result",
        document(outcome="failed", ended_on=today()),
        COMMITTEE_AS,
        re=s.referred["message"],
    ),
    "jti-reused": lambda s: s.dispute(jti=s.opened_as["jti"]),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_would_be_refused_is_told_with_200_and_not_quarantined(stage: Stage, code: str):
    before = after(stage)
    for language in ("zh", "en"):
        told = dry(REFUSED[code](stage), language)
        assert told["problem"]["type"] == f"urn:liantiao:problem:{code}"
        assert chinese(told["problem"]["title"]) == (language == "zh")
        assert {"title", "detail", "instance"} <= set(told["problem"])
        assert told["deliveries"] == []
    assert after(stage) == before


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        (lambda s: s.without("X-JWS-Signature"), 400, "malformed"),
        (lambda s: s.under(s.headers["X-JWS-Signature"][:-4] + "AAAA"), 401, "signature-invalid"),
    ],
)
def test_a_sender_that_is_not_believed_is_told_nothing(stage: Stage, change: Any, status: int, code: str):
    problem(change(stage.dispute()).post(**VALIDATE), status, code)


def test_a_file_of_records_is_tried_record_by_record(stage: Stage):
    before = after(stage)
    body = register().replace("彭测四,1,31".encode(GB), "彭测四,7,31".encode(GB))
    first, second, third = dry(stage.dispute(body, CSV))["records"]
    assert second["problem"]["type"] == "urn:liantiao:problem:untranslatable"
    assert "problem" not in first
    assert "problem" not in third
    assert after(stage) == before


PREFER = [
    ["handling=validate"],
    ["HANDLING=validate"],
    ["respond-async, handling=validate"],
    ['handling="validate"'],
    ["respond-async", "handling=validate"],
    ["wait=10; x=y, handling=validate; z"],
]


def prefer(police: System, *values: str) -> httpx.Response:
    header = police.header("dispute", STATION, "police_handling")
    body = packed(dispute())
    told = [
        ("Authorization", f"Bearer {police.token()}"),
        ("Content-Type", header["cty"]),
        ("X-JWS-Signature", police.key.detached(header, body)),
        *(("Prefer", value) for value in values),
    ]
    return police.http.post("/v1/messages", content=body, headers=told)


@pytest.mark.parametrize("values", PREFER)
def test_the_preference_is_found_as_rfc_7240_says(police: System, values: list[str]):
    before = listed(police)
    assert prefer(police, *values).status_code == 200
    assert listed(police) == before


@pytest.mark.parametrize(
    "value", ["handling=lenient", "x-handling=validated", 'note="handling=validate"', ""]
)
def test_another_preference_is_not_that_one(police: System, value: str):
    assert prefer(police, value).status_code == 202


def test_the_first_of_two_handlings_counts(police: System):
    assert prefer(police, "handling=validate, handling=lenient").status_code == 200
    assert prefer(police, "handling=lenient, handling=validate").status_code == 202


def test_a_dry_run_of_what_was_accepted_says_so_without_a_second_receipt(stage: Stage):
    sent = stage.dispute()
    first = sent.post().json()
    told = dry(sent)
    assert told["dispute"] == first["dispute"]


def test_a_referral_is_tried_before_it_is_sent(stage: Stage):
    home = Stage(stage.cast)
    opened = home.police.accepted("dispute", dispute(), **POLICE_AS)
    sent = stage.say(stage.police, "referral", referral(), POLICE_AS, to=COMMITTEE, dispute=opened["dispute"])
    assert dry(sent)["case"]["state"] == "sent"
    assert sent.post().json()["case"]["state"] == "sent"
