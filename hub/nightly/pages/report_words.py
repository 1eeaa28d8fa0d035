"""Reports to download in words and pictures, in one language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from hub.nightly.pages.draw import Bar, bars
from hub.nightly.pages.render import Words
from hub.nightly.pages.reports import Asked, Proved, Shelf

_TIERS: Final[Mapping[str, tuple[str, str]]] = {
    "city": ("市", "city"),
    "district": ("区县", "district"),
    "town": ("乡镇、街道", "town"),
}
_MISSING: Final[Mapping[str, tuple[str, str]]] = {
    "not-queued": ("未排入投递", "never queued"),
    "undelivered": ("未送达", "not delivered"),
    "held": ("滞留", "held by the receiver"),
    "unacknowledged": ("未签收", "not acknowledged"),
    "unproved": ("投递未存证", "a delivery without evidence"),
    "message-lost": ("受理过的消息不在库中", "an accepted message is gone"),
    "message-changed": ("消息与受理时不同", "a message differs from what was accepted"),
    "unlogged": ("消息未存证", "a message without evidence"),
}
_EXPECTED: Final[Mapping[str, tuple[str, str]]] = {
    "deliveries": ("有件待取", "deliveries wait for it"),
    "habit": ("平日有往来", "it is heard of on other days"),
}


def shown(words: Words) -> dict[str, object]:
    """Names by code, as the templates of reports want them; `at` reads an instant as it is written."""
    tables = {"tiers": _TIERS, "missing": _MISSING, "expected": _EXPECTED}
    said = {name: {code: words.say(*both) for code, both in table.items()} for name, table in tables.items()}
    return {**said, "at": lambda text: datetime.fromisoformat(text) if text else None}


def choices(found: Shelf, asked: Asked, words: Words) -> list[tuple[str, str, str, Mapping[str, str]]]:
    """By what reports are chosen: name, label, what is chosen, what can be."""
    tiers = {tier: words.say(*_TIERS[tier]) for tier in found.tiers}
    return [
        ("period", words.say("期间", "period"), asked.period, {label: label for label in found.periods}),
        ("tier", words.say("层级", "tier"), asked.tier, tiers),
        ("unit", words.say("单位", "unit"), asked.unit, found.units),
    ]


def picture(days: Sequence[Proved], words: Words) -> object:
    """What was accepted day by day: acknowledged, and not."""
    rows = [
        Bar(
            f"{'✓' if one.holds else '✗'} {one.day}",
            (
                (one.counts["accepted"] - one.counts["acknowledged"], "open"),
                (one.counts["acknowledged"], "closed"),
            ),
        )
        for one in days
    ]
    return bars(rows, words.say("逐日受理与签收", "accepted and acknowledged day by day"), 1160.0)
