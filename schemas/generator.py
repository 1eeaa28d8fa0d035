"""Random valid documents of a kind, made from its schema. Pure: the same rng state, the same document.

For property tests, the two validators and the benchmarks. Persons are fictitious and look it: names
begin with 测, resident ids with 500000, telephone numbers with 100. Beyond its schema a document is
consistent in itself: parties are p1 … pn and references mean one of them, items are numbered, a date
fits its precision.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any, Final

from schemas.load import Schema, code_lists, kind_schema
from schemas.patterns import Sequence, parse, sample

CHINA: Final = timezone(timedelta(hours=8))
FIRST_DAY: Final = date(2026, 1, 5)
SYLLABLES: Final = "一二三四五六七八九十甲乙丙丁东西南北山川"
WORDS: Final = "排水沟相邻土地借款工资道路补偿疏通协商达成履行当事人双方说明情况示例调解"
CHECK: Final = "10X98765432"
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHANCE: Final = (0.75, 0.5, 0.4, 0.3)
"""How often an optional member is there, by depth."""

Json = Any
"""A JSON value: what a schema describes is known only when it is read."""


@dataclass(slots=True)
class _Draft:
    """One document in the making: its chance, its definitions, how many parties it has."""

    rng: random.Random
    defs: Schema
    parties: int


def document(kind: str, rng: random.Random) -> dict[str, object]:
    """A valid document of the kind. Raises KeyError for a kind there is not."""
    schema = kind_schema(kind)
    draft = _Draft(rng, schema["$defs"], rng.randint(2, 4))
    made: dict[str, object] = _object(schema, draft, 0)
    condition = schema.get("if", {}).get("properties", {})
    if condition and all(made.get(name) == want["const"] for name, want in condition.items()):
        for name in schema["then"]["required"]:
            if name not in made:
                made[name] = _value(name, schema["properties"][name], draft, 1)
    return made


def person_name(rng: random.Random) -> str:
    """A name no real person has."""
    return "测" + "".join(rng.choices(SYLLABLES, k=rng.randint(1, 2)))


def resident_id(rng: random.Random) -> str:
    """An 18-digit id with a valid check digit and a prefix no county has (GB 11643)."""
    body = f"500000{_day(rng, date(1950, 1, 1), 20000):%Y%m%d}{rng.randrange(1000):03d}"
    return body + CHECK[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def phone_number(rng: random.Random) -> str:
    """A number no network has."""
    return f"100{rng.randrange(10**8):08d}"


def _value(name: str, node: Schema, draft: _Draft, depth: int) -> Json:
    if "$ref" in node:
        shared = node["$ref"].removeprefix("#/$defs/")
        if shared in _SHARED:
            return _SHARED[shared](draft)
        made = _value(name, draft.defs[shared], draft, depth)
        return _dated(made, draft) if shared == "PreciseDate" else made
    if "else" in node:
        return _value(name, draft.rng.choice((_text_of(node), node["else"])), draft, depth)
    if "const" in node:
        return node["const"]
    if "enum" in node:
        return draft.rng.choice(node["enum"])
    return _MAKERS[_type(node, draft.rng)](name, node, draft, depth)


def _text_of(node: Schema) -> Schema:
    return {**node["then"], "type": "string"}


def _type(node: Schema, rng: random.Random) -> str:
    found: str | list[str] = node["type"]
    return found if isinstance(found, str) else rng.choice(found)


def _object(node: Schema, draft: _Draft, depth: int) -> dict[str, Json]:
    if node.get("x-document"):
        return {"remarks": _text(draft.rng, 40)}
    required = set(node.get("required", ()))
    if "anyOf" in node:
        required |= set(draft.rng.choice(node["anyOf"])["required"])
    chance = CHANCE[min(depth, len(CHANCE) - 1)]
    made = {
        name: _value(name, child, draft, depth + 1)
        for name, child in node.get("properties", {}).items()
        if name in required or draft.rng.random() < chance
    }
    for pattern, child in node.get("patternProperties", {}).items():
        for _ in range(draft.rng.randint(0, 3)):
            made[sample(_parsed(pattern), draft.rng)] = _value("", child, draft, depth + 1)
    return made


def _member(_name: str, node: Schema, draft: _Draft, depth: int) -> Json:
    return _object(node, draft, depth)


def _array(name: str, node: Schema, draft: _Draft, depth: int) -> Json:
    least, most = node.get("minItems", 0), node["maxItems"]
    of = node["items"].get("$ref", "").removeprefix("#/$defs/")
    count = min(draft.parties if of == "Party" else draft.rng.randint(least, least + 3), most)
    if node["items"].get("type") == "integer":
        return list(range(1, count + 1))
    made = [_value(name, node["items"], draft, depth) for _ in range(count)]
    for number, item in enumerate(made, start=1):
        if of == "Party":
            item["ref"] = f"p{number}"
        elif isinstance(item, dict) and "no" in item:
            item["no"] = number
    return made


def _integer(_name: str, node: Schema, draft: _Draft, _depth: int) -> Json:
    low, high = node["minimum"], node["maximum"]
    return draft.rng.randint(low, min(high, low + 400))


def _number(_name: str, node: Schema, draft: _Draft, _depth: int) -> Json:
    low, high = node["minimum"], min(node["maximum"], node["minimum"] + 1000)
    return round(draft.rng.uniform(low, high), 4)


def _boolean(_name: str, _node: Schema, draft: _Draft, _depth: int) -> Json:
    return draft.rng.random() < 0.5


def _string(name: str, node: Schema, draft: _Draft, _depth: int) -> Json:
    rng = draft.rng
    if "format" in node and node["format"] in _FORMATS:
        return _FORMATS[node["format"]](rng)
    if name in _NAMED:
        return _NAMED[name](rng)
    if node.get("x-code-list") in code_lists():
        return rng.choice(list(code_lists()[node["x-code-list"]]))
    if "pattern" in node:
        return sample(_parsed(node["pattern"]), rng)
    return _text(rng, node["maxLength"])


def _text(rng: random.Random, longest: int) -> str:
    return "测" + "".join(rng.choices(WORDS, k=rng.randint(0, min(longest, 40) - 1)))


def _day(rng: random.Random, first: date = FIRST_DAY, days: int = 300) -> date:
    return first + timedelta(days=rng.randrange(days))


def _instant(rng: random.Random) -> str:
    start = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=CHINA)
    return (start + timedelta(seconds=rng.randrange(300 * 86400))).isoformat()


def _uuid(rng: random.Random) -> str:
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-7{text[13:16]}-8{text[17:20]}-{text[20:]}"


def _dated(made: dict[str, Json], draft: _Draft) -> dict[str, Json]:
    """A value that has the precision it claims."""
    day = _day(draft.rng).isoformat()
    cut = {"year": 4, "month": 7}.get(made["precision"], 10)
    if made["precision"] == "unknown":
        made.pop("value", None)
    else:
        made["value"] = day[:cut]
    return made


def _party_ref(draft: _Draft) -> str:
    return f"p{draft.rng.randint(1, draft.parties)}"


@cache
def _parsed(pattern: str) -> Sequence:
    return parse(pattern)


_Maker = Callable[[str, Schema, _Draft, int], Json]
_MAKERS: Final[Mapping[str, _Maker]] = {
    "object": _member,
    "array": _array,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "string": _string,
}
_SHARED: Final[Mapping[str, Callable[[_Draft], str]]] = {
    "party_ref": _party_ref,
    "mediator_id": lambda draft: person_name(draft.rng),
}
_FORMATS: Final[Mapping[str, Callable[[random.Random], str]]] = {
    "date": lambda rng: _day(rng).isoformat(),
    "date-time": _instant,
    "uuid": _uuid,
}
_NAMED: Final[Mapping[str, Callable[[random.Random], str]]] = {
    "name": person_name,
    "party_name": person_name,
    "by": lambda rng: f"p{rng.randint(1, 4)}",
    "id_number": resident_id,
    "phone": phone_number,
    "phones": phone_number,
}
