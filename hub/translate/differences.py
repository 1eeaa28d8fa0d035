"""What a document says that its native form, read again, does not: the pointers of what was lost."""

from collections.abc import Iterator
from typing import Final

from hub.translate.paths import escaped

MAX_POINTERS: Final = 100

_MADE: Final = frozenset({"schema", "normal_form", "dispute", "about_case"})
"""Members that the hub makes or the envelope carries."""


def lost(document: object, again: object, ignored: tuple[str, ...]) -> tuple[str, ...]:
    """Pointers into `document` whose values `again` does not have; what `again` has besides does not count.

    Nothing below the `ignored` pointers is looked at.
    """
    found: list[str] = []
    for pointer in _missing(document, again, ""):
        if pointer.startswith(ignored):
            continue
        found.append(pointer)
        if len(found) == MAX_POINTERS:
            break
    return tuple(found)


def _missing(value: object, again: object, at: str) -> Iterator[str]:
    if isinstance(value, dict):
        other = again if isinstance(again, dict) else {}
        for name, part in value.items():
            if name not in _MADE:
                yield from _missing(part, other.get(name), f"{at}/{escaped(name)}")
    elif isinstance(value, list):
        others = again if isinstance(again, list) else []
        for i, part in enumerate(value):
            yield from _missing(part, others[i] if i < len(others) else None, f"{at}/{i}")
    elif value != again:
        yield at
