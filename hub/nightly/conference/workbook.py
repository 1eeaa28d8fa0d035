"""The report as a workbook with the spreadsheet's own charts. No text in it is a formula or a link."""

from datetime import datetime
from io import BytesIO
from typing import Any, Final

from xlsxwriter import Workbook

from hub.nightly.conference.html import NOTES, TITLE, TITLE_EN, number, tables
from hub.nightly.conference.paper import TIERS, Paper, Trend
from hub.nightly.conference.pictures import BLUE, HIDDEN, ORANGE

_SAFE: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_FIGURES: Final = (
    "指标 figure",
    "English",
    "分子 numerator",
    "分母 denominator",
    "分子",
    "分母",
    "数值 value",
    "单位 unit",
)
_BROAD: Final = 34


class _Book:
    """A workbook with our few formats."""

    def __init__(self, raw: BytesIO, made_at: datetime) -> None:
        self.book = Workbook(raw, _SAFE)
        self.book.set_properties({"title": TITLE, "created": made_at.replace(tzinfo=None)})
        self.head = self.book.add_format(
            {"bold": True, "bg_color": "#E5E7EB", "text_wrap": True, "valign": "top"}
        )
        self.text = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.rate = self.book.add_format({"num_format": "0.0%", "valign": "top"})
        self.days = self.book.add_format({"num_format": "0.0", "valign": "top"})

    def sheet(self, name: str, header: tuple[str, ...], widths: tuple[int, ...]) -> Any:  # noqa: ANN401  untyped library
        """A sheet with its header line, frozen."""
        made = self.book.add_worksheet(name)
        for n, (title, width) in enumerate(zip(header, widths, strict=True)):
            made.set_column(n, n, width)
            made.write_string(0, n, title, self.head)
        made.freeze_panes(1, 0)
        return made

    def put(self, sheet: Any, row: int, cells: list[str | int | float | None], figure: Any = None) -> None:  # noqa: ANN401  likewise
        """A line: texts as texts, numbers as numbers, nothing for what is hidden but its mark."""
        for n, cell in enumerate(cells):
            if cell is None:
                sheet.write_string(row, n, HIDDEN, self.text)
            elif isinstance(cell, str):
                sheet.write_string(row, n, cell, self.text)
            else:
                sheet.write_number(row, n, cell, figure if isinstance(cell, float) else self.text)


def workbook(paper: Paper, made_at: datetime) -> bytes:
    """The file."""
    raw = BytesIO()
    book = _Book(raw, made_at)
    _notes(book, paper)
    _figures(book, paper)
    _trends(book, paper)
    _types(book, paper)
    _flow(book, paper)
    for _, zh, _, rows in tables(paper):
        sheet = book.sheet(zh, ("事项 item", "English", "件数 count", "说明 note"), (_BROAD, 30, 14, 60))
        for n, row in enumerate(rows, start=1):
            book.put(sheet, n, [row.zh, row.en, row.count, row.note])
    header = ("指标 figure", "English", "分子", "分母", "数值 value")
    sheet = book.sheet("调解员考评", header, (_BROAD, _BROAD, 12, 12, 12))
    for n, one in enumerate(paper.assessed, start=1):
        told = (number(one, each) for each in (one.numerator, one.denominator, one.value))
        book.put(sheet, n, [one.zh, one.en, *told])
    sheet = book.sheet("不可计算", ("指标 figure", "原因", "reason"), (_BROAD, 60, 70))
    for n, line in enumerate(paper.not_computable, start=1):
        book.put(sheet, n, list(line))
    book.book.close()
    return raw.getvalue()


def _notes(book: _Book, paper: Paper) -> None:
    head = paper.head
    sheet = book.sheet("说明", (f"{TITLE} {TITLE_EN}", ""), (24, 90))
    lines = [
        ("层级 tier", " ".join(TIERS[head.tier])),
        ("单位 unit", f"{head.name} ({head.unit})"),
        ("期间 period", f"{head.period}: {head.first} – {head.last}"),
        ("是否未完 partial", "未完 partial" if head.partial else "完整 whole"),
        ("截止 cut-off", head.cut_off_read),
        ("公式版本 formulas", head.version),
        *((zh, en) for zh, en in NOTES),
    ]
    for n, (name, said) in enumerate(lines, start=1):
        book.put(sheet, n, [name, said])


def _figures(book: _Book, paper: Paper) -> None:
    sheet = book.sheet("指标", _FIGURES, (26, 36, 40, 36, 10, 10, 12, 10))
    for n, figure in enumerate(paper.figures, start=1):
        point = figure.points[-1]
        value: str | float | None = (
            None if point.hidden else "—" if point.value is None else float(point.value)
        )
        unit = "日 days" if figure.measure == "days" else "比率 rate"
        words: list[str | int | float | None] = [figure.zh, figure.en, figure.numerator, figure.denominator]
        book.put(sheet, n, [*words, point.numerator, point.denominator, value, unit], _format(book, figure))


def _trends(book: _Book, paper: Paper) -> None:
    """One line a figure, one column a period, and a chart for each figure."""
    periods = [p.period + ("°" if p.partial else "") for p in paper.figures[0].points]
    sheet = book.sheet("趋势", ("指标 figure", *periods), (_BROAD, *(12 for _ in periods)))
    for n, figure in enumerate(paper.figures, start=1):
        sheet.write_string(n, 0, figure.zh, book.text)
        for m, point in enumerate(figure.points, start=1):
            if point.value is not None:
                sheet.write_number(n, m, point.value, _format(book, figure))
            else:
                sheet.write_string(n, m, HIDDEN if point.hidden else "—", book.text)
        chart = book.book.add_chart({"type": "line"})
        chart.add_series(
            {
                "name": ["趋势", n, 0],
                "categories": ["趋势", 0, 1, 0, len(periods)],
                "values": ["趋势", n, 1, n, len(periods)],
                "line": {"color": BLUE},
                "marker": {"type": "circle", "fill": {"color": BLUE}},
            }
        )
        chart.set_legend({"none": True})
        chart.set_title({"name": f"{figure.zh} {figure.en}", "name_font": {"size": 10}})
        chart.set_y_axis({"min": 0, "num_format": "0%" if figure.measure == "rate" else "0"})
        sheet.insert_chart(len(paper.figures) + 2 + (n - 1) // 2 * 16, (n - 1) % 2 * 5, chart)


def _types(book: _Book, paper: Paper) -> None:
    sheet = book.sheet("纠纷类型", ("类型 type", "件数 count"), (_BROAD, 14))
    for n, row in enumerate(paper.types, start=1):
        book.put(sheet, n, [row.zh, row.count])
    if paper.types:
        chart = book.book.add_chart({"type": "bar"})
        last = len(paper.types)
        chart.add_series(
            {
                "categories": ["纠纷类型", 1, 0, last, 0],
                "values": ["纠纷类型", 1, 1, last, 1],
                "fill": {"color": BLUE},
                "data_labels": {"value": True},
            }
        )
        chart.set_legend({"none": True})
        chart.set_title({"name": "纠纷类型 disputes by type", "name_font": {"size": 11}})
        chart.set_y_axis({"reverse": True})
        sheet.insert_chart(0, 3, chart, {"x_scale": 1.4, "y_scale": 1.4})


def _flow(book: _Book, paper: Paper) -> None:
    header = ("发出 \\ 收到 from \\ to", *paper.agency_names())
    sheet = book.sheet("部门间流转", header, (_BROAD, *(14 for _ in paper.agencies)))
    for n, (name, row) in enumerate(zip(paper.agency_names(), paper.flow, strict=True), start=1):
        book.put(sheet, n, [name, *row])
    if paper.agencies:
        chart = book.book.add_chart({"type": "column", "subtype": "stacked"})
        last = len(paper.agencies)
        for n, name in enumerate(paper.agency_names(), start=1):
            fill = {"color": (BLUE, ORANGE, "#009E73", "#CC79A7", "#F0E442")[(n - 1) % 5]}
            chart.add_series(
                {
                    "name": name,
                    "categories": ["部门间流转", 1, 0, last, 0],
                    "values": ["部门间流转", 1, n, last, n],
                    "fill": fill,
                }
            )
        chart.set_title({"name": "部门间流转 messages between agencies", "name_font": {"size": 11}})
        sheet.insert_chart(last + 3, 0, chart)


def _format(book: _Book, figure: Trend) -> Any:  # noqa: ANN401  untyped library
    return book.rate if figure.measure == "rate" else book.days
