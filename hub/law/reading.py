"""Small readers over a document of the shared form: by path, as a day, as an instant. Pure.

The schema has been checked before, so a value of another type counts as absent; objects are the `dict`s
of the JSON reader.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TypeAlias

from hub.law.calendar import SHANGHAI, legal_day

Document: TypeAlias = Mapping[str, object]


def at(node: object, path: str) -> object:
    """The value at a dotted path, None where anything on the way is absent."""
    if "." not in path:
        return node.get(path) if isinstance(node, dict) else None
    for name in path.split("."):
        if not isinstance(node, dict):
            return None
        node = node.get(name)
    return node


def text(node: object, path: str) -> str | None:
    """A string that is not empty."""
    value = at(node, path)
    return value if isinstance(value, str) and value else None


def listed(node: object, path: str) -> list[object]:
    """An array; empty when absent."""
    value = at(node, path)
    return value if isinstance(value, list) else []


def objects(node: object, path: str) -> list[Document]:
    """The objects of an array; empty when absent."""
    value = at(node, path)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def day(value: object) -> date | None:
    """A date, a date-time (its day in Asia/Shanghai) or an object with a `value` and a `precision`.

    Of a month or a year the last day is taken: a period named so coarsely lasts to its end.
    """
    if isinstance(value, dict):
        value = value.get("value")
    if not isinstance(value, str):
        return None
    try:
        if "T" in value:
            return legal_day(_instant(value))
        parts = [int(part) for part in value.split("-")]
        if len(parts) == 3:
            return date(*parts)
        year, month = (parts[0], parts[1]) if len(parts) == 2 else (parts[0], 12)
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def instant(value: object) -> datetime | None:
    """A date-time; a mere date stands for its first moment in Asia/Shanghai."""
    if not isinstance(value, str):
        return None
    try:
        return _instant(value)
    except (ValueError, OverflowError):
        return None


def _instant(value: str) -> datetime:
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
