"""The class of a call in three systems whose codes mean different things: read with its system in hand.

What its own list cannot tell is refused by the column and with the list's codes, so that a person decides:
a code it does not hold, one of another length (another system's), a key that it holds twice.
"""

from typing import Final

from adapters.police.codecs import NOTHING
from adapters.police.codes import CALL_CLASS, CALL_CLASS_TWICE, PLATFORM_CLASS
from hub.port import Doc, Kept, Own, Unreadable

_LEVELS: Final = ("BJXL", "BJLX", "BJLB")
"""The columns of a 110 call's class, the most specific first."""

_CALL_DIGITS: Final = 6
_PLATFORM_DIGITS: Final = 8
_TOP: Final = 2

_SHARED: Final = {native: shared for native, shared, _ in CALL_CLASS.codes}
_TOPS: Final = {native[:_TOP]: shared for native, shared, _ in PLATFORM_CLASS.codes}


def _is_code(text: str) -> bool:
    """Whether a class is told as a code: the desk also writes labels into these columns."""
    return text.isascii() and text.isalnum()


def _read_call_class(value: object) -> object:
    """The most specific code, and what the list says of it or of a level above."""
    levels = value if isinstance(value, dict) else {}
    texts = {name: str(levels.get(name) or "").strip() for name in _LEVELS}
    codes = {name: text for name, text in texts.items() if _is_code(text)}
    if not codes:
        return Kept(None) if any(text not in NOTHING for text in texts.values()) else None
    for column, code in codes.items():
        if code in CALL_CLASS_TWICE:
            raise CALL_CLASS.refusal("code-twice", column)
        if len(code) != _CALL_DIGITS or not code.isdecimal():
            raise CALL_CLASS.refusal(field=column)
    shared = next((_SHARED[code] for code in codes.values() if code in _SHARED), None)
    column, native = next(iter(codes.items()))
    if shared is None:
        raise CALL_CLASS.refusal(field=column)
    return Kept({"native": native, "system": CALL_CLASS.system, "code": shared})


def _write_call_class(value: object) -> object:
    told = value if isinstance(value, dict) else {}
    if told.get("system") != CALL_CLASS.system:
        known = [native for native, shared, _ in CALL_CLASS.codes if shared == told.get("code")]
        return {"BJLX": known[0]} if known else {}
    return {"BJLX": told.get("native")}


CALL_CLASSES: Final = Own("class on three levels", _read_call_class, _write_call_class)


def _read_platform_class(value: object) -> object:
    """The confirmed class, else the original one; what the other fields say of it is kept."""
    told = value if isinstance(value, dict) else {}
    for column in ("newcharasubclass", "neworicharasubclass"):
        text = str(told.get(column) or "").strip()
        if text in NOTHING:
            continue
        if (
            len(text) != _PLATFORM_DIGITS
            or not (text.isascii() and text.isdecimal())
            or text[:_TOP] not in _TOPS
        ):
            raise PLATFORM_CLASS.refusal(field=column)
        return Kept({"native": text, "system": PLATFORM_CLASS.system, "code": _TOPS[text[:_TOP]]})
    return Kept(None)


def _not_written(_value: object) -> object:
    raise Unreadable("not-written")


PLATFORM_CLASSES: Final = Own("class as confirmed, else as first told", _read_platform_class, _not_written)


def _read_push_class(value: object) -> object:
    text = str(value).strip()
    if text in NOTHING:
        return None
    made: Doc = {"native": text[:40], "system": PUSH_CLASSES}
    return made if len(text) <= 40 else Kept(made)


def _write_push_class(value: object) -> object:
    told = value if isinstance(value, dict) else {}
    return told.get("native") if told.get("system") == PUSH_CLASSES else None


PUSH_CLASSES: Final = "ZDF_BJLBDM"
PUSH_CLASS: Final = Own("class of an unpublished list, with its system", _read_push_class, _write_push_class)
