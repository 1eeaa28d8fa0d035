"""The computable trigger of a warning: repeated calls and failed mediations, counted. Pure.

What is counted are facts of disputes, as dates and ids of messages; how many are too many, and within how
many days, the district configures. Nothing configured: nothing is suggested. What comes of it is only a
suggestion (个人信息保护法 24): a person raises the warning or dismisses it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from hub.law.calendar import legal_day
from hub.law.district import Trigger
from hub.law.reading import Document, day, instant, objects, text
from hub.law.run import Run

CALLS: Final = "repeated_calls"
FAILED: Final = "failed_mediations"
_UNRESOLVED: Final = frozenset({"failed", "refused_by_party", "period_expired", "not_signed"})
_MOST: Final = 50


class Signal(NamedTuple):
    """One thing counted: by which rule, on which day, and the message that says so."""

    rule: str
    on: date
    message: str


def remember(run: Run) -> None:
    """Keep what a message adds to the count: a call at its own time, a mediation that came to nothing."""
    document, kind = run.document, run.act.kind
    if kind == "dispute" and document.get("origin") == "police_call":
        reported = instant(document.get("reported_at")) or run.act.acted_at
        _add(run, CALLS, {"at": reported.isoformat(), "message": run.act.message})
    elif kind == "mediation_result" and document.get("outcome") in _UNRESOLVED:
        on = day(document.get("ended_on")) or legal_day(run.act.acted_at)
        _add(run, FAILED, {"at": on.isoformat(), "message": run.act.message})


def _add(run: Run, name: str, entry: dict[str, str]) -> None:
    known = objects(run.facts, name)
    if all(other.get("at") != entry["at"] for other in known):
        run.facts[name] = [*known, entry][-_MOST:]


def signals(all_facts: Iterable[Mapping[str, object]], since: date) -> Iterator[Signal]:
    """What is counted in these disputes since a day, each message once."""
    seen: set[str] = set()
    for facts in all_facts:
        for rule in (CALLS, FAILED):
            for entry in objects(facts, rule):
                found = _signal(rule, entry)
                if found is not None and found.on >= since and found.message not in seen:
                    seen.add(found.message)
                    yield found


def _signal(rule: str, entry: Document) -> Signal | None:
    on, message = day(entry.get("at")), text(entry, "message")
    return Signal(rule, on, message) if on is not None and message is not None else None


def counted(trigger: Trigger, all_facts: Iterable[Mapping[str, object]], today: date) -> list[Signal]:
    """The reasons, when there are enough of them; else none."""
    found = list(signals(all_facts, today - timedelta(days=trigger.days)))
    rules = [signal.rule for signal in found]
    enough = rules.count(CALLS) >= trigger.calls and rules.count(FAILED) >= trigger.failed
    return found if enough else []
