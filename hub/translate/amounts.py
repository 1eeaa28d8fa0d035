"""Amounts of money and numbers of people as they are told: `1.2万元`, `30余人`, `二人`, `12,000`."""

import re
from decimal import Decimal as Exact
from typing import Final

from hub.port import Doc
from hub.translate.text import half_width, squeezed

_UNITS: Final = {
    "": 1,
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "十万": 100_000,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
}
_MONEY: Final = re.compile(
    r"(?:人民币|RMB|CNY|¥|¥|￥)?(约|近|不足|不到|最多|至少|超过|逾)?(?:人民币|¥|￥)?"
    r"([0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(余|多|几)?(十万|百万|千万|亿|万|千|百)?(余|多)?(?:元|圆|块)?(?:人民币)?(整|余|左右|以上|以下|以内)?"
)  # fmt: skip
_COUNT: Final = re.compile(
    r"(约|近|不足|不到|最多|至少|超过|逾)?([0-9]+|[零〇一二两三四五六七八九十百]+)(余|多|几)?(?:名|个|位|人|户)*(左右|以上|以下|以内)?"
)
_PLAIN: Final = re.compile(r"((?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,2})?)(元)?")
_ABOUT: Final = frozenset({"约", "近", "左右"})
_AT_LEAST: Final = frozenset({"余", "多", "几", "至少", "超过", "逾", "以上"})
_AT_MOST: Final = frozenset({"不足", "不到", "最多", "以下", "以内"})
_NUMERALS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_LARGEST: Final = Exact(10) ** 13
LONGEST_RAW: Final = 60
MOST_PEOPLE: Final = 1_000_000


def money(text: str) -> Doc:
    """Money {amount, precision, raw}; `raw` is left out if the amount says all. Never refuses."""
    said = _PLAIN.fullmatch(text)  # most amounts; the rest of this function comes to the same
    if said is not None:
        exact: Doc = {"amount": said[1], "precision": "exact"}
        return {**exact, "raw": text} if said[2] else exact
    match = _MONEY.fullmatch(squeezed(half_width(text)))
    if match is None:
        return {"precision": "in_text", "raw": text[:LONGEST_RAW]}
    before, digits, more, unit, more_after, after = match.groups()
    value = Exact(digits.replace(",", "")) * _UNITS[unit or ""]
    if value >= _LARGEST or value != value.quantize(Exact("0.01")):
        return {"precision": "in_text", "raw": text[:LONGEST_RAW]}
    amount = _decimal(value, "" if unit else digits)
    made: Doc = {"amount": amount, "precision": _precision(before, more, more_after, after)}
    if text != amount:
        made["raw"] = text[:LONGEST_RAW]
    return made


def _decimal(value: Exact, as_sent: str) -> str:
    """Plain digits; cents stay as they were sent (`300.00`)."""
    digits = as_sent.replace(",", "")
    if re.fullmatch(r"[0-9]{1,13}\.[0-9]{1,2}", digits):
        return digits
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def count(text: str) -> Doc | None:
    """People {value, precision, raw}; None if no number of them is told."""
    match = _COUNT.fullmatch(squeezed(half_width(text)))
    if match is None:
        return None
    before, digits, more, after = match.groups()
    value = int(digits) if digits.isdigit() else numeral(digits)
    if value > MOST_PEOPLE:
        return None
    made: Doc = {"value": value, "precision": _precision(before, more, after)}
    if text != str(value):
        made["raw"] = text[:LONGEST_RAW]
    return made


def numeral(text: str) -> int:
    """`三十` → 30, `一百零二` → 102; up to the hundreds."""
    total = current = 0
    for sign in text:
        if sign in _NUMERALS:
            current = _NUMERALS[sign]
        else:
            total += (current or 1) * (10 if sign == "十" else 100)
            current = 0
    return total + current


def _precision(*words: str | None) -> str:
    if any(word in _AT_LEAST for word in words):
        return "at_least"
    if any(word in _AT_MOST for word in words):
        return "at_most"
    return "about" if any(word in _ABOUT for word in words) else "exact"


def write_money(value: Doc, unit: str) -> str:
    """The amount as a native field writes it: what was told, if the amount alone does not say it."""
    amount, raw = value.get("amount"), value.get("raw")
    if isinstance(raw, str) and money(raw) == value:
        return raw
    if not isinstance(amount, str):
        return raw if isinstance(raw, str) else ""
    before, after = _WORDS.get(str(value.get("precision")), ("", ""))
    return f"{before}{amount}{unit}{after}"


_WORDS: Final = {"about": ("约", ""), "at_least": ("", "以上"), "at_most": ("", "以下")}
