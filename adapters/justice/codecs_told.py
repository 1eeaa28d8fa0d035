"""What the codecs of this adapter share: texts that say nothing, labels, what was written against told."""

from typing import Final

from hub.port import CodeList, Doc, Kept, Unreadable

NOTHING: Final = frozenset({"", "无", "/", "-", "--", "—", "——", "null", "空"})
"""What fills a field that says nothing."""


def said(value: object) -> str:
    """The text of a scalar; empty if it says nothing. Raises Unreadable `type` for an object or array."""
    if isinstance(value, dict | list):
        raise Unreadable("type")
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "" if value is None else str(value).strip()
    return "" if text in NOTHING else text


def read_of(codes: CodeList) -> dict[str, str]:
    """Native label → shared code."""
    return {label: shared for _, shared, label in reversed(codes.codes)}


def label_of(codes: CodeList) -> dict[str, str]:
    """Shared code → the label it is written as."""
    return {shared: label for _, shared, label in reversed(codes.codes)}


def entry(value: object, place: int = 0) -> Doc:
    """The object at a place of an array; an empty one if there is none."""
    found = value[place] if isinstance(value, list) and len(value) > place else None
    return found if isinstance(found, dict) else {}


def mapping(value: object) -> Doc:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def pruned(value: object) -> object:
    """Without what says nothing: empty texts, nulls, empty objects. A number is the text of it."""
    if not isinstance(value, dict):
        return said(value) if isinstance(value, int) else value
    kept = {name: pruned(part) for name, part in value.items()}
    return {name: part for name, part in kept.items() if part not in (None, "", {})}


def whole(value: object, told: object, written: Doc) -> object:
    """The value, or `Kept` if what is written of it does not say all that was told."""
    return value if pruned(told) == pruned(written) else Kept(value)
