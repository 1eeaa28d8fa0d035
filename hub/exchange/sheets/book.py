"""Registers and statistics as workbooks. No text in them is a formula or a link."""

from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from hub.exchange.sheets.columns import Sheet
from hub.exchange.sheets.facilities import Paper
from hub.exchange.sheets.lines import Line, Period
from hub.exchange.sheets.statistics import Count, Statistics
from hub.law.calendar import SHANGHAI

_SAFE: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_BLUE: Final = "#0072B2"
_TITLE_HEIGHT: Final = 24
_HEAD_HEIGHT: Final = 32


class _Book:
    """A workbook with our few formats."""

    def __init__(self, raw: BytesIO, title: str, made_at: datetime) -> None:
        from xlsxwriter import Workbook

        self.book = Workbook(raw, _SAFE)
        self.book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        self.title = self.book.add_format({"bold": True, "font_size": 16})
        self.note = self.book.add_format({"font_color": "#4B5563"})
        self.head = self.book.add_format({
            "bold": True, "bg_color": "#E5E7EB", "border": 1, "text_wrap": True, "valign": "vcenter"
        })  # fmt: skip
        self.text = self.book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.number = self.book.add_format({"border": 1, "valign": "top", "num_format": "#,##0"})

    def sheet(self, name: str, title: str, note: str, head: list[str], widths: list[int]) -> Any:  # noqa: ANN401  untyped library
        """A sheet with title, note and head; its lines begin in the fourth row. Prints on A4 across."""
        made = self.book.add_worksheet(name)
        made.set_landscape()
        made.set_paper(9)
        made.fit_to_pages(1, 0)
        made.repeat_rows(0, 2)
        made.set_row(0, _TITLE_HEIGHT)
        made.set_row(2, _HEAD_HEIGHT)
        made.write_string(0, 0, title, self.title)
        made.write_string(1, 0, note, self.note)
        for n, (text, width) in enumerate(zip(head, widths, strict=True)):
            made.set_column(n, n, width)
            made.write_string(2, n, text, self.head)
        made.freeze_panes(3, 0)
        return made


def register(sheet: Sheet | Paper, lines: list[Line], period: Period, made_at: datetime) -> bytes:
    """A register: one line a case, or an organisation."""
    raw = BytesIO()
    book = _Book(raw, f"{sheet.zh} {sheet.en}", made_at)
    head = ["序号\nNo.", *(f"{column.zh}\n{column.en}" for column in sheet.columns)]
    widths = [6, *(column.width for column in sheet.columns)]
    made = book.sheet(sheet.zh, f"{sheet.zh} {sheet.en}", _note(period, made_at, len(lines)), head, widths)
    for n, line in enumerate(lines, 1):
        made.write_number(2 + n, 0, n, book.number)
        for column, text in enumerate(line, 1):
            made.write_string(2 + n, column, text, book.text)
    if lines:
        made.autofilter(2, 0, 2 + len(lines), len(sheet.columns))
    book.book.close()
    return raw.getvalue()


def statistics(found: Statistics, period: Period, made_at: datetime) -> bytes:
    """The statistics sheets, the months with a picture."""
    raw = BytesIO()
    book = _Book(raw, "统计表 Statistics", made_at)
    tables = (
        ("现状", "办理现状 How cases stand", ("事项 Machine", "现状 State"), found.states),
        ("按月", "按月登记 Opened by month", ("月份 Month", "事项 Machine"), found.months),
        ("纠纷类型", "纠纷类型 Types of disputes", ("代码 Code", "类型 Type"), found.types),
        ("委托途径", "委托(移送)途径 Tracks", ("代码 Code", "途径 Track"), found.tracks),
        ("民转刑", "预警转案件 Warnings that became cases", ("事项 Machine", "去向 To"), found.converted),
    )
    for name, title, (of, what), counts in tables:
        note = _note(period, made_at, sum(count.n for count in counts if not count.within))
        made = book.sheet(name, title, note, [of, what, "件数 Count"], [24, 30, 12])
        _counts(book, made, counts)
        if counts:
            _picture(book, made, name, title, counts)
    book.book.close()
    return raw.getvalue()


def _counts(book: _Book, made: Any, counts: list[Count]) -> None:  # noqa: ANN401  untyped library
    for n, count in enumerate(counts, 3):
        made.write_string(n, 0, count.of, book.text)
        made.write_string(n, 1, count.what, book.text)
        made.write_number(n, 2, count.n, book.number)


def _picture(book: _Book, made: Any, name: str, title: str, counts: list[Count]) -> None:  # noqa: ANN401  likewise
    chart = book.book.add_chart({"type": "bar"})
    last = 2 + len(counts)
    chart.add_series({
        "categories": [name, 3, 0, last, 1], "values": [name, 3, 2, last, 2],
        "fill": {"color": _BLUE}, "data_labels": {"value": True}, "gap": 60,
    })  # fmt: skip
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 640, "height": 120 + 26 * len(counts)})
    made.insert_chart(2, 4, chart)


def _note(period: Period, made_at: datetime, amount: int) -> str:
    first, last = (day.isoformat() for day in period)
    made = f"{made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return f"{first} 至 to {last} · {amount} 件 cases · 制表 made {made}"


def named(name: str, period: tuple[date, date]) -> str:
    """The name of the file."""
    return f"{name}-{period[0].isoformat()}-{period[1].isoformat()}.xlsx"
