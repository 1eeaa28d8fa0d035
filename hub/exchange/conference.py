"""Reports for the joint conference as administrators fetch them. Made by `hub.nightly.conference`."""

from collections.abc import Mapping
from typing import Final, Literal
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Fault, Refused
from hub.exchange.answers import shown

Form = Literal["html", "xlsx", "pdf"]
TYPES: Final[Mapping[Form, str]] = {
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_LIST: Final = """
SELECT id, tier, unit, first_day, last_day, made_at, cut_off, version,
       (SELECT json_object_agg(form, digest) FROM conference_report_file WHERE report = id)::text AS files
  FROM conference_report WHERE id < $1 ORDER BY id DESC LIMIT $2
"""
_FILE: Final = "SELECT digest, body FROM conference_report_file WHERE report = $1 AND form = $2"
_FILES: Final = "SELECT form, body FROM conference_report_file WHERE report = $1 ORDER BY form"
_REPORT: Final = "SELECT 1 FROM conference_report WHERE id = $1"
_AFTER_ALL: Final = UUID(int=2**128 - 1)


async def listed(conn: asyncpg.Connection, before: UUID | None, limit: int) -> list[dict[str, object]]:
    """Reports, the newest first. `before`: the last one of the page before."""
    rows = await conn.fetch(_LIST, before or _AFTER_ALL, limit)
    return [
        {
            "report": str(row["id"]),
            "tier": row["tier"],
            "unit": row["unit"],
            "period": {"from": row["first_day"].isoformat(), "to": row["last_day"].isoformat()},
            "made_at": shown(row["made_at"]),
            "cut_off": shown(row["cut_off"]),
            "formulas": row["version"],
            "files": _files(row),
        }
        for row in rows
    ]


async def file(conn: asyncpg.Connection, report: UUID, form: Form) -> tuple[str, bytes]:
    """Digest and bytes of a report in a form. Raises Refused `unknown`; the fault says when a form lacks."""
    row = await conn.fetchrow(_FILE, report, form)
    if row is None:
        there = await conn.fetchval(_REPORT, report)
        raise Refused("unknown", *((Fault("report-form"),) if there else ()))
    return row["digest"], bytes(row["body"])


async def files(conn: asyncpg.Connection, report: UUID) -> dict[str, bytes]:
    """Every form of a report that is stored."""
    rows = await conn.fetch(_FILES, report)
    return {row["form"]: bytes(row["body"]) for row in rows}


def _files(row: asyncpg.Record) -> dict[str, object]:
    told: dict[str, str] = orjson.loads(row["files"])
    return {
        form: {"digest": digest, "file": f"/v1/admin/reports/{row['id']}.{form}"}
        for form, digest in sorted(told.items())
    }
