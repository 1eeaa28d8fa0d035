"""Two people in one slot: an application has one applicant and one respondent, and clerks write two names.

What belongs to one person (number, sex, birthday, telephone) goes to the names only if there are as many;
address and domicile were filled in for the slot and are everybody's.
"""

import re
from typing import Final

from hub.port import Doc, Split

_BETWEEN: Final = re.compile(r"[、，,/;；\n]")
_BETWEEN_DAYS: Final = re.compile(r"[、，,;；\n]")
_RELATION: Final = re.compile(
    r"[(（](?!身份不详|姓名不详|不详|化名|绰号|外号|自称|自报)[^()（）]{1,12}[)）]$"
)
_PERSON: Final = re.compile(
    r"(?:[\u3400-\u9fff][\u3400-\u9fff某*×＊]{0,3}|[\u3400-\u9fff]{1,10}(?:[·•・‧][\u3400-\u9fff]{1,10})+)"
    r"(?:[(（](?:身份不详|姓名不详|不详|化名|绰号|外号|自称|自报)[)）])?"
)
_ORGANISATION: Final = re.compile(r"[^()（）]{2,60}(?:公司|厂|店|中心|合作社|委员会|局|院|校|部|社|站|所)")
NAME_LIMIT: Final = 80

_EACH: Final = {
    "Idcard": _BETWEEN,
    "Phone": _BETWEEN,
    "Sex": _BETWEEN,
    "Birthday": _BETWEEN_DAYS,
}
"""Fields of one person that may hold as many values as there are names, and what stands between them."""

_FIRST_ONLY: Final = ("Ethnic", "Occupation", "proxyName", "proxyType", "proxyIdCard")


def _pieces(value: object, between: re.Pattern[str]) -> list[str]:
    return [piece for part in between.split(str(value or "")) if (piece := part.strip())]


def _name_field(values: Doc) -> str | None:
    return next((name for name in values if name.endswith("Name") and name != "proxyName"), None)


def _people(value: object) -> list[str]:
    """The names in a slot; one, as it is, if any piece does not look like a name of its own."""
    text = str(value or "").strip()
    names = _pieces(_RELATION.sub("", text), _BETWEEN)
    alike = all(_PERSON.fullmatch(name) or _ORGANISATION.fullmatch(name) for name in names)
    return names if len(names) > 1 and alike else [text]


def _read(values: Doc) -> list[Doc]:
    field = _name_field(values)
    people = _people(values[field]) if field and isinstance(values[field], str) else []
    if field is None or len(people) < 2:
        return [values]
    who = field.removesuffix("Name")
    return [_one(values, who, person, i, len(people)) for i, person in enumerate(people)]


def _one(values: Doc, who: str, person: str, i: int, count: int) -> Doc:
    one: Doc = {}
    for name, value in values.items():
        end = name.removeprefix(who)
        if end == "Name":
            one[name] = person
        elif end in _EACH:
            pieces = _pieces(value, _EACH[end])
            belongs = pieces[i] if len(pieces) == count else None
            one[name] = belongs or (value if i == 0 else "")
        elif i == 0 or end not in _FIRST_ONLY:
            one[name] = value
    return one


def _write(parts: list[Doc]) -> Doc:
    """The first person's values, with as many names, numbers and telephones as the fields hold."""
    field = _name_field(parts[0])
    joined = dict(parts[0])
    if field is None:
        return joined
    who = field.removesuffix("Name")
    for n in range(len(parts), 1, -1):
        names = "、".join(str(part[field] or "") for part in parts[:n])
        if len(names) <= NAME_LIMIT and len(_people(names)) == n:
            joined[field] = names
            for end, sign in (("Idcard", "/"), ("Phone", "、")):
                told = [str(part.get(who + end) or "") for part in parts[:n]]
                joined[who + end] = sign.join(told) if all(told) else told[0]
            break
    return joined


PEOPLE: Final = Split("several people in one slot", _read, _write)
