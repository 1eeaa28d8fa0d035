"""What agreements ask for and how it went, as the forms on performance say it. Pure; on documents as read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from hub.exchange import written
from hub.exchange.forms import people
from hub.law.reading import at, day, objects, text

Said = Mapping[str, Any]
_BREACHED: Final = "item_breached"
_WAIVED: Final = "waived"
_NOTHING: Final[Said] = {"document": {}}


def enforced(home: Said, parties: Sequence[Said]) -> dict[str, str]:
    """Items last said to be breached: what and until when; who owes them and who is owed, in full."""
    items = _agreed(home)
    found = [items.get(no, {"no": no}) for no, event in sorted(_last(home).items()) if event == _BREACHED]
    return {
        "owed": "\n".join(_line(item) for item in found),
        "respondent": "\n".join(_whole(found, "debtors", parties)),
        "applicant": "\n".join(_whole(found, "creditors", parties)),
    }


def certified(home: Said, held: Said, names: Mapping[str, str]) -> dict[str, str]:
    """What a certificate says: its number and day, who performed what, of which agreement.

    What was waived was not performed and is left out.
    """
    last = _last(home)
    items = [item for no, item in _agreed(home).items() if last.get(no) != _WAIVED]
    message: Said = next((m for m in home["messages"] if m["message"] == held["message"]), _NOTHING)
    owing = dict.fromkeys(people.named(ref, names) for ref in _refs(items, "debtors"))
    return {
        "certificate_no": text(message["document"], "certificate.issued_no") or "",
        "issued": dated(str(held["on"])),
        "performers": "、".join(owing or names.values()),
        "agreement": "\n".join(_agreements(home)),
        "done": "\n".join(_line(item) for item in items),
    }


def dated(told: str) -> str:
    """A day as papers write it; what is none stays as it was told."""
    found = day(told)
    return f"{found.year}年{found.month}月{found.day}日" if found else told


def _last(home: Said) -> dict[Any, str]:
    """Number of an item → what was last said of it."""
    return {
        m["document"]["item"]: m["document"]["event"]
        for m in home["messages"]
        if m["kind"] == "performance" and "item" in m["document"]
    }


def _agreed(home: Said) -> dict[object, Said]:
    """Number → item, of the agreements told; changed terms take the place of what they change."""
    told = [item for agreement in _told(home) for item in objects(agreement, "items")]
    changed = [item for m in home["messages"] for item in objects(at(m["document"], "change"), "items")]
    return {item.get("no"): item for item in (*told, *changed)}


def _told(home: Said) -> Iterator[Any]:
    for message in home["messages"]:
        for place in ("agreements", "agreement"):
            yield from objects(message["document"], place) or [message["document"].get(place)]


def _agreements(home: Said) -> Iterator[str]:
    """Number and day of each agreement, once."""
    for one in dict.fromkeys((text(a, "number.value"), text(a, "effective_on")) for a in _told(home)):
        number, on = one
        if number or on:
            yield f"{f'{dated(on)}达成的' if on else ''}调解协议{f'({number})' if number else ''}"


def _line(item: Said) -> str:
    """An item without its sides, which stand in rows of their own."""
    amount = item.get("amount")
    what = (text(item, "object"), written.money(amount) if isinstance(amount, Mapping) else None)
    until = text(item, "due.value") or text(item, "due_text")
    words = [*(word for word in what if word), *([f"期限{dated(until)}"] if until else [])]
    return (f"{item['no']}. " if "no" in item else "") + ",".join(words)


def _refs(items: Iterable[Said], member: str) -> list[str]:
    return list(dict.fromkeys(str(ref) for item in items for ref in item.get(member, ())))


def _whole(items: Iterable[Said], member: str, parties: Sequence[Said]) -> Iterator[str]:
    known = {str(party.get("ref")): party for party in parties}
    for ref in _refs(items, member):
        yield written.party({**known[ref], "role": None}) if ref in known else ref
