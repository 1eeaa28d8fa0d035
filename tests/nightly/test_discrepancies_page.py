"""What the page of discrepancies says, against counts of our own over the same tables."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hub.client.agent import Agent
from hub.law.calendar import legal_day
from hub.nightly.collect import collect, groups
from hub.nightly.night import Interval, Night, open_night
from hub.nightly.pages import discrepancies, discrepancy_words, render
from hub.nightly.reconcile import reconcile
from hub.nightly.resolve import batches, decide, propose
from hub.store.address import Address
from hub.store.database import set_codecs
from hub.trust.seal import Sealer
from tests.conftest import _data_dir
from tests.live import LiveHub, live_hub
from tests.nightly.lists import call, push, send, table
from tests.support import sealer_of

TODAY = legal_day(datetime.now(UTC))
BEFORE = TODAY - timedelta(days=1)
_COMPARED = """
SELECT count(*) FROM (SELECT DISTINCT part FROM night_run
 WHERE job = 'reconcile' AND state = 'done'
   AND starts <= $1::date + time '12:00' AND ends > $1::date + time '12:00') p
"""


@pytest.fixture(scope="module")
def hub(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    """Two nights of every cell: today's lists differ, the day before there were none."""
    folder = tmp_path_factory.mktemp("differing")
    with _data_dir(server, server_dir, folder) as own, live_hub(own) as served:
        asyncio.run(_plant(served, folder))
        yield served


async def _plant(hub: LiveHub, folder: Path) -> None:
    calls = [call(n) for n in range(1, 6)]
    listed = [call(1, BJNR="私密的另一说法", BJRXM="彭测四", SSRS="3"), *calls[1:4], call(9)]
    async with Agent(hub.identity("police-sys")) as police:
        await send(police, calls)
        await push(police, table(listed), folder, TODAY, rows=len(listed))
    for day in (BEFORE, TODAY):
        async with open_night(hub.settings, Interval.of_day(day)) as night:
            for cell in await groups(night):
                await collect(night, cell["agency"], cell["group"])
                await reconcile(night, cell["agency"], cell["group"])
            if day == TODAY:
                await _answer(night)


async def _answer(night: Night) -> None:
    """The batch of the police is chosen by one person; of the silent ones one is decided by two."""
    found = {str(batch["dataset"]): str(batch["id"]) for batch in await batches(night)}
    await propose(night, found["calls"], "agency_right", "已核对原件", "airflow:admin")
    words = ("agency_right", "已核对原件", "airflow:admin")
    await propose(night, found[""], *words)
    await decide(night, found[""], *words, "airflow:second")


@pytest.fixture
async def conn(hub: LiveHub):
    opened = await asyncpg.connect(hub.settings.database_url)
    await set_codecs(opened)
    yield opened
    await opened.close()


async def counted(conn: asyncpg.Connection, where: str, *args: object) -> dict[str, int]:
    """Findings by kind, counted without the page's joins."""
    query = (
        f"SELECT kind FROM finding WHERE batch IN (SELECT id FROM finding_batch WHERE day = $1) AND {where}"
    )
    return dict(Counter(row["kind"] for row in await conn.fetch(query, *args)))


@pytest.fixture
def sealer(hub: LiveHub) -> Sealer:
    return sealer_of(hub.settings.data_dir)


async def test_figures_are_those_of_the_tables(conn: asyncpg.Connection, sealer: Sealer):
    found = await discrepancies.look(conn, sealer, datetime.now(UTC))
    assert found.days == (TODAY,)
    assert {kind: n for kind, n, _ in found.kinds} == await counted(conn, "true", TODAY)
    assert {k: n for k, _, n in found.kinds if n} == await counted(conn, "state = 'open'", TODAY)
    kinds = {kind: n for kind, n, _ in found.kinds}
    assert (kinds["field_mismatch"], kinds["missing_at_hub"], kinds["missing_at_agency"]) == (3, 1, 1)
    assert found.groups == await conn.fetchval(_COMPARED, TODAY) > 1
    assert found.total == len(found.rows) == sum(kinds.values())
    assert [day for day, *_ in found.others] == [TODAY, BEFORE]
    for day, compared, n, still in found.others:
        assert compared == await conn.fetchval(_COMPARED, day)
        assert n == sum((await counted(conn, "true", day)).values())
        assert still == sum((await counted(conn, "state = 'open'", day)).values())
    for batch in found.batches:
        rows = await conn.fetch("SELECT state FROM finding WHERE batch = $1", batch.id)
        states = Counter(row["state"] for row in rows)
        assert states == Counter(open=batch.open, mended=batch.mended, decided=batch.decided, gone=batch.gone)


async def test_a_batch_waits_for_a_person_a_second_one_or_none(conn: asyncpg.Connection, sealer: Sealer):
    found = await discrepancies.look(conn, sealer, datetime.now(UTC))
    (second,) = (batch for batch in found.batches if batch.dataset == "calls")
    assert (second.state, second.proposed, second.proposer) == ("second", "agency_right", "airflow:admin")
    (answered,) = (batch for batch in found.batches if batch.choice)
    assert (answered.state, answered.actor, answered.approver) == (
        "answered",
        "airflow:admin",
        "airflow:second",
    )
    others = [batch.state for batch in found.batches if batch not in (second, answered)]
    assert set(others) == {"waiting"}
    counts = [found.states(state) for state in ("second", "answered", "waiting", "closed")]
    assert counts == [1, 1, len(others), 0]
    only = await discrepancies.look(conn, sealer, datetime.now(UTC), [TODAY], second.id)
    assert {row["batch"] for row in only.rows} == {second.id}
    assert only.total == await conn.fetchval("SELECT count(*) FROM finding WHERE batch = $1", second.id)
    assert only.kinds == found.kinds
    never = await discrepancies.look(conn, sealer, datetime.now(UTC), [TODAY + timedelta(days=1)])
    assert (never.kinds, never.batches, never.rows, never.open, never.groups) == ((), (), (), 0, 0)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_page_shows_record_place_and_masks(conn: asyncpg.Connection, sealer: Sealer, lang: Any):
    words = render.Words(lang, lambda code, _: code)
    found = await discrepancies.look(conn, sealer, datetime.now(UTC))
    more = discrepancy_words.shown(found, words)
    html = render.page("discrepancies", words, "/hub", here="", keep="", it=found, batch=None, **more)
    for said in ("冯**", "彭**", "/injuries/injured", "airflow:admin + airflow:second"):
        assert said in html
    for hidden in ("私密", "彭测四", "冯测二", "邻居"):
        assert hidden not in html
    zh = ("第 1 行", "第 5 行", "待第二人同意", "纠纷登记", "字段不一致", "未报清单")
    en = ("row 1", "row 5", "a second person is needed", "field mismatch", "no list came")
    for told in en if lang == "en" else zh:
        assert told in html
    for kind, n, still in found.kinds:
        parts = " + ".join(str(part) for part in (still, n - still) if part)
        assert f">{parts}</text>" in html, kind
    linked = {row["dispute"] for row in found.rows if row["hub_shown"] is not None}
    assert linked <= {row["code"] for row in await conn.fetch("SELECT code FROM dispute")}
    assert all(f"/hub/disputes?code={code}&amp;lang={lang}" in html for code in linked)
    empty = await discrepancies.look(conn, sealer, datetime.now(UTC), [TODAY + timedelta(days=1)])
    more = discrepancy_words.shown(empty, words)
    html = render.page("discrepancies", words, "/hub", here="", keep="", it=empty, batch=None, **more)
    assert ("Nothing was compared" if lang == "en" else "尚未核对") in html
    assert "data-finding" not in html
