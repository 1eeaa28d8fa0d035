"""The demo's page: one self-contained HTML file, pictures drawn in place, Chinese and English.

Pure but for the file it writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import Final

from hub.cli.demo.accounts import Ledger, UnitRow
from hub.cli.demo.checks import Check
from hub.cli.demo.chronicle import Chronicle
from hub.cli.demo.page import texts
from hub.cli.demo.page.calendar import calendar
from hub.cli.demo.page.crowd import crowd
from hub.cli.demo.page.model import Course, Deed, courses
from hub.cli.demo.page.swimlane import swimlane
from hub.cli.demo.words import ENGLISH_UNITS, Names
from hub.sandbox.crowd import Lived

Pair = tuple[str, str]
_COLUMNS: Final = (
    ("发出", "sent"), ("受理", "accepted"), ("拒收", "refused"), ("重发", "repeats"), ("应投", "delivered"),
    ("确认", "acknowledged"), ("入账", "in its book"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the page is made of. `bundled` and `broken` are messages by the state of their evidence."""

    chronicle: Chronicle
    ledgers: Sequence[Ledger]
    rows: Sequence[UnitRow]
    checks: Sequence[Check]
    bundled: set[str]
    broken: set[str]
    lived: Sequence[Lived]
    latencies: tuple[Sequence[float], Sequence[float]]
    seconds: float
    days: tuple[str, str]


def write_page(report: Report, names: Names, path: Path) -> None:
    """Write the page."""
    told = courses(report.chronicle, report.ledgers, names, report.bundled, report.broken)
    body = "\n".join(
        [
            _cards(report),
            _invariants(report.checks),
            *(_course(course, names) for course in told),
            *([crowd(report.lived, report.latencies)] if report.lived else []),
            _accounts(report.rows, names),
        ]
    )
    template = Template(resources.files(__name__).joinpath("page.html").read_text("utf-8"))
    first, last = report.days
    page = template.substitute(
        lang=names.lang,
        body=body,
        when_zh=f"故事日历 {first} 至 {last},实际用时 {report.seconds:.0f} 秒",
        when_en=f"story days {first} to {last}, told in {report.seconds:.0f} seconds",
    )
    path.write_text(page, "utf-8")


def both(said: Pair, tag: str = "span", css: str = "") -> str:
    """A text in both languages."""
    return "".join(
        f'<{tag} class="{lang} {css}">{escape(words)}</{tag}>'
        for lang, words in zip(("zh", "en"), said, strict=True)
    )


def _cards(report: Report) -> str:
    wrong = sum(not c.held for c in report.checks)
    sent = sum(r.accepted for r in report.rows)
    refused = sum(r.refused for r in report.rows)
    arrived = sum(r.acknowledged for r in report.rows)
    proved = len(report.bundled - report.broken)
    holding = f"{len(report.checks) - wrong}/{len(report.checks)}"
    cards: tuple[tuple[str, Pair, str], ...] = (
        (holding, ("项必须成立的事项成立", "invariants hold"), "bad" if wrong else "good"),
        (str(len(report.chronicle.labels) + len(report.lived)), ("件纠纷", "disputes"), ""),
        (str(sent), ("件消息受理", "messages accepted"), ""),
        (str(refused), ("件拒收,无任何效果", "refused, without effect"), ""),
        (str(arrived), ("件投递经签名凭证确认", "deliveries acknowledged"), ""),
        (str(proved), ("件消息的证据离线核验", "messages proved offline"), "good"),
    )
    inner = "".join(f'<div class="card {css}"><b>{n}</b>{both(said)}</div>' for n, said, css in cards)
    return f'<div class="cards">{inner}</div>'


def _invariants(checks: Sequence[Check]) -> str:
    items = "".join(
        f'<li><span class="{"yes" if c.held else "no"}">{"✓" if c.held else "✗"}</span>{both((c.zh, c.en))}'
        f"<small>{escape(c.seen)}</small></li>"
        for c in checks
    )
    title = both(("必须成立的事项", "What must hold"))
    lead = both(
        (
            "每一项都以两本分开记录的账相互核对:各系统自己的账簿、中枢的清单、签名回执、存证日志。",
            (
                "Each holds two accounts against each other that were kept apart: the systems' own books, "
                "the hub's lists, signed receipts, the evidence log."
            ),
        )
    )
    return f'<section><h2>{title}</h2><p class="lead">{lead}</p><ul class="chips">{items}</ul></section>'


def _course(course: Course, names: Names) -> str:
    title = both(texts.STORIES[course.letter])
    lead = both(texts.LEADS[course.letter])
    people = both((f"当事人:{course.title}", f"Parties: {course.title}"))
    lanes, clocks, deeds = (
        both(("往来", "Who sent what to whom")),
        both(("法定期限", "Legal clocks")),
        both(("逐件", "Message by message")),
    )
    rows = "".join(_row(d, names) for d in course.deeds)
    head = "".join(
        f"<th>{both(h)}</th>"
        for h in (("", ""), ("时间", "time"), ("发出", "from"), ("消息", "message"), ("格式", "format"),
                  ("提示", "findings"), ("投递", "deliveries"), ("证据", "evidence"))
    )  # fmt: skip
    return (
        f'<section id="{course.letter}"><h2><span class="letter">{course.letter}</span>{title}</h2>'
        f'<p class="people">{people}<br><span class="mono">{course.dispute}</span></p>'
        f'<p class="lead">{lead}</p>{_noted(course.looked, _LOOKED)}{_noted(course.signs, _SIGNS)}'
        f"{_published(course)}"
        f"<h3>{lanes}</h3>{swimlane(course, names)}{_LEGEND_LANES}"
        f"<h3>{clocks}</h3>{calendar(course, names)}{_LEGEND_CLOCKS}"
        f"<h3>{deeds}</h3><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


_LOOKED: Final = ("就地预检", "Pre-check of the agreement")
_SIGNS: Final = ("虚假诉讼迹象,仅供法官参考", "Signs of false litigation, for the judge alone")


_PUBLIC: Final = ("公开的典型案例", "The typical case as everybody reads it")


def _published(course: Course) -> str:
    """The typical cases that became public, as they are read without a token."""
    items = "".join(f"<li><b>{escape(title)}</b><br>{escape(text)}</li>" for title, text in course.public)
    return f"<h3>{both(_PUBLIC)}</h3><ul>{items}</ul>" if items else ""


def _noted(lists: Sequence[Sequence[texts.Pair]], title: texts.Pair) -> str:
    """What pre-checks or the screening said, one list after the other."""
    if not lists:
        return ""
    none = ("没有问题", "nothing found")
    items = "".join(f"<li>{'<br>'.join(both(said) for said in found or [none])}</li>" for found in lists)
    return f"<h3>{both(title)}</h3><ol>{items}</ol>"


_LEGEND_LANES: Final = f"""<p class="legend">
<span><i class="dot police"></i>{both(("公安", "police"))}</span>
<span><i class="dot justice"></i>{both(("调解组织", "mediators"))}</span>
<span><i class="dot court"></i>{both(("法院、法庭", "courts"))}</span>
<span><i class="dot hub"></i>{both(("中枢提醒", "the hub reminds"))}</span>
<span>{both(("实心箭头:已确认收到", "filled arrow head: acknowledged"))}</span></p>"""
_LEGEND_CLOCKS: Final = f"""<p class="legend">
<span><svg width="34" height="12"><rect class="term" y="1" width="34" height="10" rx="3"/></svg>
{both(("期限", "the term"))}</span>
<span><svg width="34" height="12"><rect class="spent" y="1" width="24" height="10" rx="3"/>
<rect class="stop" x="22" width="4" height="12"/></svg>
{both(("已用,至停止之日", "used, until it stopped"))}</span>
<span><svg width="14" height="14"><path class="evidence" d="M7 0 L13 7 L7 14 L1 7 Z"/></svg>
{both(("证据日(不届满)", "day of evidence, has no end"))}</span>
<span>{both(("灰色竖带:周六、周日", "grey bands: Saturdays and Sundays"))}</span></p>"""


def _row(deed: Deed, names: Names) -> str:
    arrivals = (
        "<br>".join(
            f'<span class="{"ok" if a.done else "wrong"}">{"✓" if a.done else "…"}</span>'
            f" {_unit(a.unit, names)}"
            f" <span class='mono'>{(a.done_at or '')[5:19].replace('T', ' ')}{_tries(a.tries)}</span>"
            for a in deed.arrivals
        )
        or "–"
    )
    proved = {True: '<span class="ok">✓</span>', False: '<span class="wrong">✗</span>', None: "–"}[
        deed.proved
    ]
    form = f'<span class="tag">{escape(deed.form)}</span>' if deed.form else ""
    findings = "".join(
        f'<span class="tag">{both((texts.FINDINGS.get(f, f), f))}</span>' for f in deed.findings
    )
    zh, en = names.kind_zh(deed.kind), deed.kind.replace("_", " ")
    return (
        f'<tr><td class="n">{deed.no}</td><td class="at">{deed.at[5:19].replace("T", " ")}</td>'
        f'<td><i class="dot {deed.agency}"></i>{_unit(deed.unit, names)}</td>'
        f"<td>{both((f'{deed.short[0]}({zh})', f'{deed.short[1]} ({en})'))}</td>"
        f"<td>{form}</td><td>{findings}</td><td>{arrivals}</td><td>{proved}</td></tr>"
    )


def _tries(tries: int) -> str:
    return f" ×{tries}" if tries > 1 else ""


def _unit(code: str, names: Names) -> str:
    return both((names.unit_zh(code), ENGLISH_UNITS.get(code, code)))


def _accounts(rows: Sequence[UnitRow], names: Names) -> str:
    head = f"<th>{both(('单位', 'unit'))}</th>" + "".join(f'<th class="n">{both(c)}</th>' for c in _COLUMNS)
    lines = "".join(_line(row, names) for row in rows)
    title = both(("各单位账目", "The accounts, unit by unit"))
    lead = both(
        (
            "发出 = 受理 + 拒收;应投 = 确认 = 入账。前者来自系统自己的账簿,后者来自中枢。",
            "sent = accepted + refused; delivered = acknowledged = in its book: the systems' own books.",
        )
    )
    return (
        f'<section><h2>{title}</h2><p class="lead">{lead}</p>'
        f"<table><thead><tr>{head}<th></th></tr></thead><tbody>{lines}</tbody></table></section>"
    )


def _line(row: UnitRow, names: Names) -> str:
    numbers = (row.sent, row.accepted, row.refused, row.repeats, row.delivered, row.acknowledged, row.booked)
    cells = "".join(f'<td class="n">{n}</td>' for n in numbers)
    even = '<span class="ok">=</span>' if row.even else '<span class="wrong">≠</span>'
    dot = f'<i class="dot {names.agency(row.unit)}"></i>'
    return f"<tr><td>{dot}{_unit(row.unit, names)}</td>{cells}<td>{even}</td></tr>"
