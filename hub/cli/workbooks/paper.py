"""A kind's workbook as a file: headings, places, drop-downs of codes, lines. No text in it is a formula."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, Final

import schemas
from hub.cli.workbooks.columns import Column, columns

MARK: Final = "liantiao/1"
"""Stands in the first cell, the kind beside it."""
_SAFE: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
                "in_memory": True}  # fmt: skip
_ROWS: Final = 2_000
_CODES: Final = "代码 codes"


def workbook(kind: str, lines: Iterable[Mapping[str, str]] = ()) -> bytes:
    """The workbook of a kind; a line is place → text. Raises KeyError for a kind there is not."""
    from xlsxwriter import Workbook

    raw = BytesIO()
    book = Workbook(raw, _SAFE)
    head = book.add_format({"bold": True, "bg_color": "#E5E7EB", "border": 1, "text_wrap": True})
    text = book.add_format({"num_format": "@"})
    sheet, codes = book.add_worksheet("填写 form"), book.add_worksheet(_CODES)
    sheet.write_row(
        0, 0, [MARK, kind, schemas.kinds()[kind].zh, "本平台格式,非部门自有格式 a form of this hub"]
    )
    for n, column in enumerate(columns(kind)):
        sheet.set_column(n, n, 18, text)
        sheet.write_string(1, n, column.title, head)
        sheet.write_string(2, n, column.place, head)
        _choices(sheet, codes, n, column)
    for r, line in enumerate(lines, 3):
        for n, column in enumerate(columns(kind)):
            if line.get(column.place):
                sheet.write_string(r, n, line[column.place], text)
    sheet.freeze_panes(3, 0)
    book.close()
    return raw.getvalue()


def _choices(sheet: Any, codes: Any, n: int, column: Column) -> None:  # noqa: ANN401  untyped library
    """The codes of a column in a column of the second sheet; where one is to be chosen, as a drop-down."""
    if not column.listed and column.shape != "boolean":
        return
    listed = schemas.codes(column.listed) if column.listed else {"true": "是", "false": "否"}
    codes.write_string(0, n, column.place)
    for r, (code, name) in enumerate(listed.items(), 1):
        codes.write_string(r, n, f"{code} {name}")
    if column.shape != "codes":
        source = [1, n, len(listed), n]
        sheet.data_validation(3, n, 2 + _ROWS, n, {"validate": "list", "source": _range(source)})


def _range(cells: list[int]) -> str:
    from xlsxwriter.utility import xl_range_abs

    return f"='{_CODES}'!{xl_range_abs(*cells)}"
