"""The figures of a mediator's assessment: each with its formula, numerator and denominator. Pure.

A figure whose denominator is 0 has no value: nothing is assumed of who had nothing to do. Ratings of fewer
than five people are hidden whole, since whoever mediated could tell from them who said what.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal, NamedTuple

VERSION: Final = "2026-11"
LEAST_RATINGS: Final = 5
_PLACES: Final = Decimal("0.0001")

Measure = Literal["rate", "mean"]
Counted = tuple[Decimal, Decimal]


class Run(NamedTuple):
    """A mediation that ended in the period. `days`: from acceptance, whole; `late`: None without a clock.

    `parts`: required parts of the file that are there, and all of them; (0, 0) where no file is asked for.
    """

    agreed: bool
    oral: bool = False
    days: int | None = None
    late: bool | None = None
    parts: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Record:
    """What a period knows of one mediator."""

    hours: Mapping[str, Decimal] = field(default_factory=dict)
    """Kind of training → hours."""
    required: Decimal = Decimal(0)
    """Hours that the local rule asks for in such a period."""
    ratings: tuple[tuple[int, ...], ...] = ()
    """Points (1 to 5) that each respondent gave."""
    runs: tuple[Run, ...] = ()
    performed: tuple[int, int] = (0, 0)
    """Agreements performed, of those whose last item fell due in the period."""
    unconfirmed: tuple[int, int] = (0, 0)
    """Not confirmed, or confirmed and revoked; of all that a court decided in the period."""
    complaints: tuple[int, int] = (0, 0)
    """Complaints found true, wholly or in part; of those received in the period."""


class Figure(NamedTuple):
    """A counted figure. None: no value, because the denominator is 0; all None: hidden."""

    indicator: str
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """How a figure is counted, in words for people and as a function."""

    indicator: str
    zh: str
    en: str
    numerator: str
    denominator: str
    measure: Measure
    count: Callable[[Record], Counted]


def figures(record: Record) -> list[Figure]:
    """All figures of a record, in the order of `FORMULAS`."""
    return [figure(formula, record) for formula in FORMULAS]


def figure(formula: Formula, record: Record) -> Figure:
    """One figure of a record."""
    if formula.indicator == "satisfaction" and 0 < len(record.ratings) < LEAST_RATINGS:
        return Figure(formula.indicator, None, None, None, hidden=True)
    over, under = formula.count(record)
    return Figure(formula.indicator, over, under, divided(over, under))


def divided(over: Decimal, under: Decimal) -> Decimal | None:
    """The quotient to four places, halves up; None of nothing."""
    return (over / under).quantize(_PLACES, ROUND_HALF_UP) if under else None


def summed(records: Iterable[Mapping[str, Figure]]) -> dict[str, Figure]:
    """Figures of several mediators as one: sums over sums, hidden ones left out."""
    totals: dict[str, list[Decimal]] = {f.indicator: [Decimal(0), Decimal(0)] for f in FORMULAS}
    for record in records:
        for name, found in record.items():
            if found.numerator is not None and found.denominator is not None:
                totals[name][0] += found.numerator
                totals[name][1] += found.denominator
    return {name: Figure(name, over, under, divided(over, under)) for name, (over, under) in totals.items()}


def _counts(pair: tuple[int, int]) -> Counted:
    return Decimal(pair[0]), Decimal(pair[1])


def _total(record: Record) -> Decimal:
    return sum(record.hours.values(), Decimal(0))


def _hours(record: Record) -> Counted:
    return _total(record), record.required


def _share_of(kind: str) -> Callable[[Record], Counted]:
    return lambda record: (record.hours.get(kind, Decimal(0)), _total(record))


def _points(record: Record) -> Counted:
    return Decimal(sum(map(sum, record.ratings))), Decimal(sum(map(len, record.ratings)))


def _success(record: Record) -> Counted:
    return Decimal(sum(run.agreed for run in record.runs)), Decimal(len(record.runs))


def _file(record: Record) -> Counted:
    return Decimal(sum(run.parts[0] for run in record.runs)), Decimal(
        sum(run.parts[1] for run in record.runs)
    )


def _days(record: Record) -> Counted:
    known = [run.days for run in record.runs if run.days is not None]
    return Decimal(sum(known)), Decimal(len(known))


def _late(record: Record) -> Counted:
    known = [run.late for run in record.runs if run.late is not None]
    return Decimal(sum(known)), Decimal(len(known))


FORMULAS: Final = (
    Formula("training_hours", "培训学时达标率", "training hours, of those asked for",
            "当期培训、观摩、交流学时之和", "当地规则要求的当期学时", "rate", _hours),
    Formula("training_lecture", "集中培训学时占比", "hours of courses, of all hours",
            "当期集中培训学时", "当期全部学时", "rate", _share_of("lecture")),
    Formula("training_observation", "庭审观摩学时占比", "hours of court observation, of all hours",
            "当期庭审观摩学时", "当期全部学时", "rate", _share_of("court_observation")),
    Formula("training_exchange", "业务交流学时占比", "hours of exchange, of all hours",
            "当期业务交流学时", "当期全部学时", "rate", _share_of("exchange")),
    Formula("satisfaction", "群众评分", "mean of the points given",
            "当期评价各项得分之和", "当期评价的评分项数", "mean", _points),
    Formula("mediation_success", "调解成功率", "mediations agreed, of those ended",
            "当期办结且达成协议的调解", "当期办结的调解", "rate", _success),
    Formula("file_complete", "案卷齐全率", "required parts of the files that are there",
            "其中已有的必备部分", "当期达成协议的调解案卷的必备部分", "rate", _file),
    Formula("avg_days", "平均调解时长", "mean days from acceptance to the end",
            "当期办结调解自接受至终结的整日数之和", "当期办结且有接受记录的调解", "mean", _days),
    Formula("overdue_rate", "超期率", "mediations ended after their period",
            "其中期限届满后才终结的调解", "当期办结且有调解期限的调解", "rate", _late),
    Formula("performance_rate", "协议履行率", "agreements performed, of those due",
            "其中至截止时已履行完毕的协议", "最后一项履行期在当期届满的协议", "rate",
            lambda r: _counts(r.performed)),
    Formula("not_confirmed", "未获确认或被推翻率", "not confirmed or overturned, of those decided",
            "其中未获确认或裁定被撤销的", "当期法院作出决定的司法确认", "rate",
            lambda r: _counts(r.unconfirmed)),
    Formula("complaints_upheld", "投诉属实率", "complaints found true, of those received",
            "其中查实(含部分属实)的投诉", "当期收到的投诉", "rate",
            lambda r: _counts(r.complaints)),
)  # fmt: skip
