"""Contract 2, quarantine and findings: what is kept of a refusal, what a release does, what is only noted."""

import asyncio
import json
import signal
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from tests.contract.conftest import Cast
from tests.contract.kit import EVENT, POLL, Hub, System, packed, problem
from tests.contract.samples import JSON, office
from tests.contract.stage import own_number, refusals
from tests.contract.words import (
    COMMITTEE,
    COMMITTEE_AS,
    JUSTICE_BUREAU,
    OFFICE,
    POLICE_AS,
    STATION,
    dispute,
    document,
)


@pytest.fixture(scope="module")
def admin(cast: Cast) -> System:
    scope = ("--scope", "admin", "--no-receiving")
    return cast.hub.add(f"quarantine-{own_number()}", "justice", (JUSTICE_BUREAU,), *scope)


def on(admin: System, action: str, item: str, reason: str = "试验") -> httpx.Response:
    path = f"/v1/admin/quarantine/{item}/{action}"
    return admin.call("POST", path, params={"reason": reason} if reason else {})


def held(system: System, jti: str) -> dict[str, Any]:
    (found,) = [r for r in refusals(system) if r["jti"] == jti]
    return found


def open_committee(hub: Hub, code: str) -> None:
    """What an operator mends: the unit that a message named before it was registered."""
    head = "code,name,agency,tier,division,parent,valid_from,valid_to"
    hub.units(f"{head}\n{code},测试新村人民调解委员会,justice,town,500199,{OFFICE},2010-01-01,\n")


def refused(police: System, code: str, body: bytes | None = None, **members: Any) -> dict[str, Any]:
    """A message to a committee that is not registered yet: its header."""
    header = police.header("dispute", STATION, "police_handling", to=code, **members)
    problem(police.post(header, body or packed(dispute())), 422, "rule")
    return header


def committee() -> str:
    return f"9{own_number()[-8:]}"


def test_the_sender_lists_its_own_with_code_and_place(police: System, justice: System, admin: System):
    header = refused(police, committee())
    found = held(police, header["jti"])
    assert found["code"] == "rule"
    assert found["errors"][0]["pointer"] == "/to"
    assert (found["kind"], found["unit"], found["state"]) == ("dispute", STATION, "held")
    assert header["jti"] not in {r["jti"] for r in refusals(justice)}
    listed = admin.get("/v1/admin/quarantine").json()["quarantine"]
    assert found["id"] in {r["id"] for r in listed}
    assert "郑测一" not in json.dumps(listed, ensure_ascii=False)
    problem(police.get("/v1/admin/quarantine"), 403, "scope")


def test_a_release_that_still_does_not_fit_changes_nothing(police: System, admin: System):
    header = refused(police, committee())
    item = held(police, header["jti"])
    problem(on(admin, "release", item["id"]), 422, "rule")
    assert held(police, header["jti"]) == item
    assert on(admin, "release", item["id"], reason="").status_code == 400


def test_a_released_message_is_accepted_with_its_original_bytes(police: System, admin: System, hub: Hub):
    code, body = committee(), packed(dispute())
    header = refused(police, code, body)
    open_committee(hub, code)
    item = held(police, header["jti"])
    told = on(admin, "release", item["id"])
    assert told.status_code == 200, told.text
    message = told.json()["message"]
    found = held(police, header["jti"])
    assert (found["state"], found["message"]) == ("released", message)
    assert police.get(f"/v1/messages/{message}/native").content == body
    receipt = police.get(f"/v1/messages/{message}/receipt").text
    assert hub.read(receipt, "liantiao-receipt+jwt", police.id)["msg_jti"] == header["jti"]
    again = police.post(header, body)
    assert (again.status_code, again.json()["message"], again.json()["receipt"]) == (202, message, receipt)
    problem(on(admin, "release", item["id"]), 409, "conflict")


def test_a_release_is_refused_when_its_jti_was_accepted_meanwhile(police: System, admin: System, hub: Hub):
    code = committee()
    header = refused(police, code)
    item = held(police, header["jti"])
    corrected = {**header, "to": COMMITTEE}
    assert police.post(corrected, packed(dispute())).status_code == 202
    open_committee(hub, code)
    problem(on(admin, "release", item["id"]), 409, "jti-reused")


def test_a_release_is_refused_when_its_native_number_was_accepted_meanwhile(
    police: System, admin: System, hub: Hub
):
    code, body = committee(), office()
    header = police.header("referral", STATION, "mediation", JSON, to=code)
    problem(police.post(header, body), 422, "rule")
    item = held(police, header["jti"])
    other = police.header("referral", STATION, "mediation", JSON, to=COMMITTEE)
    first = police.post(other, body)
    assert first.status_code == 202, first.text
    open_committee(hub, code)
    answer = on(admin, "release", item["id"])
    assert answer.status_code == 409, answer.text
    assert answer.json()["type"].startswith("urn:liantiao:problem:")
    timeline = police.get(f"/v1/disputes/{first.json()['dispute']}").json()
    assert len(timeline["cases"]) == 1
    assert [m["message"] for m in timeline["messages"]] == [first.json()["message"]]


def test_what_is_discarded_stays_refused(police: System, admin: System):
    header = refused(police, committee())
    item = held(police, header["jti"])
    assert on(admin, "discard", item["id"]).status_code == 200
    assert held(police, header["jti"])["state"] == "discarded"
    problem(on(admin, "release", item["id"]), 409, "conflict")


def test_the_sender_hears_of_a_release_and_receivers_of_revisions_and_corrections(own_cast: Cast):
    hub, police, justice, admin = own_cast.hub, own_cast.police, own_cast.justice, own_cast.admin
    hub.start()
    for system in (police, justice):
        made = system.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
        assert made.status_code == 201, made.text
    code = committee()
    header = refused(police, code)
    open_committee(hub, code)
    message = on(admin, "release", held(police, header["jti"])["id"]).json()["message"]
    (claims,) = police.drain()
    event = claims["events"][f"{EVENT}released"]
    receipt = hub.read(event["receipt"], "liantiao-receipt+jwt", police.id)
    assert (claims["txn"], receipt["msg"]) == (message, message)

    body = office()
    send = police.header("referral", STATION, "mediation", JSON, to=COMMITTEE)
    first = police.post(send, body).json()
    changed = body.replace("共用排水沟堵塞".encode(), "共用排水沟不通".encode())
    revised = police.post({**send, "jti": own_number()}, changed).json()
    assert police.post({**send, "jti": own_number()}, changed).json()["revision"] == 3
    new = {"new": {"reason": "更正后的理由"}, "requested_by": "unit", "reason": "录入错误"}
    said = document(action="apply", message=revised["message"], **new)
    corrected = police.accepted("correction", said, **POLICE_AS)
    events = [next(iter(claims["events"].values())) for claims in justice.drain()]
    assert [e["message"] for e in events] == [m["message"] for m in (first, revised, corrected)]
    assert [e["seq"] for e in events] == [1, 2, 3]
    assert "revision" not in events[0]
    assert (events[1]["revision"], events[1]["replaces"]) == (2, first["message"])
    assert events[2]["document"]["message"] == revised["message"]


def test_a_repeat_has_the_same_receipt_after_a_restart_and_years(own_cast: Cast):
    hub, police = own_cast.hub, own_cast.police
    hub.start()
    header, body = police.header("dispute", STATION, "police_handling"), packed(dispute())
    first = police.post(header, body)
    hub.stop()
    seconds = 3 * 365 * 86_400
    hub.extra["LIANTIAO_CLOCK_OFFSET"] = str(seconds)
    police.offset = seconds
    police.forget()
    hub.start()
    problem(police.post(header, body), 401, "stale")
    again = police.post({**header, "iat": police.now()}, body)
    assert (again.status_code, again.content) == (202, first.content)


LATE = "2021-04-18T09:00:00+08:00"


def test_what_is_late_or_incomplete_is_a_finding_with_article_and_place(police: System, justice: System):
    told = police.accepted("dispute", dispute(business_time=LATE), **POLICE_AS, to=COMMITTEE)
    assert "historical" in {f["code"] for f in told["findings"]}
    sent = document(track="police_people", matters=[1], parties=dispute()["parties"], reason="适宜")
    referred = police.accepted("referral", sent, **POLICE_AS, to=COMMITTEE, dispute=told["dispute"])
    for finding in referred["findings"]:
        assert {"code", "basis"} <= set(finding)
        assert finding["basis"]
    (consent,) = [f for f in referred["findings"] if f["code"] == "consent"]
    assert (consent["pointer"], "人民调解法17" in consent["basis"]) == ("/consents", True)
    read = justice.get(f"/v1/messages/{referred['message']}").json()
    assert consent in read["findings"]


def test_an_act_of_long_ago_has_clocks_without_reminders(police: System, justice: System):
    home = police.accepted("dispute", dispute(business_time=LATE), **POLICE_AS)["dispute"]
    old = document(track="police_people", matters=[1], parties=dispute()["parties"], reason="适宜")
    sent = police.accepted(
        "referral", {**old, "business_time": LATE}, **POLICE_AS, to=COMMITTEE, dispute=home
    )
    assert "historical" in {f["code"] for f in sent["findings"]}
    case = justice.get(f"/v1/cases/{sent['case']['id']}").json()
    assert justice.get(f"/v1/messages/{sent['message']}").json()["historical"] is True
    clocks = [d for d in case["deadlines"] if d["rule"] == "REF_SIGN"]
    assert [d["historical"] for d in clocks] == [True]
    assert clocks[0]["due"] < "2021-05-01"
    signed = document(answer="signed", signed_at=document()["business_time"])
    assert justice.say("referral_answer", signed, **COMMITTEE_AS, re=sent["message"]).status_code == 202


BLOCKED = "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'message_key'::regclass AND NOT granted)"
ACTS = "SELECT count(*) FROM admin_action WHERE action = 'quarantine-release' AND object = $1"


def test_a_release_that_was_cut_short_is_finished_by_the_next(own_cast: Cast):
    """Killed after the message is durable and before anything says that it was released."""
    hub, police, admin = own_cast.hub, own_cast.police, own_cast.admin
    hub.start()
    assert police.call("POST", "/v1/streams", json={"delivery": {"method": POLL}}).status_code == 201
    code, body = committee(), packed(dispute())
    header = refused(police, code, body)
    open_committee(hub, code)
    item = held(police, header["jti"])["id"]
    asyncio.run(cut_short(hub, admin, item))
    hub.start()
    assert held(police, header["jti"])["state"] == "held"
    sent = police.post(header, body).json()  # accepted it is, as its sender is told
    told = on(admin, "release", item)
    assert told.status_code == 200, told.text
    assert told.json()["receipt"] == sent["receipt"]
    found = held(police, header["jti"])
    assert (found["state"], found["message"]) == ("released", sent["message"])
    (claims,) = police.drain()
    assert list(claims["events"]) == [f"{EVENT}released"]
    problem(on(admin, "release", item), 409, "conflict")
    assert asyncio.run(asked(hub, ACTS, item)) == 1


async def cut_short(hub: Hub, admin: System, item: str) -> None:
    """Ask for a release, and kill the hub where it is about to say so."""
    writer, row = await asyncpg.connect(hub.database_url), await asyncpg.connect(hub.database_url)
    try:
        async with row.transaction():
            async with writer.transaction():
                await writer.execute("LOCK TABLE message_key IN EXCLUSIVE MODE")
                asking = asyncio.create_task(asyncio.to_thread(on, admin, "release", item))
                while not await row.fetchval(BLOCKED):
                    assert not asking.done(), asking.result().text
                await row.execute("SELECT FROM quarantine WHERE id = $1 FOR UPDATE", UUID(item))
            waiting = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%quarantine%' AND "
            waiting += "wait_event_type = 'Lock' AND datname = current_database())"
            while not await writer.fetchval(waiting):
                assert not asking.done(), asking.result().text
            hub.stop(signal.SIGKILL)
        with pytest.raises(httpx.TransportError):
            await asking
    finally:
        await writer.close()
        await row.close()


async def asked(hub: Hub, query: str, *arguments: object) -> object:
    connection = await asyncpg.connect(hub.database_url)
    try:
        return await connection.fetchval(query, *arguments)
    finally:
        await connection.close()
