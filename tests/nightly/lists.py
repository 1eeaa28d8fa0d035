"""Lists of a business day as the police desk exports them, and how they reach the hub."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from hub.client.agent import Agent
from hub.client.envelope import Envelope
from hub.client.sending import Accepted
from tests.http import saying

BUREAU = "500199000000"
CSV = "text/csv;charset=GB18030"
COLUMNS = ("JJDBH", "GLJJDBH", "BJSJ", "BJRXM", "LXDH", "SFDZ", "BJNR", "BJLB", "BJLX", "SSRS")
Call = dict[str, str]


def call(number: int, **members: str) -> Call:
    """A call of the 110 desk; `number` makes it one of its own."""
    told = {
        "JJDBH": f"202611260930{number:05}",
        "GLJJDBH": "",
        "BJSJ": f"2026-11-26 0{number % 10}:30:11",
        "BJRXM": "冯测二",
        "LXDH": "10000000002",
        "SFDZ": "测试镇一号村2组",
        "BJNR": f"邻居堵水沟,第{number}次",
        "BJLB": "200000",
        "BJLX": "200200",
        "SSRS": "0",
    }
    return {**told, **members}


def table(calls: Iterable[Call], charset: str = "gb18030") -> bytes:
    """The desk's export."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(calls)
    return out.getvalue().encode(charset)


async def send(agent: Agent, calls: Iterable[Call]) -> Accepted:
    """The calls, as messages."""
    envelope = Envelope(BUREAU, "dispute", "police_handling", CSV)
    return await agent.send(agent.sign(envelope, table(calls)))


async def push(agent: Agent, body: bytes, folder: Path, day: date, **members: Any) -> Accepted:
    """The agency's list of a day: its file, then its manifest."""
    unit = members.pop("unit", BUREAU)
    file = folder / f"{uuid4()}.list"
    file.write_bytes(body)
    told = {
        "dataset": "calls",
        "business_date": day.isoformat(),
        "blob": await agent.upload(file),
        "coverage": [unit],
        "complete": True,
        "format": "csv",
        **members,
    }
    known = {name: value for name, value in told.items() if value is not None}
    return await saying.say(agent, unit, "snapshot", saying.document(**known), "supervision")
