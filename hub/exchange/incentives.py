"""Who performed of their own accord: certificates in the caller's disputes, names only of those who agreed.

Reads facts of disputes as the reader role sees them; a name comes from messages that the caller's units may
read, cut by the views, and only while its bearer's consent stands (个人信息保护法 13, 15). What went through
enforcement, or was broken again, is not in the facts any more.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Fault, Refused
from hub.exchange.reading import Reader, Said
from hub.law.reading import objects, text
from hub.store.ids import NO_ID

_NAMING: Final = ("dispute", "referral", "confirmation_application")
_LIST: Final = """
SELECT id, code, state, facts -> 'certificate' ->> 'on' AS on_day, (facts -> 'certificate')::text AS held,
       (facts -> 'items')::text AS items,
       (SELECT c.id FROM case_run c
         WHERE c.dispute = dispute.id AND c.machine = 'referral' AND c.participants && $1::text[]
         ORDER BY c.opened_at DESC LIMIT 1) AS run
  FROM dispute
 WHERE facts ? 'certificate' AND participants && $1::text[] AND state IN ('performed', 'archived')
   AND (facts -> 'certificate' ->> 'on', id) > ($2, $3) AND facts -> 'certificate' ->> 'on' <= $4
 ORDER BY facts -> 'certificate' ->> 'on', id LIMIT $5
"""
_HELD: Final = """
SELECT (facts -> 'certificate')::text FROM dispute
 WHERE id = $1 AND participants && $2::text[] AND facts -> 'certificate' ->> 'unit' = ANY ($2::text[])
   AND state IN ('performed', 'archived')
"""
_ITEMS: Final = """
SELECT (facts -> 'items')::text FROM dispute WHERE id = $1 AND participants && $2::text[]
"""
_CONFIRMED: Final = """
SELECT facts ->> 'agreement' FROM case_run WHERE id = $1 AND dispute = $2 AND participants && $3::text[]
"""


class Span(NamedTuple):
    """Legal days between which certificates were issued, both counted."""

    first: date
    last: date


async def page(
    conn: asyncpg.Connection,
    reader: Reader,
    units: tuple[str, ...],
    span: Span,
    place: tuple[str | None, int],
) -> dict[str, object]:
    """A page by day of issue; `place`: cursor, how many. Raises Refused `malformed` for a cursor not ours."""
    after, limit = place
    start = _read(after) if after else (span.first.isoformat(), NO_ID)
    rows = await conn.fetch(_LIST, list(units), *start, span.last.isoformat(), limit)
    told = await reader.told([row["id"] for row in rows], _NAMING)
    entries = [_entry(row, _names(told.get(row["id"], ())), units) for row in rows]
    more = len(rows) == limit
    return {"incentives": entries, "next": _cursor(rows[-1]) if more else None, "more": more}


async def certificate(
    conn: asyncpg.Connection, units: tuple[str, ...], dispute: UUID
) -> dict[str, Any] | None:
    """What the hub holds of a certificate that one of these units issued and that stands; None: none."""
    held = await conn.fetchval(_HELD, dispute, list(units))
    return None if held is None else dict(orjson.loads(held))


async def items(
    conn: asyncpg.Connection, units: tuple[str, ...], dispute: UUID, case: UUID | None = None
) -> list[dict[str, Any]]:
    """The items of a dispute as the law has them, of a confirmation those of its agreement."""
    told = await conn.fetchval(_ITEMS, dispute, list(units))
    found: list[dict[str, Any]] = orjson.loads(told) if told else []
    agreement = None if case is None else await conn.fetchval(_CONFIRMED, case, dispute, list(units))
    return [item for item in found if agreement in {None, item["agreement"]}]


def _entry(row: asyncpg.Record, names: Mapping[str, str], own: Iterable[str]) -> dict[str, object]:
    held: dict[str, Any] = orjson.loads(row["held"])
    willing: Mapping[str, str] = held.get("willing", {})
    owed = _debtors(orjson.loads(row["items"]) if row["items"] else [])
    agreed = {ref for ref, answer in willing.items() if answer == "yes" and (not owed or ref in owed)}
    return {
        "dispute": str(row["id"]),
        "code": row["code"],
        "on": row["on_day"],
        "unit": held["unit"],
        "certificate": held["message"],
        "form": f"/v1/cases/{row['run']}/forms/certificate" if row["run"] and held["unit"] in own else None,
        "persons": [{"ref": ref, "name": names[ref]} for ref in sorted(agreed & names.keys())],
        "unnamed": len((owed or willing.keys()) - agreed),
    }


def _names(told: Iterable[Said]) -> dict[str, str]:
    """Parties' names by ref, as the caller may see them; the newest message that names one counts."""
    found: dict[str, str] = {}
    for said in told:
        for party in (*objects(said.document, "parties"), *objects(said.document, "applicants")):
            ref, name = text(party, "ref"), text(party, "name")
            if ref is not None and name is not None:
                found.setdefault(ref, name)
    return found


def _debtors(items: list[dict[str, Any]]) -> set[str]:
    return {ref for item in items for ref in item.get("debtors", ()) if isinstance(ref, str)}


def _cursor(row: asyncpg.Record) -> str:
    return urlsafe_b64encode(f"{row['on_day']}|{row['id']}".encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[str, UUID]:
    try:
        day, _, told = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition("|")
        return date.fromisoformat(day).isoformat(), UUID(told)
    except ValueError as e:
        raise Refused("malformed", Fault("cursor", pointer="after")) from e
