"""N06: a town changed hands on 2025-11-06; nobody guesses its court, a person's later rules are followed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.events import Event
from hub.client.receiving import POLL
from tests.http.administering import Admin
from tests.http.saying import application, dispute, document, say
from tests.live import LiveHub, live_hub

UNITS = """code,name,agency,tier,division,parent,valid_from,valid_to,type
0109,测试区北法院,court,district,500109,,,,court
0112,测试区旧法院,court,district,500112,,,2099-12-31,court
T1,测试统景镇人民调解委员会,justice,town,500112,,,,committee
T2,测试万州镇人民调解委员会,justice,town,500101,,,,committee
0101,测试万州法院,court,district,500101,,,,court
"""
OLD = [
    {"kind": "confirmation_application", "division": "500112", "to": "0112"},
    {"kind": "confirmation_application", "division": "500109", "to": "0109"},
    {"kind": "confirmation_application", "division": "500101", "to": "0101"},
    {"kind": "dispute", "division": "500109", "to": "T2"},
]
NEW = [{"kind": "confirmation_application", "division": "500109", "to": "0109"}]


@pytest.fixture(scope="module")
def hub(server, server_dir, tmp_path_factory) -> Iterator[LiveHub]:
    """A hub of this module's own: its routing rules belong to it."""
    from tests.conftest import _data_dir

    with _data_dir(server, server_dir, tmp_path_factory.mktemp("divisions")) as own, live_hub(own) as served:
        units = own.data_dir / "units.csv"
        units.write_text(UNITS, "utf-8")
        served.command("unit", "import", str(units))
        served.register("towns", "justice", ("T1", "T2"))
        served.register("courts", "court", ("0109", "0112", "0101"))
        yield served


@pytest.fixture
async def towns(hub: LiveHub):
    async with Agent(hub.identity("towns")) as agent:
        yield agent


async def rules(admin: Admin, since: str, value: list[dict[str, str]]) -> None:
    await admin.post("config", [{"name": "routing", "valid_from": since, "value": value}])


async def apply(towns: Agent, unit: str, attachments: list[dict[str, str]] | None = None, **members: Any):
    told = application(**({"attachments": attachments} if attachments else {}))
    return await say(towns, unit, "confirmation_application", told, "confirmation", **members)


async def place_it(admin: Admin, towns: Agent, hub: LiveHub, case: str, message: str) -> None:
    """A person names the court; it gets the application, and answers it."""
    (listed,) = [c for c in (await admin.get("unplaced"))["cases"] if c["case"] == case]
    assert (listed["message"], listed["from"]) == (message, "T1")
    for to, code in (("T2", "schema"), ("nobody", "schema")):
        with pytest.raises(Problem) as problem:
            await admin.post(f"unplaced/{case}", {"to": to})
        assert problem.value.code == code
    placed = await admin.post(f"unplaced/{case}", {"to": "0109"}, reason="电话确认 by telephone")
    assert "JC_ACCEPT" in {d["rule"] for d in placed["deadlines"]}
    assert case not in {c["case"] for c in (await admin.get("unplaced"))["cases"]}
    with pytest.raises(Problem) as problem:
        await admin.post(f"unplaced/{case}", {"to": "0112"})
    assert problem.value.code == "conflict"
    with pytest.raises(Problem) as problem:
        await admin.post(f"unplaced/{uuid4()}", {"to": "0109"})
    assert problem.value.code == "unknown"
    async with Agent(hub.identity("courts")) as court:
        events: list[Event] = []

        async def take(event: Event) -> None:
            events.append(event)

        await court.create_stream(POLL)
        await court.drain(take)
        (event,) = [e for e in events if e.message == message]
        assert event.said["case"] == {"id": case, "machine": "confirmation", "state": "submitted"}
        assert event.said["document"]["venue_basis"] == "organisation_place"
        assert "JC_ACCEPT" in {d["rule"] for d in event.said["deadlines"]}
        assert await court.message(message)
        told = document(decision="not_accepted", ground="355-2", reason="原渝北法院管辖")
        answered = await say(court, "0109", "confirmation_answer", told, "confirmation", re=message)
        assert answered.case is not None
        assert answered.case["state"] == "negative"
    assert (await towns.case(case))["state"] == "negative"


async def test_rules_of_before_the_change_are_no_answer(
    admin: Admin, towns: Agent, hub: LiveHub, tmp_path: Path
):
    await rules(admin, "2024-01-01", OLD)
    paper = tmp_path / "agreement.pdf"
    paper.write_bytes(b"%PDF-1.7 agreement of a town that moved")
    digest = await towns.upload(paper)
    enclosed = [{"digest": digest.removeprefix("sha-256:"), "catalogue": "agreement"}]
    held = await apply(towns, "T1", enclosed)
    assert held.case is not None
    assert held.case["state"] == "submitted"
    assert held.deliveries == ()
    found = {f["code"]: f for f in held.findings}
    assert found["held"]["detail"] == "500109"
    assert found["venue"]["detail"] == "division-changed"
    case = await towns.case(str(held.case["id"]))
    assert not [d for d in case["deadlines"] if d["rule"] == "JC_ACCEPT"]  # it runs from the court's receipt
    asked = {"kind": "confirmation_application", "unit": "T1", "document": {}}
    told = await admin.post("routing", asked)
    assert told["to"] is None
    assert "2025-11-06" in told["why"]
    await place_it(admin, towns, hub, str(held.case["id"]), held.message)
    async with Agent(hub.identity("courts")) as court:
        await court.download(digest, tmp_path / "received.pdf")
    assert (tmp_path / "received.pdf").read_bytes() == paper.read_bytes()
    # Where nothing changed, and where no court is meant, the rules are followed as ever.
    elsewhere = await apply(towns, "T2")
    assert [d["unit"] for d in elsewhere.deliveries] == ["0101"]
    assert {"held", "venue"}.isdisjoint(f["code"] for f in elsewhere.findings)
    place = {"text": "重庆市渝北区统景镇一号", "division": "500112", "division_system": "gbt2260"}
    matter = await say(towns, "T1", "dispute", dispute(place=place), "mediation")
    assert [d["unit"] for d in matter.deliveries] == ["T2"]
    # A sender that names the court is answered by it, with the doubt noted.
    named = await apply(towns, "T1", to="0112")
    assert [d["unit"] for d in named.deliveries] == ["0112"]
    assert [f["detail"] for f in named.findings if f["code"] == "venue"] == ["division-changed"]


async def test_rules_of_after_the_change_are_a_persons_answer(admin: Admin, towns: Agent, hub: LiveHub):
    await rules(admin, "2025-11-06", NEW)
    sent = await apply(towns, "T1")
    assert [d["unit"] for d in sent.deliveries] == ["0109"]
    assert "held" not in {f["code"] for f in sent.findings}
    asked = hub.command("--json", "route", "--kind", "confirmation_application", "--unit", "T1")
    assert '"to":"0109"' in asked


async def test_a_rule_for_a_part_is_held_where_the_part_is_not_known(admin: Admin):
    await rules(admin, "2026-01-01", [{"kind": "dispute", "division": "500157", "to": "T2"}])

    async def asked(**place: str) -> dict[str, Any]:
        told = {"place": {"text": "一号", **place}}
        return await admin.post("routing", {"kind": "dispute", "unit": "T1", "document": told})

    divided = await asked(division="500112")
    assert divided["to"] is None
    assert "500157 500109" in divided["why"]
    assert (await asked(division="500105"))["to"] == "T2"
    town = {"division": "500112", "division_system": "stats"}
    assert (await asked(**town, township="500112002"))["to"] == "T2"
    assert "no rule" in (await asked(**town, township="500112133"))["why"]
    # A town's code without its system means nothing, nor does a code of another system.
    assert (await asked(division="500112", township="500112133"))["to"] is None
    assert "no rule" in (await asked(division="500112", division_system="local"))["why"]
