"""What the driver of a fault run saw, and nothing else: the checker believes no log line and no table.

Times are seconds of one monotonic clock, the driver's; digests are SHA-256 in hex.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Method = Literal["push", "poll"]


@dataclass(frozen=True, slots=True)
class Sent:
    """One signed form of a message that went over the wire; a retry may have another `digest`."""

    key: str
    body: str
    digest: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a message: `202` with what it says, or a refusal."""

    key: str
    at: float
    status: int
    raw: str = ""
    message: str = ""
    dispute: str = ""
    leaf: str = ""
    digest: str = ""
    units: tuple[str, ...] = ()
    signed: bool = True


@dataclass(frozen=True, slots=True)
class Contest:
    """Messages of which each alone would take the same step of one case."""

    step: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Something that must be refused, and the status that came."""

    what: str
    status: int


@dataclass(frozen=True, slots=True)
class Read:
    """A message as its sender reads it at the end: in the list, and its own bytes."""

    key: str
    message: str
    dispute: str
    body: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A line of a dispute's history as it is read at the end."""

    dispute: str
    case: str
    step: str
    message: str


@dataclass(slots=True)
class Arrival:
    """A token that reached a receiver. `answered`: when a whole acknowledgement was on its way back."""

    system: str
    method: Method
    jti: str
    kind: str
    message: str
    unit: str
    subject: str
    seq: int
    payload: str
    at: float
    signed: bool = True
    answered: float | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A line of the evidence log as published."""

    index: int
    leaf: str
    entry: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint that somebody was shown during the run; `signed` by the log's own key."""

    size: int
    root: str
    signed: bool = True


@dataclass(frozen=True, slots=True)
class Bundle:
    """What the offline verifier says of a message's evidence."""

    message: str
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that must come back: how much there is after the run, and the most there may be."""

    name: str
    after: float
    most: float


@dataclass(frozen=True, slots=True)
class Injected:
    """One fault: when, and how many messages were in flight (None: it needs none)."""

    name: str
    at: float
    in_flight: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Calm:
    """A time in which hub, database and receivers were all well."""

    start: float
    end: float


@dataclass(slots=True)
class Ledger:
    """Everything of one run. `strayed`: requests that came where no one was sent (a followed redirect)."""

    seed: int = 0
    sent: list[Sent] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    contests: list[Contest] = field(default_factory=list)
    forbidden: list[Forbidden] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    history: list[Taken] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    bundles: list[Bundle] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    faults: list[Injected] = field(default_factory=list)
    calms: list[Calm] = field(default_factory=list)
    strayed: int = 0

    @property
    def accepted(self) -> Sequence[Answer]:
        """The first 202 of each message, in the order in which they came."""
        first: dict[str, Answer] = {}
        for answer in self.answers:
            if answer.status == 202:
                first.setdefault(answer.key, answer)
        return list(first.values())
