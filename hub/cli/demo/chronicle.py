"""What happened in the demo, kept for the page: every message of a story, every change of state, every clock.

Fed by what the systems tell and by looking at disputes as a unit sees them. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Happening = Mapping[str, Any]


@dataclass(slots=True)
class Span:
    """One legal clock: when it began to run, when it stopped, and what it says."""

    rule: str
    object: str | None
    due: str | None
    basis: str
    provisional: bool
    begun: str
    ended: str | None = None
    state: str = "running"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is new since the last look: a state, or a clock that began or stopped."""

    what: Literal["state", "begun", "ended"]
    dispute: str
    machine: str = ""
    before: str | None = None
    after: str = ""
    span: Span | None = None
    at: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a machine, and the message that made it."""

    machine: str
    before: str | None
    after: str
    message: str
    at: str


@dataclass(slots=True)
class Chronicle:
    """Everything so far. `labels` are the letters of the stories by dispute."""

    labels: dict[str, str] = field(default_factory=dict)
    happenings: list[tuple[str, Happening]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    spans: dict[tuple[str, str, str | None, str | None], Span] = field(default_factory=dict)
    steps: dict[str, dict[tuple[str, str, str], Step]] = field(default_factory=dict)
    _states: dict[tuple[str, str], str] = field(default_factory=dict)

    def happened(self, system: str, told: Happening) -> None:
        """A system told of something."""
        self.happenings.append((system, told))

    def look(self, view: Happening, at: str) -> list[Change]:
        """A dispute as one of its units sees it at an instant; what is new."""
        dispute = str(view["dispute"])
        self._history(dispute, view)
        new = [self._state(dispute, "dispute", dispute, view["state"], at)]
        new += [self._state(dispute, c["machine"], c["id"], c["state"], at) for c in view["cases"]]
        new += [self._clock(dispute, told, at) for told in view["deadlines"]]
        found = [change for change in new if change is not None]
        self.changes += found
        return found

    def clocks(self, dispute: str) -> list[Span]:
        """The clocks of a dispute in the order in which they began."""
        return [span for (owner, *_), span in self.spans.items() if owner == dispute]

    def states(self, dispute: str) -> list[Step]:
        """The changes of state of a dispute and its cases, in order."""
        known = self.steps.get(dispute, {}).values()
        return sorted((s for s in known if s.before != s.after), key=lambda s: s.at)

    def _history(self, dispute: str, view: Happening) -> None:
        machines = {c["id"]: c["machine"] for c in view["cases"]}
        known = self.steps.setdefault(dispute, {})
        for told in view["history"]:
            machine = machines.get(told["case"], "dispute")
            key = (machine, told["step"], told["message"])
            known[key] = Step(machine, told["from"], told["to"], told["message"], told["at"])

    def _state(self, dispute: str, machine: str, key: str, state: str, at: str) -> Change | None:
        before = self._states.get((dispute, key))
        if before == state:
            return None
        self._states[(dispute, key)] = state
        return Change("state", dispute, machine, before, state, at=at)

    def _clock(self, dispute: str, told: Happening, at: str) -> Change | None:
        key = (dispute, told["rule"], told["object"], told["due"])
        span = self.spans.get(key)
        if span is None:
            span = Span(
                told["rule"], told["object"], told["due"], told["basis"], bool(told["provisional"]), at
            )
            self.spans[key] = span
            if told["state"] == "running":
                return Change("begun", dispute, span=span, at=at)
        if told["state"] == "running" or span.ended is not None:
            return None
        span.ended, span.state = at, told["state"]
        return Change("ended", dispute, span=span, at=at)
