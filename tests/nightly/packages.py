"""What the tests of shares and reports share: today's night, packages opened by an outsider's tools."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from hub.client.agent import Agent
from hub.client.session import Call
from hub.law.calendar import legal_day
from hub.nightly.night import Interval, Night, open_night
from tests.leaks import persons_in
from tests.live import LiveHub


@asynccontextmanager
async def opened_night(
    hub: LiveHub, interval: Interval | None = None, later: timedelta = timedelta()
) -> AsyncIterator[Night]:
    """A night of today on the database of a served hub, looked at so much later than now."""
    settings, at = replace(hub.settings, issuer=hub.issuer), datetime.now(UTC) + later
    clock = (lambda: at) if later else None
    async with open_night(settings, interval or Interval.of_day(legal_day(at)), clock) as night:
        yield night


def opened(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def table(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    text = files[f"data/{name}.csv"].decode("gb18030")
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def fetched(agent: Agent, unit: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The only share of a unit, and its files, which name nobody."""
    (found,) = [s for s in (await agent.shares())["shares"] if s["unit"] == unit]
    content = (await agent.call(Call("GET", found["package"]))).content
    assert found["digest"] == f"sha-256:{sha256(content).hexdigest()}"
    assert found["size"] == len(content)
    files = opened(content)
    readable = {name: raw for name, raw in files.items() if not name.endswith(".parquet")}
    told = [raw.decode("gb18030" if name.endswith(".csv") else "utf-8") for name, raw in readable.items()]
    assert persons_in("\n".join(told)) == set()
    return found, files
