"""Contract 3, "Reading": messages, cases, disputes, paging, native representation; who may see what."""

from pathlib import Path
from typing import Any

import pytest

from tests.contract.conftest import Cast, Guest
from tests.contract.kit import EVENT, POLL, SHARED, System, now, packed, problem
from tests.contract.words import (
    BUREAU,
    COMMITTEE_AS,
    HEAD,
    POLICE_AS,
    STATION,
    dispute,
    document,
    referral,
    referred,
    three_steps,
    told_of,
    withdrawn,
)

NOBODY = "01980000-0000-7000-8000-000000000000"
POLICE = Path(__file__).parents[2] / "adapters/police/examples"


def same_refusal(system: System, path: str, absent: str) -> None:
    """What is not the caller's answers exactly as what does not exist."""
    answers = [system.get(path), system.get(absent)]
    told = [{k: v for k, v in problem(a, 404, "unknown").items() if k != "instance"} for a in answers]
    assert told[0] == told[1]
    assert sorted(answers[0].headers) == sorted(answers[1].headers)


def test_a_message_is_read_by_who_sent_it_and_who_was_addressed(police: System, guest: Guest):
    system = guest()
    home, first = told_of(police, system.units[0])
    sent = police.accepted("referral", referral(), **POLICE_AS, to=system.units[0], dispute=home)
    for reader in (police, system):
        told = reader.get(f"/v1/messages/{sent['message']}").json()
        assert (told["message"], told["kind"], told["dispute"]) == (sent["message"], "referral", home)
        assert (told["from"], told["case"]) == (STATION, sent["case"]["id"])
        assert told["document"]["reason"] == "适宜调解"
        (delivery,) = told["deliveries"]
        assert (delivery["unit"], delivery["state"]) == (system.units[0], "queued")
        assert delivery["queued_at"].endswith("+08:00")
        assert delivery["done_at"] is None
    system.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
    system.drain()
    (delivery,) = police.get(f"/v1/messages/{first}").json()["deliveries"]
    assert delivery["state"] == "acknowledged"
    assert delivery["first_sent_at"] <= delivery["done_at"]


def test_the_receipt_is_the_senders(police: System, guest: Guest):
    system = guest()
    sent = police.accepted("dispute", dispute(), **POLICE_AS, to=system.units[0])
    path = f"/v1/messages/{sent['message']}/receipt"
    assert police.get(path).text == sent["receipt"]
    same_refusal(system, path, f"/v1/messages/{NOBODY}/receipt")


def test_nobody_else_reads_anything(police: System, guest: Guest, court: System):
    system = guest()
    home, first = told_of(police, system.units[0])
    sent = police.accepted("referral", referral(), **POLICE_AS, to=system.units[0], dispute=home)
    case = sent["case"]["id"]
    for path in ("", "/receipt", "/native", "/evidence"):
        same_refusal(court, f"/v1/messages/{first}{path}", f"/v1/messages/{NOBODY}{path}")
    same_refusal(court, f"/v1/cases/{case}", f"/v1/cases/{NOBODY}")
    same_refusal(court, f"/v1/disputes/{home}", f"/v1/disputes/{NOBODY}")
    listed = [m["message"] for m in pages(court, 100)]
    assert not {first, sent["message"]} & set(listed)


@pytest.mark.parametrize("path", ["messages/x", "cases/1", "disputes/null", f"messages/{NOBODY.upper()}x"])
def test_ids_that_are_none_are_unknown(police: System, path: str):
    problem(police.get(f"/v1/{path}"), 404, "unknown")


def pages(system: System, limit: int, after: str | None = None) -> list[dict[str, Any]]:
    """Everything from a cursor on, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        params = {"limit": str(limit), **({"after": after} if after else {})}
        told = system.get("/v1/messages", params=params).json()
        assert len(told["messages"]) <= limit
        found += told["messages"]
        after = told["next"]
        if not told["more"]:
            return found


def test_a_page_of_large_documents_ends_early(guest: Guest):
    room = guest()
    extras = {f"/{n}": "测" * 10_000 for n in range(30)}
    sent = [
        room.accepted("dispute", dispute(native_extras=extras), room.units[0], "mediation") for _ in range(60)
    ]
    first = room.get("/v1/messages", params={"limit": "500"})
    assert len(first.content) < 64 * 1024 * 1024
    assert first.json()["more"]
    assert [m["message"] for m in pages(room, 500)] == [m["message"] for m in sent]


def test_a_timeline_of_too_many_large_documents_has_the_newest(guest: Guest):
    room = guest()
    extras = {f"/{n}": "测" * 10_000 for n in range(30)}
    first = room.accepted("dispute", dispute(), room.units[0], "mediation")
    told = dispute(action="update", native_extras=extras)
    more = [
        room.accepted("dispute", told, room.units[0], "mediation", dispute=first["dispute"])
        for _ in range(50)
    ]
    answer = room.get(f"/v1/disputes/{first['dispute']}")
    assert len(answer.content) < 64 * 1024 * 1024
    messages = answer.json()["messages"]
    assert [m["message"] for m in messages] == [m["message"] for m in (first, *more)]
    left_out = [m.get("document_omitted", False) for m in messages]
    assert left_out == sorted(left_out, reverse=True)
    assert left_out[0]
    assert not left_out[-1]
    assert messages[-1]["document"]["native_extras"] == extras
    assert room.get(f"/v1/messages/{more[0]['message']}").json()["document"]["native_extras"] == extras


def test_pages_are_in_commit_order_and_without_holes(police: System, guest: Guest):
    system = guest()
    assert pages(system, 2) == []
    sent = [m for _ in range(3) for m in three_steps(police, system.units[0])[1]]
    everything = pages(system, 100)
    assert [m["message"] for m in everything] == sent
    for limit in (1, 2, 4):
        assert pages(system, limit) == everything
    first = system.get("/v1/messages", params={"limit": "4"}).json()
    _, later = told_of(police, system.units[0])
    rest = pages(system, 100, first["next"])
    assert [m["message"] for m in rest] == [*sent[4:], later]
    end = system.get("/v1/messages", params={"limit": "100"}).json()["next"]
    assert pages(system, 5, end) == []  # the cursor of the end goes on when more comes
    _, last = told_of(police, system.units[0])
    assert [m["message"] for m in pages(system, 5, end)] == [last]


@pytest.mark.parametrize(
    "params", [{"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"after": "x"}, {"after": "' OR 1=1"}]
)
def test_pages_that_are_none(police: System, params: dict[str, str]):
    problem(police.get("/v1/messages", params=params), 400, "malformed")


def test_a_view_masks_what_a_role_need_not_know(police: System, guest: Guest):
    system = guest()
    home, first = told_of(police, system.units[0])
    full = police.get(f"/v1/messages/{first}").json()["document"]["parties"][0]["id_number"]
    assert full == "500000196803059010"
    token_sees = read_by_token(system, first)["parties"]
    read_sees = system.get(f"/v1/messages/{first}").json()["document"]["parties"]
    assert token_sees == read_sees
    listed = [m for m in pages(system, 10) if m["message"] == first]
    assert listed[0]["document"]["parties"] == read_sees
    (timeline,) = system.get(f"/v1/disputes/{home}").json()["messages"]
    assert timeline["document"]["parties"] == read_sees


def read_by_token(system: System, message: str) -> dict[str, Any]:
    system.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
    (claims,) = [c for c in system.drain() if c["txn"] == message]
    (event,) = claims["events"].values()
    told: dict[str, Any] = event["document"]
    return told


def test_a_case_is_read_by_who_takes_part_in_it(police: System, guest: Guest):
    told, handling = guest(), guest()
    home, first = told_of(police, told.units[0])
    sent = police.accepted("referral", referral(), **POLICE_AS, to=handling.units[0], dispute=home)
    case = sent["case"]["id"]
    same_refusal(told, f"/v1/cases/{case}", f"/v1/cases/{NOBODY}")
    assert case not in told.get(f"/v1/disputes/{home}").text
    for reader in (police, handling):
        found = reader.get(f"/v1/cases/{case}").json()
        assert (found["id"], found["dispute"]) == (case, home)
        assert (found["machine"], found["state"]) == ("referral", "sent")
    answer = document(answer="signed", signed_at=now())
    unit = handling.units[0]
    signed = handling.accepted("referral_answer", answer, unit, "mediation", re=sent["message"])
    assert signed["case"]["state"] == "signed"
    found = police.get(f"/v1/cases/{case}").json()
    assert found["state"] == "signed"
    assert [(h["from"], h["to"]) for h in found["history"]] == [(None, "sent"), ("sent", "signed")]
    assert {d["rule"] for d in found["deadlines"]} >= {"REF_SIGN"}
    timeline = handling.get(f"/v1/disputes/{home}").json()
    assert [m["message"] for m in timeline["messages"]] == [sent["message"], signed["message"]]
    assert first not in [m["message"] for m in timeline["messages"]]


def test_a_dispute_says_nothing_of_cases_one_takes_no_part_in(police: System, guest: Guest):
    told, handling = guest(), guest()
    home, _ = told_of(police, told.units[0])
    sent = police.accepted("referral", referral(), **POLICE_AS, to=handling.units[0], dispute=home)
    shown = told.get(f"/v1/disputes/{home}").json()
    assert handling.units[0] not in [unit for units in shown["roles"].values() for unit in units]
    assert sent["message"] not in [step["message"] for step in shown["history"]]


def test_a_dispute_has_a_code_to_be_read_out(police: System, guest: Guest):
    system = guest()
    home, _ = told_of(police, system.units[0])
    told = police.get(f"/v1/disputes/{home}").json()
    assert told["dispute"] == home
    assert told["code"] == system.get(f"/v1/disputes/{home}").json()["code"]
    assert 6 <= len(told["code"].replace("-", "")) <= 16
    assert told["opened_at"].endswith("+08:00")


def test_the_sender_gets_its_own_bytes(police: System, guest: Guest):
    system = guest()
    body = packed(dispute(facts="一 \u3000 字节")) + b"\n \t"
    header = police.header("dispute", STATION, "police_handling", to=system.units[0])
    answer = police.post(header, body)
    assert answer.status_code == 202, answer.text
    native = police.get(f"/v1/messages/{answer.json()['message']}/native")
    assert native.content == body
    assert native.headers["content-type"] == SHARED


def test_bytes_of_another_charset_come_back_as_they_were(police: System, guest: Guest):
    system = guest()
    raw = (POLICE / "04_dispute_register_FWQZ_gbk.csv").read_bytes()
    cty = "text/csv;charset=GB18030"
    told = raw.decode("gb18030").replace("JF20210400", "JF20290900").encode("gb18030")
    answer = police.post(
        police.header("dispute", STATION, "police_handling", cty=cty, to=system.units[0]), told
    )
    assert answer.status_code == 202, answer.text
    native = police.get(f"/v1/messages/{answer.json()['message']}/native")
    assert (native.content, native.headers["content-type"]) == (told, cty)


def test_the_receiver_gets_its_own_format_and_hears_what_it_cannot_carry(cast: Cast, justice: System):
    unit = "500199530000"
    cast.hub.units(f"{HEAD}\n{unit},测试二镇派出所,police,town,500199,{BUREAU},2010-01-01,\n")
    station = cast.hub.add("station-2", "police", (unit,), "--format", "dispute=fwqz_jftjdj")
    sent = justice.accepted("dispute", dispute(remarks="格式装不下的备注"), **COMMITTEE_AS, to=unit)
    native = station.get(f"/v1/messages/{sent['message']}/native")
    assert native.status_code == 200, native.text
    assert native.headers["content-type"].startswith("text/csv")
    assert "郑测一" in native.content.decode("gb18030")
    dropped = native.headers["liantiao-dropped"]
    assert "/remarks" in dropped
    assert "备注" not in dropped  # places, never values
    again = station.get(f"/v1/messages/{sent['message']}/native")
    assert again.content == native.content
    own = justice.get(f"/v1/messages/{sent['message']}/native")
    assert own.headers["content-type"] == SHARED


def test_a_receiver_without_a_form_for_the_kind_hears_so(cast: Cast, police: System, guest: Guest):
    system = guest()
    home, _ = told_of(police, system.units[0])
    message = withdrawn(police, referred(police, system.units[0], home))
    problem(system.get(f"/v1/messages/{message}/native"), 406, "no-native-form")
    problem(cast.justice.get(f"/v1/messages/{message}/native"), 404, "unknown")


def test_superiors_and_later_partners_read_no_earlier_message(police: System, guest: Guest):
    early, late = guest(), guest()
    home, first = told_of(police, early.units[0])
    second = referred(police, late.units[0], home)
    assert [m["message"] for m in pages(late, 10)] == [second]
    problem(late.get(f"/v1/messages/{first}"), 404, "unknown")
    assert [m["message"] for m in pages(early, 10)] == [first]


def test_a_unit_sees_states_from_when_it_takes_part_on(police: System, guest: Guest):
    late = guest()
    opened = police.accepted("dispute", dispute(), **POLICE_AS)
    sent = police.accepted("referral", referral(), **POLICE_AS, to=late.units[0], dispute=opened["dispute"])
    told = late.get(f"/v1/disputes/{opened['dispute']}").json()
    assert [h["message"] for h in told["history"] if h["message"] == opened["message"]] == []
    assert sent["message"] in [h["message"] for h in told["history"]]


def test_a_correction_is_told_and_the_evidence_stays(cast: Cast, police: System, guest: Guest):
    system = guest()
    home, _ = told_of(police, system.units[0])
    sent = police.accepted("referral", referral(), **POLICE_AS, to=system.units[0], dispute=home)
    told = document(
        action="apply",
        message=sent["message"],
        changes=[{"pointer": "/reason", "reason_code": "typing"}],
        new={"reason": "更正后的理由"},
        requested_by="unit",
        reason="录入错误",
    )
    police.accepted("correction", told, **POLICE_AS)
    system.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
    events = [next(iter(c["events"])) for c in system.drain()]
    assert events == [EVENT + "dispute", EVENT + "referral", EVENT + "correction"]
    assert police.get(f"/v1/messages/{sent['message']}/receipt").text == sent["receipt"]
    problem(cast.justice.say("correction", told, **COMMITTEE_AS), 404, "unknown")


def test_refusals_are_their_senders(police: System, justice: System):
    header = police.header("dispute", STATION, "police_handling")
    body = packed(dispute(dispute_type="no-such-秘密"))
    problem(police.post(header, body), 422, "schema")
    (mine,) = [r for r in police.get("/v1/refusals").json()["refusals"] if r["jti"] == header["jti"]]
    assert mine["code"] == "schema"
    assert mine["errors"][0]["pointer"] == "/dispute_type"
    assert "秘密" not in police.get("/v1/refusals").text
    assert header["jti"] not in justice.get("/v1/refusals").text
