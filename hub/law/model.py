"""What the law room is told and what it answers: plain immutable data, no behaviour.

The exchange builds `Situation` from the store and `Act` from a translated message; `hub.law.decide`
answers with a `Decision`, which the writer persists. Nothing here touches clock, store or network.
Instants are aware datetimes; legal dates are `date` in Asia/Shanghai.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple, Protocol

Machine = Literal["dispute", "referral", "consultation", "warning", "confirmation"]
Facts = Mapping[str, object]
DeadlineState = Literal["running", "stopped", "expired"]

_NOTHING: Final[dict[str, Any]] = {}  # nobody writes to it: the fields it fills are read-only mappings


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """One row of the unit table, as the law needs it."""

    code: str
    name: str
    agency: str
    type: str
    tier: str
    parent: str | None
    host: str | None = None
    division: str = ""


class Units(Protocol):
    """The unit table of a day. `get` answers None for an unknown code."""

    def get(self, code: str, /) -> UnitInfo | None: ...  # noqa: D102


class Finding(NamedTuple):
    """What is noted but not refused: a code, where, and on which article. Carries no values.

    Codes of mediation that are no guard's: track-line resident-room trial-clock roster fee-free options-told
    returned-at-once later-role session session-identity session-notice session-consent session-record.

    `code` is one of the guard ids of the machine tables or of: late historical encoding dropped
    completeness venue paper identity lossy checksum truncated repeat-call not-service window provisional
    crime-lead.
    """

    code: str
    basis: str
    pointer: str | None = None
    detail: str | None = None


class Act(NamedTuple):
    """One record to be decided: who says what, of which case, when.

    `document` is the shared form; `case` and `dispute` are the resolved ids (None: opens one);
    `acted_at` is the act's own time (`business_time`), `received_at` the hub's receipt.
    """

    message: str
    kind: str
    document: Mapping[str, object]
    sender: str
    to: str | None
    dispute: str | None
    case: str | None
    acted_at: datetime
    received_at: datetime


class Running(NamedTuple):
    """A deadline as stored."""

    id: str
    rule: str
    object: str
    case: str | None
    started_at: datetime
    due_on: date | None
    state: DeadlineState


class CaseState(NamedTuple):
    """One run of one machine. `parties` holds the service sub-machine: ref → {state, served_on}."""

    id: str
    machine: Machine
    state: str
    roles: Mapping[str, tuple[str, ...]]
    facts: Facts
    opened_at: datetime
    parties: Mapping[str, Facts] = _NOTHING


class Situation(NamedTuple):
    """What is known of a dispute before the act. A new dispute has `state` None and nothing else."""

    dispute: str | None = None
    state: str | None = None
    roles: Mapping[str, tuple[str, ...]] = _NOTHING
    facts: Facts = _NOTHING
    cases: Mapping[str, CaseState] = _NOTHING
    deadlines: tuple[Running, ...] = ()


class Step(NamedTuple):
    """One transition. `case` None is the dispute's own machine. `step` is the id of the table's row."""

    step: str
    machine: Machine
    case: str | None
    from_state: str | None
    to_state: str


class Counted(NamedTuple):
    """How a last day was found, so that it can be found anew when more of the calendar is published.

    `working`: so many working days after a day. Else `first` is the last day itself: `moved` off a rest day,
    `fast` (it stays where it is), `agreed` (a day of performance), `after` (the day after an agreed one).
    """

    how: Literal["working", "moved", "fast", "agreed", "after"]
    first: date
    n: int = 0


class Started(NamedTuple):
    """A deadline that starts: `due_on` None is a mere evidence date; `due` the instant it ends.

    `started_at` is the event it runs from, which is not always the act (None: the act's own time).
    `due` None with a `due_on` is a day to be shown of which nobody is reminded. `counted` is there for what
    is provisional.
    """

    rule: str
    object: str
    case: str | None
    due_on: date | None
    due: datetime | None
    provisional: bool
    basis: str
    tell: tuple[str, ...] = ()
    started_at: datetime | None = None
    counted: Counted | None = None


class Stopped(NamedTuple):
    """A deadline that ends before its day, by (rule, object)."""

    rule: str
    object: str


class Told(NamedTuple):
    """A unit to be told, in the role that decides its view."""

    unit: str
    role: str


class Handed(NamedTuple):
    """An earlier message of a case, handed to a unit that joins it, in the role that decides its view."""

    message: str
    kind: str
    sender: str
    unit: str
    role: str


class Decision(NamedTuple):
    """What follows from an act. `dispute_*` and `cases` are whole new states, to be stored as they are.

    `cases` holds each case that changed or opened (an opened one has the id the caller gave as
    `new_case`). `focus` is the case the answer shows. `told` never holds the sender itself. `handed` are
    earlier messages that a unit told of the case for the first time must have too.
    """

    steps: tuple[Step, ...]
    dispute_state: str | None
    dispute_roles: Mapping[str, tuple[str, ...]]
    dispute_facts: Facts
    cases: tuple[CaseState, ...]
    focus: str | None
    started: tuple[Started, ...]
    stopped: tuple[Stopped, ...]
    told: tuple[Told, ...]
    findings: tuple[Finding, ...]
    historical: bool
    handed: tuple[Handed, ...] = ()
