"""Which person goes into which slot of a table with a fixed number of them."""

from typing import Final

from hub.port import Const, Doc, Slots

_SIDES: Final = {
    "side_a": "a", "applicant": "a", "plaintiff": "a", "victim": "a",
    "side_b": "b", "respondent": "b", "defendant": "b", "offender": "b",
}  # fmt: skip


def assign(row: Slots, people: list[Doc]) -> dict[str, Doc]:
    """Slot → person. A split of the adapter decides; else where the person came from, then the side."""
    if row.split is not None:
        return row.split.write(people, tuple(row.slots))
    placed: dict[str, Doc] = {}
    sides = {slot: side_of(_role(rows)) for slot, rows in row.slots.items()}
    for person in people:
        came_from = str(person.get("position_in_native"))
        if came_from in sides and came_from not in placed:
            placed[came_from] = person
    for person in people:
        if any(person is taken for taken in placed.values()):
            continue
        free = [slot for slot in sides if slot not in placed]
        fitting = [slot for slot in free if sides[slot] == side_of(person.get("role"))]
        if fitting or (free and side_of(person.get("role")) is None):
            placed[(fitting or free)[0]] = person
    return placed


def side_of(role: object) -> str | None:
    """`a` or `b` for the two sides of a dispute, None for others."""
    return _SIDES.get(str(role))


def _role(rows: tuple[object, ...]) -> object:
    return next((row.value for row in rows if isinstance(row, Const) and row.shared == "role"), None)
