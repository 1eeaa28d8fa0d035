"""What was found between hub and agency, and how it is kept: once for a day, values sealed, masks shown.

A finding's id follows from day, system, record, kind and field: a second run finds the same rows there. One
that is not found again before anybody decided is gone (a list came late), never deleted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID, uuid5

import asyncpg

from hub.nightly import canonical
from hub.nightly.cells import Cell
from hub.nightly.compare import STATES
from hub.trust.masks import DROP, MASKS, mask_address
from hub.trust.seal import Sealer

FindingKind = Literal[
    "missing_at_agency",
    "missing_at_hub",
    "stale_version",
    "field_mismatch",
    "status_contradiction",
    "duplicate",
    "orphan_reference",
    "silence",
]

_SPACE: Final = UUID("0198f3a2-7c00-7000-8000-6c69616e7469")
_HIDDEN: Final = "***"
_OPEN_FORMS: Final = frozenset({"code", "number", "flag", "date", "datetime"})
_OF_A_PERSON: Final = frozenset({
    "parties", "applicants", "party", "key_persons", "protected", "handler", "judge", "mediators", "agents",
    "guardians", "contact", "received_by", "responsible", "resolver", "services",
})  # fmt: skip
"""Members below which whatever is told is told of a person."""
_BATCH: Final = """
INSERT INTO finding_batch (id, day, agency, area, dataset) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO NOTHING
"""
_KEEP: Final = """
INSERT INTO finding (id, batch, kind, unit, system, record, record_kind, field, snapshot, n, place, message,
    delivery, hub_shown, agency_shown, hub_value, agency_value, dek, detail, state, found_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 'open', $20)
ON CONFLICT (id) DO UPDATE SET state = 'open', detail = excluded.detail, snapshot = excluded.snapshot,
    n = excluded.n, place = excluded.place, message = excluded.message, delivery = excluded.delivery,
    hub_shown = excluded.hub_shown, agency_shown = excluded.agency_shown, hub_value = excluded.hub_value,
    agency_value = excluded.agency_value, dek = excluded.dek,
    approval = CASE WHEN (finding.place, finding.message, finding.hub_shown, finding.agency_shown)
        IS NOT DISTINCT FROM (excluded.place, excluded.message, excluded.hub_shown, excluded.agency_shown)
        THEN finding.approval END
 WHERE finding.state IN ('gone', 'open')
   AND (finding.state, finding.detail, finding.snapshot, finding.n, finding.place, finding.message,
        finding.delivery, finding.hub_shown, finding.agency_shown)
       IS DISTINCT FROM ('open', excluded.detail, excluded.snapshot, excluded.n, excluded.place,
        excluded.message, excluded.delivery, excluded.hub_shown, excluded.agency_shown)
"""
_GONE: Final = """
UPDATE finding f SET state = 'gone' FROM finding_batch b
 WHERE f.batch = b.id AND b.day = $1 AND b.agency = $2 AND b.area = $3 AND f.state = 'open'
   AND f.id <> ALL ($4::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Found:
    """One difference.

    `record` is the keyed digest of a number, `pointer` a field of the shared form, `place` the row in the
    list, `hub` and `agency` canonical texts: they leave memory sealed only.
    """

    kind: FindingKind
    dataset: str
    system: str
    unit: str
    record: str
    record_kind: str
    pointer: str = ""
    snapshot: UUID | None = None
    n: int | None = None
    place: str = ""
    message: UUID | None = None
    delivery: UUID | None = None
    hub: str | None = field(default=None, repr=False)
    agency: str | None = field(default=None, repr=False)
    detail: dict[str, Any] = field(default_factory=dict)

    def id(self, day: date) -> UUID:
        """The same for the same difference of a day."""
        parts = (day, self.system, self.unit if self.kind == "silence" else "", self.record_kind)
        return uuid5(_SPACE, "|".join(map(str, (*parts, self.record, self.kind, self.pointer))))

    @property
    def order(self) -> tuple[str, ...]:
        """In what order findings are told: the same in every run."""
        return (self.dataset, self.unit, self.kind, self.record_kind, self.record, self.pointer)

    def shown(self) -> tuple[str | None, str | None]:
        """(hub's, agency's) as a person without need to know may see them."""
        hub, agency = (masked(self.record_kind, self.pointer, said) for said in (self.hub, self.agency))
        return hub, agency


def batch_id(day: date, cell: Cell, dataset: str) -> UUID:
    """The batch a finding is decided with: those of one list."""
    return uuid5(_SPACE, f"{day}|{cell.agency}|{cell.area}|{dataset}")


def masked(kind: str, pointer: str, said: str | None) -> str | None:
    """A value as it may be shown: states, codes, dates and figures of the matter; of persons a mask."""
    if said is None:
        return None
    steps = [step for step in pointer.split("/")[1:] if not step.isdecimal()]
    name = steps[-1] if steps else ""
    if name in MASKS:
        hidden = [MASKS[name](part) for part in said.split("\n")]
        return " ".join(_HIDDEN if part is DROP else str(part) for part in hidden)
    if "place" in steps and name == "text":
        return str(mask_address(said))
    if _OF_A_PERSON & set(steps):
        return _HIDDEN
    if pointer in STATES or canonical.form_of(kind, pointer) in _OPEN_FORMS:
        return said
    return f"{_HIDDEN} ({len(said)})"


async def keep(
    conn: asyncpg.Connection, sealer: Sealer, day: date, cell: Cell, found: Sequence[Found], now: datetime
) -> None:
    """Write what was found in a cell; what is no more is gone. Within the caller's transaction."""
    datasets = sorted({one.dataset for one in found})
    batches = [(batch_id(day, cell, name), day, cell.agency, cell.area, name) for name in datasets]
    await conn.executemany(_BATCH, batches)
    rows = [_row(sealer, day, cell, one, now) for one in found]
    await conn.executemany(_KEEP, rows)
    await conn.execute(_GONE, day, cell.agency, cell.area, [row[0] for row in rows])


def _row(sealer: Sealer, day: date, cell: Cell, one: Found, now: datetime) -> tuple[Any, ...]:
    fid = one.id(day)
    hub, agency = one.shown()
    sealed = _sealed(sealer, fid, one)
    return (
        fid, batch_id(day, cell, one.dataset), one.kind, one.unit, one.system, one.record, one.record_kind,
        one.pointer, one.snapshot, one.n, one.place, one.message, one.delivery, hub, agency, *sealed,
        one.detail, now,
    )  # fmt: skip


def _sealed(sealer: Sealer, fid: UUID, one: Found) -> tuple[bytes | None, bytes | None, bytes | None]:
    """(hub's value, agency's value, wrapped key); nothing where there is no value."""
    if one.hub is None and one.agency is None:
        return None, None, None
    dek = sealer.new_dek()
    hub, agency = (
        None if said is None else sealer.seal(dek, f"finding|{fid}|{column}", said.encode())
        for column, said in (("hub_value", one.hub), ("agency_value", one.agency))
    )
    return hub, agency, sealer.wrap(dek, None, f"finding|{fid}|dek")


def digest_rows(day: date, found: Iterable[Found]) -> list[tuple[object, ...]]:
    """What a run left, for its digest: no value of theirs."""
    return [(one.id(day), *one.order) for one in sorted(found, key=lambda one: one.order)]
