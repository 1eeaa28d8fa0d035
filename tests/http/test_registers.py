"""Registers of organisations and mediators: joined, changed, read by day; numbers joined only by a person."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.errors import Problem
from hub.client.session import Call
from tests.http.administering import Admin
from tests.http.saying import COMMITTEE, COURT, TRIBUNAL, body, document, say, today
from tests.live import LiveHub

OFFICE = "5001990100"
SECRET = "10000000321"


def organisation(code: str, **members: Any) -> dict[str, Any]:
    told = {
        "action": "join",
        "code": code,
        "name": "一号村人民调解委员会",
        "kind": "village",
        "parent_unit": OFFICE,
        "place": {"text": "测试镇一号村"},
        "phone": SECRET,
        "scope": ["2"],
        "free_of_charge": True,
        "members": {"count": 5, "women": 2},
        "term": {"from": "2026-01-01", "to": "2028-12-31"},
        "valid_from": "2026-01-01",
    }
    return document(**{**told, **members})


def mediator(number: str, **members: Any) -> dict[str, Any]:
    told = {
        "action": "join",
        "mediator": number,
        "name": "余测三",
        "id_number": "500000197511209026",
        "organisations": [{"unit": COMMITTEE, "role": "member"}],
        "full_time": True,
        "phone": SECRET,
        "photo_consent": True,
    }
    return document(**{**told, **members})


def fresh(head: str) -> str:
    return f"{head}{uuid4().hex[:8]}"


async def tell(justice: Agent, kind: str, told: dict[str, Any]) -> Any:
    return await say(justice, OFFICE, kind, told, "mediation")


async def read(agent: Agent, path: str, **params: str) -> dict[str, Any]:
    return await agent.json(Call("GET", f"/v1/registers/{path}", params=params))


async def standing(agent: Agent, register: str, ref: str, **params: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    page = await read(agent, register, limit="2", **params)
    while True:
        entries += page["entries"]
        if page["next"] is None:
            return [e for e in entries if e["id"] == ref]
        page = await read(agent, register, limit="2", after=page["next"], **params)


async def persons(agent: Agent, *numbers: str) -> set[str | None]:
    """Whose the numbers are, as the register says it."""
    return {e.get("person") for number in numbers for e in await standing(agent, "mediators", number)}


async def refused(agent: Agent, path: str, **params: str) -> tuple[int, str]:
    with pytest.raises(Problem) as problem:
        await read(agent, path, **params)
    return problem.value.status, problem.value.code


async def test_an_organisation_joins_changes_and_leaves(justice: Agent, court: Agent):
    code = fresh("O")
    first = await tell(justice, "mediation_organisation", organisation(code))
    assert (first.dispute, first.case, first.findings) == (None, None, ())
    await tell(
        justice,
        "mediation_organisation",
        organisation(code, action="change", name="一号村联合调解委员会", valid_from="2026-06-01"),
    )
    (before,) = await standing(court, "organisations", code, on="2026-05-31")
    (after,) = await standing(court, "organisations", code, on="2026-06-01")
    assert [before["document"]["name"], after["document"]["name"]] == [
        "一号村人民调解委员会",
        "一号村联合调解委员会",
    ]
    assert (before["revision"], after["revision"]) == (1, 2)
    assert await standing(court, "organisations", code, on="2025-12-31") == []
    await tell(
        justice, "mediation_organisation", organisation(code, action="remove", valid_from="2026-09-01")
    )
    assert await standing(court, "organisations", code) == []
    assert len(await standing(court, "organisations", code, on="2026-08-31")) == 1
    history = await read(court, f"organisations/{code}")
    assert [r["action"] for r in history["revisions"]] == ["join", "change", "remove"]


async def test_the_basic_court_hears_of_committees_and_of_who_is_in_them(justice: Agent, court: Agent):
    """人民调解法 10, at once and once."""
    code = fresh("O")
    sent = await tell(justice, "mediation_organisation", organisation(code))
    assert [d["unit"] for d in sent.deliveries] == [COURT]
    heard = await court.json(Call("GET", f"/v1/messages/{sent.message}"))
    assert (heard["kind"], heard["document"]["name"]) == ("mediation_organisation", "一号村人民调解委员会")
    entries = [(await standing(reader, "organisations", code))[0] for reader in (justice, court)]
    filed = {entry["document"]["filed_with_court_at"] for entry in entries}
    assert {instant[:10] for instant in filed} == {today()}
    assert len(filed) == 1
    joined = await tell(justice, "mediator", mediator(fresh("M")))
    read = await court.json(Call("GET", f"/v1/messages/{joined.message}"))
    assert read["document"]["organisations"] == [{"unit": COMMITTEE, "role": "member"}]
    assert "id_number" not in read["document"]
    elsewhere = await tell(
        justice, "mediator", mediator(fresh("M"), organisations=[{"unit": OFFICE, "role": "member"}])
    )
    assert elsewhere.deliveries == ()
    assert await refused_message(court, elsewhere.message) == "unknown"


async def test_a_notice_is_tried_first_and_given_once(justice: Agent, court: Agent):
    told = organisation(fresh("O"), action="change")
    signed = justice.sign(Envelope(OFFICE, "mediation_organisation", "mediation", SHARED_FORM), body(told))
    tried = await justice.dry_run(signed)
    assert [d["unit"] for d in tried["deliveries"]] == [COURT]
    first, again = await justice.send(signed), await justice.send(signed)
    assert first.raw == again.raw
    listed = (await court.json(Call("GET", f"/v1/messages/{first.message}")))["document"]
    assert listed["action"] == "change"
    history = await read(court, f"organisations/{told['code']}")
    assert len(history["revisions"]) == 1


async def test_where_no_court_is_known_it_is_noted(justice: Agent):
    away = organisation(fresh("O"), place={"text": "别区一号村", "division": "500198"})
    sent = await tell(justice, "mediation_organisation", away)
    assert sent.deliveries == ()
    assert ("roster", "人民调解法10") in {(f["code"], f["basis"]) for f in sent.findings}
    (entry,) = await standing(justice, "organisations", away["code"])
    assert "filed_with_court_at" not in entry["document"]
    other = await tell(justice, "mediation_organisation", organisation(fresh("O"), kind="commercial"))
    assert (other.deliveries, [f for f in other.findings if f["basis"] == "人民调解法10"]) == ((), [])


async def refused_message(agent: Agent, message: str) -> str:
    with pytest.raises(Problem) as problem:
        await agent.call(Call("GET", f"/v1/messages/{message}"))
    return problem.value.code


async def test_a_mediator_is_suspended_and_comes_back(justice: Agent, police: Agent):
    number = fresh("M")
    for action, stands in (("join", 1), ("suspend", 0), ("change", 1), ("remove", 0), ("renew", 1)):
        more = {"removed": {"on": today(), "reason": "届满"}} if action == "remove" else {}
        await tell(justice, "mediator", mediator(number, action=action, **more))
        assert len(await standing(police, "mediators", number)) == stands, action
    assert [r["revision"] for r in (await read(police, f"mediators/{number}"))["revisions"]] == [
        1,
        2,
        3,
        4,
        5,
    ]


async def test_others_see_what_the_views_and_the_person_allow(justice: Agent, court: Agent):
    shown, hidden = fresh("M"), fresh("M")
    await tell(justice, "mediator", mediator(shown))
    await tell(justice, "mediator", mediator(hidden, photo_consent=False))
    (open_,) = await standing(court, "mediators", shown)
    assert open_["document"]["name"] == "余测三"
    assert "id_number" not in open_["document"]
    (closed,) = await standing(court, "mediators", hidden)
    assert set(closed["document"]) == {"organisations", "full_time"}
    (own,) = await standing(justice, "mediators", hidden)
    assert own["document"]["id_number"] == "500000197511209026"


async def test_a_studio_is_named_after_who_agrees_while_that_lasts(justice: Agent, court: Agent):
    studio = {"name": "老余工作室", "named_after": "余测三", "consent": True}
    yesterday = (date.fromisoformat(today()) - timedelta(days=1)).isoformat()
    cases = (
        (studio, True),
        ({**studio, "consent_until": today()}, True),
        ({**studio, "consent_until": yesterday}, False),
        ({**studio, "consent": False}, False),
        ({"name": "老余工作室"}, False),
    )
    for told, is_shown in cases:
        code = fresh("O")
        await tell(justice, "mediation_organisation", organisation(code, brand_studio=told))
        (entry,) = await standing(court, "organisations", code)
        assert ("brand_studio" in entry["document"]) is is_shown, told
        assert ("余测三" in str((await read(court, f"organisations/{code}"))["revisions"])) is is_shown
        (own,) = await standing(justice, "organisations", code)
        assert own["document"]["brand_studio"] == told


async def test_what_is_not_in_a_register_is_unknown(court: Agent):
    assert await refused(court, "nothing") == (404, "unknown")
    assert await refused(court, "mediators/nobody") == (404, "unknown")
    assert await refused(court, "mediators", after="!") == (400, "malformed")
    assert (await read(court, "mediators", after="A" * 40))[
        "entries"
    ] is not None  # NUL is no place in a list
    assert await refused(court, "mediators", on="yesterday") == (400, "malformed")


async def test_the_court_may_not_enter_what_is_not_its_own(court: Agent):
    with pytest.raises(Problem) as problem:
        await say(court, TRIBUNAL, "mediator", mediator(fresh("M")), "mediation")
    assert problem.value.status == 403


async def test_what_the_law_asks_of_an_entry_is_noted(justice: Agent):
    told = organisation(
        fresh("O"),
        members={"count": 2, "women": 0},
        term={"from": "2026-01-01", "to": "2029-06-30"},
        free_of_charge=False,
    )
    noted = await tell(justice, "mediation_organisation", told)
    found = {(f["code"], f["pointer"]): f["basis"] for f in noted.findings}
    assert found == {
        ("roster", "/members/count"): "人民调解法8",
        ("roster", "/members/women"): "人民调解法8",
        ("roster", "/term/to"): "人民调解法9",
        ("fee-free", "/free_of_charge"): "人民调解法4",
    }
    room = organisation(fresh("O"), kind="resident_station", host_unit=TRIBUNAL)
    hosted = await tell(justice, "mediation_organisation", room)
    assert [f["pointer"] for f in hosted.findings] == ["/host_unit"]
    endless = organisation(fresh("O"), term={"from": "9998-02-01", "to": "9999-12-31"})
    assert (await tell(justice, "mediation_organisation", endless)).findings == ()
    young = mediator(fresh("M"), birth_date={"value": "2012-03-01", "precision": "day"})
    assert [f["pointer"] for f in (await tell(justice, "mediator", young)).findings] == ["/birth_date"]


async def test_only_a_person_joins_numbers_and_takes_them_apart(justice: Agent, court: Agent, admin: Admin):
    one, two = fresh("M"), fresh("M")
    for number in (one, two):
        await tell(justice, "mediator", mediator(number))  # the same name, phone and id number: nothing joins
    assert await persons(court, one, two) == {None}
    ids = [{"system": "justice-sys", "mediator": n} for n in (one, two)]
    person = (await admin.post("mediators/merge", {"ids": ids}, "身份证原件核对"))["person"]
    assert await persons(court, one, two) == {person}
    with pytest.raises(Problem) as again:
        await admin.post("mediators/merge", {"ids": ids})
    assert (again.value.status, again.value.code) == (409, "conflict")
    assert [e["pointer"] for e in again.value.errors] == ["/ids/0", "/ids/1"]
    assert (await admin.post(f"mediators/{person}/undo"))["state"] == "undone"
    with pytest.raises(Problem) as undone:
        await admin.post(f"mediators/{person}/undo")
    assert undone.value.status == 404
    assert await persons(court, one, two) == {None}
    assert (await admin.post("mediators/merge", {"ids": ids}))["person"] != person


@pytest.mark.parametrize(
    ("ids", "status"),
    [
        ([], 422),
        ([{"system": "justice-sys", "mediator": "M0"}], 422),
        ([{"system": "justice-sys", "mediator": "M0"}] * 2, 422),
        ([{"system": "justice-sys"}, {"system": "justice-sys", "mediator": "M1"}], 422),
        ([{"system": "justice-sys", "mediator": "none-1"}, {"system": "x", "mediator": "none-2"}], 404),
        ("M1", 422),
    ],
)
async def test_a_join_of_nothing_is_refused(admin: Admin, ids: object, status: int):
    with pytest.raises(Problem) as problem:
        await admin.post("mediators/merge", {"ids": ids})
    assert problem.value.status == status


async def test_joins_are_an_administrators_and_say_no_names(justice: Agent, admin: Admin):
    number = fresh("M")
    await tell(justice, "mediator", mediator(number))
    with pytest.raises(Problem) as problem:
        await justice.json(Call("GET", "/v1/admin/mediators"))
    assert problem.value.status == 403
    listed = (await admin.get("mediators", limit="1000"))["mediators"]
    (row,) = [m for m in listed if m["mediator"] == number]
    assert set(row) == {"system", "mediator", "unit", "action", "valid_from", "recorded_at", "person"}
    assert "余测三" not in str(listed)


async def test_the_command_line_does_the_same(justice: Agent, hub: LiveHub):
    one, two = fresh("M"), fresh("M")
    for number in (one, two):
        await tell(justice, "mediator", mediator(number))
    ids = [part for n in (one, two) for part in ("--id", f"justice-sys:{n}")]
    said = hub.command("mediator", "merge", *ids, "--reason", "本人书面说明")
    person = said.split()[-1]
    (entry,) = await standing(justice, "mediators", one)
    assert entry["person"] == person
    assert person in hub.command("--json", "mediator", "list")
    hub.command("mediator", "undo", person, "--reason", "合并有误")
    (entry,) = await standing(justice, "mediators", one)
    assert "person" not in entry
