"""What is made wrong in the sample district, once: a delivery loses its row, a list differs."""

import json
from datetime import UTC, datetime
from pathlib import Path

from hub.cli.airflow import samples
from hub.client.agent import Agent
from hub.client.envelope import Envelope
from hub.client.events import Event
from hub.client.receiving import POLL
from hub.law.calendar import legal_day
from hub.nightly.collect import collect
from hub.nightly.night import Interval, open_night
from hub.nightly.reconcile import reconcile
from hub.sandbox import native_police
from hub.sandbox.stories import NEIGHBOURS, SCRATCH
from hub.store.address import Address
from hub.store.secrets import load
from tests.http.saying import COMMITTEE, STATION, dispute, referral, say
from tests.live import LiveHub

CSV = "text/csv;charset=GB18030"
_FOUND = """
SELECT f.kind, f.place, f.field FROM finding f JOIN finding_batch b ON b.id = f.batch
 WHERE b.day = $1 AND b.dataset = 'disputes' AND f.state = 'open' ORDER BY f.kind
"""
_STATES = "SELECT state, count(*) AS n FROM delivery WHERE subject = $1::uuid GROUP BY state"


async def take(_: Event) -> None:
    """A receiver that keeps nothing."""


async def register(police: Agent) -> None:
    """The register of a day, in the station's own table."""
    table = native_police.register([NEIGHBOURS, SCRATCH], STATION, datetime.now(UTC)).encode("gb18030")
    await police.send(police.sign(Envelope(STATION, "dispute", "police_handling", CSV), table))


def folder_of_police(hub: LiveHub, folder: Path) -> Path:
    """As the demo leaves it: who the system is, and its key."""
    own = folder / "police-sys"
    own.mkdir()
    (own / "config.json").write_text(json.dumps({"client_id": "police-sys", "issuer": hub.issuer}))
    (own / "key.json").write_text(json.dumps(hub.keys["police-sys"]))
    return folder


async def test_a_delivery_loses_its_row_and_a_list_differs_once(hub: LiveHub, tmp_path: Path):
    async with Agent(hub.identity("police-sys")) as police, Agent(hub.identity("justice-sys")) as justice:
        told = await say(police, STATION, "dispute", dispute())
        await say(police, STATION, "referral", referral(), dispute=told.dispute, to=COMMITTEE)
        await register(police)
        if await justice.stream() is None:
            await justice.create_stream(POLL)
        await justice.drain(take)
        await justice.delete_stream()
    settings, today = hub.settings, legal_day(datetime.now(UTC))
    folder = folder_of_police(hub, tmp_path)
    address = Address(settings.database_url or "", load(settings.data_dir))
    admin = await address.connect("admin")
    try:
        before = await admin.fetchval("SELECT count(*) FROM delivery")
        made = {r["state"]: r["n"] for r in await admin.fetch(_STATES, told.dispute)}
        assert made.get("acknowledged")
        assert [await samples.spoil(folder, address, today) for _ in range(2)] == [3, 0]
        assert await admin.fetchval("SELECT count(*) FROM delivery") == before - 1
        # Its evidence stays: that is how the night finds out.
        orphans = await admin.fetchval(
            "SELECT count(*) FROM event_leaf e WHERE delivery IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = e.delivery)"
        )
        assert orphans >= 1
        async with open_night(settings, Interval.of_day(today)) as night:
            await collect(night, "police", "500199")
            await reconcile(night, "police", "500199")
        assert [tuple(row) for row in await admin.fetch(_FOUND, today)] == [
            ("field_mismatch", "row 1", "/facts"),
            ("missing_at_hub", "row 3", ""),
        ]
    finally:
        await admin.close()
