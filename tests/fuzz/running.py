"""A run: the ground, a token for every role, rounds over all endpoints, and the report."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from hub.api.app import create_app
from hub.law.calendar import legal_day
from hub.nightly.completeness import prove
from hub.nightly.conference import Period, report
from hub.nightly.night import Interval, open_night
from hub.nightly.share import share
from hub.settings import Settings
from tests.access.ground import Ground
from tests.contract.kit import Hub, packed
from tests.contract.words import (
    COMMITTEE,
    JUSTICE_BUREAU,
    OFFICE,
    STATION,
    TRIBUNAL,
    dispute,
    document,
)
from tests.fuzz.driver import Driver, Tally
from tests.fuzz.helping import HELPS
from tests.fuzz.making import REASON, WITNESS, Maker
from tests.http.test_consultations import ANSWER, KEPT
from tests.http.test_registers import organisation

STOCK = 1000
"""Findings of a night, of each kind that one request uses up."""
DUE = """
INSERT INTO erasure (dispute, rule, ended_at, found_at)
SELECT gen_random_uuid(), 'messages', now(), now() FROM generate_series(1, $1) RETURNING dispute::text
"""
BATCHES = """
WITH made AS (
    INSERT INTO finding_batch (id, day, agency, area, dataset)
    SELECT gen_random_uuid(), date '2020-01-01' + n, 'police', '500199', 'disputes'
      FROM generate_series(1, $1) n RETURNING id)
INSERT INTO finding (
       id, batch, kind, unit, system, record, record_kind, field, place, detail, state, found_at)
SELECT gen_random_uuid(), id, 'missing_at_agency', $2, 'police-sys', id::text, 'dispute', '', '', '{}',
       'open', now()
  FROM made RETURNING batch::text
"""
SCOPED = {"admin": ("admin",), "reader": ("messages:read",), "nobody": ()}
AGENCIES = ("police", "justice", "court", "stranger")
OWNERS = {
    "GET /v1/cases/{case}/flags": "court",
    "GET /v1/typical-cases/{case}/review": "justice",
    "POST /v1/typical-cases/{case}/signoffs": "court",
    "POST /v1/typical-cases/{case}/withdrawal": "justice",
}
"""Who is asked most, where that is not the police: the one whose thing is asked about."""


def begun(hub: Hub) -> Ground:
    """The planted ground, serving, with two administrators."""
    ground = Ground(hub)
    ground.systems["second"] = hub.add(
        "second-sys", "justice", (OFFICE,), "--scope", "admin", "--no-receiving"
    )
    ground.begin()
    for system in ("justice", "court"):
        unit = ground[system].units[-1]
        told = {"unit": unit, "person": f"余测{system}"}
        path = f"/v1/typical-cases/{ground.mine['typical']}/signoffs"
        assert ground[system].call("POST", path, json=told).status_code == 201
    ground.mine["published"] = ground.mine["typical"]
    _register(ground)
    ground.mine["knowledge"] = _known(ground)
    return ground


def _register(ground: Ground) -> None:
    """An organisation in the register, and a witness of the log."""
    told = organisation(COMMITTEE)
    ground["justice"].accepted("mediation_organisation", told, OFFICE, "mediation")
    entry = {"name": "witnesses", "valid_from": "2026-01-01", "value": [WITNESS.vkey()]}
    params = {"reason": REASON}
    ground["admin"].call("POST", "/v1/admin/config", params=params, content=packed([entry]))


def _known(ground: Ground) -> str:
    """An answer that is kept as knowledge."""
    justice, asker = ground["justice"], {"unit": COMMITTEE, "purpose": "mediation"}
    home = justice.accepted("dispute", dispute(origin="application"), **asker)["dispute"]
    told = document(action="ask", request_type="law", question="共用排水沟如何维护")
    opened = justice.accepted("consultation", told, **asker, to=TRIBUNAL, dispute=home)
    kept = {"publish": True, "text_without_persons": KEPT, "tags": ["相邻关系"]}
    told = document(about_case=opened["case"]["id"], **{**ANSWER, "knowledge": kept})
    ground["court"].accepted("consultation_reply", told, TRIBUNAL, "mediation")
    (item,) = ground["police"].get("/v1/knowledge").json()["items"]
    return str(item["knowledge"])


async def _night(settings: Settings, ground: Ground) -> str:
    today = legal_day(datetime.now(UTC))
    async with open_night(settings, Interval.of_day(today)) as night:
        await share(night)
        await prove(night)
        async with night.hub.database.writing() as conn:
            ground.stock["due"] = [row[0] for row in await conn.fetch(DUE, STOCK)]
            ground.stock["batch"] = [row[0] for row in await conn.fetch(BATCHES, STOCK, STATION)]
        return await report(night, "district", JUSTICE_BUREAU, Period.parse(f"{today:%Y-%m}"))


def with_night(ground: Ground) -> None:
    """What only a night makes: extracts, proofs, a report."""
    hub = ground.hub
    settings = Settings(data_dir=hub.data_dir, database_url=hub.database_url, issuer=hub.issuer)
    ground.mine["report"] = asyncio.run(_night(settings, ground))
    (mine,) = ground["police"].get("/v1/shares").json()["shares"]
    ground.mine["share"] = mine["share"]


class Run:
    """Rounds of requests on one ground."""

    def __init__(self, ground: Ground) -> None:
        document = create_app(Settings(data_dir=Path("unused"))).openapi()
        roles = (*AGENCIES, *SCOPED)
        self.makers = {role: Maker(ground, role) for role in roles}
        self.driver = Driver(
            ground.hub.issuer, document, {role: partial(_token, ground, role) for role in roles}
        )

    @property
    def tally(self) -> Tally:
        return self.driver.tally

    def round(self, seed: int, often: int = 6, seldom: int = 1) -> None:
        """Every endpoint: `often` for who owns what is asked about, `seldom` for some of the others."""
        for n, endpoint in enumerate(sorted(self.driver.operations)):
            owner = "admin" if "/v1/admin/" in endpoint else OWNERS.get(endpoint, "police")
            counts = {role: often if role == owner else seldom for role in self.makers}
            for k, (role, count) in enumerate(counts.items()):
                if role != owner and (seed + n + k) % len(self.makers) > 1:
                    continue  # the other roles take turns
                help_ = HELPS.get(endpoint)
                helped = partial(help_, self.makers[role]) if help_ else None
                self.driver.drive(endpoint, role, count, seed + n, helped)

    def report(self) -> str:
        """Shares of 2xx by endpoint, the lowest first, then what went wrong."""
        shares = sorted((self.tally.reached(e), e) for e in self.driver.operations)
        lines = [f"{share:4.0%} {endpoint}" for share, endpoint in shares]
        lines.append(f"{self.tally.requests} requests, {len(self.tally.wrong)} kinds of wrong answers")
        lines += [f"{what}\n    {how}" for what, how in sorted(self.tally.wrong.items())]
        return "\n".join(lines)


def _token(ground: Ground, role: str) -> str | None:
    if role == "nobody":
        return None
    if role == "reader":
        return ground["police"].token("messages:read")
    return ground[role].token()
