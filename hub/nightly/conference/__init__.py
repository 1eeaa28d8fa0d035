"""`conference_report`: the figures a joint conference (联席会议) looks at, stored as HTML, workbook and PDF.

Counts what arrived before the end of the night's interval (the cut-off), of the area of one unit at one tier.
The same figures are stored once; the evidence log holds the digest of each file. Read by
`exchange.conference`.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

import asyncpg

from hub.errors import Misconfigured
from hub.exchange.awards_config import awards_on
from hub.exchange.evidence_rows import record
from hub.nightly.conference.book import Tier, area, read
from hub.nightly.conference.paper import Paper, head_of, paper
from hub.nightly.conference.period import Period
from hub.nightly.night import Night
from hub.store.administration import Admin
from hub.store.ids import new_id

__all__ = ["Period", "Tier", "report"]

ACTOR: Final = "night"
_KNOWN: Final = """
SELECT r.id FROM conference_report r
 WHERE r.tier = $1 AND r.unit = $2 AND r.first_day = $3 AND r.last_day = $4 AND r.content = $5
 ORDER BY r.id DESC LIMIT 1
"""
_KEEP: Final = """
INSERT INTO conference_report (id, tier, unit, first_day, last_day, made_at, cut_off, version, content)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_FORMS: Final = "SELECT form FROM conference_report_file WHERE report = $1"
_FILE: Final = "INSERT INTO conference_report_file (report, form, digest, body) VALUES ($1, $2, $3, $4)"


async def report(night: Night, tier: Tier, unit: str, period: Period) -> str:
    """The id of the stored report. Raises Misconfigured for a unit there is not at that tier.

    Without a Chinese font there is no PDF; the other forms are stored.
    """
    async with night.work("conference_report", f"{tier}/{unit}/{period.label}") as work:
        made = await figures(night, tier, unit, period)
        async with night.hub.database.writing() as conn:
            rid, files = await _keep(night, conn, made, period)
        work.count("files", files)
        work.digest_of([(made.digest().hex(),)])
    return str(rid)


async def figures(night: Night, tier: Tier, unit: str, period: Period) -> Paper:
    """The figures, without storing anything. Raises Misconfigured."""
    hub = night.hub
    cut_off = min(night.interval.ends, hub.clock())
    units = hub.registry.units_on(min(period.ends, cut_off))
    members = area(units, tier, unit)
    since = period.trend()[0].starts
    async with hub.database.connection() as conn:
        book = await read(conn, members, (since, period.last), cut_off)
    known = hub.registry.units[unit]
    head = head_of(tier, (unit, known.name), period, cut_off)
    awards = awards_on(hub.registry, min(period.ends - timedelta(seconds=1), cut_off), known.type)
    return paper(book, period, head, hub.tables, awards)


async def _keep(night: Night, conn: asyncpg.Connection, made: Paper, period: Period) -> tuple[UUID, int]:
    head, now, content = made.head, night.hub.clock(), made.digest()
    about = (head.tier, head.unit, period.first, period.last)
    rid: UUID = await conn.fetchval(_KNOWN, *about, content) or await _new(conn, made, about, now)
    there = {row["form"] for row in await conn.fetch(_FORMS, rid)}
    files = forms(made, now, there)
    said = []
    for form, body in files.items():
        digest = f"sha-256:{sha256(body).hexdigest()}"
        await conn.execute(_FILE, rid, form, digest, body)
        said.append(f"{form} {digest}")
    if said:
        reason = f"联席会议报告 joint conference report {head.tier} {head.unit} {head.period}"
        await Admin(ACTOR, reason, now, record, night.hub.sealer).tell(
            conn, "report", f"{rid} {' '.join(said)}"
        )
    return rid, len(files)


async def _new(
    conn: asyncpg.Connection, made: Paper, about: tuple[Tier, str, date, date], now: datetime
) -> UUID:
    rid, cut_off = new_id(now), datetime.fromisoformat(made.head.cut_off)
    await conn.execute(_KEEP, rid, *about, now, cut_off, made.head.version, made.digest())
    return rid


def forms(made: Paper, now: datetime, without: Collection[str] = ()) -> Mapping[str, bytes]:
    """The files of a report by form, those in `without` left out; no `pdf` without a Chinese font."""
    from hub.forms.font import chinese_font
    from hub.nightly.conference.html import page
    from hub.nightly.conference.pdf import document
    from hub.nightly.conference.workbook import workbook

    makers: dict[str, Callable[[], bytes]] = {"html": lambda: page(made), "xlsx": lambda: workbook(made, now)}
    with suppress(Misconfigured):
        font = chinese_font()
        makers["pdf"] = lambda: document(made, now, font)
    return {form: make() for form, make in makers.items() if form not in without}
