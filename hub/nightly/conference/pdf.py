"""The report as PDF, set by Typst. Needs a font with Chinese; without one it says which to install.

Fonts are those of the system, in the folders that fontconfig and Typst know; nothing is downloaded.
"""

import json
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

from hub.errors import Misconfigured
from hub.nightly.conference import pictures
from hub.nightly.conference.html import NOTES, TITLE, TITLE_EN, count, tables
from hub.nightly.conference.paper import TIERS, Paper

FAMILIES: Final = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimHei",
    "SimSun",
    "PingFang SC",
)
"""Families that have all of our characters, the preferred one first."""

MISSING: Final = (
    "没有中文字体,无法生成 PDF;请安装 fonts-noto-cjk(apt-get install fonts-noto-cjk)"
    " · no Chinese font for the PDF: install fonts-noto-cjk"
)


def chinese_font() -> str:
    """The first of our families that is installed. Raises Misconfigured saying what to install."""
    import typst

    installed = set(typst.Fonts(include_embedded_fonts=False).families())
    found = next((family for family in FAMILIES if family in installed), None)
    if found is None:
        raise Misconfigured(MISSING)
    return found


def document(paper: Paper, made_at: datetime, font: str) -> bytes:
    """The file, set in `font` (`chinese_font`)."""
    import typst

    told = json.dumps(_data(paper, made_at, font), ensure_ascii=False)
    at = made_at.replace(microsecond=0)  # Typst refuses more
    source = files(__package__).joinpath("paper.typ").read_bytes()
    made: bytes = typst.compile(source, format="pdf", sys_inputs={"data": told}, timestamp=at)
    return made


def _data(paper: Paper, made_at: datetime, font: str) -> dict[str, Any]:
    told = paper.members()
    return {
        "title": TITLE,
        "title_en": TITLE_EN,
        "tier": " ".join(TIERS[paper.head.tier]),
        "font": font,
        "made": [made_at.year, made_at.month, made_at.day],
        "head": told["head"] | {"cut_off": paper.head.cut_off_read},
        "notes": NOTES,
        "figures": [
            {
                "zh": figure.zh,
                "en": figure.en,
                "numerator": figure.numerator,
                "denominator": figure.denominator,
                "over": count(figure.points[-1].numerator),
                "under": count(figure.points[-1].denominator),
                "value": pictures.written(figure.points[-1], figure.measure)
                + (" 日" if figure.measure == "days" and figure.points[-1].value is not None else ""),
            }
            for figure in paper.figures
        ],
        "trends": [
            {"zh": figure.zh, "en": figure.en, "svg": _set_in(pictures.trend(figure), font)}
            for figure in paper.figures
        ],
        "types": _set_in(pictures.bars(paper.types, "纠纷类型"), font) if paper.types else None,
        "flow": _set_in(pictures.shades(paper.agency_names(), paper.flow, "部门间流转"), font)
        if paper.agencies
        else None,
        "tables": [
            {
                "title": f"{zh} {en}",
                "rows": [{"zh": r.zh, "en": r.en, "count": count(r.count), "note": r.note} for r in rows],
            }
            for _, zh, en, rows in tables(paper)
        ],
        "not_computable": told["not_computable"],
    }


def _set_in(svg: str, font: str) -> str:
    """A picture whose text is set in the font that was found."""
    return svg.replace(pictures.FONT, f"'{font}'")
