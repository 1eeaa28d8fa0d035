"""Court case numbers by 法〔2015〕137号: read into their parts, and what is doubtful about one. Pure.

(year) court word, type word, serial, 号. The type word says which register a number is of, not which kind of
case: 民特 stands for a dozen kinds, and a field of the document decides. Whoever looks a number up uses
`hub.translate.identifiers`; here nothing is mended but brackets, blanks and missing 号.
"""

import re
from functools import cache, lru_cache
from typing import Final, NamedTuple

from hub.reference.catalogue import entries

FIRST_YEAR: Final = 2016
"""The first year of numbers of this form (法〔2015〕137号, from 2016-01-01)."""

_HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_BRACKETS: Final = str.maketrans("〔〕［］【】[]（）﹝﹞〈〉<>{}", "()()()()()()()()()")
_YEAR: Final = re.compile(r"^\(?((?:19|20)[0-9]{2})年*\)?年*(?=[\u4e00-\u9fff])")
_ENDS_IN_SERIAL: Final = re.compile(r"[0-9]$")
_NUMBER: Final = re.compile(
    r"\((?P<year>[0-9]{4})\)(?P<court>(?:最高法|[\u4e00-\u9fff])(?:[0-9]{4}|[0-9]{2})?)"
    r"(?P<type>[\u4e00-\u9fff]{1,5})(?P<serial>[0-9]{1,7})号(?:之[一二三四五六七八九十]{1,3})?"
)


class CaseNumber(NamedTuple):
    """A number in its parts. `court` is the court's own word, never made from a division."""

    year: int
    court: str
    type: str
    serial: str


class Doubt(NamedTuple):
    """What is doubtful about a number, and by which rule."""

    what: str
    basis: str


def written(text: str) -> str:
    """A number with one kind of bracket around its year, without blanks and 字第, ending in 号."""
    half = re.sub(r"\s+", "", text.translate(_HALF_WIDTH)).translate(_BRACKETS)
    plain = _YEAR.sub(r"(\1)", half.replace("字第", "").replace("第", ""))
    return plain + "号" if _ENDS_IN_SERIAL.search(plain) else plain


def parse(text: str) -> CaseNumber | None:
    """The parts of a number; None for one that is not of the form of 2016."""
    found = _NUMBER.fullmatch(written(text))
    if found is None or found["serial"].startswith("0"):
        return None
    return CaseNumber(int(found["year"]), found["court"], found["type"], found["serial"])


def is_criminal(text: str) -> bool:
    """Whether a court's number is of a criminal case: its type word begins with 刑 (法〔2015〕137号)."""
    number = parse(text)
    return number is not None and number.type.startswith("刑")


@lru_cache(maxsize=4096)
def doubt(text: str) -> Doubt | None:
    """What a reader should look at: a number not of the form, or of a register that was closed by then.

    Older numbers had other forms, and what was registered before a register closed keeps its number.
    """
    number = parse(text)
    if number is None:
        year = re.match(r"\(([0-9]{4})\)", written(text))
        return None if year and int(year[1]) < FIRST_YEAR else Doubt("form", "法〔2015〕137号")
    last = _closed().get(number.type)
    if last is not None and number.year > last:
        return Doubt("closed", "最高人民法院关于严格依法规范民事案件立案与调解工作的意见(2025-01-01)")
    return None


@cache
def _closed() -> dict[str, int]:
    """Type words that take no new numbers, and the last year that did."""
    return {e.row["type_code"]: e.valid_to.year for e in entries("case-number-types") if e.valid_to}
