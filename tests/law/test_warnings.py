"""Warnings: who hears at once, levels of the district, dispatch, proxies, the unit above, the end."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from hub.errors import Refused
from hub.law import decide
from hub.law.calendar import Calendar
from hub.law.district import Area, District, Level
from hub.law.localised import with_periods
from hub.law.model import Act, Decision
from hub.law.shapes import Tables
from hub.law.timers import first_notice
from tests.law.guarding import refused
from tests.law.lawbook import UNITS, Book, new_id
from tests.law.stages import at, codes

VISIT = {"result": "工资已付清", "revisit_plan": {"by": "测员", "on": "2026-10-30"}}
CENTRE = (Area("500199", "centre"),)
POLICE = (Area("500199", "bureau"), Area("500199001", "station2"))
HOMES = {"village": ("500199001", "500199"), "station": ("500199",)}
CHILD = {"ref": "p9", "kind": "person", "role": "side_b", "name": "测童", "flags": {"minor": True}}


@dataclass
class Told:
    """A dispute of a district, and its warning."""

    book: Book
    district: District
    case: str = ""
    decisions: list[Decision] = field(default_factory=list)

    def say(self, kind: str, sender: str, when: str, to: str | None = None, **document: Any) -> Decision:
        book, moment = self.book, at(when)
        named = None if kind == "early_warning" and not self.case else self.case
        book.last = new_id("message")
        told = {"business_time": moment.isoformat(), **document}
        act = Act(book.last, kind, told, sender, to, book.dispute, named, moment, moment)
        law = replace(book.tables, district=self.district)
        decision = decide(law, act, book.situation(), UNITS, new_id("case"), book.calendar)
        book._take(decision, act)
        self.case = decision.focus or self.case
        self.decisions.append(decision)
        return decision

    def raised(self, to: str | None = "station", sender: str = "village", **document: Any) -> Decision:
        said = {"action": "raise", "level_proposed": "02", "situation": "测", **document}
        return self.say("early_warning", sender, "05-01 21:15", to, **said)

    def feedback(self, action: str, sender: str, when: str = "05-01 21:30", **document: Any) -> Decision:
        return self.say("warning_feedback", sender, when, action=action, **document)

    @property
    def state(self) -> str:
        return self.book.cases[self.case].state

    def roles(self, role: str) -> tuple[str, ...]:
        return tuple(self.book.cases[self.case].roles.get(role, ()))


@pytest.fixture
def plain(tables: Tables, calendar: Calendar) -> Told:
    """Nothing is configured."""
    return Told(Book(tables, calendar), tables.district)


@pytest.fixture
def told(tables: Tables, calendar: Calendar) -> Told:
    """A coordinating centre dispatches, the police of places are known, an office is offline."""
    district = tables.district._replace(dispatchers=CENTRE, police=POLICE, homes=HOMES)
    return Told(Book(tables, calendar), district._replace(proxies={"court2": "centre"}))


def units(decision: Decision) -> dict[str, str]:
    return {t.unit: t.role for t in decision.told}


def test_a_person_raises_and_only_the_hub_suggests(plain: Told) -> None:
    with refused("human", "/action"):
        plain.say("early_warning", "station", "05-01 09:00", "centre", action="suggest")
    with refused("human", "/action"):
        plain.say("early_warning", "hub", "05-01 09:00", "centre", action="raise")
    with pytest.raises(Refused) as unnamed:
        plain.say("early_warning", "station", "05-01 09:00", "centre", action="reopen")
    assert unnamed.value.code == "case-unknown"


def test_no_row_that_weighs_a_level_is_the_hub_s(tables: Tables) -> None:
    for machine in tables.machines.values():
        for row in machine.rows:
            if "human" in row.guards:
                assert not row.by & {"hub", "hub_admin"}
            if "asker_only" in row.guards:
                assert row.by == {"asker"}


def test_the_forced_order_to_the_end(told: Told) -> None:
    told.raised(to=None)
    assert (told.roles("dispatcher"), told.roles("unit_in_charge")) == (("centre",), ())
    for early in ("acknowledged", "measures", "clear_requested", "cleared"):
        with pytest.raises(Refused) as refusal:
            told.feedback(early, "centre", **VISIT)
        assert refusal.value.code == "illegal-step"
    told.feedback("classified", "centre", level="02")
    named = [{"unit": "office"}, {"unit": "justice", "lead": True}]
    told.feedback("dispatched", "centre", units_in_charge=named, safety_units=["station"])
    assert (told.roles("unit_in_charge"), told.roles("safety_unit")) == (("justice", "office"), ("station",))
    told.feedback("acknowledged", "justice", "05-01 22:00")
    told.feedback("measures", "justice", "05-01 23:00", measures=[{"text": "测"}], level="03")
    assert told.book.cases[told.case].facts["level"] == "02"  # a report weighs nothing
    told.feedback("clear_requested", "justice", "05-08 09:00", **VISIT)
    told.feedback("clear_refused", "centre", "05-08 10:00", reason="未回访")
    told.feedback("clear_requested", "justice", "05-09 09:00", **VISIT)
    told.feedback("cleared", "centre", "05-09 10:00")
    told.feedback("revisited", "justice", "06-01 09:00")
    told.feedback("closed", "centre", "06-02 09:00")
    assert told.state == "closed"
    assert not told.book.running("WARN_PERIODIC")


def test_who_is_put_in_charge_is_handed_the_warning_once(told: Told) -> None:
    first = told.raised(to=None)
    opened = told.book.last
    assert first.handed == ()
    told.feedback("classified", "centre", level="02")
    sent = told.feedback("dispatched", "centre", units_in_charge=[{"unit": "office"}])
    assert [(h.message, h.kind, h.sender, h.unit, h.role) for h in sent.handed] == [
        (opened, "early_warning", "village", "office", "unit_in_charge")
    ]
    moved = told.feedback(
        "upgraded", "office", level="02", reason="扩大", units_in_charge=[{"unit": "court2"}]
    )
    assert {h.unit for h in moved.handed} == {"court2"}


@pytest.mark.parametrize(
    "said",
    [
        {"kinds": ["domestic_violence"]},
        {"kinds": ["criminal"]},
        {"kinds": ["minor"]},
        {"protected": ["p9"]},
        {"mandatory_report": {"required": True}},
        {"key_persons": [{"ref": "p9", "flags": {"domestic_violence": "victim"}}]},
    ],
)
def test_the_police_of_the_place_hear_of_violence_at_once(told: Told, said: dict[str, Any]) -> None:
    decision = told.raised(to="office", **said)
    assert units(decision)["station2"] == "safety_unit"  # where the raiser works
    assert told.state == "raised"
    elsewhere = Told(told.book, told.district).raised(to="office", place={"division": "500199"}, **said)
    assert units(elsewhere)["bureau"] == "safety_unit"


def test_without_violence_the_police_wait_for_a_dispatch(told: Told) -> None:
    assert units(told.raised(to="office", kinds=["group_event"])) == {
        "office": "unit_in_charge",
        "centre": "dispatcher",
    }


def test_violence_is_not_classified_past_the_police(plain: Told) -> None:
    decision = plain.raised(to="office", kinds=["domestic_violence"], key_persons=[CHILD])
    assert "police_always" in codes(decision, "/place")  # nobody has configured who it is
    with refused("police_always", "/safety_units"):
        plain.feedback("classified", "office", level="01")
    with refused("police_always", "/safety_units"):
        plain.feedback("dispatched", "office", units_in_charge=[{"unit": "court"}], safety_units=["court"])
    plain.feedback("classified", "office", level="01", safety_units=["station"])
    assert plain.roles("safety_unit") == ("station",)


@pytest.mark.parametrize(
    ("said", "runs"),
    [
        ({"protected": ["p9"]}, True),
        ({"kinds": ["minor"]}, True),
        ({"kinds": ["domestic_violence"], "key_persons": [{"ref": "p9", "capacity": "limited"}]}, True),
        ({"kinds": ["domestic_violence"], "key_persons": [CHILD]}, True),
        ({"kinds": ["domestic_violence"], "key_persons": [{"ref": "p9", "capacity": "full"}]}, False),
        ({"kinds": ["group_event"], "key_persons": [CHILD]}, False),
        ({"mandatory_report": {"required": True, "done_at": "2026-05-01T21:10:00+08:00"}}, False),
    ],
)
def test_the_duty_to_report_runs_from_discovery(told: Told, said: dict[str, Any], runs: bool) -> None:
    decision = told.raised(to="office", **said)
    begun = [s for s in decision.started if s.rule == "MANDATORY_REPORT"]
    assert bool(begun) is runs
    assert all(s.due == at("05-01 21:15") and s.started_at == s.due for s in begun)
    assert [s.object for s in begun] == [told.case] * runs


def test_silence_after_a_report_alarms_in_the_night_and_the_police_end_it(told: Told) -> None:
    decision = told.raised(to="office", protected=["p9"])
    begun = next(s for s in decision.started if s.rule == "MANDATORY_REPORT")
    notice = first_notice(told.book.tables, begun, at("05-01 21:15"))
    assert notice is not None
    assert (notice.phase, notice.at) == ("overdue", at("05-01 21:45"))
    alarm = told.say("deadline_notice", "hub", "05-01 21:45", rule="MANDATORY_REPORT", phase="overdue")
    assert units(alarm)["bureau"] == "superior"
    assert told.book.facts["mandatory_report"] == "required"
    told.feedback("acknowledged", "station2", "05-01 21:50")
    assert not told.book.running("MANDATORY_REPORT")
    assert told.book.facts["mandatory_report"] == "handled"


def test_a_false_alarm_is_withdrawn_but_not_one_of_violence(told: Told) -> None:
    told.raised(to="office")
    told.say("withdrawal", "village", "05-01 22:00", target="warning", reason="误报")
    assert told.state == "dismissed"
    violent = Told(told.book, told.district)
    violent.raised(to="office", protected=["p9"])
    with refused("police_always", "/target"):
        violent.say("withdrawal", "village", "05-01 22:00", target="warning", reason="误报")


def test_levels_and_hours_are_the_district_s(tables: Tables, calendar: Calendar) -> None:
    hours = {"WARN_CLASSIFY": {"red": 0.25, "blue": 48}, "WARN_ACK": {"red": 0.25, "blue": 12}}
    levels = (Level("red", "红", superior=True), Level("blue", "蓝", superior=False))
    own = with_periods(tables, hours, {"WARN_REVISIT": 7})
    told = Told(Book(own, calendar), District(levels, dispatchers=CENTRE, homes=HOMES))
    raised = told.raised(to=None, level_proposed={"code": "red", "scheme": "测区", "version": "1"})
    classify = next(s for s in raised.started if s.rule == "WARN_CLASSIFY")
    assert classify.due == at("05-01 21:30")
    with refused("level_cfg", "/level"):
        told.feedback("classified", "centre", level="01")
    told.feedback("classified", "centre", level="blue")
    sent = told.feedback("dispatched", "centre", units_in_charge=[{"unit": "office"}])
    assert next(s for s in sent.started if s.rule == "WARN_ACK").due == at("05-02 09:30")
    assert tables.rules["WARN_ACK"].by_level["01"] == 0.5  # the reference is left as it is
    unknown = Told(told.book, told.district).raised(to=None, level_proposed="01")
    assert "level_cfg" in codes(unknown, "/level_proposed")


def test_up_and_down(told: Told) -> None:
    told.raised(to=None)
    told.feedback("classified", "centre", level="02")
    told.feedback("dispatched", "centre", units_in_charge=[{"unit": "office"}])
    told.feedback("acknowledged", "office", "05-01 22:00")
    up = told.feedback("upgraded", "office", "05-01 23:00", level="01", reason="扩大")
    assert next(s for s in up.started if s.rule == "WARN_ACK").due == at("05-01 23:30")
    assert told.state == "dispatched"
    told.feedback("acknowledged", "office", "05-01 23:10")
    down = told.feedback("downgraded", "office", "05-02 10:00", level="03", reason="缓和")
    assert "level_cfg" not in codes(down)
    wrong = told.feedback("downgraded", "office", "05-02 11:00", level="01", reason="缓和")
    assert "level_cfg" in codes(wrong, "/level")  # it leads up: a person may mean it, and is told


def test_the_unit_above_is_a_party_of_the_gravest_and_confirms_its_end(told: Told) -> None:
    told.raised(to=None)
    told.feedback("classified", "centre", level="02")
    told.feedback("dispatched", "centre", units_in_charge=[{"unit": "office"}])
    assert told.roles("superior") == ()
    up = told.feedback("upgraded", "office", level="01", reason="扩大")
    assert told.roles("superior") == ("justice",)
    assert units(up)["justice"] == "superior"
    assert {h.unit for h in up.handed} == {"justice"}
    told.feedback("acknowledged", "office")
    with refused("cleared_evidence", "/result"):
        told.feedback("clear_requested", "office", revisit_plan=VISIT["revisit_plan"])
    with refused("cleared_evidence", "/revisit_plan"):
        told.feedback("clear_requested", "office", result="已化解", revisit_plan={"by": "测员"})
    told.feedback("clear_requested", "office", **VISIT)
    with refused("superior_clear", "/action"):
        told.feedback("cleared", "centre")
    told.feedback("cleared", "justice")
    assert told.state == "cleared"


def test_where_nobody_is_above_the_end_is_noted_not_barred(plain: Told) -> None:
    plain.raised(to="district", sender="station")
    plain.feedback("classified", "district", level="01")
    plain.feedback("dispatched", "district", units_in_charge=[{"unit": "justice"}])
    plain.feedback("acknowledged", "justice")
    plain.feedback("clear_requested", "justice", **VISIT)
    assert "superior_clear" in codes(plain.feedback("cleared", "district"))
    assert plain.state == "cleared"


def test_not_mine_goes_back_and_the_second_time_up(told: Told) -> None:
    told.raised(to=None)
    told.feedback("classified", "centre", level="02")
    told.feedback("dispatched", "centre", units_in_charge=[{"unit": "office"}])
    with refused("reason", "/reason"):
        told.feedback("not_mine", "office")
    told.feedback("not_mine", "office", reason="属住建")
    assert (told.state, told.roles("dispatcher")) == ("classified", ("centre",))
    told.feedback("dispatched", "centre", units_in_charge=[{"unit": "court"}])
    assert told.roles("unit_in_charge") == ("court",)
    second = told.feedback("not_mine", "court", reason="属街道")
    assert told.roles("dispatcher") == ("centre", "district")
    assert units(second)["district"] == "dispatcher"
    told.feedback("dispatched", "district", units_in_charge=[{"unit": "justice"}])
    assert told.state == "dispatched"


def test_a_unit_in_charge_must_be_known(told: Told) -> None:
    told.raised(to=None)
    with refused("unit-unknown", "/units_in_charge/1/unit"):
        told.feedback("dispatched", "centre", units_in_charge=[{"unit": "office"}, {"unit": "某局,3105"}])


def test_a_proxy_answers_for_an_offline_unit_and_says_how_it_handed_over(told: Told) -> None:
    told.raised(to=None)
    told.feedback("classified", "centre", level="02")
    sent = told.feedback("dispatched", "centre", units_in_charge=[{"unit": "court2"}])
    assert units(sent)["court2"] == "unit_in_charge"
    over = {"rule": "WARN_ACK", "phase": "overdue"}
    assert units(told.say("deadline_notice", "hub", "05-01 23:30", **over))["centre"] == "unit_in_charge"
    bare = told.feedback("acknowledged", "centre", handover={"to_person": "测员"})
    assert codes(bare, "/handover/how", "/handover/at") == {"completeness"}
    told.feedback("measures", "centre", measures=[{"text": "测"}])
    direct = Told(told.book, told.district._replace(proxies={"court2": "court"}))
    assert units(direct.raised(to="court2")).keys() == {"court2", "court", "centre"}
    direct.feedback("acknowledged", "court")
    other = Told(told.book, told.district._replace(proxies={}))
    other.raised(to=None)
    other.feedback("dispatched", "centre", units_in_charge=[{"unit": "court2"}])
    with pytest.raises(Refused) as refusal:
        other.feedback("acknowledged", "centre")
    assert refusal.value.code == "illegal-step"


def test_escalation_of_each_hour_clock_reaches_the_unit_above(told: Told) -> None:
    told.raised(to=None)
    late = told.say("deadline_notice", "hub", "05-02 01:15", rule="WARN_CLASSIFY", phase="overdue")
    assert units(late) == {"centre": "dispatcher", "district": "superior"}
    told.feedback("dispatched", "centre", units_in_charge=[{"unit": "office"}])
    late = told.say("deadline_notice", "hub", "05-02 03:15", rule="WARN_ACK", phase="overdue")
    assert units(late) == {"office": "unit_in_charge", "justice": "superior", "centre": "dispatcher"}
    told.feedback("acknowledged", "office")
    late = told.say("deadline_notice", "hub", "05-03 03:15", rule="WARN_FEEDBACK", phase="overdue")
    assert units(late) == {"office": "unit_in_charge", "justice": "superior"}


def test_what_a_person_raises_of_a_suggestion_goes_to_the_district_s_dispatcher(told: Told) -> None:
    told.say("early_warning", "hub", "05-01 09:00", "station", action="suggest", origin="hub")
    assert (told.state, told.roles("dispatcher")) == ("suggested", ("station",))
    raised = told.say("early_warning", "station", "05-01 10:00", action="raise", level_proposed="01")
    assert (told.state, told.roles("dispatcher"), told.roles("raiser")) == (
        "raised",
        ("centre",),
        ("station",),
    )
    assert units(raised)["centre"] == "dispatcher"
    assert [s.due for s in raised.started if s.rule == "WARN_CLASSIFY"] == [at("05-01 11:00")]  # not 13:00
    assert raised.handed == ()  # what the station says itself is all the centre needs


def test_without_a_dispatcher_who_raises_a_suggestion_dispatches(plain: Told) -> None:
    plain.say("early_warning", "hub", "05-01 09:00", "station", action="suggest", origin="hub")
    raised = plain.say("early_warning", "station", "05-01 10:00", "office", action="raise")
    assert (plain.roles("dispatcher"), plain.roles("unit_in_charge")) == (("station",), ("office",))
    assert plain.roles("raiser") == ("station",)
    assert not raised.handed
    plain.feedback("acknowledged", "office")
    assert plain.state == "in_control"


def test_a_suggestion_is_dismissed_with_a_reason(told: Told) -> None:
    told.say("early_warning", "hub", "05-01 09:00", "station", action="suggest", origin="hub")
    with refused("reason", "/reason"):
        told.feedback("dismissed", "station")
    told.feedback("dismissed", "station", reason="已化解")
    assert told.state == "dismissed"


def test_the_smallest_area_counts() -> None:
    district = District((), police=(*POLICE, Area("", "court")))
    assert district.police_of(("500199001003",)) == "station2"
    assert district.police_of(("500199",)) == "bureau"
    assert district.police_of(("110101",)) == "court"
    assert District((), police=POLICE).police_of(()) is None


def test_rules_are_replaced_not_changed(tables: Tables) -> None:
    rule = tables.rules["CONSULT_ACK"]
    own = with_periods(tables, {}, {"CONSULT_ACK": 2})
    assert own.rules["CONSULT_ACK"] == replace(rule, n=2)
    assert tables.rules["CONSULT_ACK"] == rule
