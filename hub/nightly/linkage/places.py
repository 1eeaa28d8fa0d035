"""What is compared of a place: road with house number, community with building. Pure.

Agencies write one place in many ways (`人民路八十八号`, `示例区人民路88号3栋`); what they share is taken
out of the text, what is above the road (province to town) is left to the district's code.
"""

import re
import unicodedata
from typing import Final, NamedTuple

_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMERAL: Final = re.compile(r"[零〇一二两三四五六七八九十百]+(?=号|栋|幢|座|单元|组|社|楼)")
_ABOVE: Final = r"(?:^|街道|[省市区县镇乡村]|社区|小区)"
_DOOR: Final = re.compile(
    _ABOVE + r"((?:(?!街道|社区|小区)[^省市区县镇乡村号栋\d\W]){1,8}?(?:大道|路|街(?!道)|巷|道))(?:(\d+)号?)?"
)
_HOME: Final = re.compile(
    r"(?:^|街道|[省市区县镇乡号路街巷]|大道)"
    r"((?:(?!街道|大道)[^省市区县镇乡路街巷号栋幢\d\W]){1,10}?(?:社区|小区|花园|家园|新村|公寓|苑|府|城|村))"
    r"(?:(\d+)(?:号楼|栋|幢|座|组|社))?"
)
_SUFFIX: Final = re.compile(r"(?:社区|小区|村)$")


class Spot(NamedTuple):
    """A road or community with the number on it; the number is empty when not told."""

    name: str
    number: str

    @property
    def full(self) -> str:
        """Both in one text; empty without a number."""
        return f"{self.name}{self.number}" if self.number else ""


def plain(text: str) -> str:
    """The text in half width, without spaces, its numerals in digits."""
    narrow = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return _NUMERAL.sub(lambda found: str(_number(found[0])), narrow)


def doors(text: str) -> list[Spot]:
    """Roads of a text, each with its house number."""
    return [Spot(found[1], found[2] or "") for found in _DOOR.finditer(plain(text))]


def homes(text: str) -> list[Spot]:
    """Communities of a text, each with the building; `社区` and the like do not tell them apart."""
    return [
        Spot(_SUFFIX.sub("", found[1]) or found[1], found[2] or "") for found in _HOME.finditer(plain(text))
    ]


def _number(numeral: str) -> int:
    """A Chinese numeral below a thousand; one written digit by digit as it is read."""
    if not set(numeral) & {"十", "百"}:
        return int("".join(str(_DIGITS[c]) for c in numeral))
    total, digit = 0, 0
    for c in numeral:
        if c in _DIGITS:
            digit = _DIGITS[c]
        else:
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
    return total + digit
