"""What the court codecs have in common: what several native fields say, and pairs of a code and its label."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Final

from hub.port import CodeList, Doc, Kept, Own, Unlisted, Unreadable

NOTHING: Final = frozenset({"", "无", "/", "-", "--", "null", "空"})
"""What fills a field that says nothing."""

_HALF: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def text_of(value: object) -> str:
    """The text of a scalar, empty if it says nothing. Raises Unreadable `type` for an object or array."""
    if isinstance(value, str):
        text = value.strip()
    elif isinstance(value, dict | list):
        raise Unreadable("type")
    elif isinstance(value, float) and value.is_integer():
        text = str(int(value))
    else:
        text = "" if value is None else str(value)
    return "" if text in NOTHING else text


def said(values: object) -> dict[str, str]:
    """What several fields say, by their names; those that say nothing are left out."""
    told = values if isinstance(values, dict) else {}
    return {name: text for name, value in told.items() if (text := text_of(value))}


def coded(text: str) -> str:
    """A code with full-width digits made half-width."""
    return text if text.isascii() else text.translate(_HALF).strip()


def digits_of(text: str) -> str:
    """A whole number as its digits; empty if it is none."""
    number = coded(text).removesuffix(".0")
    return number if number.isascii() and number.isdecimal() else ""


_TIME: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T ]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?\D?(?:\.\d+)?)?"
    r"|(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?",
    re.ASCII,
)
_EPOCH_MS: Final = re.compile(r"\d{13}", re.ASCII)
CHINA: Final = timezone(timedelta(hours=8))


def instant_of(text: str) -> str | None:
    """A time, or the midnight of a day, at +08:00 in RFC 3339; None if it cannot be read."""
    plain = coded(text)
    if _EPOCH_MS.fullmatch(plain):
        return datetime.fromtimestamp(int(plain) // 1000, tz=CHINA).isoformat()
    found = _TIME.fullmatch(plain)
    if found is None:
        return None
    parts = found.groups()[:6] if found[1] else found.groups()[6:]
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in parts)
        return datetime(year, month, day, hour, minute, second, tzinfo=CHINA).isoformat()
    except ValueError:
        return None


def paired(codes: CodeList, names: tuple[str, str]) -> Own:
    """A code and its label (`X代码`, `X名称`) ↔ a shared code.

    The label decides, because the codes of these systems are nowhere explained. An unknown label is kept;
    an unknown code without one is refused, unless the list is open.
    """
    by_code = _first((code, shared) for code, shared, _ in codes.codes if code)
    by_label = _first((label, shared) for _, shared, label in codes.codes)
    out = {shared: (code, label) for code, shared, label in reversed(codes.codes)}
    exact = {pair: shared for shared, pair in out.items()}
    code_name, label_name = names

    def read(value: object) -> object:
        if isinstance(value, dict):
            pair = value.get(code_name), value.get(label_name)
            if isinstance(pair[0], str) and isinstance(pair[1], str) and pair in exact:
                return exact[pair[0], pair[1]]
        told = said(value)
        code, label = coded(told.get(code_name, "")), _label(told.get(label_name, ""))
        if label in by_label:
            shared = by_label[label]
            return shared if out[shared] == (code, label) else Kept(shared)
        if not label and not code:
            return Kept(None) if told else None
        if not label and code in by_code:
            return Kept(by_code[code])
        if not label and codes.unlisted is Unlisted.REFUSE:
            raise codes.refusal()
        return Kept(codes.otherwise, "lossy")

    def write(value: object) -> object:
        if value not in out:
            raise Unreadable("code")
        return dict(zip(names, out[str(value)], strict=True))

    return Own(f"{codes.name}: code and label", read, write)


def _label(text: str) -> str:
    """The label, none if a time stands in its place, as it does in files of the exchange."""
    return "" if text[:1].isdecimal() and instant_of(text) else text


def _first(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


_PARTY_NUMBERS: Final = {str(n): f"p{n}" for n in range(1, 100)}


def _read_party_no(value: object) -> object:
    if isinstance(value, str) and value in _PARTY_NUMBERS:
        return _PARTY_NUMBERS[value]
    text = text_of(value)
    number = digits_of(text)
    if not number or not 0 < int(number[:9]) < 100:
        return Kept(None)
    ref = f"p{int(number)}"
    return ref if coded(text) in _PARTY_NUMBERS else Kept(ref)


def _write_party_no(value: object) -> object:
    number = str(value).removeprefix("p")
    if not number.isdecimal():
        raise Unreadable("integer")
    return str(int(number))


PARTY_NO: Final = Own("order of a party ↔ ref", _read_party_no, _write_party_no)


def not_written(_value: object) -> Doc:
    """For a format that the hub only reads."""
    raise Unreadable("not-written")
