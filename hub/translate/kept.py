"""Texts kept in `native_extras`, as native values again. Pure."""

import orjson


def typed(raw: str, like: object) -> object:
    """A kept text as a native value of the type of `like`; as the text it is where it does not fit."""
    if isinstance(like, bool):
        return raw == "true"
    if isinstance(like, dict | list):
        return structure(raw)
    return int(raw) if isinstance(like, int) and raw.isdecimal() else raw


def structure(raw: str) -> object:
    """A kept object or array as one again; a text that only looks like one stays a text."""
    try:
        return orjson.loads(raw) if raw[:1] in ("{", "[") else raw
    except orjson.JSONDecodeError:
        return raw
