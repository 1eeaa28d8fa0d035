"""A report before it has a form: its head, figures with their own trend, and the tables beside them. Pure.

Nothing here compares units: a report is about one area, and its trend is that area's own (the Supreme
People's Court forbids ranking courts).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from hub.evidence.entries import canonical
from hub.exchange.answers import shown
from hub.exchange.assessments import AreaSum
from hub.law.assessing.formulas import FORMULAS as FORMULAS_OF_MEDIATORS
from hub.law.calendar import legal_day
from hub.law.tables import Tables
from hub.nightly.agencies import AGENCIES
from hub.nightly.conference.book import Book, Tier
from hub.nightly.conference.figures import FORMULAS, NOT_COMPUTABLE, RIGHTS, VERSION, Formula, figure
from hub.nightly.conference.period import Period
from hub.trust.disclosure import line, small, suppressed
from schemas import codes

TIERS: Final[Mapping[Tier, tuple[str, str]]] = {
    "city": ("市级", "city"),
    "district": ("区县级", "district"),
    "town": ("镇街级", "town"),
}
_WARNING_STATES: Final = (
    ("raised", "提出", "raised"),
    ("dispatched", "分派", "dispatched"),
    ("in_control", "签收稳控", "under control"),
    ("converted", "转治安或刑事案件", "converted to a police case"),
    ("cleared", "解除", "cleared"),
)
_NAMES: Final = "姓名以本人同意为限,见 GET /v1/honours · names with consent only, at GET /v1/honours"
_WORK: Final = (
    ("training_record", "培训、庭审观摩记录", "training and court observation"),
    ("assessment_result", "考评结果", "assessments"),
    ("satisfaction", "群众评价", "ratings"),
    ("complaint", "投诉", "complaints"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """Whose report of which period, counted up to when by which formulas."""

    tier: Tier
    unit: str
    name: str
    period: str
    first: date
    last: date
    cut_off: str
    partial: bool
    version: str = VERSION

    @property
    def cut_off_read(self) -> str:
        """The cut-off as people read it, to the minute, Beijing time."""
        return f"{datetime.fromisoformat(self.cut_off):%Y-%m-%d %H:%M} (UTC+8)"


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of one period. None: hidden, or nothing to divide by."""

    period: str
    partial: bool
    numerator: int | None
    denominator: int | None
    value: float | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure over this period and those before it; the last point is the report's own."""

    indicator: str
    variant: str
    zh: str
    en: str
    numerator: str
    denominator: str
    measure: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """A line of a table of counts. `note`: its legal basis, where it has one. None: hidden."""

    code: str
    zh: str
    en: str
    count: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure of the assessments, added up over mediators. All None: hidden."""

    indicator: str
    zh: str
    en: str
    numerator: str | None
    denominator: str | None
    value: str | None


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole report."""

    head: Head
    figures: tuple[Trend, ...]
    not_computable: tuple[tuple[str, str, str], ...]
    types: tuple[Count, ...]
    agencies: tuple[str, ...]
    flow: tuple[tuple[int | None, ...], ...]
    overdue: tuple[Count, ...]
    warnings: tuple[Count, ...]
    mediators: tuple[Count, ...]
    assessed: tuple[Sum, ...]

    def agency_names(self) -> tuple[str, ...]:
        """The agencies of `flow`, as people call them."""
        return tuple(" ".join(AGENCIES.get(code, (code,))) for code in self.agencies)

    def members(self) -> dict[str, Any]:
        """As JSON has it."""
        told = asdict(self)
        for name in ("first", "last"):
            told["head"][name] = told["head"][name].isoformat()
        return told

    def digest(self) -> bytes:
        """SHA-256 over the JCS form: the same figures, the same digest."""
        return sha256(canonical(self.members())).digest()


def paper(book: Book, period: Period, head: Head, law: Tables) -> Paper:
    """The report of a period."""
    agencies, flow = _flow(book, period)
    return Paper(
        head,
        tuple(_trend(formula, book, period) for formula in FORMULAS),
        tuple((name, zh, en) for name, (zh, en) in NOT_COMPUTABLE.items()),
        _types(book, period),
        agencies,
        flow,
        _overdue(book, law),
        _warnings(book, period),
        _mediators(book, period),
        _assessed(book.assessed),
    )


def head_of(tier: Tier, unit: tuple[str, str], period: Period, cut_off: datetime) -> Head:
    """The head of a report for a unit (its code and name)."""
    partial = period.ends > cut_off
    return Head(tier, *unit, period.label, period.first, period.last, shown(cut_off), partial)


def _trend(formula: Formula, book: Book, period: Period) -> Trend:
    told = [figure(formula, book, each) for each in period.trend()]
    points = tuple(
        Point(f.period.label, f.partial, f.numerator, f.denominator, f.value, f.hidden) for f in told
    )
    words = (formula.zh, formula.en, formula.numerator, formula.denominator)
    return Trend(formula.indicator, formula.variant, *words, formula.measure, points)


def _types(book: Book, period: Period) -> tuple[Count, ...]:
    counted = Counter(kind for at, kind in book.opened.values() if period.starts <= at < period.ends)
    names = codes("dispute_type")
    return tuple(
        Count(code, names.get(code, code), "", n)
        for code, n in line(
            {c: counted[c] for c in (*names, *(c for c in counted if c not in names))}
        ).items()
        if n != 0
    )


def _flow(book: Book, period: Period) -> tuple[tuple[str, ...], tuple[tuple[int | None, ...], ...]]:
    """Messages between agencies, sender by line, receiver by column."""
    counted = Counter((s, r) for s, r, at in book.flow if period.starts <= at < period.ends)
    agencies = tuple(sorted({agency for pair in counted for agency in pair}))
    told = suppressed({(s, r): counted[s, r] for s in agencies for r in agencies})
    return agencies, tuple(tuple(told[s, r] for r in agencies) for s in agencies)


def _overdue(book: Book, law: Tables) -> tuple[Count, ...]:
    """What is overdue and not done at the cut-off, whenever it fell due, by rule."""
    late = [
        due
        for due in book.dues
        if due.rule not in RIGHTS
        and not due.historical
        and due.due <= book.cut_off
        and due.stopped_at is None
    ]
    counted = Counter(due.rule for due in late)
    oldest = {due.rule: due.due_on for due in sorted(late, key=lambda due: due.due, reverse=True)}
    today = legal_day(book.cut_off)
    return tuple(
        Count(
            rule,
            law.rules[rule].zh,
            "" if small(counted[rule]) else f"最久 oldest {(today - oldest[rule]).days} 日 days",
            n,
            law.rules[rule].basis,
        )
        for rule, n in line(dict(sorted(counted.items()))).items()
    )


def _warnings(book: Book, period: Period) -> tuple[Count, ...]:
    cases = [case for case in book.cases if case.machine == "warning"]
    counted = {
        state: sum(state in c.reached and period.starts <= c.reached[state] < period.ends for c in cases)
        for state, _, _ in _WARNING_STATES
    }
    return tuple(Count(s, zh, en, None if small(counted[s]) else counted[s]) for s, zh, en in _WARNING_STATES)


def _mediators(book: Book, period: Period) -> tuple[Count, ...]:
    """What registers and records say: counts, of people on a public register as they are; nobody is named."""
    said = Counter(kind for kind, at in book.said if period.starts <= at < period.ends)
    honoured = sum(period.first <= day <= period.last for day in book.honoured)
    assessed = book.assessed
    of = f"{assessed.first} – {assessed.last}" if assessed else ""
    registered = (
        Count("mediator", "在册调解员(截止时)", "mediators on the register", book.registered["mediator"]),
        Count(
            "mediation_organisation",
            "在册调解组织(截止时)",
            "organisations on the register",
            book.registered["mediation_organisation"],
        ),
    )
    counted = tuple(Count(kind, zh, en, None if small(said[kind]) else said[kind]) for kind, zh, en in _WORK)
    public = (
        Count("honour", "表彰", "honours", None if small(honoured) else honoured, _NAMES),
        Count(
            "assessed", "参加考评的调解员", "mediators assessed", assessed.mediators if assessed else 0, of
        ),
    )
    return registered + counted + public


def _assessed(found: AreaSum | None) -> tuple[Sum, ...]:
    """The assessments as published sums; nothing of units with few mediators."""
    if found is None:
        return ()
    told = []
    for formula in FORMULAS_OF_MEDIATORS:
        of = found.figures.get(formula.indicator)
        numbers = (of.numerator, of.denominator, of.value) if of else (None, None, None)
        words = (formula.indicator, formula.zh, formula.en)
        told.append(Sum(*words, *(None if n is None else f"{n.normalize():f}" for n in numbers)))
    return tuple(told)
