"""What an agency's list of a business day says of itself, and what of it does not hold. Pure.

A problem names a member of the manifest and a code, with numbers: nothing of what the list contains.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from hub.law.calendar import end_of_day, legal_day

Source = Literal["pushed", "folder", "https", "sftp"]
Problem = dict[str, Any]

READ_AS: Final[Mapping[str, tuple[str, ...]]] = {
    "disputes": ("dispute", "case_status"),
    "calls": ("dispute", "case_status"),
    "referrals": ("referral",),
    "agreements": ("mediation_result",),
    "confirmations": ("confirmation_application", "confirmation_ruling", "case_status"),
    "warnings": ("early_warning",),
    "mediators": ("mediator",),
    "organisations": ("mediation_organisation",),
    "performance": ("performance",),
}
"""Dataset → what a row is read as, the first that its format has. A format of one kind decides by itself."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A list before it is read. `told`: its number of rows; `complete`: what is not in it is not there."""

    id: UUID
    day: date
    system: str
    unit: str
    dataset: str
    files: tuple[str, ...]
    told: int | None
    coverage: tuple[str, ...]
    complete: bool
    cut_off: datetime
    format: str
    received_at: datetime
    source: Source = "pushed"
    problems: tuple[Problem, ...] = ()

    def noting(self, *problems: Problem) -> "Manifest":
        """The same with more that is wrong."""
        return replace(self, problems=(*self.problems, *problems))

    @property
    def same_list(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes two lists of a day versions of one."""
        return (self.system, self.dataset, self.coverage)


@dataclass(slots=True)
class Told:
    """Where a manifest came from: the message or the configured place."""

    id: UUID
    system: str
    unit: str
    received_at: datetime
    source: Source = "pushed"
    units: frozenset[str] = field(default_factory=frozenset)


def read(told: Told, document: Mapping[str, Any]) -> Manifest:
    """The manifest of a `snapshot` document; `told.units` are those the system acts for.

    A list that does not say that it is complete is none; one without a cut-off ends with its day, or when
    it came if that was earlier.
    """
    day = date.fromisoformat(document["business_date"])
    named = tuple(sorted(set(document.get("coverage") or (told.unit,))))
    covered = tuple(code for code in named if code in told.units)
    files = [document["blob"]] if "blob" in document else []
    files += document.get("blobs", [])
    said = document.get("cut_off")
    cut_off = datetime.fromisoformat(said) if said else min(end_of_day(day), told.received_at)
    made = Manifest(
        id=told.id,
        day=day,
        system=told.system,
        unit=told.unit,
        dataset=document["dataset"],
        files=tuple(f"sha-256:{digest.removeprefix('sha-256:')}" for digest in files),
        told=document.get("rows"),
        coverage=covered,
        complete=document.get("complete") is True,
        cut_off=min(cut_off, told.received_at),
        format=document.get("format", ""),
        received_at=told.received_at,
        source=told.source,
    )
    return made.noting(*_wrong(made, named, said))


def _wrong(made: Manifest, named: tuple[str, ...], cut_off: str | None) -> Iterable[Problem]:
    foreign = len(named) - len(made.coverage)
    if foreign:
        yield {"field": "/coverage", "code": "foreign", "units": foreign}
    days = legal_day(made.cut_off) - made.day
    if cut_off and not timedelta(0) <= days <= timedelta(days=1):
        yield {"field": "/cut_off", "code": "other-day", "days": days.days}
    if not made.files and made.told != 0:
        yield {"field": "/blob", "code": "missing"}


def standing(manifests: Iterable[Manifest]) -> tuple[list[Manifest], list[Manifest]]:
    """(the last of each list, those it replaces). Another content under the same name is a problem."""
    last: dict[tuple[str, str, tuple[str, ...]], Manifest] = {}
    replaced: list[Manifest] = []
    for made in sorted(manifests, key=lambda m: (m.received_at, m.id)):
        before = last.get(made.same_list)
        if before is None:
            last[made.same_list] = made
        elif before.files == made.files:
            replaced.append(made)
        else:
            replaced.append(before)
            last[made.same_list] = made.noting({"field": "/blob", "code": "sent-twice"})
    return list(last.values()), replaced
