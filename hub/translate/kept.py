"""Texts kept in `native_extras`, as native values again. Pure."""

from typing import Final

import orjson


def typed(raw: str, like: object) -> object:
    """A kept text as a native value of the type of `like`; as the text it is where it does not fit."""
    if isinstance(like, bool):
        return {"true": True, "false": False}.get(raw, raw)
    if isinstance(like, dict | list):
        return structure(raw)
    return as_whole(raw) if isinstance(like, int) else raw


def as_whole(raw: object) -> object:
    """The number of a text that is written as JSON writes one; `01`, `３` and what JSON rounds stay texts."""
    if not isinstance(raw, str) or not raw.isascii() or not raw.isdecimal() or len(raw) > LONGEST_WHOLE:
        return raw
    number = int(raw)
    return number if str(number) == raw else raw


LONGEST_WHOLE: Final = 15
"""Digits of a number that every reader of JSON keeps exactly (RFC 7493)."""


def structure(raw: str) -> object:
    """A kept object or array as one again; a text that only looks like one stays a text."""
    try:
        return orjson.loads(raw) if raw[:1] in ("{", "[") else raw
    except orjson.JSONDecodeError:
        return raw
