"""Where in the sender's own file a place of the shared form comes from, so that a refusal can name both."""

from typing import Final

from hub.port import Doc, Each, Field, IdNumber, Name, Row, Slots
from hub.translate.paths import get

_MERGED: Final[dict[type, tuple[str, ...]]] = {
    Name: ("name", "name_status"),
    IdNumber: ("id_number", "id_type", "id_status", "credit_code"),
}


def native_place(rows: tuple[Row, ...], pointer: str, document: Doc) -> str | None:
    """Native pointer of the field that `pointer` (RFC 6901) was read from; None if no single field was."""
    return _place(rows, pointer.removeprefix("/").split("/"), document, "")


def _place(rows: tuple[Row, ...], parts: list[str], document: object, at: str) -> str | None:
    """Items of arrays first: a field may be read from the whole of an array too (its length)."""
    for row in rows:
        if not isinstance(row, Each | Slots):
            continue
        inner = _below(row.shared, parts)
        if inner == [] and isinstance(row, Each):
            return f"{at}/{row.native}"
        if not inner or not inner[0].isdigit():
            continue
        item = get(document, f"{row.shared}/{inner[0]}")
        if isinstance(row, Each):
            return _place(row.rows, inner[1:], item, f"{at}/{row.native}/{inner[0]}")
        slot, _, _ = str(get(item, "position_in_native")).partition("/")
        inside = f"{at}/{row.under}" if row.under else at
        return _place(row.slots.get(slot, ()), inner[1:], item, inside)
    for row in rows:
        if isinstance(row, Field) and _is_from(row, parts):
            return f"{at}/{row.native if isinstance(row.native, str) else row.native[0]}"
    return None


def _is_from(row: Field, parts: list[str]) -> bool:
    if row.shared == ".":
        return bool(parts) and parts[0] in _MERGED.get(type(row.codec), ())
    return _below(row.shared, parts) is not None


def _below(shared: str, parts: list[str]) -> list[str] | None:
    """What of `parts` lies below the shared path; None if they are elsewhere."""
    path = shared.split("/")
    return parts[len(path) :] if parts[: len(path)] == path else None
