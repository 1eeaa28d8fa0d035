"""Code lists of the grid system's early warning (FFCS): the scale has one digit, the level two or one."""

from typing import Final

from hub.port import CodeList

FFCS_SCALE: Final = CodeList(
    "disputeScale",
    "FFCS disputeMediation",
    "event_scale",
    (("1", "01", "个体性事件"), ("2", "02", "一般群体性事件"), ("3", "03", "重大群体性事件")),
)

FFCS_LEVEL: Final = CodeList(
    "warningLevel",
    "FFCS disputeMediation",
    "warning_level",
    (
        ("01", "01", "一级"),
        ("02", "02", "二级"),
        ("03", "03", "三级"),
        ("1", "01", "一级"),
        ("2", "02", "二级"),
        ("3", "03", "三级"),
    ),
)
