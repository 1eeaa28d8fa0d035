"""JSON and form bodies to native records."""

from urllib.parse import unquote_to_bytes

from hub.errors import Fault, Refused
from hub.port import Doc
from hub.strictjson import loads


def read_json(body: bytes, max_bytes: int) -> object:
    """The JSON value. Raises Refused `malformed` or `too-large`."""
    return loads(body, max_bytes=max_bytes)


def read_form(body: bytes, parameter: str, max_bytes: int) -> object:
    """The JSON in the one parameter of an `application/x-www-form-urlencoded` body.

    Refuses (`malformed`, rule `form`) another or a repeated parameter and what is not percent-encoded.
    """
    if len(body) > max_bytes:
        raise Refused("too-large", Fault("size", args=(str(max_bytes),)))
    name, equals, value = body.strip().partition(b"=")
    if not equals or b"&" in value or unquote_to_bytes(name) != parameter.encode():
        raise Refused("malformed", Fault("form", args=(parameter,)))
    return loads(unquote_to_bytes(value.replace(b"+", b" ")), max_bytes=max_bytes)


def record_of(whole: object, path: str, item: object) -> Doc:
    """The file with the array at `path` replaced by one of its items: what a record's map sees."""
    if not path:
        return item if isinstance(item, dict) else {}
    head, _, rest = path.partition("/")
    outer = dict(whole) if isinstance(whole, dict) else {}
    outer[head] = record_of(outer.get(head), rest, item) if rest else item
    return outer
