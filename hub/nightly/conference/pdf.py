"""The report as PDF, set by Typst (`hub.forms.typeset`)."""

from datetime import datetime
from importlib.resources import files
from typing import Any

from hub.forms import typeset
from hub.nightly.conference import pictures
from hub.nightly.conference.html import NOTES, TITLE, TITLE_EN, count, number, tables
from hub.nightly.conference.paper import TIERS, Paper


def document(paper: Paper, made_at: datetime, font: str) -> bytes:
    """The file, set in `font` (`hub.forms.font.chinese_font`)."""
    source = files(__package__).joinpath("paper.typ").read_bytes()
    return typeset.pdf(source, _data(paper, made_at, font), made_at)


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
        "assessed": [
            {
                "zh": one.zh,
                "en": one.en,
                "over": number(one, one.numerator),
                "under": number(one, one.denominator),
                "value": number(one, one.value),
            }
            for one in paper.assessed
        ],
        "not_computable": told["not_computable"],
    }


def _set_in(svg: str, font: str) -> str:
    """A picture whose text is set in the font that was found."""
    return svg.replace(pictures.FONT, f"'{font}'")
