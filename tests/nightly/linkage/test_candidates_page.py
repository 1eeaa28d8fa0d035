"""What the pages of link candidates say and do, against counts of our own and what the hub has afterwards."""

import subprocess
import sys
from collections import Counter
from uuid import uuid4

import pytest

from hub.client.agent import Agent
from hub.errors import Refused
from hub.nightly.linkage import link
from hub.nightly.linkage.comparisons import COMPARISONS
from hub.nightly.linkage.reasons import CERTAIN, GROUND, PRIOR, SHARED, english
from hub.nightly.night import Night
from hub.nightly.pages import candidate_words, candidates, dispute, render
from hub.nightly.pages.draw_waterfall import Step, signed, waterfall
from tests.nightly.linkage.test_linkage_night import (
    COMMITTEE,
    STATION,
    actions,
    at,
    candidate,
    heard,
    in_doubt,
    person,
    registered,
    states,
)


def words(lang: render.Language = "zh") -> render.Words:
    return render.Words(lang, lambda code, _: code)


def html(found: candidates.Candidate, lang: render.Language = "zh", *, may: bool = True) -> str:
    said = words(lang)
    picture = candidate_words.picture(found, said)
    more = {"may": may, "told": None, "picture": picture, **candidate_words.shown(said)}
    return render.page("candidate", said, "/hub", here="links", keep="", it=found, **more)


async def look(night: Night, left: str, right: str) -> candidates.Candidate:
    row = await candidate(night, left, right)
    async with night.hub.database.connection() as conn:
        return await candidates.one(conn, row["id"])


async def test_counts_and_order_are_those_of_the_table(night: Night, station: Agent, room: Agent):
    await in_doubt(night, station, room, "柳林")
    async with night.hub.database.connection() as conn:
        rows = await conn.fetch("SELECT id, state, probability FROM link_candidate")
        by_state = Counter(row["state"] for row in rows)
        assert {s: n for s, n in (await candidates.counts(conn)).items() if n} == dict(by_state)
        assert by_state["waiting"]
        for state in candidates.STATES:
            found = await candidates.listed(conn, state)
            assert {c.id for c in found} == {row["id"] for row in rows if row["state"] == state}
            assert [c.probability for c in found] == sorted((c.probability for c in found), reverse=True)
            more = {"counts": await candidates.counts(conn), "state": state, **candidate_words.shown(words())}
            page = render.page("candidates", words(), "/hub", here="links", keep="", items=found, **more)
            assert page.count("data-candidate=") == by_state[state]
        with pytest.raises(Refused):
            await candidates.listed(conn, "burnt")
        with pytest.raises(Refused):
            await candidates.one(conn, uuid4())


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_waterfall_adds_up_and_names_nobody(
    night: Night, station: Agent, room: Agent, lang: render.Language
):
    place = {"zh": "蒋桥", "en": "沈桥"}[lang]
    home, other, row = await in_doubt(night, station, room, place)
    found = await look(night, home, other)
    assert [c["weight"] for c in found.weighed] == [r["weight"] for r in row["reasons"]]
    assert sum(c["weight"] or 0.0 for c in found.weighed) == pytest.approx(found.weight, abs=0.1)
    assert {side.registrars for side in found.sides} == {("测试镇派出所",), ("测试镇人民调解委员会",)}
    page = html(found, lang)
    for reason in found.reasons:
        told = candidate_words.in_words(reason, words(lang))
        assert f"{told[0]}: {told[1]}</text>" in page
        assert f"<td>{told[0]}</td><td>{told[1]}</td>" in page
        assert f">{signed(reason['weight'] or 0.0)}</text>" in page
        assert (told != (reason["comparison"], reason["level"])) is (lang == "en")
    assert f"= {signed(found.weight)}</text>" in page
    for hidden in (f"{place[0]}测", f"{place}路"):
        assert hidden not in page
    async with night.hub.database.connection() as conn:
        seen = await dispute.timeline(conn, str(found.sides[0].code))
    assert [(t.id, t.code) for t in seen.twins] == [(found.id, found.sides[1].code)]
    units = render.units_of(seen, words(lang))
    more = {"units": units, "picture": "", "link_states": candidate_words.shown(words(lang))["states"]}
    at = {"now": found.found_at, "keep": ""}
    told = render.page("dispute", words(lang), "/hub", here="disputes", it=seen, **at, **more)
    assert f"/hub/links/{found.id}?lang={lang}" in told
    for side in found.sides:
        assert f"/hub/disputes?code={side.code}&amp;lang={lang}" in page
    assert 'value="link"' in page
    assert 'value="decline"' in page
    assert "<form" not in html(found, lang, may=False)


async def test_an_administrator_links_and_undoes_from_the_page(night: Night, station: Agent, room: Agent):
    home, other, row = await in_doubt(night, station, room, "韩园")
    hub, item = night.hub, row["id"]
    for act in (candidates.link, candidates.decline, candidates.undo):
        for reason in ("", " x ", "字" * 501):
            with pytest.raises(Refused):
                await act(hub, item, "airflow:admin", reason)
    await candidates.link(hub, item, "airflow:admin", " 已核实 ")
    assert await states(night, home, other) == ("linked", "related")
    assert [s["action"] for s in await heard(station, home)] == ["relate"]
    found = await look(night, home, other)
    assert (found.decided_by, found.answer, found.decisions) == ("airflow:admin", "related", ("undo",))
    assert 'value="undo"' in html(found)
    with pytest.raises(Refused) as twice:
        await candidates.decline(hub, item, "airflow:admin", "已核实")
    assert twice.value.code == "conflict"
    await candidates.undo(hub, item, "airflow:second", "并非同一起")
    assert await states(night, home, other) == ("undone", "unrelated")
    assert "<form" not in html(await look(night, home, other))
    assert await actions(night, str(item)) == [
        ("link-decide", "airflow:admin"),
        ("link-undo", "airflow:second"),
    ]


async def test_what_is_declined_on_the_page_is_told_to_nobody_and_can_be_taken_back(
    night: Night, station: Agent, room: Agent
):
    home, other, row = await in_doubt(night, station, room, "杨庄")
    await candidates.decline(night.hub, row["id"], "airflow:admin", "两起不同纠纷")
    assert await states(night, home, other) == ("declined", "unrelated")
    assert await heard(station, home) == await heard(room, other) == []
    found = await look(night, home, other)
    assert found.decisions == ("reopen",)
    assert 'value="reopen"' in html(found)
    await candidates.reopen(night.hub, row["id"], "airflow:second", "认定有误")
    found = await look(night, home, other)
    assert (found.state, found.decided_by, found.answer) == ("waiting", None, None)
    assert await heard(station, home) == await heard(room, other) == []
    await link(night)
    assert (await look(night, home, other)).state == "waiting"
    with pytest.raises(Refused) as twice:
        await candidates.reopen(night.hub, row["id"], "airflow:second", "认定有误")
    assert twice.value.code == "conflict"
    await candidates.link(night.hub, row["id"], "airflow:admin", "再次核实")
    assert await states(night, home, other) == ("linked", "related")
    assert await actions(night, str(row["id"])) == [
        ("link-decide", "airflow:admin"),
        ("link-reopen", "airflow:second"),
        ("link-decide", "airflow:admin"),
    ]


async def test_what_is_certain_says_on_what_ground(night: Night, station: Agent, room: Agent):
    sides = [person("A", "p1", "a", "id", name="褚测甲"), person("B", "p2", "b", "id", name="褚测乙")]
    home = await registered(station, STATION, sides, **at("石桥街4号"))
    other = await registered(room, COMMITTEE, sides, **at("石桥街4号"))
    await link(night)
    found = await look(night, home, other)
    assert [r["level"] for r in found.grounds] == [CERTAIN["id"]]
    assert CERTAIN["id"] in html(found)
    assert "same ID numbers, near in time" in html(found, "en")
    assert candidate_words.telling(found)[0] == found.grounds[0]
    async with night.hub.database.writing() as conn:
        await conn.execute("UPDATE link_candidate SET reasons = $2 WHERE id = $1", found.id, [*found.grounds])
    assert "<svg" not in html(await look(night, home, other))


def test_every_reason_has_english_words():
    stored = [(c.zh, c.level(gamma)) for c in COMPARISONS for gamma in range(-1, len(c.levels) + 1)]
    stored += [(GROUND, level) for level in CERTAIN.values()] + [(PRIOR, SHARED)]
    for comparison, level in stored:
        said = english(comparison, level)
        assert all(text.isascii() and text for text in said), (comparison, level)
    assert len({english(*one) for one in stored}) == len(set(stored))
    assert english("以前的比对项", "以前的结果") == ("以前的比对项", "以前的结果")


def test_for_and_against_differ_in_more_than_colour():
    steps = [Step("a & b", "<c>", 2.0), Step("d", "e", -3.5), Step("f", "g", 0.0)]
    picture = waterfall(steps, ("sum", -1.5), "t")
    for said in ("a &amp; b: &lt;c&gt;", "+2.00", "−3.50", ">0<", "= −1.50", "<desc>", "95 %"):
        assert said in picture
    assert picture.count('fill="url(#against)"') == 1
    assert waterfall([], ("sum", 0.0), "t") == ""


def test_who_shows_candidates_loads_no_engine():
    asked = (
        "import sys, hub.nightly.pages.candidate_words; print(*(sys.modules.keys() & {'splink', 'duckdb'}))"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""
