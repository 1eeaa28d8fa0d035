"""What has changed after a 202, in the model: states, roles, who takes part, and the history it leaves."""

from collections.abc import Mapping
from typing import Any

from tests.walk.model import (
    ENFORCED,
    NEW_RULING,
    OPENERS,
    POLICE,
    REFS,
    SERVED_IN,
    SILENT,
    Case,
    Dispute,
    Said,
    Verdict,
    World,
)
from tests.walk.published import Row

UNWILLING = frozenset({"refused_by_party", "withdrawn_by_party"})
AGREED = frozenset({"agreed_written", "agreed_oral", "partly_agreed"})
Entry = tuple[str | None, str, str | None, str]
"""A step of the history: case (None: the dispute itself), row, from, to."""


class Taking:
    """Takes an accepted message into the world. `guides`: mediation unit → the unit that guides it."""

    def __init__(self, world: World, guides: Mapping[str, str]) -> None:
        self.world, self.guides = world, guides

    def registered(self, unit: str, answer: Mapping[str, Any], to: str | None) -> Dispute:
        units = {unit, *([to] if to else [])}
        dispute = Dispute(answer["dispute"], "registered", {"registrar": (unit,)}, units)
        dispute.said[answer["message"]] = (unit, None)
        dispute.readers[answer["message"]] = units
        self.world.disputes.append(dispute)
        return dispute

    def take(self, said: Said, verdict: Verdict, answer: Mapping[str, Any]) -> list[Entry]:
        """The new state of everything the message moved; the entries of its history."""
        told = {delivery["unit"] for delivery in answer["deliveries"]}
        moved: list[Entry] = []
        touched: list[Case] = []
        for row, case in verdict.rows:
            moved += self._row(said, row, case)
            if case is not None:
                touched.append(case)
        focus = touched[0].id if touched and said.kind != "performance" else None
        if verdict.opens is not None:
            case = self._open(said, verdict, answer)
            said.dispute.refused = (
                said.dispute.refused and said.kind != "referral"
            )  # it brings everybody's yes
            touched.append(case)
            focus = case.id
            moved.append((case.id, "open", None, case.state))
            moved += self._opened(said, case)
        for case in touched:
            case.units |= {said.unit, *told, *_members(case.roles)}
            said.dispute.units |= case.units
        said.dispute.units |= {said.unit, *told, *_members(said.dispute.roles)}
        said.dispute.said[str(answer["message"])] = (said.unit, focus)
        said.dispute.readers[str(answer["message"])] = {said.unit, *told}
        return moved

    def _row(self, said: Said, row: Row, case: Case | None) -> list[Entry]:
        dispute = said.dispute
        if said.kind == "case_status":
            self._police(said)
        if said.fields.get("outcome") in AGREED:
            dispute.agreed = True
        if said.kind == "mediation_result" and said.fields["outcome"] in UNWILLING:
            dispute.refused = True
        elif said.fields.get("all_consented"):
            dispute.refused = False
        if case is None:
            before, dispute.state = dispute.state, row.after(dispute.state)
            self._bind_dispute(said, row)
            return [(None, row.id, before, dispute.state)]
        before = case.state
        case.state = row.after(before)
        if row.told["to"] == "objected":
            case.found_in = before
        elif before == "objected" and case.state == "effective" and case.found_in in ENFORCED:
            case.state = case.found_in
        moved: list[Entry] = [(case.id, row.id, before, case.state)]
        self._learn(said, case)
        return [*moved, *self._served(said, case)]

    def _police(self, said: Said) -> None:
        phase = said.fields["phase"]
        if phase in ("police_case_accepted", "police_case_resumed"):
            said.dispute.police_case = True
        elif phase in ("police_no_penalty", "police_penalty"):
            said.dispute.police_case = False

    def _bind_dispute(self, said: Said, row: Row) -> None:
        roles = said.dispute.roles
        taken = self.world.roles(said, None)
        if said.kind == "case_status" and "case_unit" in row.roles & taken:
            _bind(roles, "case_unit", said.unit)
        elif said.kind == "dispute" and said.fields["action"] == "join":
            _bind(roles, "joined_unit", said.unit)

    def _learn(self, said: Said, case: Case) -> None:
        fields, outcome = said.fields, said.fields.get("outcome")
        if said.kind == "confirmation_ruling" and outcome not in ("corrected", "objection_rejected"):
            case.confirming = outcome in ("confirmed", "objection_upheld_changed")
        if outcome in NEW_RULING or fields.get("decision") == "not_accepted":
            case.served.clear()
        rules = said.kind in ("confirmation_ruling", "case_status")
        if rules and said.unit in case.roles.get("reviewing_court", ()):
            _bind(said.dispute.roles, "case_unit", said.unit)
        if said.kind == "case_status" and fields["phase"] == "enforcement_applied":
            _bind(case.roles, "enforcing_court", said.unit)
        if said.kind == "consultation_reply" and fields["action"] == "transferred":
            case.roles["adviser"] = (fields["transfer_to"],)

    def _served(self, said: Said, case: Case) -> list[Entry]:
        """With the last receipt the ruling is served on all: the hub derives it in the same transaction."""
        if said.kind != "service_receipt" or said.fields["result"] != "served":
            return []
        case.served.add(said.fields["party"])
        if case.served < set(REFS) or case.state not in SERVED_IN:
            return []
        machine = self.world.machines["confirmation"]
        row = next(r for r in machine.rows if r.derived and r.leaves(case.state))
        before, case.state = case.state, row.after(case.state)
        return [(case.id, row.id, before, case.state)]

    def _open(self, said: Said, verdict: Verdict, answer: Mapping[str, Any]) -> Case:
        name = OPENERS[said.kind]
        own = said.fields.get("track") == "self_accepted"
        other = said.unit if own else str(said.to)
        roles: dict[str, tuple[str, ...]] = {}
        if name == "referral":
            roles = {"referring_unit": (said.unit,), "mediation_unit": (other,)}
        elif name == "consultation":
            roles = {"asker": (said.unit,), "adviser": (other,)}
        elif name == "confirmation":
            roles = {"applicant_unit": (said.unit,), "reviewing_court": (other,)}
        else:
            roles = {"raiser": (said.unit,), "dispatcher": (other,), "unit_in_charge": (other,)}
            safe = tuple(u for u in (said.unit, other) if self.world.types[u] in POLICE)
            roles |= {"safety_unit": safe} if safe else {}
        mediator = {"referral": other, "confirmation": said.unit}.get(name, "")
        if mediator in self.guides:
            roles["mediation_supervisor"] = (self.guides[mediator],)
        track = str(said.fields.get("track", ""))
        cid, message = str(answer["case"]["id"]), str(answer["message"])
        case = Case(cid, name, str(verdict.state), roles, said.dispute, set(), message, track)
        said.dispute.cases.append(case)
        return case

    def _opened(self, said: Said, case: Case) -> list[Entry]:
        """What an opening binds in the dispute, and its echo there."""
        dispute, roles = said.dispute, said.dispute.roles
        if case.machine == "confirmation":
            _bind(roles, "mediation_unit", *case.roles["applicant_unit"])
            _bind(roles, "case_unit", *case.roles["reviewing_court"])
        if case.machine != "referral":
            return []
        for role in ("referring_unit", "mediation_unit", "mediation_supervisor"):
            _bind(roles, role, *case.roles.get(role, ()))
        for row in self.world.machines["dispute"].rows_for(dispute.state, "referral", {}, echoes=True):
            before, dispute.state = dispute.state, row.after(dispute.state)
            return [(None, row.id, before, dispute.state)]
        return []


def _bind(roles: dict[str, tuple[str, ...]], role: str, *units: str) -> None:
    held = roles.get(role, ())
    roles[role] = (*held, *(u for u in units if u not in held))


def _members(roles: Mapping[str, tuple[str, ...]]) -> set[str]:
    return {unit for role, units in roles.items() if role not in SILENT for unit in units}
