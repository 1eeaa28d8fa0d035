"""Puts what was exchanged into a form. Pure; works on documents already cut to the reader's view.

Of a member that was said several times the newest word counts, the case's own before the dispute's.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import schemas
from hub.exchange.forms import items, people, texts
from hub.exchange.forms.items import dated
from hub.forms.model import BLANK, Closing, Form, NextSheet, Paragraph, Part, Table
from hub.law.calendar import legal_day
from hub.law.clocks import PERIODS
from hub.law.model import UnitInfo, Units
from hub.law.reading import at, text
from hub.reference import guidance

_ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "transfer_letter": (
        "to", "from", "letter_no", "code", "own_case", "parties", "consents", "taken", "matters", "facts",
        "reason", "materials", "period", "contact",
    ),
    "notice_of_rights": ("mediator", "code", "parties", "matters"),
    "declined": ("to", "mediator", "letter_no", "code", "own_case", "parties", "matters", "reason"),
    "terminated": ("parties", "mediator", "code", "matters", "reason", "copy"),
    "service_receipt": (
        "court", "case_no", "cause", "code", "served", "address", "paper", "method", "remarks",
    ),
    "enforcement": ("to", "applicant", "respondent", "ruling", "code", "owed"),
    "certificate": ("certificate_no", "issuer", "issued", "code", "performers", "agreement", "done"),
}  # fmt: skip
_SENDS: Final[Mapping[str, tuple[str, str]]] = {
    "transfer_letter": ("referring_unit", "mediation_unit"),
    "notice_of_rights": ("mediation_unit", ""),
    "declined": ("mediation_unit", "referring_unit"),
    "terminated": ("mediation_unit", "referring_unit"),
    "service_receipt": ("reviewing_court", ""),
    "enforcement": ("", "reviewing_court"),
    "certificate": ("", ""),
}
"""Form → role that issues it, role it is addressed to."""
_REASON: Final[Mapping[str, frozenset[str]]] = {
    "transfer_letter": frozenset({"referral"}),
    "declined": frozenset({"referral_answer"}),
    "terminated": frozenset({"mediation_result"}),
}
_WIDTHS: Final = (1, 3)
_TAKEN: Final = frozenset({"accepted", "declined"})
Said = Mapping[str, Any]


def filled(name: str, case: Said, home: Said, units: Units, now: datetime) -> Form:
    """The form: one sheet, of the receipt of service one for each party.

    `home`: the dispute as read; of a certificate its `certificate`, what the hub holds of it; of what is
    about performance its `items`, as the law has them.
    """
    said = _in_order(case, home)
    values = {**_values(name, case, said, units), "code": str(home["code"])}
    copies = [values]
    match name:
        case "transfer_letter" | "declined":
            values |= _letter(case, said)
        case "enforcement":
            values |= {"ruling": _ruling(said), **items.enforced(home, home["items"], people.parties(said))}
            values["to"] = _courts(case["roles"].get("reviewing_court", ()), units)
        case "certificate":
            values |= items.certified(home, home["certificate"], home["items"], people.names(said))
            values["issuer"] = _named([home["certificate"]["unit"]], units)
        case "service_receipt":
            values["court"] = _sitting(case["roles"].get("reviewing_court", ()), units)
            copies = [{**values, **_served(said, party)} for party in people.parties(said) or [{}]]
        case _:
            pass
    parts: list[Part] = []
    for copy in copies:
        parts += [NextSheet()] if parts else []
        parts += _sheet(name, copy)
    return Form(texts.TITLES[name][0], tuple(parts), f"打印日期:{dated(legal_day(now).isoformat())}")


def _sheet(name: str, values: Mapping[str, str]) -> list[Part]:
    rows = tuple((texts.LABELS[row], values.get(row) or BLANK) for row in _ROWS[name])
    parts: list[Part] = [Table(texts.HEAD, rows, _WIDTHS)]
    parts += [Paragraph(line) for line in _body(name)]
    if texts.BASES[name]:
        parts.append(Paragraph(f"依据:{texts.BASES[name]}"))
    return [*parts, Closing(tuple(f"{line}:{BLANK}" for line in texts.SIGNED[name]))]


def _body(name: str) -> Iterable[str]:
    if name != guidance.NOTICE:
        return texts.BODIES[name]
    told = guidance.texts()[name].current
    return (*(str(p["zh"]) for p in told.paragraphs), f"告知文本版本:{told.version}")


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
    issued = _named(case["roles"].get(issuer, ()), units)
    return {
        "from": issued,
        "mediator": issued,
        "to": _named(case["roles"].get(receiver, ()), units),
        "copy": _copied(case["roles"], units),
        "parties": "\n".join(people.line(party) for party in people.parties(said)),
        "matters": _matters(said),
        "facts": _word(said, "facts_found") or _word(said, "facts"),
        "reason": _reason([m for m in said if m["kind"] in kinds]),
    }


def _matters(said: Sequence[Said]) -> str:
    """What it is about: the matters as told, else the claims, the title or the cause."""
    told = [words for matter in people.newest(said, "matters") if (words := text(matter, "text"))]
    others = (_word(said, member) for member in ("claims", "title", "cause.name", "cause"))
    return "\n".join(told) or next((words for words in others if words), "")


def _reason(said: Sequence[Said]) -> str:
    """The reason as told; of a mediation without one how it ended."""
    ends = schemas.codes("mediation_outcome")
    told = _word(said, "reason") or _word(said, "failure.reason")
    return told or ends.get(_word(said, "outcome"), "")


def _copied(roles: Mapping[str, Sequence[str]], units: Units) -> str:
    """The unit that referred, unless the mediation unit took the dispute on itself."""
    own = roles.get("mediation_unit", ())
    return _named((unit for unit in roles.get("referring_unit", ()) if unit not in own), units)


def _letter(case: Said, said: Sequence[Said]) -> dict[str, str]:
    """What a letter of referral says beside (宁波市人民调解条例 19): number, consents, papers, contact."""
    handed = [m for m in said if m["kind"] in ("referral", "referral_supplement")]
    days = next((d for m in handed if (d := m["document"].get("proposed_days"))), None)
    running = [d for d in case["deadlines"] if d["rule"] in PERIODS and d["due"] and d["state"] == "running"]
    contact = (_word(handed, "contact.name"), _word(handed, "contact.phone"))
    return {
        "letter_no": _word(handed, "letter_no.value"),
        "own_case": _word(handed, "own_case.identifier.value"),
        "consents": "\n".join(people.consents(handed) or people.consents(said)),
        "taken": _taken(said),
        "materials": "\n".join(_papers(handed)),
        "period": "\n".join(
            [*([f"{days}日"] if days else []), *(f"至{dated(d['due'])}({d['basis']})" for d in running)]
        ),
        "contact": " ".join(part for part in contact if part),
    }


def _taken(said: Iterable[Said]) -> str:
    """What the mediation unit answered, and when."""
    answers = schemas.codes("referral_answer")
    for message in said:
        answer = message["document"].get("answer")
        if message["kind"] == "referral_answer" and answer in _TAKEN:
            return f"{answers[answer]}({dated(str(message['received_at'])[:10])})"
    return ""


def _papers(handed: Iterable[Said]) -> list[str]:
    """The papers handed over, with their copies; of a file its name."""
    handed = list(handed)
    listed = people.newest(handed, "materials") or people.newest(handed, "attachments")
    kinds = schemas.codes("file_catalogue")
    named = ((text(p, "name") or kinds.get(str(p.get("catalogue")), ""), p.get("copies")) for p in listed)
    return [f"{n}. {name}" + (f" {copies}份" if copies else "") for n, (name, copies) in enumerate(named, 1)]


def _served(said: Sequence[Said], party: Said) -> dict[str, str]:
    """The sheet of one party."""
    return {
        "case_no": _ruling(said),
        "cause": texts.CAUSE,
        "served": text(party, "name") or "",
        "address": people.address(party),
        "paper": texts.RULING,
    }


def _ruling(said: Iterable[Said]) -> str:
    """The number of the newest ruling or answer of the court."""
    numbers = (at(m["document"], "case_number.value") for m in said if m["kind"].startswith("confirmation_"))
    return next((number for number in numbers if isinstance(number, str)), "")


def _named(codes: Iterable[str], units: Units) -> str:
    found = ((code, units.get(code)) for code in codes)
    return "、".join(unit.name if unit else code for code, unit in found)


def _courts(codes: Iterable[str], units: Units) -> str:
    """As `_named`; a tribunal is part of its court, and it is the court that enforces."""
    found = [units.get(code) for code in codes]
    return _named([_court(unit) for unit in found if unit], units)


def _sitting(codes: Sequence[str], units: Units) -> str:
    """The court, and which of its tribunals."""
    court, sitting = _courts(codes, units), _named(codes, units)
    return court if court == sitting else f"{court}({sitting})"


def _court(unit: UnitInfo) -> str:
    return unit.parent if unit.type == "tribunal" and unit.parent else unit.code


def _word(said: Iterable[Said], member: str) -> str:
    return next((found for message in said if (found := text(message["document"], member))), "")
