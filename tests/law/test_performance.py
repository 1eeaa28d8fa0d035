"""Performance: items one by one, breach and cure, changed terms, enforcement, what an archive ends."""

from datetime import date

import pytest

from hub.errors import Refused
from hub.law.calendar import Calendar
from hub.law.shapes import Tables
from tests.law import lawstories as ls
from tests.law.stages import Stage, codes


@pytest.fixture
def stage(tables: Tables, calendar: Calendar) -> Stage:
    return Stage.new(tables, calendar)


def perform(stage: Stage, event: str, when: str, sender: str = "room", **more: object) -> object:
    on = f"2026-{when[:5]}"
    return stage.say("performance", {"event": event, "on": on, **more}, sender, when)


def items(stage: Stage) -> dict[object, object]:
    return {i["no"]: i["state"] for i in stage.book.facts["items"]}


def test_one_item_after_the_other(stage: Stage) -> None:
    stage.agreed(dues=("07-20", "08-20"))
    assert {d.object: d.due_on for d in stage.book.running("PERF_ITEM")} == {
        "1": date(2026, 7, 20), "2": date(2026, 8, 20)
    }  # fmt: skip
    assert {d.object: d.due_on for d in stage.book.running("PERF_REMIND")} == {
        "1": date(2026, 7, 17), "2": date(2026, 8, 17)
    }  # fmt: skip
    perform(stage, "item_performed", "07-18 09:00", item=1)
    assert items(stage) == {1: "performed", 2: "open"}
    assert [d.object for d in stage.book.running("PERF_ITEM")] == ["2"]
    assert [d.object for d in stage.book.running("PERF_REMIND")] == ["2"]
    assert stage.book.state == "agreed"


def test_an_item_nobody_knows_ends_no_other(stage: Stage) -> None:
    stage.agreed(dues=("07-20",))
    perform(stage, "item_performed", "07-18 09:00", item=9)
    assert [d.object for d in stage.book.running("PERF_ITEM")] == ["1"]


def test_breach_without_a_ruling_cannot_be_enforced(stage: Stage) -> None:
    stage.agreed()
    perform(stage, "item_breached", "07-22 09:00", item=1)
    assert stage.book.state == "breached"
    assert "ENFORCE_OPEN" not in stage.running()


def test_breach_after_a_ruling_opens_enforcement_of_the_due_item(stage: Stage) -> None:
    stage.agreed(dues=("07-20", "08-20")).applied().accepted().ruled().effective()
    decision = perform(stage, "item_breached", "07-22 09:00", item=1)
    assert {d.object: d.due_on for d in stage.book.running("ENFORCE_OPEN")} == {"1": date(2026, 7, 21)}
    assert [s.step for s in decision.steps] == ["DIS31", "REF53", "CON42"]
    assert {t.unit for t in decision.told} == {"station", "tribunal"}
    perform(stage, "breach_cured", "07-25 09:00", item=1)
    assert "ENFORCE_OPEN" not in stage.running()
    assert (stage.book.state, items(stage)) == ("agreed", {1: "performed", 2: "open"})


def test_where_one_breach_makes_all_due(stage: Stage) -> None:
    stage.mediating()
    due = [{**ls.item(n, day), "acceleration": True} for n, day in ((1, "2026-07-18"), (2, "2026-12-20"))]
    stage.result("agreed_written", "07-06 11:00", agreements=[ls.agreement("2026-07-06", due)])
    stage.applied().accepted().ruled().effective()
    perform(stage, "item_breached", "07-22 09:00", item=1)
    opened = {d.object: d.due_on for d in stage.book.running("ENFORCE_OPEN")}
    assert opened == dict.fromkeys(("1", "2"), date(2026, 7, 21))  # 07-18 is a Saturday: due on Monday


def test_an_early_claim_of_breach_is_noted(stage: Stage) -> None:
    stage.agreed().applied().accepted().ruled().effective()
    assert "breach" in codes(perform(stage, "item_breached", "07-15 09:00", item=1))  # type: ignore[arg-type]


def test_changed_terms_move_the_day(stage: Stage) -> None:
    stage.agreed(dues=("07-20", "08-20"))
    change = {"items": [{"no": 1, "kind": "pay", "due": {"value": "2026-09-15", "precision": "day"}}]}
    perform(stage, "terms_changed", "07-10 09:00", change=change)
    assert {d.object: d.due_on for d in stage.book.running("PERF_ITEM")} == {
        "1": date(2026, 9, 15), "2": date(2026, 8, 20)
    }  # fmt: skip


def test_a_waived_item_is_owed_no_more(stage: Stage) -> None:
    stage.agreed(dues=("07-20", "08-20"))
    perform(stage, "waived", "07-10 09:00", item=2)
    perform(stage, "item_performed", "07-11 09:00", item=1)
    assert items(stage) == {1: "performed", 2: "waived"}
    assert not stage.running() & {"PERF_ITEM", "PERF_REMIND"}


def test_all_performed_ends_everything(stage: Stage) -> None:
    stage.effective()
    decision = perform(stage, "all_performed", "07-20 09:00", confirmed_by=["p1", "p2"])
    assert {s.step for s in decision.steps} == {"DIS37", "REF53", "CON43"}
    assert (stage.book.state, stage.case.state) == ("performed", "performed")
    assert not stage.running() & {"PERF_ITEM", "PERF_REMIND", "ENFORCE_APPLY", "JC_APPLY", "ENFORCE_OPEN"}
    assert {"PERF_VISIT", "ARCHIVE"} <= stage.running()


def test_enforcement_is_reported_not_decided(stage: Stage) -> None:
    stage.agreed().applied(to="court")
    court = {"sender": "court", "case": stage.confirmation}
    stage.say("confirmation_answer", {"decision": "accepted"}, when="07-08 09:00", **court)
    stage.say("confirmation_ruling", {"outcome": "confirmed"}, when="07-09 09:00", **court)
    stage.effective("07-10 09:00")
    perform(stage, "item_breached", "07-22 09:00", item=1)
    applied = {"phase": "enforcement_applied", "on": "2026-07-23"}
    stage.say("case_status", applied, "court2", "07-23 09:00", case=stage.confirmation)  # where property is
    assert stage.case.state == "enforcing"
    assert stage.case.roles["enforcing_court"] == ("court2",)
    assert len(stage.book.running("EXEC_NOTICE")) == 1
    stage.say(
        "case_status", {"phase": "enforcement_closed"}, "court2", "08-23 09:00", case=stage.confirmation
    )
    assert stage.case.state == "effective"
    assert "EXEC_NOTICE" not in stage.running()


def test_a_new_agreement_takes_the_place_of_the_breached_one(stage: Stage) -> None:
    stage.agreed()
    old = stage.book.last
    perform(stage, "item_breached", "07-22 09:00", item=1)
    stage.referred("07-23 09:00").mediating("07-23 10:00")
    assert stage.book.state == "breached"
    fresh = ls.agreement("2026-07-24", [ls.item(1, "2026-09-01")])
    stage.result("agreed_written", "07-24 09:00", agreements=[fresh])
    assert stage.book.state == "breached"  # it says nothing of the old one
    stage.referred("07-25 09:00", matters=[2]).mediating("07-25 10:00")
    stage.result("agreed_written", "07-26 09:00", agreements=[{**fresh, "replaces_agreement": old}])
    assert stage.book.state == "agreed"
    assert [a.get("replaced", False) for a in stage.book.facts["agreements"]] == [True, False, False]


def test_putting_the_runs_file_away_ends_no_performance(stage: Stage) -> None:
    stage.agreed()
    archived = {"phase": "archived", "on": "2026-07-10"}
    stage.say("case_status", archived, "room", "07-10 09:00", case=stage.run)
    assert (stage.book.state, stage.case.state) == ("agreed", "closed")
    assert "PERF_ITEM" in stage.running()


def test_a_closed_run_does_not_stop_performance_from_being_reported(stage: Stage) -> None:
    stage.agreed()
    stage.say("case_status", {"phase": "archived"}, "room", "07-10 09:00", case=stage.run)
    done = {"event": "all_performed", "on": "2026-07-20"}
    decision = stage.say("performance", done, "room", "07-20 09:00", case=stage.run)
    assert [s.step for s in decision.steps] == ["DIS37"]


def test_nothing_is_performed_before_an_agreement(stage: Stage) -> None:
    stage.mediating()
    with pytest.raises(Refused, match="illegal-step"):
        perform(stage, "all_performed", "07-20 09:00")


def test_performed_on_the_spot_is_not_watched(stage: Stage) -> None:
    stage.agreed(performed_on_spot=True)
    assert not stage.running() & {"PERF_ITEM", "PERF_REMIND"}
    assert items(stage) == {1: "performed"}


def test_who_mediated_hears_that_it_was_not_confirmed_though_another_applied(stage: Stage) -> None:
    stage.agreed()
    told = ls.application("2026-07-06", 2, agreement=None)
    case = stage.say("confirmation_application", told, "station", "07-07 09:00", to="tribunal").focus or ""
    stage.confirmation = case
    stage.accepted()
    decision = stage.say(
        "confirmation_ruling", {"outcome": "rejected_358", "grounds": ["358-5"]}, "tribunal", "07-09 09:00",
        case=case,
    )  # fmt: skip
    assert {t.unit: t.role for t in decision.told}["room"] == "mediation_unit"
    assert {t.unit: t.role for t in decision.told}["station"] == "applicant_unit"


def test_an_old_enforcement_still_rules_a_certificate_out(stage: Stage) -> None:
    """What was told before the hub kept the fact: the court that enforced has its role in the case."""
    stage.agreed().applied().accepted().ruled().effective()
    perform(stage, "item_breached", "07-22 09:00", item=1)
    applied = {"phase": "enforcement_applied", "on": "2026-07-23"}
    stage.say("case_status", applied, "tribunal", "07-23 09:00", case=stage.confirmation)
    del stage.book.facts["enforced"]
    perform(stage, "breach_cured", "07-25 09:00", item=1)
    assert "PERF_ITEM" not in stage.running()
    wanted = {"offered": True, "issued_no": "1"}
    with pytest.raises(Refused, match="rule"):
        perform(stage, "all_performed", "07-26 09:00", certificate=wanted)


def test_changed_terms_add_an_item_only_where_it_is_known_to_which_agreement(stage: Stage) -> None:
    stage.agreed(dues=("07-20",))
    added = [{"no": 2, "kind": "pay", "due": {"value": "2026-09-15", "precision": "day"}}]
    perform(stage, "terms_changed", "07-10 09:00", change={"items": added})
    assert items(stage) == {1: "open", 2: "open"}
    stage.referred("07-11 09:00", matters=[2]).mediating("07-11 10:00")
    second = ls.agreement("2026-07-12", [ls.item(1, "2026-09-01")])
    stage.result("agreed_written", "07-12 09:00", agreements=[second])
    before = len(stage.book.facts["items"])
    perform(stage, "terms_changed", "07-13 09:00", change={"items": [{**added[0], "no": 7}]})
    assert len(stage.book.facts["items"]) == before
