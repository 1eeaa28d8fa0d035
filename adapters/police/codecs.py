"""Codecs of the police formats alone: what their fields say that no general codec can."""

from typing import Final

from hub.port import Kept, Own, Unreadable


def _read_party_no(value: object) -> object:
    text = str(value).strip()
    if not text.isdecimal() or not 0 < int(text) < 100:
        raise Unreadable("integer")
    return f"p{int(text)}"


def _write_party_no(value: object) -> object:
    digits = str(value).removeprefix("p")
    if not digits.isdecimal():
        raise Unreadable("integer")
    return int(digits)


PARTY_NO: Final = Own("party number ↔ ref", _read_party_no, _write_party_no, empty=None)


def _read_party_count(_: object) -> object:
    return Kept(None)


def _write_party_count(value: object) -> object:
    return len(value) if isinstance(value, list) else None


PARTY_COUNT: Final = Own(
    "number of parties", _read_party_count, _write_party_count, empty=None, loses="counted anew when written"
)
