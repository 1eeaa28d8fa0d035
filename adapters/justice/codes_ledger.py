"""Code lists of the ledger of GB/T 31000, as two systems quote the standard; its own tables were not seen."""

from typing import Final

from adapters.justice.codes_xlgl import CASE_TYPE
from hub.port import CodeList, Unlisted

GB_SEX: Final = CodeList(
    "主要当事人性别",
    "GB/T 2261.1 (GB/T 31000 zydsrSex)",
    "sex",
    (("1", "1", "男"), ("2", "2", "女"), ("0", "0", "未知"), ("9", "9", "未说明")),
)

SCALE: Final = CodeList(
    "事件规模",
    "GB/T 31000",
    "event_scale",
    (
        ("01", "01", "个体性事件"),
        ("02", "02", "一般群体性事件"),
        ("03", "03", "重大群体性事件"),
        ("1", "01", "个体性"),
        ("2", "02", "一般群体性"),
        ("3", "03", "重大群体性"),
    ),
)
"""A cell that holds a number has lost the zero before it."""

EVENT_TYPE: Final = CodeList(
    "事件类别",
    "GB/T 31000 (sjlb)",
    "dispute_type",
    CASE_TYPE.codes,
    Unlisted.KEEP,
    "99",
)
"""Filled in by hand with the words that committees use; the standard's own list was not seen."""
