"""Puts what was exchanged into a form. Pure; works on documents already cut to the reader's view.

Of a member that was said several times the newest word counts, the case's own before the dispute's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from hub.exchange.forms import texts
from hub.forms.model import BLANK, Closing, Form, NextSheet, Paragraph, Part, Table
from hub.law.calendar import legal_day
from hub.law.model import Units
from hub.law.reading import at, objects, text
from hub.reference import guidance

_ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "transfer_letter": ("to", "from", "code", "parties", "matters", "facts", "reason"),
    "notice_of_rights": ("from", "code", "parties", "matters"),
    "declined": ("to", "from", "code", "parties", "matters", "reason"),
    "terminated": ("to", "from", "code", "parties", "matters", "reason"),
    "service_receipt": ("from", "code", "served", "paper"),
    "enforcement": ("to", "code", "parties", "ruling", "owed"),
}
_SENDS: Final[Mapping[str, tuple[str, str]]] = {
    "transfer_letter": ("referring_unit", "mediation_unit"),
    "notice_of_rights": ("mediation_unit", ""),
    "declined": ("mediation_unit", "referring_unit"),
    "terminated": ("mediation_unit", "referring_unit"),
    "service_receipt": ("reviewing_court", ""),
    "enforcement": ("", "reviewing_court"),
}
"""Form → role that issues it, role it is addressed to."""
_REASON: Final[Mapping[str, frozenset[str]]] = {
    "transfer_letter": frozenset({"referral"}),
    "declined": frozenset({"referral_answer"}),
    "terminated": frozenset({"mediation_result"}),
}
_WIDTHS: Final = (1, 3)
Said = Mapping[str, Any]


def filled(name: str, case: Said, home: Said, units: Units, now: datetime) -> Form:
    """The form: one sheet, of the receipt of service one for each party."""
    said = _in_order(case, home)
    values = {**_values(name, case, said, units), "code": str(home["code"])}
    if name == "enforcement":
        values |= {"ruling": _ruling(said), "owed": "\n".join(_breached(home))}
    copies = [values]
    if name == "service_receipt":
        copies = [{**values, "served": served, "paper": texts.RULING} for served in _parties(said) or [""]]
    parts: list[Part] = []
    for copy in copies:
        parts += [NextSheet()] if parts else []
        parts += _sheet(name, copy)
    return Form("\n".join(texts.TITLES[name]), tuple(parts), f"打印 printed {legal_day(now).isoformat()}")


def _sheet(name: str, values: Mapping[str, str]) -> list[Part]:
    rows = tuple((" ".join(texts.LABELS[row]), values.get(row) or BLANK) for row in _ROWS[name])
    parts: list[Part] = [Table(texts.HEAD, rows, _WIDTHS)]
    parts += [Paragraph(line) for line in _body(name)]
    if texts.BASES[name]:
        parts.append(Paragraph(f"依据 Basis: {texts.BASES[name]}"))
    return [*parts, Closing(tuple(f"{line}: {BLANK}" for line in texts.SIGNED[name]))]


def _body(name: str) -> Iterable[str]:
    if name != guidance.NOTICE:
        return texts.BODIES[name]
    told = guidance.texts()[name].current
    return (*(str(p["zh"]) for p in told.paragraphs), f"告知文本版本 text version {told.version}")


def _in_order(case: Said, home: Said) -> list[Said]:
    """Messages, the one to be believed first."""
    messages: Sequence[Said] = home["messages"]
    own = [message for message in messages if message["case"] == case["id"]]
    others = [message for message in messages if message["case"] is None]
    return [*reversed(own), *reversed(others)]


def _values(name: str, case: Said, said: Iterable[Said], units: Units) -> dict[str, str]:
    issuer, receiver = _SENDS[name]
    said = list(said)
    kinds = _REASON.get(name, frozenset())
    return {
        "from": _named(case["roles"].get(issuer, ()), units),
        "to": _named(case["roles"].get(receiver, ()), units),
        "parties": "\n".join(_parties(said)),
        "matters": "\n".join(str(text(m, "text") or "") for m in _list(said, "matters") if text(m, "text")),
        "facts": _word(said, "facts_found") or _word(said, "facts"),
        "reason": _word([m for m in said if m["kind"] in kinds], "reason"),
    }


def _ruling(said: Iterable[Said]) -> str:
    """The number of the newest ruling or answer of the court."""
    numbers = (at(m["document"], "case_number.value") for m in said if m["kind"].startswith("confirmation_"))
    return next((number for number in numbers if isinstance(number, str)), "")


def _breached(home: Said) -> Iterator[str]:
    """Items last said to be breached, of the agreements told: what, and until when."""
    last = {
        m["document"]["item"]: m["document"]["event"]
        for m in home["messages"]
        if m["kind"] == "performance" and "item" in m["document"]
    }
    items = {
        item.get("no"): item
        for m in home["messages"]
        for place in ("agreements", "agreement")
        for agreement in (objects(m["document"], place) or [m["document"].get(place)])
        for item in objects(agreement, "items")
    }
    for no in sorted(no for no, event in last.items() if event == "item_breached"):
        item = items.get(no, {})
        amount, until = text(item, "amount.amount"), text(item, "due.value")
        what = f"{amount}元" if amount else text(item, "object") or ""
        yield " ".join(part for part in (f"{no}.", what, f"至 by {until}" if until else "") if part)


def _named(codes: Iterable[str], units: Units) -> str:
    found = ((code, units.get(code)) for code in codes)
    return "、".join(unit.name if unit else code for code, unit in found)


def _parties(said: Iterable[Said]) -> list[str]:
    said = list(said)
    listed = _list(said, "parties") or _list(said, "applicants")
    return [
        " ".join(part for part in (text(party, "name"), text(party, "id_number")) if part) for party in listed
    ]


def _list(said: Iterable[Said], member: str) -> list[Said]:
    """The newest list whose entries say something (a reference such as `[1]` says nothing)."""
    lists = (list(objects(message["document"], member)) for message in said)
    return next((found for found in lists if found), [])


def _word(said: Iterable[Said], member: str) -> str:
    return next((found for message in said if (found := text(message["document"], member))), "")
