"""The report as one HTML file that needs nothing beside it: style and pictures are inside. Pure."""

from collections.abc import Sequence
from typing import Any, Final

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from hub.nightly.conference import pictures
from hub.nightly.conference.paper import TIERS, Count, Paper, Sum, Trend

TITLE: Final = "“一庭两所”矛盾纠纷联调联席会议报告"
TITLE_EN: Final = "Report for the joint conference"
NOTES: Final = (
    (
        "数字只反映本单位辖区经本平台交换的数据,只与自身以往期间比较,不作单位之间的排名。",
        "Figures are of this area's exchanged data, beside its own earlier periods; units are not ranked.",
    ),
    (
        f"少于 5 件的数、以及由合计或比率可推出少于 5 件的数已隐去(“{pictures.HIDDEN}”);“—”为无可计算之数。",
        f"Counts below 5, and what gives them away, are hidden (“{pictures.HIDDEN}”); “—”: nothing to count.",
    ),
    (
        "调解员考评只列调解员不少于 5 人的单位公布的合计,不列任何人的姓名。",
        "Of the assessments there are the published sums of units with five mediators or more, and no name.",
    ),
    (
        "纠纷及其办理、期限归登记该纠纷的单位;消息归发送单位。",
        "A dispute, with its cases and deadlines, counts for who registered it; a message for its sender.",
    ),
)


def count(n: int | None) -> str:
    """A count as people read it."""
    return pictures.HIDDEN if n is None else str(n)


def number(found: Sum, told: str | None) -> str:
    """A number of a sum as people read it: hidden with its figure, or nothing to divide by."""
    if told is not None:
        return told
    return pictures.HIDDEN if found.denominator is None else "—"


def tables(paper: Paper) -> list[tuple[str, str, str, Sequence[Count]]]:
    """The tables of counts: id, titles, rows."""
    return [
        ("overdue", "超期未办结", "Overdue at the cut-off", paper.overdue),
        ("warnings", "预警", "Warnings", paper.warnings),
        ("mediators", "调解组织和调解员", "Mediators and organisations", paper.mediators),
    ]


def page(paper: Paper) -> bytes:
    """The file."""
    made = Environment(loader=PackageLoader(__package__, "."), autoescape=True, trim_blocks=True)
    words: dict[str, Any] = {
        "title": TITLE,
        "title_en": TITLE_EN,
        "tier": TIERS[paper.head.tier],
        "notes": NOTES,
        "font": Markup(pictures.FONT),  # noqa: S704  ours
        "hidden": pictures.HIDDEN,
        "count": count,
        "number": number,
        "written": pictures.written,
        "trend": _trend,
        "bars": _bars,
        "shades": _shades,
        "tables": tables(paper),
    }
    names = ("head", "figures", "types", "agencies", "flow", "not_computable", "assessed")
    told = {name: getattr(paper, name) for name in names} | {"agencies": paper.agency_names()}
    return made.get_template("page.html").render(**words, **told).encode()


# What the pictures write of names is escaped there.
def _trend(figure: Trend) -> Markup:
    return Markup(pictures.trend(figure))  # noqa: S704


def _bars(counts: Sequence[Count], title: str) -> Markup:
    return Markup(pictures.bars(counts, title))  # noqa: S704


def _shades(names: Sequence[str], cells: Sequence[Sequence[int | None]], title: str) -> Markup:
    return Markup(pictures.shades(names, cells, title))  # noqa: S704
