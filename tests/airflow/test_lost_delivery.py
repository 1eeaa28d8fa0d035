"""What is made wrong in the sample district: one delivery that was made loses its row, once."""

from pathlib import Path

from hub.cli.airflow import samples
from hub.client.agent import Agent
from hub.client.events import Event
from hub.client.receiving import POLL
from hub.store.address import Address
from hub.store.secrets import load
from tests.http.saying import COMMITTEE, STATION, dispute, referral, say
from tests.live import LiveHub

_STATES = "SELECT state, count(*) AS n FROM delivery WHERE subject = $1::uuid GROUP BY state"


async def take(_: Event) -> None:
    """A receiver that keeps nothing."""


async def test_a_delivery_that_was_made_loses_its_row_once(hub: LiveHub, tmp_path: Path):
    async with Agent(hub.identity("police-sys")) as police, Agent(hub.identity("justice-sys")) as justice:
        told = await say(police, STATION, "dispute", dispute())
        await say(police, STATION, "referral", referral(), dispute=told.dispute, to=COMMITTEE)
        if await justice.stream() is None:
            await justice.create_stream(POLL)
        await justice.drain(take)
        await justice.delete_stream()
    settings = hub.settings
    address = Address(settings.database_url or "", load(settings.data_dir))
    admin = await address.connect("admin")
    try:
        before = await admin.fetchval("SELECT count(*) FROM delivery")
        made = {r["state"]: r["n"] for r in await admin.fetch(_STATES, told.dispute)}
        assert made.get("acknowledged")
        assert [await samples.spoil(tmp_path, address) for _ in range(2)] == [1, 0]
        assert await admin.fetchval("SELECT count(*) FROM delivery") == before - 1
        # Its evidence stays: that is how the night finds out.
        orphans = await admin.fetchval(
            "SELECT count(*) FROM event_leaf e WHERE delivery IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = e.delivery)"
        )
        assert orphans >= 1
    finally:
        await admin.close()
