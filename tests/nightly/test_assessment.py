"""Mediators assessed over a served hub: figures as SQL and what was planted have them, told to units."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.session import Call
from hub.law.assessing.formulas import FORMULAS, VERSION
from hub.law.calendar import legal_day
from hub.nightly.assessment import Period, assess
from hub.nightly.conference import figures as report_figures
from hub.nightly.conference.html import page as html
from hub.store.address import Address
from tests.conftest import _data_dir
from tests.http.clockwork import yes
from tests.http.saying import (
    COMMITTEE,
    STATION,
    TRIBUNAL,
    agreement,
    application,
    dispute,
    document,
    now,
    referral,
    say,
    today,
)
from tests.http.test_registers import OFFICE, mediator
from tests.live import LiveHub, live_hub
from tests.nightly.packages import opened_night

FAILURE = {"basics": "两次", "reason_code": "gap", "reason": "差距", "cost_conduct": "无", "hints": "无"}
BUREAU = "5001990000"
NUMBERS = ("numerator", "denominator", "value")
OVER = timedelta(days=100)
"""So much later any period of today is over."""


@dataclass
class Planted:
    """What was sent: the runs of each mediator, and the unit's own words."""

    cases: dict[str, list[str]] = field(default_factory=lambda: {"M1": [], "M2": []})
    homes: dict[str, list[str]] = field(default_factory=lambda: {"M1": [], "M2": []})


PLANTED = Planted()


@pytest.fixture(scope="module")
def hub(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("assess")) as own, live_hub(own) as served:
        asyncio.run(_plant(served))
        yield served


@pytest.fixture
async def sql(hub: LiveHub) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(hub.settings.database_url)
    yield conn
    await conn.close()


def quarter() -> Period:
    day = legal_day(datetime.now(UTC))
    return Period.parse(f"{day.year}Q{(day.month + 2) // 3}")


async def mediated(justice: Agent, number: str, outcome: str, **members: Any) -> tuple[str, str]:
    """A run of a mediator from registration to its result: dispute and case."""
    home = str((await say(justice, COMMITTEE, "dispute", dispute(origin="application"))).dispute)
    if not PLANTED.cases[number]:
        told = document(given_at=now(), consents=yes("mediation"), filing_requested=False)
        await say(justice, COMMITTEE, "guidance", told, dispute=home)
    own = referral(track="self_accepted", platform="justice")
    taken = await say(justice, COMMITTEE, "referral", own, dispute=home, to=COMMITTEE)
    case = str(taken.case["id"])
    chosen = document(event="mediator_chosen", at=now(), mediators=[number], chosen_by="parties_joint")
    await say(justice, COMMITTEE, "mediation_progress", {**chosen, "about_case": case})
    ended = document(outcome=outcome, ended_on=today(), about_case=case, **members)
    await say(justice, COMMITTEE, "mediation_result", ended)
    PLANTED.cases[number].append(case)
    PLANTED.homes[number].append(home)
    return home, case


async def rate(agent: Agent, unit: str, case: str, *points: int) -> None:
    names = ("fairness", "speed", "attitude", "result")
    scores = dict(zip(names, points, strict=False))
    told = document(about="mediator", respondent="side_a", channel="call", at=now(), anonymous=True)
    await say(agent, unit, "satisfaction", {**told, "about_case": case, "scores": scores}, "mediation")


async def trained(agent: Agent, unit: str, kind: str, hours: float, *numbers: str, **to: Any) -> str:
    told = document(kind=kind, title="示例", organiser=unit, to=now(), hours=hours, mediators=list(numbers))
    accepted = await say(agent, unit, "training_record", {**told, "from": now()}, "mediation", **to)
    return str(accepted.message)


async def _plant(hub: LiveHub) -> None:
    async with (
        Agent(hub.identity("justice-sys")) as justice,
        Agent(hub.identity("police-sys")) as police,
        Agent(hub.identity("court-sys")) as court,
    ):
        for number, consents in (("M1", True), ("M2", False)):
            told = mediator(number, photo_consent=consents)
            await say(justice, OFFICE, "mediator", told, "mediation")
        await _runs(justice, court)
        await _words(justice, police, court)


async def _runs(justice: Agent, court: Agent) -> None:
    """M1: five written agreements, one performed, one not confirmed; an oral one, two failures. M2: one."""
    for n in range(5):
        paper = agreement(items=agreement()["items"] if n < 2 else [], performed_on_spot=n >= 2)
        home, _ = await mediated(justice, "M1", "agreed_written", agreements=[paper])
        if n == 0:
            done = document(event="all_performed", on=today(), confirmed_by=["p1", "p2"])
            await say(justice, COMMITTEE, "performance", done, dispute=home)
        if n == 1:
            asked = await say(
                justice, COMMITTEE, "confirmation_application", application(), dispute=home, to=TRIBUNAL
            )
            no = document(decision="not_accepted", ground="355-5", about_case=str(asked.case["id"]))
            await say(court, TRIBUNAL, "confirmation_answer", no)
    await mediated(justice, "M1", "agreed_oral", agreements=[agreement(form="oral", items=[])])
    for number in ("M1", "M1", "M2"):
        await mediated(justice, number, "failed", failure=FAILURE)


async def _words(justice: Agent, police: Agent, court: Agent) -> None:
    mine, theirs = PLANTED.cases["M1"], PLANTED.cases["M2"]
    for case, points in zip(mine, ((5, 4), (4,), (3, 3, 3, 3), (5,), (2,)), strict=False):
        await rate(justice, COMMITTEE, case, *points)
    await rate(police, STATION, mine[0], 1)  # had no part in it
    await rate(justice, COMMITTEE, theirs[0], 5)
    lecture = await trained(justice, OFFICE, "lecture", 2, "M1", "M2")
    better = document(
        action="apply", message=lecture, new={"hours": 2.5}, changes=[{"reason_code": "typing"}]
    )
    await say(justice, OFFICE, "correction", better, "mediation")
    await trained(court, TRIBUNAL, "court_observation", 3, "M1", to=COMMITTEE)
    await trained(court, TRIBUNAL, "court_observation", 9, "M1")  # whose number it is nobody can say
    about = {"unit": COMMITTEE, "mediator": "M1"}
    for finder, unit in ((justice, OFFICE), (court, TRIBUNAL)):
        told = document(about=about, ground="biased", text="偏袒对方")
        sent = await say(police, STATION, "complaint", told, "supervision", to=OFFICE)
        found = document(about=about, ground="biased", finding="true", action_taken="criticism")
        await say(finder, unit, "complaint", found, "supervision", re=str(sent.message))


async def assessed(hub: LiveHub, later: timedelta = timedelta()) -> dict[str, int]:
    async with opened_night(hub, later=later) as night:
        return dict(await assess(night, quarter()))


async def figures(sql: asyncpg.Connection, number: str) -> dict[str, tuple[Any, ...]]:
    """The figures that stand, by indicator."""
    row = await sql.fetchrow(
        "SELECT figures::text FROM assessment WHERE ref = $1 ORDER BY revision DESC LIMIT 1", number
    )
    told = json.loads(row["figures"])
    return {f["indicator"]: (f["numerator"], f["denominator"], f["value"]) for f in told}


async def test_the_unit_reads_its_mediators_figures_once(hub: LiveHub, justice: Agent):
    first = await assessed(hub)
    assert (first["mediators"], first["made"], first["mediations"]) == (2, 2, 9)
    second = await assessed(hub)
    assert (second["unchanged"], second.get("made", 0)) == (2, 0)
    told = await told_messages(justice)
    assert {m["document"]["subject"]["id"] for m in told} == {"M1", "M2"}
    (one,) = [m["document"] for m in told if m["document"]["subject"]["id"] == "M1"]
    assert one["formula_version"] == VERSION
    assert one["period"] == {"from": quarter().first.isoformat(), "to": quarter().last.isoformat()}
    assert {f["indicator"] for f in one["figures"]} == {f.indicator for f in FORMULAS}
    assert "余测三" not in str(told)
    (other,) = [m["document"] for m in told if m["document"]["subject"]["id"] == "M2"]
    (rated,) = [f for f in other["figures"] if f["indicator"] == "satisfaction"]
    assert rated == {"indicator": "satisfaction"}  # one rating is nobody's to see


# Counted apart from the code: other tables, other joins, nothing of `hub.nightly.assessment`.
BY_SQL = {
    "mediation_success": """
        SELECT count(*) FILTER (WHERE facts->>'outcome' LIKE 'agreed%'), count(*) FROM case_run
         WHERE id = ANY ($1::uuid[]) AND facts ? 'outcome'""",
    "overdue_rate": """
        SELECT count(*) FILTER (WHERE m.received_at > d.due), count(*) FROM deadline d
          JOIN message m ON m.id = d.stopped_by
         WHERE d.case_id = ANY ($1::uuid[]) AND d.rule = 'RM_NORMAL' AND m.kind = 'mediation_result'""",
    "performance_rate": """
        SELECT count(DISTINCT l.dispute) FILTER (WHERE d.state = 'performed'), count(DISTINCT l.dispute)
          FROM deadline l JOIN dispute d ON d.id = l.dispute
         WHERE l.rule = 'PERF_ITEM' AND l.dispute = ANY ($1::uuid[])""",
    "not_confirmed": """
        SELECT count(*) FILTER (WHERE state = 'negative'), count(*) FROM case_run
         WHERE machine = 'confirmation' AND dispute = ANY ($1::uuid[])""",
}


@pytest.mark.parametrize("indicator", sorted(BY_SQL))
async def test_figures_are_what_sql_counts(hub: LiveHub, sql: asyncpg.Connection, indicator: str):
    await assessed(hub, OVER)
    over, under, _ = (await figures(sql, "M1"))[indicator]
    of = PLANTED.homes if "dispute = ANY" in BY_SQL[indicator] else PLANTED.cases
    counted = await sql.fetchrow(BY_SQL[indicator], of["M1"])
    assert (int(over), int(under)) == tuple(counted)
    assert int(under) > 0


async def test_what_was_said_is_what_was_planted(hub: LiveHub, sql: asyncpg.Connection):
    await assessed(hub, OVER)
    mine, theirs = await figures(sql, "M1"), await figures(sql, "M2")
    assert mine["training_hours"] == ("5.5", "5", "1.1")
    assert mine["training_observation"] == ("3", "5.5", "0.5455")
    assert theirs["training_hours"] == ("2.5", "5", "0.5")
    assert mine["satisfaction"] == ("32", "9", "3.5556")
    assert theirs["satisfaction"] == (None, None, None)
    assert mine["complaints_upheld"] == ("1", "2", "0.5")
    assert theirs["complaints_upheld"] == ("0", "0", None)
    assert theirs["file_complete"] == ("0", "0", None)
    there, needed, _ = mine["file_complete"]
    assert (there, needed) == ("13", "30")


async def test_a_district_proposes_grades_by_its_own_rules(hub: LiveHub, sql: asyncpg.Connection):
    rule = {"grade": "3", "cases_least": 8, "success_least": 0.75, "converted_most": 0}
    entry = {
        "name": "mediator-assessment",
        "valid_from": "2020-01-01",
        "value": {"scheme": "示例区", "grades": [rule]},
    }
    file = hub.settings.data_dir / "grades.json"
    file.write_text(json.dumps([entry]), "utf-8")
    before = [r["grade"] for r in await sql.fetch("SELECT DISTINCT grade FROM assessment")]
    hub.command("config", "import", str(file), "--reason", "试验 test")
    await assessed(hub, OVER)
    rows = await sql.fetch(
        "SELECT DISTINCT ON (ref) ref, grade, scheme, conditions::text FROM assessment"
        " ORDER BY ref, revision DESC"
    )
    assert before == [None]
    assert [(r["ref"], r["grade"], r["scheme"]) for r in rows] == [
        ("M1", "3", "示例区"),
        ("M2", None, "示例区"),
    ]
    assert '"met": null' in rows[0]["conditions"]


async def told_messages(agent: Agent) -> list[dict[str, Any]]:
    page = await agent.json(Call("GET", "/v1/messages", params={"limit": "500"}))
    return [m for m in page["messages"] if m["kind"] == "assessment_result"]


async def shown(agent: Agent, number: str) -> dict[str, Any]:
    span = {"from": quarter().first.isoformat(), "to": quarter().last.isoformat()}
    page = await agent.json(Call("GET", "/v1/assessments", params=span))
    (found,) = [a for a in page["assessments"] if a["mediator"] == number]
    return dict(found)


def about(number: str, **members: Any) -> dict[str, Any]:
    span = {"from": quarter().first.isoformat(), "to": quarter().last.isoformat()}
    return document(subject={"kind": "mediator", "id": number}, period=span, **members)


async def refused(agent: Agent, unit: str, told: dict[str, Any]) -> list[str]:
    with pytest.raises(Problem) as problem:
        await say(agent, unit, "assessment_result", told, "supervision")
    return [e["rule"] for e in problem.value.errors]


async def test_a_unit_appeals_and_the_one_above_corrects(hub: LiveHub, justice: Agent, court: Agent):
    await assessed(hub)
    objection = {"by": "余测三", "on": today(), "text": "一件已履行"}
    decision = {**objection, "decision": "更正"}
    assert await refused(justice, BUREAU, about("M1", appeal=decision)) == ["appeal-decision"]  # none waits
    assert await refused(justice, OFFICE, about("M1", appeal=objection)) == ["appeal-unit"]
    assert await refused(justice, COMMITTEE, about("M9", appeal=objection)) == ["assessment-unknown"]
    put = await say(
        justice, COMMITTEE, "assessment_result", about("M1", appeal=objection), "supervision", to=BUREAU
    )
    assert await refused(justice, COMMITTEE, about("M1", appeal=decision)) == ["appeal-decision"]
    right = {"indicator": "performance_rate", "numerator": "2", "denominator": "2", "value": "1"}
    told = about("M1", appeal=decision, figures=[right], grade_proposed="4")
    await say(justice, BUREAU, "assessment_result", told, "supervision", to=COMMITTEE)
    words = (await shown(justice, "M1"))["words"]
    assert [(w["said"], w["unit"]) for w in words] == [("appeal", COMMITTEE), ("decision", BUREAU)]
    assert (words[1]["decides"], words[1]["figures"], words[1]["grade"]) == (str(put.message), [right], "4")
    assert "一件已履行" not in str(words)
    span = {"from": quarter().first.isoformat(), "to": quarter().last.isoformat()}
    assert (await court.json(Call("GET", "/v1/assessments", params=span)))["assessments"] == []


async def test_published_sums_name_nobody_and_count_no_few(hub: LiveHub, justice: Agent, court: Agent):
    span = {"from": quarter().first.isoformat(), "to": quarter().last.isoformat()}
    await assessed(hub)
    assert (await court.json(Call("GET", "/v1/assessments/published", params=span)))["units"] == []
    for n in range(3, 7):
        told = mediator(f"M{n}", photo_consent=False)
        await say(justice, OFFICE, "mediator", told, "mediation")
    await assessed(hub)
    (found,) = (await court.json(Call("GET", "/v1/assessments/published", params=span)))["units"]
    assert (found["unit"], found["mediators"]) == (COMMITTEE, 6)
    sums = {f["indicator"]: f for f in found["figures"]}
    assert sums["training_hours"]["numerator"] == "8"
    assert sums["mediation_success"]["hidden"]  # three that failed would be told of
    assert "余测三" not in str(found)
    assert "M1" not in str(found)


async def test_the_joint_conference_reads_the_published_sums_and_no_name(
    hub: LiveHub, justice: Agent, court: Agent
):
    span = {"from": quarter().first.isoformat(), "to": quarter().last.isoformat()}
    for n in range(5):
        await say(justice, OFFICE, "mediator", mediator(f"R{n}"), "mediation")
    honour = document(
        subject={"kind": "mediator", "id": "R0"}, honour={"kind": "优秀", "reason": "余测三化解"}
    )
    for _ in range(5):
        await say(justice, OFFICE, "assessment_result", honour, "supervision")
    await assessed(hub)
    (unit,) = (await court.json(Call("GET", "/v1/assessments/published", params=span)))["units"]
    async with opened_night(hub, later=OVER) as night:
        made = await report_figures(night, "district", BUREAU, quarter())
    shown = {one.indicator: (one.numerator, one.denominator, one.value) for one in made.assessed}
    for figure in unit["figures"]:
        told = (None, None, None) if figure["hidden"] else tuple(figure[n] for n in NUMBERS)
        assert shown[figure["indicator"]] == told
    assert shown["training_hours"][0] == "8"
    assert shown["mediation_success"] == (None, None, None)
    counts = {row.code: row.count for row in made.mediators}
    assert (counts["honour"], counts["assessed"]) == (5, unit["mediators"])
    page = html(made).decode()
    row = re.search(r'data-indicator="training_hours">(.*?)</tr>', page)
    assert row is not None
    assert ">8</td>" in row[1]
    assert "余测三" not in page
    assert not re.search(r"\b[MR][0-9]\b", page)
    async with opened_night(hub, later=OVER) as night:
        before = await report_figures(night, "district", BUREAU, quarter().before())
    assert before.assessed == ()


async def test_claims_are_looked_at_again(hub: LiveHub, justice: Agent):
    written, oral = PLANTED.homes["M1"][1], PLANTED.homes["M1"][5]
    lines = [{"dispute": home, "class": "ordinary"} for home in (written, oral)]
    claim = document(subject={"kind": "organisation", "id": COMMITTEE}, subsidy_claims=lines)
    await say(justice, COMMITTEE, "assessment_result", claim, "supervision", to=OFFICE)
    link = document(action="relate", related=[{"dispute": oral, "relation": "counterpart"}])
    await say(justice, COMMITTEE, "dispute_link", {**link, "action": "propose"}, dispute=written)
    await say(justice, COMMITTEE, "dispute_link", link, dispute=written)
    assert "mediators" in hub.command("assess", "--period", quarter().label)
    page = await justice.json(Call("GET", "/v1/subsidies"))
    found = {c["dispute"]: c["findings"] for c in page["claims"]}
    assert found == {
        written: ["file_complete", "linked"],
        oral: ["file_complete", "linked", "written"],
    }
