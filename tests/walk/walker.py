"""The walk: court, police and justice send legal and illegal steps of all machines, over HTTP, at random.

Each message is judged by the model first. What is accepted must have moved exactly what the published rows
move; what is refused must say so as the tables do, and must have left nothing behind.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.contract.kit import problem
from tests.contract.words import COMMITTEE, OFFICE, STATION
from tests.walk import saying
from tests.walk.ground import GUIDES, TYPES, UNITS, Ground
from tests.walk.model import COURTS, NO_CASE, SILENT, UNKNOWN, Case, Dispute, Said, Verdict, World
from tests.walk.published import Row
from tests.walk.taking import Entry, Taking

NOWHERE = saying.NOBODY
ELSEWHERE = frozenset({"propose", "relate", "unrelate"})
"""Links between two disputes: tests/http/test_links.py."""
MOST = 2
TRACKS = {
    "court": ("entrusted_ordinary", "entrusted_summary", "guided"),
    "tribunal": ("entrusted_ordinary", "entrusted_summary", "guided"),
    "police_bureau": ("police_people", "jurisdiction_transfer"),
    "station": ("police_people", "guided"),
}
OPENING = ("referral", "consultation", "early_warning", "confirmation_application")
MEDIATORS = (COMMITTEE, OFFICE)
DEEDS = (
    *("onward",) * 7, *("of_the_dispute",) * 2, *("anything",) * 3, *("out_of_turn",) * 3,
    *("open",) * 3, "register", "nowhere", "disbelieved",
)  # fmt: skip
chances = st.randoms(use_true_random=True)


class Walk(RuleBasedStateMachine):
    """Two disputes at once, each with cases of its own."""

    ground: ClassVar[Ground]

    @initialize(chance=chances)
    def begin(self, chance: Random) -> None:
        self.ground.rest()
        self.world = World(self.ground.machines, TYPES)
        self.taking = Taking(self.world, GUIDES)
        self.reachable = {name: machine.reachable() for name, machine in self.world.machines.items()}
        self.before: dict[str, dict[str, Any]] = {}
        self.register(chance)
        self.open(chance)

    @rule(what=st.sampled_from(DEEDS), chance=chances)
    def act(self, what: str, chance: Random) -> None:
        """What an agency does next: lawful, unlawful, in the wrong place, or not believed at all."""
        getattr(self, what)(chance)

    def register(self, chance: Random) -> None:
        if len(self.world.disputes) >= MOST:
            return
        unit, to = chance.choice(UNITS), chance.choice(UNITS)
        told = to if to != unit else None
        document = saying.of("dispute", {"action": "register"})
        answer = self._send(unit, "dispute", document, **({"to": told} if told else {}))
        assert answer.status_code == 202, answer.text
        dispute = self.taking.registered(unit, answer.json(), told)
        self._accepted(dispute, answer.json(), unit, [(None, "open", None, "registered")])

    def open(self, chance: Random) -> None:
        """A new case, by a unit of the dispute and now and then by a stranger."""
        dispute = chance.choice(self.world.disputes)
        unit = chance.choice((*sorted(dispute.units), chance.choice(UNITS)))
        kind = chance.choice(OPENING)
        applied = any(case.machine == "confirmation" for case in dispute.cases)
        if kind == "confirmation_application" and applied and dispute.agreed:
            return  # each of several agreements may be confirmed: no matter of states
        self._step(self._opening(dispute, kind, unit, chance), "dispute")

    def onward(self, chance: Random) -> None:
        """Steps that the published rows of one case allow, each by a unit in a role that may."""
        dispute = chance.choice(self.world.disputes)
        case = chance.choice(dispute.cases[-2:] or [None])
        for _ in range(chance.randint(2, 6)):
            self._lawful(dispute, case, chance)

    def of_the_dispute(self, chance: Random) -> None:
        """The same of the dispute itself."""
        self._lawful(chance.choice(self.world.disputes), None, chance)

    def _lawful(self, dispute: Dispute, case: Case | None, chance: Random) -> None:
        moves = list(self._moves(dispute, case))
        if moves:
            row = chance.choice(sorted({row.id for row, _ in moves}))
            found, unit = chance.choice([move for move in moves if move[0].id == row])
            self._say(dispute, case, found, unit, chance, "case")

    def anything(self, chance: Random) -> None:
        """Any row of any machine, sent by anybody about any case, old or new."""
        dispute = chance.choice(self.world.disputes)
        case = chance.choice((None, *dispute.cases))
        unit = chance.choice(UNITS)
        self._say(
            dispute, case, self._any_row(chance), unit, chance, chance.choice(("case", "re", "dispute"))
        )

    def out_of_turn(self, chance: Random) -> None:
        """A step of the case's own machine by a unit of the case, whatever the state."""
        dispute = chance.choice(self.world.disputes)
        case = chance.choice((None, *dispute.cases))
        machine = self.world.machines[case.machine if case else "dispute"]
        row = chance.choice([row for row in machine.rows if _sayable(row)])
        unit = chance.choice(sorted(case.units if case else dispute.units))
        self._say(dispute, case, row, unit, chance, chance.choice(("case", "re")))

    def nowhere(self, chance: Random) -> None:
        """A place that does not exist, or that is two places."""
        dispute, unit = chance.choice(self.world.disputes), chance.choice(UNITS)
        kind, fields = chance.choice(
            (("guidance", {"all_consented": True}), ("withdrawal", {"target": "referral"}))
        )
        document = saying.of(kind, fields)
        how = chance.choice(("re", "about_case", "dispute", "two"))
        others = [d for d in self.world.disputes if d is not dispute and unit in d.units]
        cases = [c for c in dispute.cases if unit in c.units]
        if how == "two" and others and cases:
            document["about_case"] = cases[0].id
            self._refused(dispute, NO_CASE, unit, kind, document, dispute=others[0].id)
        elif how == "about_case":
            self._refused(dispute, UNKNOWN, unit, kind, {**document, "about_case": NOWHERE})
        else:
            self._refused(
                dispute, UNKNOWN, unit, kind, document, **{"re" if how == "re" else "dispute": NOWHERE}
            )

    def disbelieved(self, chance: Random) -> None:
        """What is refused before any case is looked at: 403 and 422."""
        dispute, unit = chance.choice(self.world.disputes), chance.choice(UNITS)
        row = self._any_row(chance)
        fields = next(row.choices())
        document, members = saying.of(row.kind, fields), {"dispute": dispute.id}
        how = chance.choice(("unit", "purpose", "kind", "code", "time"))
        if how == "unit":
            system = chance.choice([s for s in self.ground.systems if unit not in s.units])
            wanted = Verdict(403, "unit-not-yours")
            self._refused(dispute, wanted, unit, row.kind, document, system=system, **members)
        elif how == "purpose":
            wanted = Verdict(403, "kind-not-allowed")
            self._refused(dispute, wanted, unit, row.kind, document, purpose="nothing", **members)
        elif how == "kind":
            wanted, kind = Verdict(403, "kind-not-allowed"), chance.choice(("deadline_notice", "no_kind"))
            self._refused(dispute, wanted, unit, kind, document, **members)
        else:
            self._faulty(chance, dispute, unit, row)

    def _faulty(self, chance: Random, dispute: Dispute, unit: str, row: Row) -> None:
        document = saying.of(row.kind, next(row.choices()))
        if row.told["when"] and chance.random() < 0.5:
            document[next(iter(row.told["when"]))] = 7
        else:
            del document["business_time"]
        early = self.world.sender(unit, row.kind)
        wanted = early or Verdict(422, "schema")
        self._refused(dispute, wanted, unit, row.kind, document, dispute=dispute.id)

    def _any_row(self, chance: Random) -> Row:
        return chance.choice([r for m in self.world.machines.values() for r in m.rows if _sayable(r)])

    # How a step is said.

    def _moves(self, dispute: Dispute, case: Case | None) -> Iterator[tuple[Row, str]]:
        machine = self.world.machines[case.machine if case else "dispute"]
        state = case.state if case else dispute.state
        for row in machine.rows:
            if row.leaves(state) and _sayable(row):
                yield from ((row, unit) for unit in self._holders(dispute, case, row))

    def _holders(self, dispute: Dispute, case: Case | None, row: Row) -> list[str]:
        roles = case.roles if case else dispute.roles
        found = {u for role in row.roles - SILENT for u in roles.get(role, ())}
        takes_part = case.units if case else dispute.units
        if row.kind == "case_status" and row.roles & {"case_unit", "enforcing_court"}:
            found |= {u for u in takes_part if TYPES[u] in COURTS}
        if row.kind == "dispute" and row.roles == {"joined_unit"}:
            found |= takes_part
        return sorted(found)

    def _say(self, dispute: Dispute, case: Case | None, row: Row, unit: str, chance: Random, by: str) -> None:
        fields = chance.choice(list(row.choices()))
        more, members = self._filled(dispute, case, row, fields, unit, chance)
        said = Said(unit, row.kind, {**fields, **more}, dispute, case, **members)
        if case is None and row.kind in OPENING and "replaces" not in said.fields:
            return  # an opening: `open` does that
        self._step(said, by)

    def _filled(
        self, dispute: Dispute, case: Case | None, row: Row, fields: dict[str, Any], unit: str, chance: Random
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """What a step names beside its deciding fields, in the document and in the envelope."""
        action = fields.get("action")
        if row.kind == "service_receipt":
            return {"party": chance.choice(saying.REFS)}, {}
        if row.kind == "referral":
            target = next((c for c in (case, *dispute.cases) if c and c.machine == "referral"), None)
            to = chance.choice([u for u in MEDIATORS if u != unit])
            return {"track": self._track(unit, chance), "replaces": target.id if target else NOWHERE}, {
                "to": to
            }
        if row.kind == "correction":
            own = [
                m for m, (sender, owner) in dispute.said.items() if sender == unit and _fits(fields, owner)
            ]
            message = chance.choice(own or list(dispute.said))
            return {"message": message}, {"corrects": message}
        if row.kind == "consultation_reply" and action == "transferred":
            return {"transfer_to": chance.choice([u for u in UNITS if u != unit])}, {}
        if row.kind in ("consultation", "early_warning"):
            adviser = case.roles.get("adviser") if case else None
            return {}, {"to": adviser[0] if adviser and action == "redirect" else chance.choice(UNITS)}
        if row.kind == "warning_feedback" and action in ("dispatched", "transferred"):
            return {"units_in_charge": [{"unit": chance.choice((STATION, COMMITTEE)), "lead": True}]}, {}
        return ({"survivor": dispute.id}, {}) if fields.get("this_dispute") == "survivor" else ({}, {})

    def _track(self, unit: str, chance: Random) -> str:
        return chance.choice(TRACKS.get(TYPES[unit], ("jurisdiction_transfer",)))

    def _opening(self, dispute: Dispute, kind: str, unit: str, chance: Random) -> Said:
        others = [u for u in UNITS if u != unit]
        if kind == "referral":
            own = unit in MEDIATORS and chance.random() < 0.5
            fields = {"track": "self_accepted" if own else self._track(unit, chance)}
            to = unit if own else chance.choice([u for u in MEDIATORS if u != unit])
            return Said(unit, kind, fields, dispute, None, to)
        if kind == "confirmation_application":
            to = chance.choice([u for u in others if TYPES[u] in COURTS])
            return Said(unit, kind, {}, dispute, None, to)
        fields = {"action": "ask" if kind == "consultation" else "raise"}
        return Said(unit, kind, fields, dispute, None, chance.choice(others))

    # What must come of it.

    def _step(self, said: Said, by: str = "case") -> None:
        document = saying.of(said.kind, said.fields)
        members: dict[str, Any] = {"to": said.to} if said.to else {}
        case = said.case
        if said.kind == "correction":
            pass
        elif case is None or by == "dispute":
            members["dispute"] = said.dispute.id
            said = replace(said, case=None)
        elif by == "re" and _surely(said, case):
            members["re"] = case.opened
            said = replace(said, known=said.unit in said.dispute.readers[case.opened])
        else:
            document["about_case"] = case.id
            said = replace(said, known=said.unit in case.units)
        if said.kind == "dispute":
            said = replace(said, case=None)
        if "replaces" in said.fields:
            target = next((c for c in said.dispute.cases if c.id == said.fields["replaces"]), None)
            if target is None:
                return
            known, said = said.known, replace(said, case=target)
            if not known or said.unit not in said.dispute.units:
                self._refused(said.dispute, UNKNOWN, said.unit, said.kind, document, **members)
                return
        verdict = self.world.judge(said)
        if verdict.status != 202:
            self._refused(said.dispute, verdict, said.unit, said.kind, document, **members)
            return
        answer = self._send(said.unit, said.kind, document, **members)
        assert answer.status_code == 202, (self._where(said), answer.text)
        told = answer.json()
        entries = self.taking.take(said, verdict, told)
        self._told(said, verdict, told)
        for row, moved in verdict.rows:
            self.ground.taken[moved.machine if moved else "dispute", row.id] += 1
        self._accepted(said.dispute, told, said.unit, entries)

    def _where(self, said: Said) -> Any:
        case = said.case
        return said.unit, said.kind, said.fields, case and (case.machine, case.state), said.dispute.state

    def _told(self, said: Said, verdict: Verdict, answer: dict[str, Any]) -> None:
        """Who has a part in it is told: the roles of the rows' `tell`, superiors never."""
        told = {delivery["unit"] for delivery in answer["deliveries"]}
        for row, case in verdict.rows:
            for role in set(row.told["tell"]) - SILENT:
                units = (case.roles.get(role) if case else None) or said.dispute.roles.get(role, ())
                if case is None or case.machine != "warning":
                    assert set(units) - {said.unit} <= told, (self._where(said), row.id, role)

    def _accepted(self, dispute: Dispute, answer: dict[str, Any], unit: str, entries: list[Entry]) -> None:
        self.ground.accepted.add(answer["message"])
        seen = self.before[dispute.id] = self.ground.seen(dispute.id)
        read = seen[self.ground.system(unit).id]
        assert read["state"] == dispute.state
        history = [h for h in read["history"] if h["message"] == answer["message"]]
        found = [(h["case"], h["step"], h["from"], h["to"]) for h in history]
        assert sorted(found, key=str) == sorted(entries, key=str)
        for case in dispute.cases:
            self._as_shown(seen, case)

    def _as_shown(self, seen: dict[str, Any], case: Case) -> None:
        """Every system with a part in the case, and no other, reads it, in the state of the model."""
        for system in self.ground.systems:
            cases = {told["id"]: told for told in seen[system.id].get("cases", ())}
            assert (case.id in cases) is bool(case.units.intersection(system.units))
            if case.id not in cases:
                continue
            told = cases[case.id]
            assert told["state"] == case.state
            assert told["state"] in self.reachable[case.machine]
            roles = {role: tuple(units) for role, units in told["roles"].items()}
            if case.machine == "warning":
                self._as_charged(case, roles)
            assert case.roles.items() <= roles.items()

    def _as_charged(self, case: Case, roles: dict[str, tuple[str, ...]]) -> None:
        """Who classifies and who is in charge is a district's configuration: taken as it is shown."""
        assert case.roles["raiser"] == roles["raiser"]
        case.roles = roles
        case.units |= {u for role, units in roles.items() if role not in SILENT for u in units}
        case.home.units |= case.units

    def _refused(
        self,
        home: Dispute,
        wanted: Verdict,
        unit: str,
        kind: str,
        document: dict[str, Any],
        /,
        **members: Any,
    ) -> None:
        system = members.pop("system", None) or self.ground.system(unit)
        answer = self.ground.send(system, unit, kind, document, **members)
        where = (unit, kind, document.get("about_case"), wanted)
        assert answer.status_code == wanted.status, (where, answer.text)
        told = problem(answer, wanted.status, wanted.code)
        if wanted.status == 409:
            assert told["state"] == wanted.state, (where, told)
            assert told["case"] == (wanted.case.id if wanted.case else None), (where, told)
            assert told["steps"] == list(wanted.steps), (where, told)
        seen = self.ground.seen(home.id)
        changed = _changed(self.before[home.id], seen)
        assert not changed, (where, changed)

    def teardown(self) -> None:
        """Nothing that was refused can be read by anybody."""
        unknown = {
            kind for message, kind in self.ground.news().items() if message not in self.ground.accepted
        }
        assert not unknown

    def _send(self, unit: str, kind: str, document: dict[str, Any], **members: Any) -> Any:
        return self.ground.send(self.ground.system(unit), unit, kind, document, **members)


def _changed(before: Any, after: Any, at: str = "") -> list[str]:
    """Places at which two readings differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = sorted(before.keys() | after.keys())
        return [p for name in names for p in _changed(before.get(name), after.get(name), f"{at}/{name}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            p for n, pair in enumerate(zip(before, after, strict=True)) for p in _changed(*pair, f"{at}/{n}")
        ]
    return [] if before == after else [at]


def _surely(said: Said, case: Case) -> bool:
    """Who joins a case later may be handed its papers, or not: no matter of these tables."""
    return said.unit in said.dispute.readers[case.opened] or said.unit not in said.dispute.units


def _sayable(row: Row) -> bool:
    """A row that an agency can send: not the hub's own, no echo of another message."""
    own = row.roles <= {"hub", "hub_admin"} and row.kind != "dispute_link"
    return not (own or row.derived or row.echo or row.told["when"].get("action") in ELSEWHERE)


def _fits(fields: dict[str, Any], owner: str | None) -> bool:
    return (fields["action"] == "reopen") is (owner is not None)
