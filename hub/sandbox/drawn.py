"""The cases of a crowd: what each is about, how it goes, how it is sent, what goes wrong; all by a seed.

The same seed draws the same cases, faults included. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from hub.sandbox.cases import Matter
from hub.sandbox.people import FIRM, Person, somebody

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
    "warned": 6,
    "advised": 6,
    "by_video": 6,
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
OFFICES: Final = {"3105": "5001990100", "3106": "5001990200"}
"""The judicial office that guides a committee, and dispatches its warnings."""
_TYPES: Final = (("2", "邻里纠纷"), ("1", "婚姻家庭纠纷"), ("3", "合同纠纷"), ("99", "其他纠纷"))
_FACTS: Final = (
    "因排水沟堵塞发生争吵",
    "因宅基地边界发生争执",
    "因车辆刮擦赔偿不一",
    "因欠款未还发生纠纷",
)
COURT: Final = frozenset({"court_failed", "court_agreed"})


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
    if path in COURT and chance.random() < 0.5:
        people[-1] = FIRM
    station, committee = chance.choice(PLACES)
    if path in COURT:
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
