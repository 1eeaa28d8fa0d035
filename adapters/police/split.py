"""Several people in one field: `冯测二、余测三(翁媳)` in a register slot; numbers in the case index."""

import re
from typing import Final

from hub.port import Doc, Split

_BETWEEN: Final = re.compile(r"[、，,/;；\n]")
_RELATION: Final = re.compile(
    r"[(（](?!身份不详|姓名不详|不详|化名|绰号|外号|自称|自报)[^()（）]{1,12}[)）]$"
)
_COMPANY: Final = ("公司", "厂", "店", "中心", "合作社", "委员会", "局", "院", "校")
NAME_LIMIT: Final = 30
SHORTEST_NUMBER: Final = 15


def _pieces(value: object) -> list[str]:
    return [piece for part in _BETWEEN.split(str(value or "")) if (piece := part.strip())]


def _field(values: Doc, end: str) -> str:
    return next(name for name in values if name.endswith(end))


def _read(values: Doc) -> list[Doc]:
    """One set of values per name. Numbers go to the names they belong to only if there are as many.

    Sex, age and a single number are those of the first; work and address were filled in for the slot.
    """
    if not any(name.endswith("XM") for name in values):
        return [values]  # a table without the column: whose the others are, nobody can say
    names = [name for name in values if name.endswith(("XM", "XB", "NL", "SFHM"))]
    whole = str(values.get(_field(values, "XM"), "") or "").strip()
    people = _pieces(_RELATION.sub("", whole))
    if len(people) < 2 or any(word in whole for word in _COMPANY):
        return [values]
    numbers = _pieces(values.get(_field(values, "SFHM"))) if any(n.endswith("SFHM") for n in names) else []
    made: list[Doc] = []
    for i, person in enumerate(people):
        one: Doc = {name: value for name, value in values.items() if name not in names or i == 0}
        one[_field(values, "XM")] = person
        if len(numbers) in (len(people), 1) or i == 0:
            belongs = len(numbers) == len(people) or (len(numbers) == 1 and i == 0)
            one[_field(values, "XM")[:-2] + "SFHM"] = numbers[i] if belongs and _is_whole(numbers[i]) else ""
        made.append(one)
    return made


def _is_whole(number: str) -> bool:
    """A second number that the slot cut off after some digits is nobody's number."""
    return not number.isdecimal() or len(number) >= SHORTEST_NUMBER


def _write(parts: list[Doc]) -> Doc:
    """The first person's values, with as many names, and numbers, as the field holds."""
    name, number = _field(parts[0], "XM"), _field(parts[0], "SFHM")
    joined = dict(parts[0])
    for n in range(len(parts), 1, -1):
        names = "、".join(str(part[name] or "") for part in parts[:n])
        numbers = [str(part[number] or "") for part in parts[:n]]
        if len(names) <= NAME_LIMIT:
            joined[name] = names
            joined[number] = "/".join(numbers) if all(numbers) else numbers[0]
            break
    return joined


PEOPLE: Final = Split("several people in one slot", _read, _write)


_JOINED: Final = re.compile(r"[\s,，;；、/|]+")
"""Between the numbers of a multi-valued column; one often stands at its end too."""


def _read_numbers(values: Doc) -> list[Doc]:
    """One person a number, each number once."""
    column = next(iter(values), "")
    numbers = dict.fromkeys(part for part in _JOINED.split(str(values.get(column) or "")) if part)
    return [{column: number} for number in numbers] or [values]


def _write_numbers(parts: list[Doc]) -> Doc:
    column = next(iter(parts[0]), "")
    return {column: ";".join(str(part.get(column) or "") for part in parts)}


NUMBERS: Final = Split("several numbers in one column", _read_numbers, _write_numbers)
