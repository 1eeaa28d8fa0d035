"""Which persons go into which slot of a table with a fixed number of them."""

from typing import Final

from hub.port import Const, Doc, Row, Slots

_SIDES: Final = {
    "side_a": "a", "applicant": "a", "plaintiff": "a", "victim": "a",
    "side_b": "b", "respondent": "b", "defendant": "b", "offender": "b",
}  # fmt: skip


def assign(row: Slots, people: list[Doc]) -> dict[str, list[Doc]]:
    """Slot → persons: back to where they came from, else by side, else to a slot that is still free.

    More than one only where a split can join them. Who finds no slot is not written.
    """
    placed: dict[str, list[Doc]] = {slot: [] for slot in row.slots}
    sides = {slot: side_of(_role(rows)) for slot, rows in row.slots.items()}
    homeless: list[Doc] = []
    for person in people:
        slot, _, _ = str(person.get("position_in_native")).partition("/")
        if slot in placed and (row.split or not placed[slot]):
            placed[slot].append(person)
        else:
            homeless.append(person)
    for person in homeless:
        side = side_of(person.get("role"))
        free = [slot for slot, there in placed.items() if not there]
        same = [slot for slot in placed if side and sides[slot] == side]
        fitting = [slot for slot in same if slot in free] or (same if row.split else [])
        target = fitting or (free if side is None or not same else [])
        if target:
            placed[target[0]].append(person)
    return placed


def side_of(role: object) -> str | None:
    """`a` or `b` for the two sides of a dispute, None for others."""
    return _SIDES.get(str(role))


def _role(rows: tuple[Row, ...]) -> object:
    return next((row.value for row in rows if isinstance(row, Const) and row.shared == "role"), None)
