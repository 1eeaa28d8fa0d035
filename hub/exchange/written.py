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
_UNITS: Final = frozenset({"organisation", "unit", "court"})
"""Members that name a unit by its code."""
_MARKS: Final = {"about": "约", "at_least": "至少", "at_most": "至多"}


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
    told = str(value)
    if ref == "party_ref":
        return names.parties.get(told, told)
    if ref == "mediator_id":
        return names.mediators.get(told, told)
    if field.get("format") == "date-time" and (at := instant(value)) is not None:
        return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return schemas.codes(ref).get(told, told) if "enum" in field else told


def _members(defs: Said, ref: str, field: Said, value: Said, names: Names) -> str:
    inner = field.get("properties", {})
    told = []
    for name in sorted(value, key=[*inner, *value].index):  # in the order of the form
        one, of = value[name], inner.get(name, {})
        words = names.units.get(str(one), str(one)) if name in _UNITS else written(defs, of, one, names)
        told.append(f"{title(of, name)}:{chr(10) if chr(10) in words else ''}{words}")
    return ("\n" if ref in _BLOCKS else ";").join(told)


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
        _led(lead, "、".join(names.parties.get(str(ref), str(ref)) for ref in listed(value, member)) or None)
        for lead, member in (("义务人", "debtors"), ("权利人", "creditors"))
    ]
    amount = value.get("amount")
    what = (text(value, "object"), money(amount) if isinstance(amount, Mapping) else None)
    until = text(value, "due.value") or text(value, "due_text")
    told = (
        *sides,
        _coded("performance_kind", value.get("kind")),
        *what,
        _led("期限", until),
        _led("方式", _coded("performance_manner", value.get("manner"))),
    )
    return (f"{value['no']}. " if "no" in value else "") + ",".join(word for word in told if word)


def _consent(value: Said, names: Names) -> str:
    who = names.parties.get(str(value.get("by")), str(value.get("by")))
    about, how = _coded("consent_about", value.get("about")), _coded("consent_how", value.get("how"))
    said = _coded("consent_answer", value.get("answer"))
    return f"{who}:{said}({','.join(word for word in (about, how) if word)})"


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
    "Consent": _consent,
    "File": _file,
    "Identifier": _first("value", "normal_form"),
    "PreciseDate": _first("value", "raw"),
    "Place": _first("text", "community", "township"),
}
"""Definition → how it is written."""
