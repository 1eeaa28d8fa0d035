"""Many disputes at once: what each is about, how it goes, how it is sent and what goes wrong, all by a seed.

`draw` is pure; `live` tells one drawn case through the systems. The same seed draws the same cases, faults
included; only their order in time differs.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from hub.sandbox.cases import Matter
from hub.sandbox.people import FIRM, Person, somebody
from hub.sandbox.remote import Remote

FIRST_NUMBER: Final = 1000
TRIBUNAL: Final = "50019901"
PLACES: Final = (("500199520000", "3105"), ("500199530000", "3106"))
"""A station and the committee of its place."""

PATHS: Final = {
    "confirmed": 16,
    "supplemented": 5,
    "rejected": 4,
    "not_accepted": 4,
    "performed": 22,
    "failed": 16,
    "declined": 8,
    "court_failed": 12,
    "court_agreed": 7,
    "own": 6,
}
"""How a case goes, with its weight."""

FORMATS: Final = {"register": 5, "calls": 2, "shared": 3}
FAULTS: Final = {
    "none": 66,
    "repeated": 12,
    "corrected": 8,
    "unreadable_row": 7,
    "mislabelled": 7,
}
_TYPES: Final = (("2", "邻里纠纷"), ("1", "婚姻家庭纠纷"), ("3", "合同纠纷"), ("99", "其他纠纷"))
_FACTS: Final = (
    "因排水沟堵塞发生争吵",
    "因宅基地边界发生争执",
    "因车辆刮擦赔偿不一",
    "因欠款未还发生纠纷",
)
_COURT: Final = frozenset({"court_failed", "court_agreed"})


@dataclass(frozen=True, slots=True)
class Drawn:
    """One case as it was drawn. `label` is what the sender says its bytes are.

    `native`: what comes after the registration is sent in native files too, where there are any.
    """

    matter: Matter
    path: str
    form: str
    label: str
    fault: str
    station: str
    committee: str
    native: bool


def draw(seed: int, count: int) -> list[Drawn]:
    """The cases of a seed."""
    chance = Random(seed)
    return [_draw(chance, FIRST_NUMBER + n) for n in range(count)]


def _draw(chance: Random, number: int) -> Drawn:
    path = _pick(chance, PATHS)
    form = _pick(chance, FORMATS)
    fault = _pick(chance, FAULTS)
    kind, label = chance.choice(_TYPES)
    people: list[Person] = [somebody(chance) for _ in range(chance.choice((2, 2, 2, 3, 3, 4)))]
    if path in _COURT and chance.random() < 0.5:
        people[-1] = FIRM
    station, committee = chance.choice(PLACES)
    if path in _COURT:
        form = chance.choice(("case_xml", "shared"))
    elif path == "own":
        form = "shared"
    matter = Matter(
        number=number,
        title=f"{people[0].name}与{people[1].name}{label}",
        facts=f"{people[0].name}与{people[1].name}{chance.choice(_FACTS)}。",
        people=tuple(people),
        dispute_type=kind,
        label=label,
        amount=chance.randrange(1, 200) * 100,
    )
    fits = _fitting(fault, form)
    charset = _label(chance, form, fits)
    return Drawn(matter, path, form, charset, fits, station, committee, chance.random() < 0.5)


def _fitting(fault: str, form: str) -> str:
    """The fault, if it can happen to a file of this form."""
    possible = {
        "corrected": ("shared",),
        "unreadable_row": ("register",),
        "mislabelled": ("register", "case_xml"),
    }
    return fault if form in possible.get(fault, (form,)) else "none"


def _label(chance: Random, form: str, fault: str) -> str:
    if fault == "mislabelled":
        return "UTF-8"
    if form == "case_xml":
        return "GBK"
    return chance.choice(("GB18030", "GBK")) if form in ("register", "calls") else "UTF-8"


def _pick(chance: Random, weights: Mapping[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of a case: its dispute, and the states its machines must have at the end."""

    drawn: Drawn
    dispute: str
    states: Mapping[str, str]


class Crowd:
    """Tells cases through the systems."""

    def __init__(self, police: Remote, justice: Remote, court: Remote, today: date) -> None:
        self._due = (today + timedelta(days=20)).isoformat()
        self._police = police
        self._justice = justice
        self._court = court
        self._paths: dict[str, Callable[[Drawn, str], Awaitable[Mapping[str, str]]]] = {
            "confirmed": self._confirmed,
            "supplemented": self._supplemented,
            "rejected": self._rejected,
            "not_accepted": self._not_accepted,
            "performed": self._performed,
            "failed": self._failed,
            "declined": self._declined,
            "court_failed": self._court_failed,
            "court_agreed": self._court_agreed,
            "own": self._performed,
        }

    async def live(self, case: Drawn) -> Lived:
        """One case from its registration to its end. Raises OrderRefused."""
        dispute = await self._begin(case)
        return Lived(case, dispute, await self._paths[case.path](case, dispute))

    async def _begin(self, case: Drawn) -> str:
        told = case.matter.told()
        if case.path == "own":
            return str((await self._justice.do("take_on", matter=told, unit=case.committee))["dispute"])
        if case.path in _COURT:
            return await self._filed(case, told)
        dispute = await self._registered(case, told)
        unit, to, native = case.station, case.committee, case.native
        await self._police.do("refer", dispute=dispute, matter=told, to=to, unit=unit, as_native=native)
        return dispute

    async def _registered(self, case: Drawn, told: Mapping[str, Any]) -> str:
        police, unit = self._police, case.station
        if case.form == "calls":
            sent = await police.do("register_calls", matters=[told], unit=unit, label=case.label)
        elif case.form == "shared":
            action = "register_wrongly" if case.fault == "corrected" else "register"
            sent = await police.do(action, matter=told, unit=unit)
        else:
            spoiled = case.fault == "unreadable_row"
            rows = [told, told] if spoiled else [told]
            bad = 0 if spoiled else None
            sent = await police.do("register_table", matters=rows, unit=unit, bad_row=bad, label=case.label)
        if case.fault == "repeated":
            await police.do("again", message=sent["message"])
        return str(sent["records"][-1]["dispute"])

    async def _filed(self, case: Drawn, told: Mapping[str, Any]) -> str:
        native = case.form == "case_xml"
        filed = await self._court.do("file_case", matter=told, label=case.label, as_native=native)
        if case.fault == "repeated":
            await self._court.do("again", message=filed["message"])
        dispute = str(filed["dispute"])
        words = {"matter": told, "to": case.committee, "as_native": case.native}
        await self._court.do("entrust", dispute=dispute, **words)
        return dispute

    async def _mediate(self, case: Drawn, dispute: str) -> None:
        unit = case.committee
        if case.path != "own":
            await self._justice.do("sign", dispute=dispute, unit=unit)
            await self._justice.do("accept", dispute=dispute, unit=unit)
        await self._justice.do("progress", dispute=dispute, event="started", unit=unit)

    async def _agree(self, case: Drawn, dispute: str) -> None:
        await self._mediate(case, dispute)
        items = [{"kind": "pay", "due": self._due, "amount": case.matter.amount}]
        terms = f"{case.matter.people[1].name}支付{case.matter.amount}元。"
        words = {"terms": terms, "items": items, "unit": case.committee, "as_native": case.native}
        await self._justice.do("agree", dispute=dispute, **words)

    async def _apply(self, case: Drawn, dispute: str, *lacking: str) -> None:
        await self._agree(case, dispute)
        words = {"to": TRIBUNAL, "unit": case.committee, "lacking": lacking, "as_native": case.native}
        await self._justice.do("apply", dispute=dispute, **words)

    async def _rule(self, case: Drawn, dispute: str, outcome: str) -> None:
        await self._court.do("answer", dispute=dispute, decision="accepted")
        await self._court.do("verify", dispute=dispute)
        native = outcome == "confirmed" and case.native
        await self._court.do("rule", dispute=dispute, outcome=outcome, as_native=native)
        results = {f"p{n}": "direct" for n in range(1, len(case.matter.people) + 1)}
        await self._justice.do("hand_over", dispute=dispute, results=results, unit=case.committee)

    async def _confirmed(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._apply(case, dispute)
        await self._rule(case, dispute, "confirmed")
        return {"dispute": "agreed", "referral": "agreed", "confirmation": "effective"}

    async def _supplemented(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._apply(case, dispute, "identity")
        await self._court.do("answer", dispute=dispute, decision="supplement")
        await self._justice.do("supplement", dispute=dispute, unit=case.committee)
        await self._court.do("expect", dispute=dispute, kind="confirmation_supplement")
        await self._rule(case, dispute, "confirmed")
        return {"dispute": "agreed", "referral": "agreed", "confirmation": "effective"}

    async def _rejected(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._apply(case, dispute)
        await self._rule(case, dispute, "rejected_358")
        return {"dispute": "agreed", "referral": "agreed", "confirmation": "closed"}

    async def _not_accepted(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._apply(case, dispute)
        await self._court.do("answer", dispute=dispute, decision="not_accepted")
        await self._justice.do("expect", dispute=dispute, kind="confirmation_answer")
        return {"dispute": "agreed", "referral": "agreed", "confirmation": "negative"}

    async def _performed(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._agree(case, dispute)
        await self._justice.do("perform", dispute=dispute, unit=case.committee)
        return {"dispute": "performed", "referral": "agreed"}

    async def _failed(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._mediate(case, dispute)
        words = {"concessions": "曾表示愿分期", "unit": case.committee}
        await self._justice.do("fail", dispute=dispute, **words)
        await self._police.do("close", dispute=dispute, phase="told_to_sue", unit=case.station)
        return {"referral": "closed"}

    async def _declined(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._justice.do("decline", dispute=dispute, unit=case.committee)
        await self._police.do("expect", dispute=dispute, kind="referral_answer")
        return {"dispute": "handling", "referral": "declined"}

    async def _court_failed(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._mediate(case, dispute)
        words = {"concessions": "曾表示愿先还一半", "unit": case.committee}
        await self._justice.do("fail", dispute=dispute, **words)
        await self._court.do("close", dispute=dispute, phase="trial_resumed")
        return {"dispute": "litigating", "referral": "closed"}

    async def _court_agreed(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._agree(case, dispute)
        await self._court.do("close", dispute=dispute, phase="mediation_document_issued")
        return {"referral": "closed"}
