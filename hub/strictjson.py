"""The one JSON reader for everything from outside: message bodies, token headers, claims, admin calls.

Parses at the speed of orjson and refuses, before any schema sees it, what RFC 8259 leaves open and readers
disagree on (the gaps that RFC 7493, I-JSON, closes): a BOM, bytes that are not UTF-8, duplicate names, NaN
and Infinity, integers beyond 53 bits, lone surrogates, NUL, deep nesting, too many values. Pure; the only
foreign package is orjson.

orjson keeps the last of two equal names and reads a huge integer as a float without a word. Walking the
tree in Python to find out costs more than parsing it, so the common document is cleared by counting
(`_is_plain` says why that is sound); only one that cannot be cleared is read a second time, exactly.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, NoReturn, TypeAlias

import orjson

from hub.errors import Fault, Refused

Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
_Path: TypeAlias = tuple["_Path", str | int] | None

MAX_DEPTH: Final = 64
MAX_VALUES: Final = 100_000
MAX_INTEGER: Final = 2**53 - 1

_LIMITS: Final = {"depth": MAX_DEPTH, "count": MAX_VALUES, "number": MAX_INTEGER}
# Possessive: what a quantifier has taken it never gives back, and remembers no way to do so.
_TOKEN: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_CONTAINERS: Final = (dict, list)
_EXPONENT: Final = re.compile(rb"[0-9]e\+")
# A name is shown in a pointer only if it looks like one; anything else might be a person's data.
_SAFE_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def loads(body: bytes, *, max_bytes: int = 1024 * 1024) -> Json:
    """The value that `body` holds.

    Raises Refused: `too-large` (rule `size`) above `max_bytes`, else `malformed` with one Fault whose
    rule is `encoding`, `syntax`, `depth`, `count`, `duplicate-key`, `number`, `surrogate` or `nul`; its
    pointer, where there is one, is cut before a name that could itself be a sender's data.
    """
    if len(body) > max_bytes:
        raise Refused("too-large", Fault("size", args=(str(max_bytes),)))
    if len(body) > 2 * MAX_VALUES and _values(body) > MAX_VALUES:
        raise _refusal("depth" if _depth(body.decode("utf-8", "replace")) > MAX_DEPTH else "count")
    try:
        value: Json = orjson.loads(body)
    except orjson.JSONDecodeError as e:
        _check_exactly(body)
        raise _refusal("syntax") from e
    if not _is_plain(body, value):
        _check_exactly(body)
    return value


def load_object(body: bytes, *, max_bytes: int = 1024 * 1024) -> dict[str, Json]:
    """Like `loads`, for what must be one object; anything else is `malformed` with rule `type`."""
    value = loads(body, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise Refused("malformed", Fault("type", pointer="", args=("object",)))
    return value


def _is_plain(body: bytes, value: Json) -> bool:
    r"""Whether the document is certainly clean; False means only "look closer".

    Duplicates: if there were two equal names, `value` has lost one of them. Every quotation mark of `body`
    delimits a string or is the escape `\"`; the only other way to write one, `\u0022`, is looked for
    first. Written out again, each string that survived has exactly the marks it had, so equal counts
    mean that no string, hence no name, was lost. Depth is at most the number of brackets. orjson refuses
    to write an integer beyond 53 bits; one beyond 64 bits, read as a float, it writes with an exponent.
    """
    if b"\\" in body and (b"\\u0022" in body or b"\\u0000" in body):  # one byte is found faster
        return False
    brackets = body.count(b"[") + body.count(b"{")
    if brackets > MAX_DEPTH and not _is_shallow(value):
        return False
    try:
        again = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError:
        return False
    if b"+" in again and b"e+" in again and _EXPONENT.search(again):
        return False
    return again.count(b'"') == body.count(b'"')


def _values(body: bytes) -> int:
    """How many values a document has; counted before anything is built, as what is built costs memory.

    Each has a comma before it, or is the first of what a bracket opens, or is all there is. A value takes two
    bytes at least, so a short document need not be counted.
    """
    if body.count(b",") + body.count(b"[") + body.count(b"{") < MAX_VALUES:
        return 0
    bare = _STRING.sub(b"0", body).translate(None, b" \t\r\n")
    openers = bare.count(b"[") + bare.count(b"{") - bare.count(b"[]") - bare.count(b"{}")
    return bare.count(b",") + openers + 1


def _is_shallow(value: Json) -> bool:
    level: list[Json] = [value]
    for _ in range(MAX_DEPTH):
        level = [child for v in level for child in _children(v) if type(child) in _CONTAINERS]
        if not level:
            return True
    return False


def _children(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        return iter(value.values())
    return iter(value) if isinstance(value, list) else iter(())


def _check_exactly(body: bytes) -> None:
    """Refuses with rule and, where known, pointer; returns if it finds nothing wrong."""
    text = _text(body)
    twice: dict[int, tuple[dict[str, Json], str]] = {}

    def pairs(members: list[tuple[str, Json]]) -> dict[str, Json]:
        built = dict(members)
        if len(built) != len(members):  # the object is kept with its id: an id outlives nothing
            counted = Counter(name for name, _ in members)
            twice[id(built)] = (built, next(name for name, count in counted.items() if count > 1))
        return built

    try:
        tree: Json = json.loads(
            text, object_pairs_hook=pairs, parse_int=_bounded_int, parse_constant=_no_constant
        )
    except json.JSONDecodeError as e:
        raise _refusal("syntax") from e
    for count, (value, path) in enumerate(_walk(tree), start=1):
        if count > MAX_VALUES:
            raise _refusal("count")
        if id(value) in twice:
            raise _refusal("duplicate-key", (path, twice[id(value)][1]))
        if rule := _offence(value):
            raise _refusal(rule, path)


def _text(body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as e:
        raise _refusal("encoding") from e
    if text.startswith("\ufeff"):
        raise _refusal("encoding")
    if _depth(text) > MAX_DEPTH:  # also keeps the recursive parser from running out of stack
        raise _refusal("depth")
    return text


def _offence(value: Json) -> str | None:
    match value:
        case str():
            return _text_offence(value)
        case int() if abs(value) > MAX_INTEGER:
            return "number"
        case float() if not math.isfinite(value):
            return "number"
        case dict():
            return next((rule for name in value if (rule := _text_offence(name))), None)
        case _:
            return None


def _text_offence(text: str) -> str | None:
    if "\0" in text:
        return "nul"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "surrogate"
    return None


def _walk(tree: Json) -> Iterator[tuple[Json, _Path]]:
    stack: list[tuple[Json, _Path]] = [(tree, None)]
    while stack:
        value, path = stack.pop()
        yield value, path
        if isinstance(value, dict):
            stack.extend((child, (path, name)) for name, child in value.items())
        elif isinstance(value, list):
            stack.extend((child, (path, index)) for index, child in enumerate(value))


def _depth(text: str) -> int:
    deepest = depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in "]}":
            depth -= 1
    return deepest


def _bounded_int(digits: str) -> int:
    return int(digits) if len(digits) <= 20 else MAX_INTEGER + 1  # int() itself is quadratic


def _no_constant(_name: str) -> NoReturn:
    raise _refusal("number")


def _refusal(rule: str, path: _Path = None) -> Refused:
    tokens: list[str | int] = []
    while path is not None:
        path, token = path
        tokens.append(token)
    pointer = ""
    for token in reversed(tokens):
        if isinstance(token, str) and not _SAFE_NAME.fullmatch(token):
            break
        pointer += f"/{token}"
    args = (str(_LIMITS[rule]),) if rule in _LIMITS else ()
    return Refused("malformed", Fault(rule, pointer=pointer if tokens else None, args=args))
