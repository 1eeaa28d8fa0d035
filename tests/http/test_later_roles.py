"""Who mediated takes no later part in the same case (特邀调解规定16): noted, for a person to see."""

from typing import Any
from uuid import uuid4

import pytest

from hub.client.agent import Agent
from tests.http.administering import Admin
from tests.http.saying import (
    COMMITTEE,
    PARTIES,
    STATION,
    TRIBUNAL,
    agreement,
    application,
    dispute,
    document,
    referral,
    say,
    today,
)

NAME, NUMBER = "余测三", "500000198107022017"


async def entered(justice: Agent, **members: Any) -> str:
    """A mediator in the register: the number."""
    ref = f"M{uuid4().hex[:8]}"
    told = {"action": "join", "mediator": ref, "name": NAME, "organisations": [{"unit": COMMITTEE}]}
    await say(justice, COMMITTEE, "mediator", document(**{**told, **members}))
    return ref


async def agreed(police: Agent, justice: Agent, mediator: str) -> str:
    """A dispute mediated to an agreement: its id."""
    home = (await say(police, STATION, "dispute", dispute())).dispute
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=home)
    assert sent.case is not None
    about = sent.case["id"]
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("referral_answer", {"answer": "accepted", "mediators": [mediator]}),
        ("mediation_progress", {"event": "started"}),
        (
            "mediation_result",
            {
                "outcome": "agreed_written",
                "ended_on": today(),
                "agreements": [agreement(mediators=[mediator])],
            },
        ),
    )
    for kind, told in steps:
        await say(justice, COMMITTEE, kind, document(about_case=about, **told))
    assert home is not None
    return home


async def applied(justice: Agent, home: str, agent: dict[str, str] | None = None) -> Any:
    first = {**PARTIES[0], "agents": [agent]} if agent else PARTIES[0]
    told = application(applicants=[first, PARTIES[1]])
    return await say(
        justice, COMMITTEE, "confirmation_application", told, "confirmation", to=TRIBUNAL, dispute=home
    )


def later(accepted: Any) -> list[tuple[str, str]]:
    return [(f["pointer"], f["detail"]) for f in accepted.findings if f["code"] == "later-role"]


@pytest.mark.parametrize(
    ("agent", "noted"),
    [
        ({"name": NAME}, [("/applicants/0/agents/0", "name")]),
        ({"name": "另测四", "id_number": NUMBER}, [("/applicants/0/agents/0", "id-number")]),
        ({"name": "另测四"}, []),
        (None, []),
    ],
)
async def test_an_agent_who_mediated(
    police: Agent, justice: Agent, agent: dict[str, str] | None, noted: list[tuple[str, str]]
):
    home = await agreed(police, justice, await entered(justice, id_number=NUMBER))
    told = await applied(justice, home, agent)
    assert later(told) == noted
    assert all("特邀" in f["basis"] for f in told.findings if f["code"] == "later-role")


async def test_a_name_that_no_register_has_is_compared_as_it_was_said(police: Agent, justice: Agent):
    home = await agreed(police, justice, "何测五")
    assert later(await applied(justice, home, {"name": "何测五"})) == [("/applicants/0/agents/0", "name")]


async def test_another_number_of_the_same_person_counts_once_a_person_joined_them(
    police: Agent, justice: Agent, admin: Admin
):
    named = await entered(justice, name="余三")
    other = await entered(justice, id_number=NUMBER)
    agent = {"name": "代测六", "id_number": NUMBER}
    home = await agreed(police, justice, named)
    assert later(await applied(justice, home, agent)) == []
    ids = [{"system": "justice-sys", "mediator": m} for m in (named, other)]
    person = (await admin.post("mediators/merge", {"ids": ids}, "本人说明"))["person"]
    home = await agreed(police, justice, named)
    assert later(await applied(justice, home, agent)) == [("/applicants/0/agents/0", "id-number")]
    await admin.post(f"mediators/{person}/undo")
    home = await agreed(police, justice, named)
    assert later(await applied(justice, home, agent)) == []


async def test_a_judge_and_a_witness_who_mediated(police: Agent, justice: Agent, court: Agent):
    home = await agreed(police, justice, await entered(justice))
    case = (await applied(justice, home)).case["id"]
    number = {"system": "case_no", "value": f"({today()[:4]})渝0199民特7号"}
    answer = document(
        about_case=case, decision="accepted", accepted_on=today(), case_number=number, judge={"name": NAME}
    )
    assert later(await say(court, TRIBUNAL, "confirmation_answer", answer)) == [("/judge", "name")]
    people = [{"ref": "p1", "role": "当事人", "name": NAME}, {"role": "证人", "name": NAME}]
    session = document(about_case=case, action="held", purpose="court_verification", participants=people)
    assert later(await say(court, TRIBUNAL, "video_session", session)) == [("/participants/1", "name")]


@pytest.mark.parametrize(("action", "basis"), [("remove", "人民调解法15"), ("suspend", "平台设计")])
async def test_who_has_left_the_register_is_noted_where_a_run_names_them(
    police: Agent, justice: Agent, action: str, basis: str
):
    ref, stays = await entered(justice), await entered(justice)
    left = {"action": action, "mediator": ref, "name": NAME, "removed": {"on": today(), "reason": "届满"}}
    await say(justice, COMMITTEE, "mediator", document(**left))
    home = (await say(police, STATION, "dispute", dispute())).dispute
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=home)
    assert sent.case is not None
    told = document(about_case=sent.case["id"], answer="accepted", mediators=[stays, ref, "没登记的人"])
    noted = (await say(justice, COMMITTEE, "referral_answer", told)).findings
    assert [(f["pointer"], f["detail"], f["basis"]) for f in noted if f["code"] == "roster"] == [
        ("/mediators/1", action, basis)
    ]


async def test_in_another_dispute_the_same_person_may_be_anything(police: Agent, justice: Agent):
    await agreed(police, justice, await entered(justice, id_number=NUMBER))
    elsewhere = await agreed(police, justice, "何测五")
    assert later(await applied(justice, elsewhere, {"name": NAME, "id_number": NUMBER})) == []
