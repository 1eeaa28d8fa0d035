"""Registers of organisations and mediators: the row an accepted message adds, and what is read of them.

A change adds a row and alters none; of an organisation's or a mediator's rows in force the one that came
last counts. A number is a system's own: the same number of two systems is two entries until a person joins
them. What a register shows is cut by the views, and of a mediator who did not agree to be published (在线5;
个人信息保护法) to what names nobody; a studio named after somebody is shown
while that person's consent lasts.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Fault, Refused
from hub.exchange.answers import shown
from hub.exchange.desk import Desk
from hub.exchange.routing import Route
from hub.law import rosters
from hub.law.calendar import legal_day
from hub.law.completeness import missing
from hub.law.model import Finding
from hub.law.reading import at
from hub.law.reading import day as read_day
from hub.law.reading import text as read_text
from hub.law.roles import type_of
from hub.law.rosters import REGISTERS, period
from hub.store.ids import NO_ID
from hub.trust.access import Views
from hub.trust.seal import Sealer

if TYPE_CHECKING:
    from datetime import datetime

    from hub.exchange.prepare import PreparedRecord
    from hub.trust.jose import Envelope

NAMES: Final[Mapping[str, str]] = {"organisations": "mediation_organisation", "mediators": "mediator"}
"""What a register is called in addresses."""

_GONE: Final = ("suspend", "remove")
_OPEN: Final = ("organisations", "skills", "languages", "full_time", "grade")
"""What is shown of a mediator who did not agree to be published."""
_COLUMNS: Final = """
e.message, e.register, e.system, e.ref, e.unit, e.action, e.valid_from, e.valid_to, e.recorded_at, e.dek,
e.document, p.person,
(SELECT count(*) FROM register_entry b WHERE b.register = e.register AND b.system = e.system
    AND b.ref = e.ref AND b.message <= e.message) AS revision,
(SELECT min(d.created_at) FROM delivery d JOIN unit u ON u.code = d.unit
  WHERE d.message = e.message AND u.agency = 'court') AS told_at
"""
_PERSON: Final = """
LEFT JOIN mediator_person p ON e.register = 'mediator' AND p.system = e.system AND p.ref = e.ref
                           AND p.undone_at IS NULL
"""
_STANDING: Final = f"""
SELECT {_COLUMNS} FROM (
    SELECT DISTINCT ON (system, ref) * FROM register_entry
     WHERE register = $1 AND valid_from <= $2 ORDER BY system, ref, message DESC
) e {_PERSON}
 WHERE e.action <> ALL ($5::text[]) AND coalesce(e.valid_to >= $2, true) AND (e.ref, e.message) > ($3, $4)
 ORDER BY e.ref, e.message LIMIT $6
"""  # noqa: S608  columns are ours
_HISTORY: Final = f"""
SELECT {_COLUMNS} FROM register_entry e {_PERSON}
 WHERE e.register = $1 AND e.ref = $2 ORDER BY e.system, e.message LIMIT 500
"""  # noqa: S608


def ref_of(kind: str, document: Mapping[str, object]) -> str | None:
    """The number an entry is kept under; None: it says none, and no register can hold it."""
    ref = document.get("code" if kind == "mediation_organisation" else "mediator")
    return ref.strip() or None if isinstance(ref, str) else None


def row(
    envelope: "Envelope", record: "PreparedRecord", wrapped: bytes, now: "datetime"
) -> tuple[object, ...] | None:
    """The row that an accepted record adds to its register."""
    document = record.document
    if envelope.kind not in REGISTERS or document is None:
        return None
    ref = ref_of(envelope.kind, document)
    if ref is None:
        return None
    first, last = period(envelope.kind, document)
    head = (record.id, envelope.kind, envelope.iss, ref, envelope.unit, str(document["action"]))
    return (*head, first, last, now, wrapped, record.sealed)


def informed(desk: Desk, envelope: "Envelope", record: "PreparedRecord") -> dict[str, str]:
    """The basic court of the place, which hears of an entry of a committee (人民调解法10): unit → role.

    A court of the district's routing rules comes before that of the unit table; another unit they name
    hears too.
    """
    document = record.document
    if document is None or not rosters.told_to_court(envelope.kind, document, desk.units):
        return {}
    way = desk.directory.route(envelope, document, desk.clock())
    named = way.to if isinstance(way, Route) else None
    court = named if type_of(desk.units, named or "") == "court" else court_of(desk, envelope.unit, document)
    return dict.fromkeys((unit for unit in (named, court) if unit is not None), "addressee")


def court_of(desk: Desk, sender: str, document: Mapping[str, object]) -> str | None:
    """The basic court of where an organisation is, else of where who enters it works."""
    district = desk.law.district
    said = read_text(at(document, "place"), "division")
    return district.court_of((said,) if said else district.homes.get(sender, ()))


def findings(desk: Desk, kind: str, record: "PreparedRecord", told: Iterable[str]) -> tuple[Finding, ...]:
    """What is noted of a message without a dispute: completeness, and what the law asks of an entry.

    `told`: the units that hear of it; an entry that no court hears of is noted.
    """
    courts = [unit for unit in told if type_of(desk.units, unit) == "court"]
    document = record.document
    if kind not in REGISTERS or document is None:
        return ()
    noted = rosters.findings(kind, document, desk.units, legal_day(desk.clock()))
    if rosters.told_to_court(kind, document, desk.units) and not courts:
        noted = (*noted, Finding("roster", rosters.TOLD))
    return (*missing(desk.tables.expected, kind, document), *noted)


class Register:
    """Reads one register for a caller, in a transaction of the reader role."""

    def __init__(
        self,
        conn: asyncpg.Connection,
        units: tuple[str, ...],
        sealer: Sealer,
        views: Views,
        name: str,
        today: date,
    ) -> None:
        """Raises Refused `unknown` for a register there is none of. `today` decides whether consent lasts."""
        kind = NAMES.get(name)
        if kind is None:
            raise Refused("unknown")
        self._conn, self._own, self._sealer, self._views = conn, units, sealer, views
        self._kind, self._name, self._today = kind, name, today

    async def on(self, day: date, after: str | None, limit: int) -> dict[str, object]:
        """What stands in the register on a day, by number; `next` continues it."""
        ref, message = _read_cursor(after)
        rows = await self._conn.fetch(_STANDING, self._kind, day, ref, message, list(_GONE), limit)
        entries = [self._entry(r) for r in rows]
        last = _cursor(rows[-1]) if len(rows) == limit else None
        return {"register": self._name, "on": day.isoformat(), "entries": entries, "next": last}

    async def history(self, ref: str) -> dict[str, object]:
        """Everything that was ever said of a number, oldest first. Raises Refused `unknown`."""
        rows = await self._conn.fetch(_HISTORY, self._kind, ref)
        if not rows:
            raise Refused("unknown")
        return {"register": self._name, "id": ref, "revisions": [self._entry(r) for r in rows]}

    def _entry(self, row: asyncpg.Record) -> dict[str, object]:
        aad = f"message|{row['message']}"
        dek = self._sealer.unwrap(row["dek"], None, aad + "|dek")
        document: dict[str, object] = orjson.loads(self._sealer.open(dek, aad + "|document", row["document"]))
        if self._kind == "mediation_organisation" and row["told_at"] is not None:
            document["filed_with_court_at"] = shown(row["told_at"])
        entry: dict[str, object] = {
            "id": row["ref"],
            "unit": row["unit"],
            "revision": row["revision"],
            "action": row["action"],
            "valid_from": row["valid_from"].isoformat(),
            "valid_to": row["valid_to"].isoformat() if row["valid_to"] else None,
            "recorded_at": shown(row["recorded_at"]),
            "document": self._shown(row["unit"], document),
        }
        if row["person"] is not None:
            entry["person"] = str(row["person"])
        return entry

    def _shown(self, unit: str, document: dict[str, object]) -> dict[str, object]:
        if unit in self._own:
            return document
        cut = self._views.cut(self._kind, "addressee", document)
        if self._kind == "mediator" and document.get("photo_consent") is not True:
            return {name: value for name, value in cut.items() if name in _OPEN}
        if self._kind == "mediation_organisation" and not self._agreed(document):
            return {name: value for name, value in cut.items() if name != "brand_studio"}
        return cut

    def _agreed(self, document: dict[str, object]) -> bool:
        """Whether who a studio is named after agrees, today."""
        until = read_day(at(document, "brand_studio.consent_until"))
        return at(document, "brand_studio.consent") is True and (until is None or self._today <= until)


def _cursor(row: asyncpg.Record) -> str:
    return urlsafe_b64encode(row["message"].bytes + row["ref"].encode()).decode().rstrip("=")


def _read_cursor(after: str | None) -> tuple[str, UUID]:
    if not after:
        return "", NO_ID
    try:
        raw = urlsafe_b64decode(after + "=" * (-len(after) % 4))
        return raw[16:].replace(b"\x00", b"").decode(), UUID(bytes=raw[:16])
    except ValueError as e:
        raise Refused("malformed", Fault("cursor", "after")) from e
