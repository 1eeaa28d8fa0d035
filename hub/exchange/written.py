"""Values of the shared form as people write them: codes in words, members by their titles. Pure.

What has a customary way of being written – a party, a sum, a file, an item of an agreement – is written so;
everything else member by member. Instants are shown at the clock of Asia/Shanghai.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

import schemas
from hub.law.calendar import SHANGHAI
from hub.law.reading import instant, listed, objects, text

Said = Mapping[str, Any]


class Names(NamedTuple):
    """Names behind what a document refers to: parties by reference, units by code, mediators by number."""

    parties: Mapping[str, str] = {}
    units: Mapping[str, str] = {}
    mediators: Mapping[str, str] = {}


NOBODY: Final = Names()
_BLOCKS: Final = frozenset({"Agreement"})
"""Objects written over several lines."""
_UNITS: Final = frozenset({"organisation", "unit"})
"""Members that name a unit by its code."""
_MARKS: Final = {"about": "约", "at_least": "至少", "at_most": "至多"}


def named(ref: object, people: Mapping[str, str]) -> str:
    """The name behind a reference; the reference where nothing tells it."""
    return people.get(str(ref), str(ref))


def title(field: Said, name: str) -> str:
    """What a member is called on paper."""
    return str(field.get("title", name))


def written(defs: Said, field: Said, value: object, names: Names = NOBODY) -> str:
    """A value in one text by its schema: codes in words, lists line by line, members with their titles."""
    ref = _ref(field, value)
    field = {**defs.get(ref, {}), **field}
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        custom = _CUSTOM.get(ref)
        return custom(value, names) if custom else _members(defs, ref, field, value, names)
    if isinstance(value, list):
        told = [written(defs, field.get("items", {}), one, names) for one in value]
        return ("、" if _short(field.get("items", {})) else "\n").join(told)
    return _plain(ref, field, value, names)


def _ref(field: Said, value: object) -> str:
    """The definition that holds for a value: of two, that of an object for an object."""
    chosen = field.get("else", {}) if isinstance(value, Mapping) and "$ref" not in field else field
    return str(chosen.get("$ref", "")).rpartition("/")[2]


def _short(field: Said) -> bool:
    """Whether such entries stand in one line."""
    return str(field.get("$ref", "")).endswith(("/party_ref", "/mediator_id"))


def _plain(ref: str, field: Said, value: object, names: Names) -> str:
    if ref == "party_ref":
        return named(value, names.parties)
    if ref == "mediator_id":
        return named(value, names.mediators)
    if field.get("format") == "date-time" and (at := instant(value)) is not None:
        return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return named(value, schemas.codes(ref)) if "enum" in field else str(value)


def _members(defs: Said, ref: str, field: Said, value: Said, names: Names) -> str:
    inner = field.get("properties", {})
    block = ref in _BLOCKS
    told = []
    for name in sorted(value, key=[*inner, *value].index):  # in the order of the form
        one, of = value[name], inner.get(name, {})
        words = named(one, names.units) if name in _UNITS else written(defs, of, one, names)
        lead = f"{title(of, name)}:"
        several = "\n" in words
        told.append(lead + (f"\n{words}" if block and several else words.replace("\n", "、")))
    return ("\n" if block else ";").join(told)


def _coded(code_list: str, value: object) -> str:
    return schemas.codes(code_list).get(str(value), "") if value is not None else ""


def party(value: Said, _names: Names = NOBODY) -> str:
    """Who somebody is, in one line."""
    role = _coded("party_role", value.get("role"))
    homes = [home for place in objects(value, "addresses") if (home := text(place, "text"))]
    told = (
        f"{text(value, 'name') or '姓名不详'}{f'({role})' if role else ''}",
        _coded("sex", value.get("sex")) if value.get("kind") == "person" else "",
        _led("", text(value, "birth_date.value"), "出生"),
        _led(_coded("id_type", value.get("id_type")) or "证件号码", text(value, "id_number")),
        _led("统一社会信用代码", text(value, "credit_code")),
        _led("法定代表人", text(value, "legal_representative")),
        _led("住", homes[0] if homes else None),
        _led("电话", "、".join(str(phone) for phone in listed(value, "phones")) or None),
        *(_led("法定代理人", text(one, "name")) for one in objects(value, "guardians")),
        *(_led("委托代理人", text(one, "name")) for one in objects(value, "agents")),
    )
    return ",".join(word for word in told if word)


def _led(lead: str, word: str | None, end: str = "") -> str:
    return f"{lead}{word}{end}" if word else ""


def money(value: Said, _names: Names = NOBODY) -> str:
    """A sum in yuan."""
    amount = text(value, "amount")
    mark = _MARKS.get(str(value.get("precision")), "")
    return f"{mark}{amount}元" if amount else text(value, "raw") or ""


def item(value: Said, names: Names = NOBODY) -> str:
    """An item of an agreement: who owes whom what, by when, how."""
    sides = [
        _led(lead, "、".join(named(ref, names.parties) for ref in listed(value, member)) or None)
        for lead, member in (("义务人", "debtors"), ("权利人", "creditors"))
    ]
    told = (
        *sides,
        _coded("performance_kind", value.get("kind")),
        *_what(value),
        _led("期限", _until(value)),
        _led("方式", _coded("performance_manner", value.get("manner"))),
    )
    return _numbered(value, told)


def owed(value: Said, day: Callable[[str], str]) -> str:
    """An item whose sides stand elsewhere: what, and by when, as `day` writes a day."""
    until = _until(value)
    return _numbered(value, (*_what(value), _led("期限", day(until) if until else None)))


def _what(value: Said) -> tuple[str | None, str | None]:
    """What an item asks for: a thing or an act, a sum."""
    amount = value.get("amount")
    return text(value, "object"), money(amount) if isinstance(amount, Mapping) else None


def _until(value: Said) -> str | None:
    return text(value, "due.value") or text(value, "due_text")


def _numbered(value: Said, told: Iterable[str | None]) -> str:
    return (f"{value['no']}. " if "no" in value else "") + ",".join(word for word in told if word)


def consent(value: Said, names: Names) -> str:
    """Who said what; about what and how, as far as it is told."""
    how = (_coded("consent_about", value.get("about")), _coded("consent_how", value.get("how")))
    said = _coded("consent_answer", value.get("answer"))
    beside = ",".join(word for word in how if word)
    return f"{named(value.get('by'), names.parties)}:{said}" + (f"({beside})" if beside else "")


def _first(*members: str) -> Callable[[Said, Names], str]:
    """The first of these members that says something."""

    def told(value: Said, _names: Names) -> str:
        found: Iterable[str | None] = (text(value, member) for member in members)
        return next((word for word in found if word), "")

    return told


def _file(value: Said, _names: Names) -> str:
    return text(value, "name") or _coded("file_catalogue", value.get("catalogue"))


_CUSTOM: Final[Mapping[str, Callable[[Said, Names], str]]] = {
    "Party": party,
    "Money": money,
    "PerformanceItem": item,
    "Consent": consent,
    "File": _file,
    "Identifier": _first("value", "normal_form"),
    "PreciseDate": _first("value", "raw"),
    "Place": _first("text", "community", "township"),
}
"""Definition → how it is written."""
