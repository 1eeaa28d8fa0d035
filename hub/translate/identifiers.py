"""Normal forms of the numbers agencies give their cases, so that one number written two ways is one.

Brackets of all kinds become `()`, spaces go, full-width becomes half-width, `字第` goes, a year gets its
brackets and a serial its `号`, and loses its leading zeros (法〔2015〕137号 has none). The value as sent is
kept beside it; what is doubtful about a case number is a finding (`caseno`).
"""

import re
from functools import lru_cache
from typing import Final

from hub.port import Unreadable
from hub.reference.case_numbers import written
from hub.translate.dates import read
from hub.translate.text import half_width, squeezed

_BRACKETS: Final = str.maketrans("〔〕［］【】[]（）﹝﹞〈〉<>{}", "()()()()()()()()()")
_SERIAL: Final = re.compile(r"(?<![0-9])0+(?=[1-9][0-9]*号)")

COURTS: Final = frozenset({"case_no", "pre_case_no"})
"""Systems of the courts' own case numbers."""

CASE_LIKE: Final = frozenset({"case_no", "pre_case_no", "rmtj_no", "agreement_no", "letter_no"})
"""Systems whose numbers are written with brackets, words and 号."""


_DAY: Final = re.compile(r"[0-9]{4}[-./年][0-9]{1,2}[-./月][0-9]{1,2}日?(?:[ T].{1,30})?")


def composite(system: str, parts: list[str]) -> str:
    """Normal form of a number made of several fields: a day among them is the same however it is written."""
    days = [_day(part) if _DAY.fullmatch(part) else part for part in parts]
    return normal_form(system, "/".join(days))


def _day(text: str) -> str:
    try:
        return read(text).iso[:10]
    except Unreadable:
        return text


@lru_cache(maxsize=4096)
def normal_form(system: str, value: str) -> str:
    """The one way to write `value` of `system`; at most 100 characters, empty for an empty value."""
    if system in CASE_LIKE:
        return _SERIAL.sub("", written(value))[:100]
    return squeezed(half_width(value)).translate(_BRACKETS).upper()[:100]
