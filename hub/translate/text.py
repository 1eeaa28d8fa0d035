"""Cleaning of native text: spaces, full-width forms, the words that mean nothing. Pure string work."""

import re
from typing import Final

from hub.port import Unreadable

_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
EMPTY_WORDS: Final = frozenset({"无", "/", "//", "-", "--", "—", "——", "null", "NULL", "空", "(无)"})
_NUMBERS: Final = frozenset({int, float, bool})
_SPACE: Final = re.compile(r"\s+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")


def clean(value: object) -> str | None:
    """The text of a scalar without outer spaces and control characters; None if it says nothing.

    Raises Unreadable `type` for an object or array.
    """
    if value.__class__ is str:
        text: str = value.strip()
        if not text.isprintable():
            text = _CONTROL.sub("", text).strip()
    elif value.__class__ in _NUMBERS:
        text = number_text(value)
    elif value is None:
        return None
    else:
        raise Unreadable("type")
    return None if not text or text in EMPTY_WORDS else text


def plain(value: object) -> str | None:
    """Like `clean`, with full-width digits, letters and signs made half-width: for numbers and codes."""
    text = clean(value)
    if text is None or text.isascii():
        return text
    return text.translate(_FULL_WIDTH).strip() or None


def half_width(text: str) -> str:
    """Full-width ASCII forms and the ideographic space made half-width."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def squeezed(text: str) -> str:
    """Without any space."""
    return _SPACE.sub("", text)


def number_text(value: object) -> str:
    """A number as people write it: no exponent, no `.0`; a boolean as JSON writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
