"""What an administrator does: quarantine, keys, routing, held tokens; each with a reason, each in the log."""

import asyncio
import re

import httpx
import pytest

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.errors import Problem
from hub.client.jose import PrivateKey, new_key
from hub.client.session import Call, Identity
from tests.http.administering import Admin
from tests.http.saying import COMMITTEE, STATION, body, dispute, referral, say
from tests.live import LiveHub


async def test_a_refused_message_is_released_when_what_was_wrong_is_mended(admin: Admin, police: Agent):
    envelope = Envelope(STATION, "dispute", "police_handling", SHARED_FORM, to="3199")
    with pytest.raises(Problem) as problem:
        await police.send(police.sign(envelope, body(dispute())))
    assert problem.value.code == "rule"
    item = next(r for r in (await police.refusals())["refusals"] if r["jti"] == envelope.jti)
    held = (await admin.get("quarantine"))["quarantine"]
    assert item["id"] in {h["id"] for h in held}
    with pytest.raises(Problem) as still:
        await admin.post(f"quarantine/{item['id']}/release")
    assert still.value.status == 422
    new_unit = (
        "code,name,agency,tier,division,parent,valid_from,valid_to,type\n"
        "3199,二号村人民调解委员会,justice,town,500199,5001990100,2010-01-01,,committee\n"
    )
    call = Call("POST", "/v1/admin/units", params={"reason": "新设"}, content=new_unit.encode())
    assert (await admin.agent.call(call)).json() == {"units": 1}
    answer = await admin.post(f"quarantine/{item['id']}/release")
    assert answer["message"]
    released = next(r for r in (await police.refusals())["refusals"] if r["jti"] == envelope.jti)
    assert (released["state"], released["message"]) == ("released", answer["message"])
    with pytest.raises(Problem) as twice:
        await admin.post(f"quarantine/{item['id']}/release")
    assert twice.value.status == 409


async def test_a_discarded_message_stays_refused(admin: Admin, police: Agent):
    envelope = Envelope(STATION, "dispute", "police_handling", SHARED_FORM)
    with pytest.raises(Problem):
        await police.send(police.sign(envelope, body(dispute(dispute_type="x"))))
    item = next(r for r in (await police.refusals())["refusals"] if r["jti"] == envelope.jti)
    assert (await admin.post(f"quarantine/{item['id']}/discard"))["state"] == "discarded"
    with pytest.raises(Problem) as problem:
        await admin.post(f"quarantine/{item['id']}/release")
    assert problem.value.status == 409


async def test_administration_needs_its_scope_and_a_reason(police: Agent, admin: Admin):
    for path in ("quarantine", "held", "systems", "link-proposals", "deadlines"):
        with pytest.raises(Problem) as problem:
            await police.json(Call("GET", f"/v1/admin/{path}"))
        assert problem.value.status == 403
        assert await admin.get(path)
    with pytest.raises(Problem) as problem:
        await admin.post("config", [], reason="")
    assert problem.value.status == 400


async def test_routing_rules_have_dates_and_a_dry_run(admin: Admin, police: Agent):
    rules = [
        {
            "name": "routing",
            "valid_from": "2020-01-01",
            "value": [{"kind": "dispute", "dispute_type": ["3"], "to": COMMITTEE}],
        }
    ]
    assert await admin.post("config", rules) == {"names": ["routing"]}
    told = {"kind": "dispute", "unit": STATION, "document": {"dispute_type": "3"}}
    assert await admin.post("routing", told) == {"to": COMMITTEE, "rule": 1, "why": "kind, dispute_type"}
    routed = await say(police, STATION, "dispute", dispute(dispute_type="3"))
    assert routed.deliveries == ({"unit": COMMITTEE, "state": "queued"},)
    other = await say(police, STATION, "dispute", dispute(dispute_type="2"))
    assert other.deliveries == ()
    rules[0]["value"] = []
    await admin.post("config", rules)


async def test_keys_are_added_retired_and_revoked(admin: Admin, hub: LiveHub):
    hub.register("keys-sys", "police", ("500199000000",), "--no-receiving")
    private, public = new_key("keys-sys-2")
    assert await admin.post("systems/keys-sys/keys", public) == {"kids": ["keys-sys-2"]}
    identity = Identity(hub.issuer, "keys-sys", PrivateKey.from_jwk(private))
    async with Agent(identity) as agent:
        envelope = Envelope("500199000000", "dispute", "police_handling", SHARED_FORM)
        assert (await agent.send(agent.sign(envelope, body(dispute())))).dispute
        await admin.post("systems/keys-sys/keys/keys-sys-2/revoke")
        signed = agent.sign(
            Envelope("500199000000", "dispute", "police_handling", SHARED_FORM), body(dispute())
        )
        with pytest.raises(Problem) as problem:
            await agent.send(signed)
        assert problem.value.status == 401


async def test_a_disabled_system_is_out_until_it_is_enabled(admin: Admin, hub: LiveHub):
    hub.register("off-sys", "police", ("500199000000",), "--no-receiving")
    async with Agent(hub.identity("off-sys")) as agent:
        assert await agent.units()
        assert await admin.post("systems/off-sys/disable") == {"id": "off-sys", "disabled": True}
        with pytest.raises(Problem) as problem:
            await agent.units()
        assert problem.value.status == 401
        hub.furnish("system", "enable", "off-sys", "--reason", "已修复")
    async with Agent(hub.identity("off-sys")) as agent:
        for _ in range(100):  # another process has changed it: the hub takes it in within a second
            try:
                assert await agent.units()
            except Problem:
                await asyncio.sleep(0.1)
            else:
                return
    raise AssertionError("the system stayed out")


async def test_what_is_owed_is_not_kept_shorter(admin: Admin):
    entry = {"name": "retention", "valid_from": "2026-01-01", "value": {"quarantine_days": 89}}
    with pytest.raises(Problem) as problem:
        await admin.post("config", [entry])
    assert (problem.value.status, problem.value.code) == (422, "schema")


async def test_the_hubs_key_rotates_with_overlap(hub: LiveHub, police: Agent):
    def kids() -> set[str]:
        listed = httpx.get(f"{hub.issuer}/.well-known/jwks.json").json()["keys"]
        return {k["kid"] for k in listed}

    before = kids()
    earlier = await say(police, STATION, "dispute", dispute())
    await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=earlier.dispute)
    hub.command("hub-key", "rotate")
    after = await say(police, STATION, "dispute", dispute())
    assert await police.receipt_claims(after.receipt)
    assert await police.receipt_claims(earlier.receipt)
    assert before & kids()


async def test_what_is_looked_up(police: Agent):
    units = (await police.units())["units"]
    assert COMMITTEE in {u["code"] for u in units}
    assert (await police.codes("dispute_type"))["codes"]
    assert (await police.codes("media-types"))["codes"]
    assert (await police.schema("referral"))["type"] == "object"
    machines = (await police.machines())["machines"]
    assert {m["machine"] for m in machines} >= {"dispute", "referral", "confirmation"}
    with pytest.raises(Problem) as problem:
        await police.schema("nothing")
    assert problem.value.status == 404


async def test_what_the_hub_says_of_itself(hub: LiveHub):
    async with httpx.AsyncClient(base_url=hub.issuer, trust_env=False) as http:
        for path in (
            "/.well-known/oauth-authorization-server",
            "/.well-known/oauth-protected-resource",
            "/.well-known/jwks.json",
            "/.well-known/ssf-configuration",
            "/.well-known/liantiao-log",
            "/livez",
            "/readyz",
            "/openapi.json",
            "/docs",
        ):
            assert (await http.get(path)).status_code == 200, path
        openapi = (await http.get("/openapi.json")).json()
        assert "post" in openapi["paths"]["/v1/messages"]
        page = await http.get("/docs")
        for path in openapi["paths"]:
            assert f" {path}</code>" in page.text
        assert "<script" not in page.text
        assert re.findall(r"(?:src|href)=\"(?![/#])", page.text) == []  # nothing from elsewhere
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert (await http.get("/nowhere")).headers["content-type"] == "application/problem+json"


async def test_a_configuration_of_the_wrong_form_is_told_its_form(admin: Admin):
    with pytest.raises(Problem) as problem:
        await admin.post("config", {"routing": []})
    assert problem.value.status == 422
    assert "{name, valid_from, valid_to, value}" in problem.value.errors[0]["message"]
