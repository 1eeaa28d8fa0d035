"""What agreements ask for and how it went, as the forms on performance say it. Pure; on documents as read.

How an item stands is the law's word, the facts of the dispute; what it says is its documents'.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from hub.exchange import written
from hub.law.items import agreement_id
from hub.law.reading import at, day, objects, text

Said = Mapping[str, Any]
Worded = dict[tuple[str, object], Said]
"""Agreement and number of an item → what it says now."""
_NOTHING: Final[Said] = {"document": {}}


def enforced(home: Said, facts: Iterable[Said], parties: Sequence[Said]) -> dict[str, str]:
    """What is breached: what and until when; who owes it and who is owed, in full.

    `facts`: the items of the agreement that was confirmed.
    """
    found = _in_state(home, facts, "breached")
    return {
        "owed": "\n".join(written.owed(item, dated) for item in found),
        "respondent": "\n".join(_whole(found, "debtors", parties)),
        "applicant": "\n".join(_whole(found, "creditors", parties)),
    }


def certified(home: Said, held: Said, facts: Iterable[Said], names: Mapping[str, str]) -> dict[str, str]:
    """What a certificate says: its number and day, who performed what, of which agreement.

    What was waived, or gave way to other terms, was not performed and is left out.
    """
    items = _in_state(home, facts, "performed")
    message: Said = next((m for m in home["messages"] if m["message"] == held["message"]), _NOTHING)
    owing = dict.fromkeys(written.named(ref, names) for ref in _refs(items, "debtors"))
    return {
        "certificate_no": text(message["document"], "certificate.issued_no") or "",
        "issued": dated(str(held["on"])),
        "performers": "、".join(owing or names.values()),
        "agreement": "\n".join(_agreements(home)),
        "done": "\n".join(written.owed(item, dated) for item in items),
    }


def dated(told: str) -> str:
    """A day as papers write it; what is none stays as it was told."""
    found = day(told)
    return f"{found.year}年{found.month}月{found.day}日" if found else told


def _in_state(home: Said, facts: Iterable[Said], state: str) -> list[Said]:
    """The items that stand so, in words."""
    worded = _worded(home)
    return [_said(fact, worded) for fact in facts if fact["state"] == state]


def _said(fact: Said, worded: Worded) -> Said:
    """An item in words: under its agreement, else as the only one of its number."""
    no = fact["no"]
    alike = [item for (_, number), item in worded.items() if number == no]
    told = worded.get((fact["agreement"], no)) or (alike[0] if len(alike) == 1 else {})
    return {"no": no, "debtors": fact.get("debtors", ()), **told}


def _worded(home: Said) -> Worded:
    """Every item, with what changed terms say of it put over what stood there."""
    found: Worded = {}
    first = _first(home)
    for message in home["messages"]:
        for agreement, told in _told(message, first):
            for item in objects(told, "items"):
                found[agreement, item.get("no")] = item
        named = message["document"].get("agreement")
        for change in objects(at(message["document"], "change"), "items"):
            no = change.get("no")
            meant = [key for key in found if key[1] == no and (key[0] == named or not _known(named, found))]
            for key in meant or [(str(named), no)]:
                found[key] = {**found.get(key, {}), **change}
    return found


def _known(agreement: object, found: Worded) -> bool:
    return any(key[0] == agreement for key in found)


def _first(home: Said) -> dict[str, str]:
    """Message → the first of its versions, by which an agreement without an id is known."""
    first: dict[str, str] = {}
    for message in home["messages"]:
        first[message["message"]] = first.get(message["replaces"], message["message"])
    return first


def _told(message: Said, first: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The agreements that a message brings, by their ids."""
    document = message["document"]
    for place in ("agreements", "agreement"):
        alone = document.get(place)
        brought = list(objects(document, place)) or ([alone] if isinstance(alone, Mapping) else [])
        for position, agreement in enumerate(brought):
            yield agreement_id(first[message["message"]], agreement, position), agreement


def _agreements(home: Said) -> Iterator[str]:
    """Number and day of each agreement, once."""
    first = _first(home)
    told = [agreement for message in home["messages"] for _, agreement in _told(message, first)]
    for one in dict.fromkeys((text(a, "number.value"), text(a, "effective_on")) for a in told):
        number, on = one
        if number or on:
            yield f"{f'{dated(on)}达成的' if on else ''}调解协议{f'({number})' if number else ''}"


def _refs(items: Iterable[Said], member: str) -> list[str]:
    return list(dict.fromkeys(str(ref) for item in items for ref in item.get(member, ())))


def _whole(items: Iterable[Said], member: str, parties: Sequence[Said]) -> Iterator[str]:
    known = {str(party.get("ref")): party for party in parties}
    for ref in _refs(items, member):
        yield written.party({**known[ref], "role": None}) if ref in known else ref
