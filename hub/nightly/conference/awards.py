"""One unit's own figures beside the criteria of an award: a package for who decides, and no decision. Pure.

Beside the criteria stands what was not registered in time and what was refused by a ruling, always: few suits
are no merit where they are held back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from hub.exchange.awards_config import Award, Criterion
from hub.nightly.conference.points import Trend

BESIDE: Final = ("立案期限超期率", "裁定不予受理率")
Met = Literal["yes", "no", "unknown", "shown"]
"""`unknown`: hidden, nothing to count, or no figure of the report; `shown`: no criterion, only beside."""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of the report's own period against its bound. Without `measure` it is none of the report's."""

    zh: str
    en: str
    asked: str
    numerator: int | None
    denominator: int | None
    value: float | None
    measure: str
    met: Met


@dataclass(frozen=True, slots=True)
class Package:
    """What one award asks for."""

    award: str
    lines: tuple[Line, ...]


def packages(awards: Iterable[Award], trends: Iterable[Trend]) -> tuple[Package, ...]:
    """The packages of a unit, in the order of the configuration."""
    known = {trend.zh: trend for trend in trends}
    return tuple(_package(award, known) for award in awards)


def _package(award: Award, known: Mapping[str, Trend]) -> Package:
    lines = [_line(criterion, known.get(criterion.figure)) for criterion in award.criteria]
    asked = {criterion.figure for criterion in award.criteria}
    lines += [_line(Criterion(name), known[name]) for name in BESIDE if name in known and name not in asked]
    return Package(award.name, tuple(lines))


def _line(criterion: Criterion, trend: Trend | None) -> Line:
    asked = _asked(criterion, trend.measure if trend else "")
    if trend is None:
        return Line(criterion.figure, "", asked, None, None, None, "", "unknown")
    point = trend.points[-1]
    words = (trend.zh, trend.en, asked, point.numerator, point.denominator, point.value, trend.measure)
    return Line(*words, _met(criterion, point.value))


def _asked(criterion: Criterion, measure: str) -> str:
    bound = criterion.least if criterion.least is not None else criterion.most
    if bound is None:
        return ""
    told = f"{bound * 100:g}%" if measure == "rate" else f"{bound:g}"
    return f"{'≥' if criterion.least is not None else '≤'} {told}"


def _met(criterion: Criterion, value: float | None) -> Met:
    if criterion.least is None and criterion.most is None:
        return "shown"
    if value is None:
        return "unknown"
    enough = criterion.least is None or value >= criterion.least
    within = criterion.most is None or value <= criterion.most
    return "yes" if enough and within else "no"
