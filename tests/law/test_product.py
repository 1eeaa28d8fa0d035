"""The full product of states × steps × roles: a table's row is taken, all else is refused with 409.

Each role is held by a unit of its own, of a type that gives it nothing. Documents are complete, so that
no guard on the document speaks; the guards have their own tests.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import Any

import pytest

from hub.errors import Refused
from hub.law import decide
from hub.law.calendar import Calendar
from hub.law.model import Act, CaseState, Decision, Running, Situation
from hub.law.shapes import Machine, Row, Tables
from hub.law.tables import load_tables
from tests.law import lawstories as ls
from tests.law.lawbook import UnitTable, unit

TABLES = load_tables()
AT = datetime.fromisoformat("2026-07-01T10:00:00+08:00")
CASE, NEW, DISPUTE = "case", "new", "dispute"
OUTSIDER = "outsider"
FULL: dict[str, dict[str, Any]] = {
    "case_status": {
        "no_penalty": dict.fromkeys(
            ("agreement", "performed", "written_request_all", "police_approval"), True
        )
    },
    "mediation_result": {"agreements": [ls.agreement("2026-06-30", [ls.item(1, "2026-07-20")])]},
    "guidance": {"told": ["p1", "p2"], "filing_requested": False},
    "service_receipt": ls.receipt("p1", "electronic", "served"),
    "dispute_link": {"approvers": [{"person": "甲"}, {"person": "乙"}]},
    "referral": ls.referral("police_people", replaces=CASE),
    "confirmation_answer": {"ground": "355-1"},
    "confirmation_ruling": {"grounds": ["358-1"]},
    "objection": {"objector": {"ref": "p1"}},
    "performance": {"confirmed_by": ["p1"]},
    "warning_feedback": {
        "level": "02",
        "result": "已化解",
        "revisit_plan": {"by": "测员", "on": "2026-08-01"},
    },
    "consultation_reply": {"for_reference_only": True, "answered_by": {"name": "测员"}},
    "early_warning": {"situation": "测"},
}
ALL = ("dispute", "referral", "consultation", "warning", "confirmation")


def messages(machine: Machine) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every kind with every choice of its deciding fields that the table knows."""
    seen = set()
    for row in machine.rows:
        if row.derived or (row.echo and row.kind != "case_status"):
            continue
        names = [name for name, _ in row.when]
        choices = [sorted(values, key=str) if values else ["visit"] for _, values in row.when]
        for chosen in product(*choices):
            key = (row.kind, tuple(zip(names, chosen, strict=True)))
            if key not in seen:
                seen.add(key)
                yield row.kind, dict(key[1])


def cases() -> Iterator[Any]:
    for name in ALL:
        machine = TABLES.machines[name]
        for kind, fields in messages(machine):
            if (name, kind) not in (("referral", "performance"), ("confirmation", "performance")):
                yield pytest.param(
                    machine, kind, fields, id=f"{name}-{kind}-{'-'.join(map(str, fields.values()))}"
                )


def holder(role: str) -> str:
    return role if role in ("hub", "hub_admin") else f"unit of {role}"


def units(machine: Machine) -> UnitTable:
    """`superior` and `mediation_supervisor` are bound like the others: only their unit may be them."""
    return UnitTable(*(unit(holder(role), "other") for role in machine.source["roles"]))


def situation(machine: Machine, state: str) -> Situation:
    roles = {role: (holder(role),) for role in machine.source["roles"] if not role.startswith("hub")}
    if machine.id == "dispute":
        return Situation(DISPUTE, state, roles, {}, {}, ())
    facts = {"track": "police_people", "confirming": True, "platform": "hub", "mediation_type": "people"}
    if machine.id == "referral":
        facts["platform"] = "court_online"
    parties = {"p1": {"state": "pending"}, "p2": {"state": "pending"}} if machine.id == "confirmation" else {}
    case = CaseState(CASE, machine.id, state, roles, facts, AT, parties)
    period = Running("d", "RM_NORMAL", CASE, CASE, AT, AT.date(), "running")
    return Situation(DISPUTE, "handling", {"registrar": ("somebody",)}, {}, {CASE: case}, (period,))


def send(
    machine: Machine, state: str, kind: str, fields: dict[str, Any], role: str, calendar: Calendar
) -> Decision:
    document: dict[str, Any] = {"remarks": "测试", **FULL.get(kind, {}), **fields}
    if "replaces" in fields:
        document["replaces"] = CASE
    if "all_consented" in fields:
        answer = "yes" if fields["all_consented"] else "silent"
        document["consents"] = [{"about": "mediation", "answer": answer, "by": p} for p in ("p1", "p2")]
    if kind == "dispute_link":
        document["survivor"] = DISPUTE if fields.get("this_dispute") == "survivor" else "another"
    named = machine.id != "dispute" and kind != "referral"
    to = "somebody" if kind == "referral" else None
    act = Act("m", kind, document, holder(role), to, DISPUTE, CASE if named else None, AT, AT)
    return decide(TABLES, act, situation(machine, state), units(machine), NEW, calendar)


def expected(machine: Machine, state: str, kind: str, fields: dict[str, Any], role: str) -> Row | None:
    for row in machine.rows:
        echo_only = row.echo and kind != "case_status"
        if row.kind != kind or state not in row.states or row.derived or echo_only:
            continue
        holds = all(values is None or fields.get(name) in values for name, values in row.when)
        if holds and set(fields) >= {name for name, _ in row.when} and role in row.by:
            condition = row.source.get("applies_if")
            if condition != "other tracks":  # the case here is on the court's platform
                return row
    return None


def takes_joining(machine: Machine, kind: str, fields: dict[str, Any], role: str) -> bool:
    """Any unit but the registrar joins a dispute by saying so."""
    joins = machine.id == "dispute" and kind == "dispute" and fields["action"] == "join"
    return joins and role not in ("registrar", "hub", "hub_admin")


def only_told(machine: Machine, state: str, kind: str, fields: dict[str, Any], role: str) -> bool:
    """What the state has no row for: a notice of the hub, a unit's report of its own proceedings.

    Or a correction of one's own message by whom no row of the dispute is for.
    """
    rows = [r for r in machine.kinds[kind] if all(v is None or fields.get(n) in v for n, v in r.when)]
    if kind == "correction" and machine.id == "dispute":
        return bool(rows) and not any(role in r.by for r in rows)
    if role == "hub":
        return kind == "deadline_notice"
    own = kind == "case_status" and machine.id == "dispute" and all(r.by == {"case_unit"} for r in rows)
    return own and role == "case_unit" and not machine.terminal(state)


@pytest.mark.parametrize(("machine", "kind", "fields"), list(cases()))
def test_every_state_and_role(
    machine: Machine, kind: str, fields: dict[str, Any], calendar: Calendar
) -> None:
    for state, role in product(machine.states, machine.source["roles"]):
        probe = "joined_unit" if takes_joining(machine, kind, fields, role) else role
        row = expected(machine, state, kind, fields, probe)
        where = (machine.id, state, kind, fields, role)
        if row is not None:
            decision = send(machine, state, kind, fields, role, calendar)
            taken = next(s for s in decision.steps if s.machine == machine.id and s.step != "open")
            to_state = state if row.to == "=" else row.to
            assert (taken.step, taken.from_state, taken.to_state) == (row.id, state, to_state), where
        elif only_told(machine, state, kind, fields, role):
            assert send(machine, state, kind, fields, role, calendar).steps == (), where
        else:
            with pytest.raises(Refused) as refusal:
                send(machine, state, kind, fields, role, calendar)
            assert refusal.value.code == "illegal-step", where
            assert refusal.value.extra["state"] == state, where
            assert refusal.value.extra["case"] == (None if machine.id == "dispute" else CASE), where


@pytest.mark.parametrize("name", ALL)
def test_a_stranger_learns_nothing(name: str, calendar: Calendar) -> None:
    machine = TABLES.machines[name]
    kind, fields = {
        "dispute": ("guidance", {"all_consented": True}),
        "referral": ("referral_answer", {"answer": "accepted"}),
        "consultation": ("consultation_reply", {"action": "accepted"}),
        "warning": ("warning_feedback", {"action": "dispatched"}),
        "confirmation": ("confirmation_answer", {"decision": "accepted"}),
    }[name]
    for state in machine.states:
        with pytest.raises(Refused) as refusal:
            send(machine, state, kind, fields, OUTSIDER, calendar)
        assert (refusal.value.code, refusal.value.extra) == ("unknown", {})


def test_the_refusal_names_what_the_sender_may_do(calendar: Calendar) -> None:
    machine = TABLES.machines["referral"]
    with pytest.raises(Refused) as refusal:
        send(machine, "sent", "mediation_result", {"outcome": "failed"}, "mediation_unit", calendar)
    steps = refusal.value.extra["steps"]
    assert {"kind": "referral_answer", "when": {"answer": "accepted"}} in steps
    assert all(s["kind"] not in ("withdrawal", "deadline_notice") for s in steps)


def test_tables_given_to_the_test_are_those_of_the_process(tables: Tables) -> None:
    assert tables.machines.keys() == TABLES.machines.keys()
