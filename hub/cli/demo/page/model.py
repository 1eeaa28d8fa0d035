"""What the page shows of one dispute, put together from the chronicle and the hub's own lists. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hub.cli.demo.accounts import DONE, Ledger
from hub.cli.demo.chronicle import Chronicle, Span, Step
from hub.cli.demo.page import texts
from hub.cli.demo.page.texts import Pair
from hub.cli.demo.words import Names


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery of a message."""

    unit: str
    state: str
    done_at: str | None
    tries: int

    @property
    def done(self) -> bool:
        """Whether it was acknowledged."""
        return self.state in DONE


@dataclass(frozen=True, slots=True)
class Deed:
    """One message of a dispute. `proved` is whether its evidence held offline; None: not fetched."""

    no: int
    at: str
    message: str
    kind: str
    unit: str
    agency: str
    short: Pair
    form: str
    findings: tuple[str, ...]
    arrivals: tuple[Arrival, ...]
    proved: bool | None


@dataclass(slots=True)
class Course:
    """A dispute from its first message to its last."""

    letter: str
    dispute: str
    title: str
    deeds: list[Deed] = field(default_factory=list)
    states: list[Step] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    down: tuple[str, str] | None = None
    looked: list[list[Pair]] = field(default_factory=list)
    """What each pre-check of its agreement found."""
    signs: list[list[Pair]] = field(default_factory=list)
    """Signs of false litigation that the judge looked at."""
    public: list[Pair] = field(default_factory=list)
    """Title and text of each typical case that became public."""

    def index(self, message: str) -> int:
        """The place of a message in the picture, from 0."""
        return next((d.no - 1 for d in self.deeds if d.message == message), 0)

    def latest(self, at: str) -> int:
        """How many messages there were at an instant."""
        return sum(datetime.fromisoformat(d.at) <= datetime.fromisoformat(at) for d in self.deeds)


def courses(
    chronicle: Chronicle, ledgers: Sequence[Ledger], names: Names, bundled: set[str], broken: set[str]
) -> list[Course]:
    """The disputes of the stories, in the order of their letters."""
    forms = {str(t["message"]): t for _, t in chronicle.happenings if t["event"] == "sent"}
    found: list[Course] = []
    for dispute, letter in sorted(chronicle.labels.items(), key=lambda item: item[1]):
        messages = _messages(ledgers, dispute)
        course = Course(letter, dispute, "、".join(_people(messages).values()))
        for no, message in enumerate(messages, 1):
            mid = message["message"]
            proved = mid not in broken if mid in bundled else None
            course.deeds.append(_deed(no, message, forms, names, proved))
        course.states = chronicle.states(dispute)
        course.spans = chronicle.clocks(dispute)
        course.people = _people(messages)
        course.down = _down(chronicle) if letter == "d" else None
        course.looked = _noted(chronicle, dispute, "prechecked", "findings")
        course.signs = _noted(chronicle, dispute, "flagged", "signs")
        course.public = _published(chronicle, dispute)
        found.append(course)
    return found


def _messages(ledgers: Sequence[Ledger], dispute: str) -> list[Mapping[str, Any]]:
    """Every message of a dispute once, as its sender sees it where we have the sender's view."""
    found: dict[str, Mapping[str, Any]] = {}
    for ledger in ledgers:
        for mid, message in ledger.messages.items():
            if message["dispute"] != dispute:
                continue
            if mid not in found or message["role"] == "sender":
                found[mid] = message
    return sorted(found.values(), key=lambda m: (m["received_at"], m["message"]))


def _deed(
    no: int,
    message: Mapping[str, Any],
    forms: Mapping[str, Mapping[str, Any]],
    names: Names,
    proved: bool | None,
) -> Deed:
    mid = message["message"]
    home = message.get("file", {}).get("message", mid)
    form = forms.get(home, {}).get("format", "shared")
    arrivals = [Arrival(d["unit"], d["state"], d["done_at"], d["tries"]) for d in message["deliveries"]]
    return Deed(
        no=no,
        at=message["received_at"],
        message=mid,
        kind=message["kind"],
        unit=message["from"],
        agency=names.agency(message["from"]),
        short=texts.act(message["kind"], message["document"]),
        form="" if form == "shared" else form,
        findings=tuple(sorted({f["code"] for f in message["findings"]})),
        arrivals=tuple(arrivals),
        proved=proved,
    )


def _people(messages: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Names of the parties by their place in the documents."""
    for message in messages:
        for holder in ("parties", "applicants"):
            listed = message["document"].get(holder)
            if isinstance(listed, list):
                return {p["ref"]: p["name"] for p in listed}
    return {}


def _noted(chronicle: Chronicle, dispute: str, event: str, member: str) -> list[list[Pair]]:
    return [
        [(f["zh"], f["en"]) for f in told[member]]
        for _, told in chronicle.happenings
        if told["event"] == event and told["dispute"] == dispute
    ]


def _published(chronicle: Chronicle, dispute: str) -> list[Pair]:
    return [
        (str(told["title"]), str(told["text"]))
        for _, told in chronicle.happenings
        if told["event"] == "published" and told["dispute"] == dispute
    ]


def _down(chronicle: Chronicle) -> tuple[str, str] | None:
    at = {t["event"]: t["at"] for _, t in chronicle.happenings if t["event"] in ("down", "up")}
    return (at["down"], at["up"]) if len(at) == 2 else None
