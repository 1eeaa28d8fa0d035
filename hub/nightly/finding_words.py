"""What findings and choices are called in Chinese and English, where people see them. Pure."""

from collections.abc import Mapping
from typing import Final

from hub.exchange.discrepancies import Choice
from hub.nightly.findings import FindingKind

Pair = tuple[str, str]

KINDS: Final[Mapping[FindingKind, Pair]] = {
    "missing_at_agency": ("部门缺", "missing at the agency"),
    "missing_at_hub": ("中枢缺", "missing at the hub"),
    "stale_version": ("版本过旧", "stale version"),
    "field_mismatch": ("字段不一致", "field mismatch"),
    "status_contradiction": ("状态矛盾", "status contradiction"),
    "duplicate": ("重复", "duplicate"),
    "orphan_reference": ("孤立引用", "orphan reference"),
    "silence": ("清单缺或不全", "list missing or incomplete"),
}
CHOICES: Final[Mapping[Choice, Pair]] = {
    "hub_right": ("以中枢为准", "hub right"),
    "agency_right": ("以部门为准", "agency right"),
    "ask_agency": ("请部门核实", "ask agency"),
    "ignore": ("不作处理", "ignore"),
}
PROBLEMS: Final[Mapping[str, Pair]] = {
    "no-list": ("未报清单", "no list came"),
    "missing": ("清单无附件", "the list has no file"),
    "foreign": ("含不归本系统的单位", "units the system does not act for"),
    "other-day": ("截止时间不在当日", "cut off on another day"),
    "sent-twice": ("同一清单报了不同内容", "sent twice with different content"),
    "count": ("行数与所报不符", "not as many rows as told"),
    "broken": ("有读不出的行", "rows that could not be read"),
    "unnumbered": ("有无编号的行", "rows without a number"),
}
"""What is wrong with a list, by the code of a silence."""
_PLACES: Final = {"sheet": "第 {} 张表", "row": "第 {} 行"}


def place(label: str, lang: str) -> str:
    """A place in a list (`row 3`, `sheet 1 row 8`) in words; what is none of these stays as it is."""
    words = label.split()
    pairs = list(zip(words[::2], words[1::2], strict=False))
    if lang == "en" or len(words) % 2 or any(name not in _PLACES for name, _ in pairs):
        return label
    return " ".join(_PLACES[name].format(n) for name, n in pairs)
