"""The codecs of the port: each word becomes a pair of functions, once, when the maps are compiled.

`read(value, run)` gets a native value that is not empty and answers a shared value, None, or `Kept`;
`write(value)` gets a shared value and answers a native one. Both raise `Unreadable` with a rule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch

from hub.port import (
    Code,
    CodeList,
    Decimal,
    Doc,
    Flag,
    Items,
    Kept,
    Label,
    Native,
    Numbered,
    Own,
    Text,
    Unlisted,
    Unreadable,
    Whole,
)  # fmt: skip
from hub.translate.identifiers import normal_form
from hub.translate.records import Run
from hub.translate.text import clean, plain

ReadValue = Callable[[object, Run], object]
WriteValue = Callable[[object], object]


@dataclass(frozen=True, slots=True)
class Built:
    """A codec ready for use; `empty` is what a format that writes empty fields puts there."""

    read: ReadValue
    write: WriteValue
    empty: object = ""


@singledispatch
def build(word: object) -> Built:
    """The pair of functions for a codec word. TypeError for what is no codec."""
    raise TypeError(type(word).__name__)


def fitting(text: str, limit: int) -> str:
    """The text, if a native field of `limit` characters holds it."""
    if len(text) > limit:
        raise Unreadable("limit")
    return text


def string(value: object) -> str:
    """A shared value that must be a string."""
    if not isinstance(value, str):
        raise Unreadable("type")
    return value


def parted(text: str, signs: str) -> list[str] | None:
    """The parts of a text between any of the signs; None if there is none."""
    for sign in signs:
        text = text.replace(sign, "\t")
    return [part for piece in text.split("\t") if (part := piece.strip())] or None


def mapping(value: object) -> Doc:
    """A shared value that must be an object."""
    if not isinstance(value, dict):
        raise Unreadable("type")
    return value


@build.register
def _(word: Text) -> Built:
    limit = word.limit

    def read(value: object, _: Run) -> object:
        text = clean(value)
        return text if text is None or len(text) <= limit else Kept(text)

    return Built(read, lambda value: fitting(string(value), limit))


@build.register
def _(word: Whole) -> Built:
    def read(value: object, _: Run) -> object:
        text = plain(value)
        if text is None:
            return None
        digits = text.removesuffix(".0").rstrip("岁人名个天日件")
        if not digits.isdecimal() or not word.low <= int(digits[:18]) <= word.high:
            raise Unreadable("integer")
        number = int(digits)
        return number if str(number) == text else Kept(number)

    def write(value: object) -> object:
        if not isinstance(value, int) or not word.low <= value <= word.high:
            raise Unreadable("integer")
        return value if word.native is Native.INTEGER else str(value)

    return Built(read, write, _empty(word.native))


@build.register
def _(_: Decimal) -> Built:
    def read(value: object, _: Run) -> object:
        text = plain(value)
        if text is None:
            return None
        if not text.lstrip("-").replace(".", "", 1).isdecimal() or len(text) > 30:
            raise Unreadable("decimal")
        return text

    return Built(read, string)


@build.register
def _(word: Flag) -> Built:
    said = {word.yes: True, word.no: False, "true": True, "false": False, "是": True, "否": False}
    known = {text: flag if text in (word.yes, word.no) else Kept(flag) for text, flag in said.items()}

    def read(value: object, _: Run) -> object:
        text = plain(value)
        if text is None:
            return None
        if text not in known:
            raise Unreadable("code", f"{word.yes}, {word.no}")
        return known[text]

    def write(value: object) -> object:
        return _native(word.yes if value is True else word.no, word.native)

    return Built(read, write, _empty(word.native))


@build.register
def _(word: Code) -> Built:
    out = _first(word.codes, 0)

    def write(value: object) -> object:
        if value not in out:
            raise Unreadable("code")
        return _native(out[str(value)], word.native)

    return Built(_code_reader(word.codes, out), write, _empty(word.native))


@build.register
def _(word: Label) -> Built:
    out = _first(word.codes, 2)

    def write(value: object) -> object:
        if value not in out:
            raise Unreadable("code")
        return out[str(value)]

    return Built(_code_reader(word.codes, out), write)


def _code_reader(codes: CodeList, out: dict[str, str]) -> ReadValue:
    """What says the same in another way than `out` writes it (a label, a second code) is `Kept`."""
    known: dict[str, object] = {}
    for column in (0, 2):
        for row in codes.codes:
            native, shared = row[column], row[1] or None
            written = shared is not None and out.get(shared) == native
            known.setdefault(native, shared if written else Kept(shared))

    as_sent: dict[object, object] = {int(code): known[code] for code in known if _is_whole(code)}
    as_sent.update(known)

    def read(value: object, _: Run) -> object:
        if (value.__class__ is str or value.__class__ is int) and value in as_sent:
            return as_sent[value]
        text = plain(value)
        if text is None or text in known:
            return known[text] if text else None
        if codes.unlisted is Unlisted.REFUSE:
            raise codes.refusal()
        return Kept(codes.otherwise, "lossy")

    return read


def _is_whole(code: str) -> bool:
    """Whether a code is what JSON may send as a number: digits without a leading zero."""
    return code.isascii() and code.isdecimal() and str(int(code)) == code


def _first(codes: CodeList, column: int) -> dict[str, str]:
    out: dict[str, str] = {}
    for row in codes.codes:
        if row[1]:
            out.setdefault(row[1], row[column])
    return out


@build.register
def _(word: Numbered) -> Built:
    def read(value: object, _: Run) -> object:
        text = clean(value)
        if text is None:
            return None
        return {"system": word.system, "value": text, "normal_form": normal_form(word.system, text)}

    return Built(read, lambda value: fitting(string(mapping(value).get("value")), word.limit))


@build.register
def _(word: Items) -> Built:
    def read(value: object, _: Run) -> object:
        if isinstance(value, list):
            return [text for item in value if (text := clean(item))] or None
        text = clean(value)
        if text is None:
            return None
        parts = parted(text, "；;，、,|\n")
        return parts if not parts or word.joint.join(parts) == text else Kept(parts)

    def write(value: object) -> object:
        if not isinstance(value, list):
            raise Unreadable("type")
        return word.joint.join(string(item) for item in value)

    return Built(read, write)


@build.register
def _(word: Own) -> Built:
    return Built(lambda value, _: word.read(value), word.write, word.empty)


def _native(text: str, form: Native) -> object:
    return int(text) if form is Native.INTEGER else text


def _empty(form: Native) -> object:
    return None if form is Native.INTEGER else ""
