"""The police's list of a day in the sample district: a register that differs from what was sent.

One row reads otherwise than its message, one was never sent. Made of the register files that the police
system sent itself, through the hub's interface as that system; touches nothing else.
"""

import csv
import io
import json
import tempfile
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.jose import PrivateKey
from hub.client.session import Identity

NUMBER: Final = "BH"
FACTS: Final = "ZYSS"
_CHARSET: Final = "gb18030"
Row = dict[str, str]


async def push(folder: Path, day: date) -> int:
    """Send the list of a day; how many of its rows differ. Nothing, where no register was ever sent."""
    async with Agent(_identity(folder / "police-sys")) as police:
        registers = await _registers(police)
        if not registers:
            return 0
        unit, rows = max(registers.items(), key=lambda item: (len(item[1]), item[0]))
        listed = _spoilt(list(rows.values()), day)
        digest = await _upload(police, listed)
        document = {
            "schema": "liantiao/1",
            "business_time": police.clock().isoformat(timespec="seconds"),
            "dataset": "disputes",
            "business_date": day.isoformat(),
            "blob": digest,
            "rows": len(listed),
            "coverage": [unit],
            "complete": False,
            "format": "csv",
        }
        told = Envelope(unit, "snapshot", "supervision", SHARED_FORM, jti=f"sample-list-{day}")
        await police.send(police.sign(told, orjson.dumps(document)))
    return 2


def _identity(folder: Path) -> Identity:
    config = json.loads((folder / "config.json").read_text("utf-8"))
    key = PrivateKey.from_jwk(json.loads((folder / "key.json").read_text("utf-8")))
    return Identity(config["issuer"], config["client_id"], key)


async def _registers(police: Agent) -> dict[str, dict[str, Row]]:
    """The rows of the registers that were sent: unit → number → the last row under it."""
    found: dict[str, dict[str, Row]] = {}
    async for message, unit in _disputes(police):
        sent = await police.native(message)
        if not sent.content_type.startswith("text/csv"):
            continue
        for row in csv.DictReader(io.StringIO(sent.body.decode(_CHARSET))):
            if row.get(NUMBER) and None not in row.values():
                found.setdefault(unit, {})[row[NUMBER]] = row
    return found


async def _disputes(police: Agent) -> AsyncIterator[tuple[str, str]]:
    """(message, unit) of each registration that the system itself sent, oldest first."""
    after: str | None = None
    while True:
        page: Any = await police.messages(after=after, limit=500)
        for told in page["messages"]:
            if (told["role"], told["kind"]) == ("sender", "dispute"):
                yield told["message"], told["from"]
        if not page["more"]:
            return
        after = page["next"]


def _spoilt(rows: list[Row], day: date) -> list[Row]:
    """The first row says more than was sent; one under a new number was not sent at all."""
    first, *others = rows
    never = {**first, NUMBER: f"JF{day:%Y%m}999999"}
    return [{**first, FACTS: f"{first[FACTS]}当日又补记一笔。"}, *others, never]


async def _upload(police: Agent, rows: list[Row]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.csv"
        file.write_bytes(out.getvalue().encode(_CHARSET))
        return await police.upload(file)
