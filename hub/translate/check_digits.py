"""Check digits of ID numbers (GB 11643: ISO 7064 MOD 11-2) and credit codes (GB 32100: MOD 31). Pure.

Prefixes are not judged: numbers of divisions that ended long ago are right numbers (ADR 0019). A number of
15 digits has no check digit; it is never padded, only written anew where two numbers are compared.
"""

import re
from datetime import date
from operator import mul
from typing import Final

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_ZERO: Final = 48 * sum(_ID_WEIGHTS)
_ID_CHECK: Final = "10X98765432"
_CREDIT: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_CREDIT_SET: Final = {c: i for i, c in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_CREDIT_CHECK: Final[list[str]] = ["0123456789ABCDEFGHJKLMNPQRTUWXY"[(31 - n) % 31] for n in range(31)]
_CREDIT_WEIGHTS: Final[tuple[int, ...]] = tuple(3**i % 31 for i in range(17))


def check_digit(seventeen: str) -> str:
    """The last character of an ID number that begins with these 17 digits."""
    return _ID_CHECK[(sum(map(mul, _ID_WEIGHTS, seventeen.encode())) - _ID_ZERO) % 11]


def is_id_number(text: str) -> bool:
    """Whether 17 digits and a last character are a right ID number: check digit and date of birth."""
    return check_digit(text[:17]) == text[17].upper() and born(text) is not None


def born(number: str) -> date | None:
    """Date of birth inside an 18- or 15-digit ID number, if it is one."""
    digits = number[6:14] if len(number) == 18 else "19" + number[6:12] if len(number) == 15 else ""
    if not digits.isdigit():
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def eighteen(fifteen: str) -> str:
    """The 18-digit number of the person with a 15-digit one: both are to be found as one person."""
    seventeen = f"{fifteen[:6]}19{fifteen[6:]}"
    return seventeen + check_digit(seventeen)


def is_credit_code(text: str) -> bool:
    """Whether `text` is a unified social credit code with the right check character."""
    if _CREDIT.fullmatch(text) is None:
        return False
    total: int = sum(_CREDIT_SET[c] * w for c, w in zip(text, _CREDIT_WEIGHTS, strict=False))
    return _CREDIT_CHECK[total % 31] == text[17]
