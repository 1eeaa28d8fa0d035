"""Contract 3: streams and polling (RFC 8936): what a poll brings, acknowledges and holds."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.contract.conftest import Cast, Guest
from tests.contract.kit import EVENT, POLL, Hub, System, problem, today
from tests.contract.words import (
    COMMITTEE,
    POLICE_AS,
    STATION,
    dispute,
    document,
    referral,
    referred,
    three_steps,
    told_of,
)

VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"


def polling(guest: Guest, **members: Any) -> System:
    """A committee that polls."""
    system = guest()
    made = stream(system, **members)
    assert made.status_code == 201, made.text
    return system


def stream(system: System, **members: Any) -> httpx.Response:
    return system.call("POST", "/v1/streams", json={"delivery": {"method": POLL}, **members})


def test_a_stream_has_the_members_of_the_contract(hub: Hub, guest: Guest):
    system = guest()
    answer = stream(system, description="测试", events_requested=[EVENT + "referral", "urn:nobody:knows"])
    assert answer.status_code == 201, answer.text
    made = answer.json()
    members = {"stream_id", "iss", "aud", "delivery", "events_supported", "events_requested"}
    assert members | {"events_delivered"} <= set(made)
    assert made["iss"] == hub.issuer
    assert system.id in (made["aud"] if isinstance(made["aud"], list) else [made["aud"]])
    assert made["delivery"]["method"] == POLL
    assert made["delivery"]["endpoint_url"].startswith(hub.issuer)
    assert set(made["events_requested"]) == {EVENT + "referral", "urn:nobody:knows"}
    assert set(made["events_delivered"]) == {EVENT + "referral"}
    assert EVENT + "mediation_result" in made["events_supported"]
    assert made["description"] == "测试"
    problem(stream(system), 409, "conflict")
    (listed,) = system.get("/v1/streams").json()
    assert listed == made
    assert system.get("/v1/streams", params={"stream_id": made["stream_id"]}).json() == made


def test_a_stream_is_changed_replaced_and_deleted(guest: Guest, justice: System):
    system = guest()
    made = stream(system, description="一").json()
    name = {"stream_id": made["stream_id"]}
    changed = system.call("PATCH", "/v1/streams", json={**name, "description": "二"})
    assert (changed.status_code, changed.json()["description"]) == (200, "二")
    replaced = system.call("PUT", "/v1/streams", json={**name, "delivery": {"method": POLL}})
    assert replaced.status_code == 200, replaced.text
    assert "description" not in replaced.json()
    assert replaced.json()["stream_id"] == made["stream_id"]
    for method, options in (
        ("GET", {"params": name}),
        ("PATCH", {"json": {**name, "description": "x"}}),
        ("PUT", {"json": {**name, "delivery": {"method": POLL}}}),
        ("DELETE", {"params": name}),
    ):
        problem(justice.call(method, "/v1/streams", **options), 404, "unknown")
    problem(justice.get("/v1/streams/status", params=name), 404, "unknown")
    problem(justice.call("POST", "/v1/streams/verify", json=name), 404, "unknown")
    assert system.call("DELETE", "/v1/streams", params=name).status_code == 204
    problem(system.get("/v1/streams", params=name), 404, "unknown")
    assert stream(system).status_code == 201


def test_a_stream_is_paused_by_its_receiver_and_never_disabled(police: System, guest: Guest):
    system = polling(guest)
    (made,) = system.get("/v1/streams").json()
    name = {"stream_id": made["stream_id"]}
    told = system.get("/v1/streams/status", params=name).json()
    assert (told["stream_id"], told["status"]) == (made["stream_id"], "enabled")
    answer = system.call("POST", "/v1/streams/status", json={**name, "status": "disabled"})
    assert answer.status_code == 403, answer.text
    assert system.call("POST", "/v1/streams/status", json={**name, "status": "off"}).status_code == 400
    paused = system.call("POST", "/v1/streams/status", json={**name, "status": "paused", "reason": "维护"})
    assert (paused.status_code, paused.json()["status"]) == (200, "paused")
    _, messages = three_steps(police, system.units[0])
    assert system.poll()["sets"] == {}
    enabled = system.call("POST", "/v1/streams/status", json={**name, "status": "enabled"})
    assert enabled.status_code == 200
    assert [c["txn"] for c in system.drain()] == messages


def test_verification_comes_by_the_stream(hub: Hub, guest: Guest):
    system = polling(guest)
    (made,) = system.get("/v1/streams").json()
    told = {"stream_id": made["stream_id"], "state": "今日-1"}
    assert system.call("POST", "/v1/streams/verify", json=told).status_code == 204
    (claims,) = system.drain()
    assert list(claims["events"]) == [VERIFICATION]
    assert claims["events"][VERIFICATION]["state"] == "今日-1"
    assert claims["sub_id"] == {"format": "opaque", "id": made["stream_id"]}
    assert claims["iss"] == hub.issuer


def test_what_was_sent_before_the_stream_waits_for_it(police: System, guest: Guest):
    system = guest()
    _, messages = three_steps(police, system.units[0])
    assert stream(system).status_code == 201
    claims = system.drain()
    assert [c["txn"] for c in claims] == messages
    assert [said(c)["seq"] for c in claims] == [1, 2, 3]


def said(claims: dict[str, Any]) -> dict[str, Any]:
    (event,) = claims["events"].values()
    told: dict[str, Any] = event
    return told


def test_a_token_says_what_the_contract_says(hub: Hub, police: System, guest: Guest):
    system = polling(guest)
    home, _ = told_of(police, system.units[0])
    body = dict(**POLICE_AS, to=system.units[0], dispute=home)
    sent = police.accepted("referral", referral(), **body)
    (_, claims) = system.poll()["claims"].values()
    assert set(claims) == {"iss", "aud", "iat", "jti", "txn", "toe", "sub_id", "events"}
    assert claims["aud"] == system.id
    assert isinstance(claims["toe"], int)
    assert claims["toe"] <= claims["iat"]
    told = said(claims)
    assert set(told) >= {"message", "seq", "from", "to", "schema", "case", "deadlines", "document", "native"}
    assert (told["message"], told["seq"]) == (sent["message"], 2)
    assert (told["from"], told["to"], told["schema"]) == (STATION, system.units[0], "referral/1.0")
    assert told["case"] == sent["case"]
    for deadline in told["deadlines"]:
        assert set(deadline) >= {"rule", "due", "basis", "provisional"}
    assert told["document"]["reason"] == "适宜调解"
    assert told["native"] == f"/v1/messages/{sent['message']}/native"
    receipt = hub.read(sent["receipt"], "liantiao-receipt+jwt", "police-sys")
    assert told["origin_digest"] == f"sha-256:{receipt['digest']}"


def test_a_message_without_a_dispute_is_its_own_subject(justice: System, guest: Guest):
    system = polling(guest)
    notice = document(kind="minutes")
    sent = justice.accepted("conference_notice", notice, COMMITTEE, "supervision", to=system.units[0])
    assert sent["dispute"] is None
    assert sent["case"] is None
    (claims,) = system.drain()
    assert claims["sub_id"] == {"format": "opaque", "id": sent["message"]}
    assert said(claims)["seq"] == 1


def test_there_is_one_token_per_addressed_unit_and_none_for_superiors(
    cast: Cast, police: System, guest: Guest
):
    system = polling(guest)
    sent = police.accepted("dispute", dispute(), **POLICE_AS, to=system.units[0])
    assert [d["unit"] for d in sent["deliveries"]] == [system.units[0]]
    assert len(system.drain()) == 1
    problem(cast.justice.get(f"/v1/messages/{sent['message']}"), 404, "unknown")  # its office's system
    problem(cast.justice.get(f"/v1/disputes/{sent['dispute']}"), 404, "unknown")


def test_every_poll_repeats_what_is_not_acknowledged_without_gaps(police: System, guest: Guest):
    system = polling(guest)
    _, messages = three_steps(police, system.units[0])
    first = system.poll(maxEvents=2)
    assert [c["txn"] for c in first["claims"].values()] == messages[:2]
    assert first["moreAvailable"] is True
    assert system.poll(maxEvents=2)["sets"].keys() == first["sets"].keys()
    everything = system.poll()
    assert [c["txn"] for c in everything["claims"].values()] == messages
    assert not everything.get("moreAvailable", False)
    jtis = list(everything["sets"])
    assert list(system.poll(ack=[jtis[1]], maxEvents=2)["sets"]) == [jtis[0], jtis[2]]
    assert system.poll(ack=jtis, maxEvents=0)["sets"] == {}
    assert system.poll()["sets"] == {}


def test_claims_are_fixed_at_the_first_claim(police: System, guest: Guest):
    system = polling(guest)
    three_steps(police, system.units[0])
    assert system.poll()["claims"] == system.poll()["claims"]


def test_a_key_rotation_signs_the_same_claims_anew(hub: Hub, police: System, guest: Guest):
    system = polling(guest)
    three_steps(police, system.units[0])
    before = system.poll()
    kids = set(hub.jwks())
    hub.ok("hub-key", "rotate")
    after = system.poll()
    assert before["claims"] == after["claims"]
    assert kids <= set(hub.jwks())  # retired keys stay while anything of theirs is unacknowledged
    for jti, token in before["sets"].items():
        assert hub.read(token, "secevent+jwt", system.id) == after["claims"][jti]


def test_an_error_holds_one_token(police: System, guest: Guest):
    system = polling(guest)
    home, first = told_of(police, system.units[0])
    (jti,) = system.poll()["sets"]
    second = referred(police, system.units[0], home)
    fault = {jti: {"err": "invalid_request", "description": "不能读取"}}
    after = system.poll(setErrs=fault)
    assert [c["txn"] for c in after["claims"].values()] == [second]
    (delivery,) = police.get(f"/v1/messages/{first}").json()["deliveries"]
    assert delivery["state"] == "held"


def test_answers_about_other_tokens_change_nothing(police: System, guest: Guest):
    system, other = polling(guest), polling(guest)
    _, first = told_of(police, system.units[0])
    (jti,) = system.poll()["sets"]
    nobody = "01980000-0000-7000-8000-000000000000"
    assert other.poll(ack=[jti, nobody, "no-such"], setErrs={})["sets"] == {}
    other.poll(setErrs={jti: {"err": "invalid_request", "description": "x"}})
    assert list(system.poll()["sets"]) == [jti]
    (delivery,) = police.get(f"/v1/messages/{first}").json()["deliveries"]
    assert delivery["state"] == "queued"


@pytest.mark.parametrize(
    "told",
    [
        b"[]",
        b"{",
        b'{"maxEvents": -1}',
        b'{"maxEvents": "1"}',
        b'{"ack": "x"}',
        b'{"ack": [1]}',
        b'{"setErrs": []}',
        b'{"returnImmediately": "yes"}',
    ],
)
def test_polls_that_are_none(cast: Cast, told: bytes):
    json = {"Content-Type": "application/json"}
    answer = cast.police.call("POST", "/v1/streams/poll", content=told, headers=json)
    assert answer.status_code in {400, 404}, answer.text  # a poll is read before its stream is looked for
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_long_poll_ends_when_something_comes(police: System, guest: Guest):
    system = polling(guest)
    answers: list[dict[str, Any]] = []

    def wait() -> None:
        answers.append(system.poll(returnImmediately=False))

    waiting = threading.Thread(target=wait)
    waiting.start()
    _, message = told_of(police, system.units[0])
    waiting.join(60)
    (answer,) = answers
    assert [c["txn"] for c in answer["claims"].values()] == [message]


def test_the_order_is_that_of_the_dispute_for_each_receiver(police: System, guest: Guest):
    one, two = polling(guest), polling(guest)
    home, first = told_of(police, one.units[0])
    second = referred(police, two.units[0], home)
    third = police.accepted(
        "case_status", document(phase="police_case_accepted", on=today()), **POLICE_AS, dispute=home,
        to=one.units[0],
    )["message"]  # fmt: skip
    assert [(c["txn"], said(c)["seq"]) for c in one.drain()] == [(first, 1), (third, 2)]
    others = two.drain()
    assert others[0]["txn"] == second
    assert [said(c)["seq"] for c in others] == list(range(1, len(others) + 1))


def test_what_is_addressed_to_a_unit_comes_whether_asked_for_or_not(police: System, guest: Guest):
    system = polling(guest, events_requested=[EVENT + "referral"])
    _, messages = three_steps(police, system.units[0])
    assert [(c["txn"], said(c)["seq"]) for c in system.drain()] == list(zip(messages, (1, 2, 3), strict=True))


def test_a_minor_version_can_be_pinned(guest: Guest):
    made = stream(guest(), liantiao_schema="1.0")
    assert made.status_code == 201, made.text
    assert made.json()["liantiao_schema"] == "1.0"
    assert stream(guest(), liantiao_schema="99.0").status_code == 400


Call = Callable[[System, str], httpx.Response]
SCOPED: dict[str, Call] = {
    "events:poll": lambda s, t: s.call("POST", "/v1/streams/poll", token=t, json={}),
    "streams:manage": lambda s, t: s.get("/v1/streams", token=t),
    "messages:read": lambda s, t: s.get("/v1/messages", token=t),
    "log:read": lambda s, t: s.get("/v1/log/checkpoint", token=t),
    "blobs:read": lambda s, t: s.get("/v1/blobs/sha-256/" + "0" * 64, token=t),
    "blobs:write": lambda s, t: s.call("PUT", "/v1/blobs/sha-256/" + "0" * 64, token=t, content=b"x"),
}


@pytest.mark.parametrize("scope", SCOPED)
def test_each_endpoint_asks_for_its_scope(police: System, scope: str):
    others = " ".join(s for s in (*SCOPED, "messages:send") if s != scope)
    problem(SCOPED[scope](police, police.token(others)), 403, "scope")
    assert SCOPED[scope](police, police.token(scope)).status_code not in {401, 403}
