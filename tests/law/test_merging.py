"""What a survivor takes over: roles, agreements, clocks by their names; and what an undo gives back."""

from datetime import UTC, date, datetime
from typing import Any

from hub.law.merging import absorb, moving, release
from hub.law.model import Running, Situation

NOW = datetime(2026, 4, 8, tzinfo=UTC)
TODAY = date(2026, 4, 8)


def item(agreement: str, case: str, state: str = "open") -> dict[str, Any]:
    return {"agreement": agreement, "case": case, "no": 1, "due": None, "state": state, "object": "1"}


def clock(number: str, rule: str, obj: str, case: str | None, due: date | None = TODAY) -> Running:
    return Running(number, rule, obj, case, NOW, due, "running")


def dispute(name: str, **facts: Any) -> Situation:
    roles = {"registrar": (f"police {name}",), "mediation_unit": (f"room {name}",)}
    known = {"agreements": [{"id": f"agreement {name}", "case": f"run {name}"}]}
    items = {"items": [item(f"agreement {name}", f"run {name}")]}
    clocks = (
        clock(f"1 {name}", "PERF_ITEM", "1", f"run {name}"),
        clock(f"2 {name}", "JC_PARTY_OBJECTION", "p1", f"case {name}"),
        clock(f"3 {name}", "FILE_CASE", name, None),
        clock(f"4 {name}", "LIMITATION", name, None, None),
    )
    return Situation(name, "agreed", roles, {**known, **items, **facts}, {}, clocks)


def test_the_survivor_keeps_its_own_and_takes_over_the_rest():
    joined = absorb(dispute("a"), dispute("b", mandatory_report="required"))
    assert joined.roles == {
        "registrar": ("police a",),
        "mediation_unit": ("room a", "room b"),
        "joined_unit": ("police b",),
    }
    assert [a["id"] for a in joined.facts["agreements"]] == ["agreement a", "agreement b"]
    assert [i["object"] for i in joined.facts["items"]] == ["1", "1@agreement b"]
    assert joined.facts["mandatory_report"] == "required"
    assert joined.facts["absorbed"] == ["b"]
    assert joined.objects == {"1 b": "1@agreement b", "2 b": "p1@case b"}


def test_an_item_s_clock_has_the_name_of_its_item():
    joined = absorb(dispute("a"), dispute("b"))
    (fact,) = [i for i in joined.facts["items"] if i["agreement"] == "agreement b"]
    assert joined.objects["1 b"] == fact["object"]


def test_a_day_of_evidence_stays_where_it_was_said():
    assert moving(dispute("b").deadlines) == ["3 b"]


def test_what_was_absorbed_before_comes_along():
    first = absorb(dispute("b"), dispute("c"))
    middle = dispute("b", absorbed=first.facts["absorbed"])
    assert absorb(dispute("a"), middle).facts["absorbed"] == ["b", "c"]


def test_an_undo_gives_back_the_agreements_as_they_stand():
    home, out = dispute("a"), dispute("b", merged_into="a")
    facts = absorb(home, out).facts
    facts["items"] = [{**i, "state": "performed"} for i in facts["items"]]
    left, back = release(facts, out.facts, "b", ["run b"])
    assert [a["id"] for a in left["agreements"]] == ["agreement a"]
    assert [i["agreement"] for i in left["items"]] == ["agreement a"]
    assert left["absorbed"] == []
    assert [(i["agreement"], i["state"]) for i in back["items"]] == [("agreement b", "performed")]
    assert "merged_into" not in back
