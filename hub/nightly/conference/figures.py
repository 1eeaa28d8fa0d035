"""The indicators of the reference list: what exchanged data can count, how, and what they cannot. Pure.

Each figure has a formula with its version, a numerator and a denominator, as people read them. Where the
source leaves the formula open there are variants, each with its own name. What is not exchanged is not
estimated: it is listed with the reason. Counts that are small are hidden by `trust.disclosure`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from hub.nightly.conference.book import Book, Case, Due
from hub.nightly.conference.period import Period
from hub.trust.disclosure import small

VERSION: Final = "2026-11"
Measure = Literal["rate", "days"]
Counted = tuple[int, int]
"""Numerator (a number of cases, or of days for a mean) and denominator."""

RIGHTS: Final = frozenset(
    {
        "JC_APPLY", "JC_PARTY_OBJECTION", "JC_THIRD_OBJECTION", "ENFORCE_APPLY", "ENFORCE_OPEN", "LIMITATION",
        "PERF_ITEM", "PERF_REMIND", "PERF_VISIT", "ANNOUNCE_SERVICE", "PIPIA_KEEP", "NETLOG_KEEP",
        "DISPUTE_IDLE", "TRAFFIC_POLICE_APPLY", "FEE_PAY", "JC_SUPPLEMENT", "ZHIAN_CASE_CLOCK",
    }
)  # fmt: skip
"""Deadlines that no unit can miss: windows and duties of the parties, reminders, times of keeping."""


@dataclass(frozen=True, slots=True)
class Formula:
    """How one figure is counted: in words for people, and as a function over the book."""

    indicator: str
    variant: str
    zh: str
    en: str
    numerator: str
    denominator: str
    measure: Measure
    count: Callable[[Book, Period], Counted]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one period. None: hidden, because it is about fewer than five."""

    formula: Formula
    period: Period
    partial: bool
    numerator: int | None
    denominator: int | None
    value: float | None
    hidden: bool


def figure(formula: Formula, book: Book, period: Period) -> Figure:
    """The figure of a period; partial when the period goes on after the cut-off."""
    over, under = formula.count(book, period)
    partial = period.ends > book.cut_off
    if small(under):
        return Figure(formula, period, partial, None, None, None, hidden=True)
    if formula.measure == "rate" and (small(over) or small(under - over)):
        return Figure(formula, period, partial, None, under, None, hidden=True)
    value = round(over / under, 4 if formula.measure == "rate" else 1) if under else None
    return Figure(formula, period, partial, over, under, value, hidden=False)


def _in(at: datetime | None, period: Period) -> bool:
    return at is not None and period.starts <= at < period.ends


def _of(book: Book, machine: str, state: str, period: Period) -> list[Case]:
    """Cases of a machine that first reached a state in the period."""
    return [c for c in book.cases if c.machine == machine and _in(c.reached.get(state), period)]


def _ended(book: Book, period: Period) -> Iterator[tuple[Case, datetime, bool]]:
    """Mediations that ended in the period: the case, when, whether by agreement."""
    for case in book.cases:
        ends = [(case.reached[s], s == "agreed") for s in ("agreed", "not_agreed") if s in case.reached]
        if case.machine == "referral" and ends and _in(min(ends)[0], period):
            yield (case, *min(ends))


def _agreed(book: Book, period: Period) -> list[Case]:
    return _of(book, "referral", "agreed", period)


def _success_of_ended(book: Book, period: Period) -> Counted:
    ended = list(_ended(book, period))
    return sum(agreed for _, _, agreed in ended), len(ended)


def _success_of_accepted(book: Book, period: Period) -> Counted:
    taken = _of(book, "referral", "accepted", period)
    return sum("agreed" in case.reached for case in taken), len(taken)


def _voluntary(book: Book, period: Period) -> Counted:
    agreed = _of(book, "dispute", "agreed", period)
    return sum("performed" in c.reached and "breached" not in c.reached for c in agreed), len(agreed)


def _performed(book: Book, period: Period) -> Counted:
    last: dict[str, datetime] = {}
    for due in book.dues:
        if due.rule == "PERF_ITEM":
            last[due.dispute] = max(due.due, last.get(due.dispute, due.due))
    end = min(period.ends, book.cut_off)
    over = {dispute for dispute, at in last.items() if period.starts < at <= end}
    done = {c.dispute for c in book.cases if c.machine == "dispute" and "performed" in c.reached}
    return len(over & done), len(over)


def _confirmed(book: Book, period: Period) -> Counted:
    agreed = {case.dispute for case in _agreed(book, period)}
    ruled = {c.dispute for c in book.cases if c.machine == "confirmation" and "ruled" in c.reached}
    return len(agreed & ruled), len(agreed)


def _applied(book: Book, period: Period) -> Counted:
    agreed = {case.dispute for case in _agreed(book, period)}
    asked = {case.dispute for case in book.cases if case.machine == "confirmation"}
    return len(agreed & asked), len(agreed)


def _accepted(book: Book, period: Period) -> Counted:
    asked = _of(book, "confirmation", "submitted", period)
    return sum("accepted" in case.reached for case in asked), len(asked)


def _rejected(book: Book, period: Period) -> Counted:
    decided = [*_of(book, "confirmation", "ruled", period), *_of(book, "confirmation", "negative", period)]
    return sum("negative" in case.reached for case in decided), len(decided)


def _confirming_days(book: Book, period: Period) -> Counted:
    ruled = [c for c in _of(book, "confirmation", "ruled", period) if "submitted" in c.reached]
    return sum((c.reached["ruled"] - c.reached["submitted"]).days for c in ruled), len(ruled)


def _mediating_days(book: Book, period: Period) -> Counted:
    ended = [(c, at) for c, at, _ in _ended(book, period) if "accepted" in c.reached]
    return sum((at - c.reached["accepted"]).days for c, at in ended), len(ended)


def _criminal(book: Book, period: Period) -> Counted:
    converted = _of(book, "warning", "converted", period)
    return sum(case.criminal for case in converted), len(converted)


def _overdue(book: Book, period: Period) -> Counted:
    due = [d for d in _ripe(book, period) if d.rule not in RIGHTS]
    return sum(d.stopped_at is None for d in due), len(due)


def _filing_overdue(book: Book, period: Period) -> Counted:
    due = [d for d in _ripe(book, period) if d.rule == "FILE_CASE"]
    return sum(d.stopped_at is None for d in due), len(due)


def _filing_refused(book: Book, period: Period) -> Counted:
    done = [d for d in book.dues if d.rule == "FILE_CASE" and not d.historical and _in(d.stopped_at, period)]
    return sum(d.refused for d in done), len(done)


def _ripe(book: Book, period: Period) -> list[Due]:
    """Deadlines whose last day ended in the period and before the cut-off."""
    end = min(period.ends, book.cut_off)
    return [d for d in book.dues if not d.historical and period.starts < d.due <= end]


FORMULAS: Final = (
    Formula("调解成功率", "按办结", "调解成功率(按办结)", "mediations agreed, of those ended",
            "当期办结且达成协议的调解", "当期办结的调解", "rate", _success_of_ended),
    Formula("调解成功率", "按受理", "调解成功率(按受理)", "mediations agreed, of those accepted",
            "当期受理、至截止时达成协议的调解", "当期受理的调解", "rate", _success_of_accepted),
    Formula("平均调解时长", "", "平均调解时长", "mean days of mediation",
            "当期办结调解自接受至终结的整日数之和", "当期办结的调解", "days", _mediating_days),
    Formula("自动履行率", "", "自动履行率", "agreements performed without breach",
            "当期达成协议、至截止时履行完毕且未曾违约的纠纷", "当期达成协议的纠纷", "rate", _voluntary),
    Formula("协议履行率", "", "协议履行率", "agreements performed, of those due",
            "其中至截止时已履行完毕的纠纷", "最后一项履行期在当期届满的纠纷", "rate", _performed),
    Formula("司法确认率", "", "司法确认率", "agreements confirmed",
            "其中至截止时裁定确认有效的纠纷", "当期达成协议的纠纷", "rate", _confirmed),
    Formula("司法确认率", "申请率", "司法确认申请率", "agreements put to the court",
            "其中至截止时已申请确认的纠纷", "当期达成协议的纠纷", "rate", _applied),
    Formula("司法确认率", "受理率", "司法确认受理率", "applications accepted",
            "其中至截止时已受理的申请", "当期提交的申请", "rate", _accepted),
    Formula("司法确认率", "驳回率", "司法确认未获确认率", "applications not confirmed",
            "其中未获确认(含不予受理)的申请", "当期作出决定的申请", "rate", _rejected),
    Formula("司法确认率", "平均用时", "司法确认平均用时", "mean days to a ruling",
            "当期裁定有效的申请自提交至裁定的整日数之和", "当期裁定有效的申请", "days", _confirming_days),
    Formula("民转刑件数", "预警", "转案件的预警中转刑事的", "warnings that became criminal cases",
            "其中转为刑事案件的(依案号或案件进展)", "当期转治安或刑事案件的预警", "rate", _criminal),
    Formula("超期率", "", "超期率", "duties overdue and not done",
            "其中至截止时仍未办结的期限", "当期届满的办理期限(不含当事人的期限)", "rate", _overdue),
    Formula("超期率", "立案", "立案期限超期率", "filings asked for and not registered in time",
            "其中至截止时仍未登记立案的", "当期届满的登记立案期限(民诉法126)", "rate", _filing_overdue),
    Formula("超期率", "不予受理", "裁定不予受理率", "filings asked for and refused by a ruling",
            "其中裁定不予受理的", "当期办结的登记立案期限(民诉法126)", "rate", _filing_refused),
)  # fmt: skip

NOT_COMPUTABLE: Final = {
    "万人起诉率": (
        "一审收案总数与人口数不在交换数据中",
        "neither the courts' filings nor the population are exchanged",
    ),
    "万人成讼率": (
        "一审收案总数与人口数不在交换数据中;是否压诉,见立案期限超期率、裁定不予受理率",
        "neither the courts' filings nor the population are exchanged; see filings overdue and refused",
    ),
    "民事调解撤诉率": (
        "法院一审结案总数及结案方式不在交换数据中",
        "the courts' closings at first instance are not exchanged",
    ),
    "诉前调解成功分流率": (
        "诉至法院的纠纷总量不在交换数据中;该轨道自 2025 年停用",
        "the total brought to court is not exchanged; the track is retired since 2025",
    ),
    "诉讼服务中心实质性化解纠纷率": (
        "公布的公式不完整,不作推测",
        "the published formula is incomplete; nothing is guessed",
    ),
    "群众满意度/安全感": (
        "依公众抽样调查,不在交换数据中",
        "rests on surveys of the public, which are not exchanged",
    ),
    "一案一补覆盖率": (
        "符合补贴条件的案件依本地规则认定,不在交换数据中",
        "which cases are eligible is for local rules, and is not exchanged",
    ),
}
"""Indicator → why it cannot be counted here, in Chinese and English."""
