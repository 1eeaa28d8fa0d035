"""Lists as courts give them, through the night's own job: a query service's answer in Base64 twice over, case
files whose declared charset is not the one they are in, and lists that end on another day.
"""

import base64
from datetime import timedelta
from pathlib import Path

from hub.client.agent import Agent
from hub.nightly.collect import collect
from hub.nightly.night import Night
from hub.nightly.reconcile import find
from tests.adapters.court.case_files import EXAMPLES
from tests.adapters.court.test_court_lists import WIRE, answer, row
from tests.live import LiveHub
from tests.nightly.lists import push

COURT, CELL = "500199", ("court", "500199")
RAW = (EXAMPLES / "03_case_filed_mislabelled.xml").read_bytes()
"""A case file in GBK that says it is UTF-8."""
LABEL = (b'encoding="utf-8"', b'encoding="GBK"')


async def test_a_court_s_lists_are_read_whatever_they_are_wrapped_in(
    own_hub: LiveHub, night: Night, tmp_path: Path
):
    day = night.interval.day
    rows = [row(n) for n in range(1, 5)]
    lists = {
        "disputes": (WIRE, 3),
        "warnings": (answer(*rows), 4),
        "calls": (answer(*rows, charset="gb18030"), 4),
        "referrals": (answer(*rows[:3], row(4, AJZTMS="卷宗丢失")), 4),
        "agreements": (WIRE[:-5], 3),
        "confirmations": (answer(*rows, count="5"), 5),
        "performance": (base64.b64encode(RAW), 1),
    }
    async with Agent(own_hub.identity("court-sys")) as court:
        for name, (body, told) in lists.items():
            await push(court, body, tmp_path, day, unit=COURT, dataset=name, format="soap_b64", rows=told)
        # A list of the day that ended on another, and covers a court too that is not the sender's.
        old = {"cut_off": f"{day - timedelta(days=2)}T09:00:00+08:00", "coverage": [COURT, "999999"]}
        await push(
            court, WIRE, tmp_path, day, unit=COURT, dataset="mediators", format="soap_b64", rows=3, **old
        )
    counted = await collect(night, *CELL)
    assert (counted["rows"], counted["broken"]) == (3 + 4 + 4 + 3 + 3, 1)
    silent = [one for one in await find(night, *CELL) if one.kind == "silence"]
    assert [(one.dataset, one.pointer, one.detail) for one in silent] == [
        ("agreements", "/blob", {"code": "malformed", "rule": "base64"}),
        ("confirmations", "/blob", {"code": "untranslatable", "rule": "count-of-records"}),
        ("mediators", "/coverage", {"code": "foreign", "units": 1}),
        ("mediators", "/cut_off", {"code": "other-day", "days": -2}),
        ("performance", "/blob", {"code": "malformed", "rule": "base64"}),
        ("referrals", "/rows", {"code": "broken", "rows": 1, "of": 4}),
    ]
    async with night.hub.database.connection() as conn:
        (fault,) = await conn.fetch("SELECT label, places FROM snapshot_fault")
        digests = await conn.fetch(
            "SELECT array_agg(r.digest ORDER BY r.n) FROM snapshot_row r JOIN snapshot s ON s.id = r.snapshot"
            " WHERE s.dataset IN ('warnings', 'calls') GROUP BY s.id"
        )
    assert [place["native"] for place in fault["places"]] == ["/Data/R/LARQ"]
    assert "4" in fault["label"]
    assert digests[0] == digests[1]


async def test_a_case_file_is_read_in_the_charset_it_is_in(own_hub: LiveHub, night: Night, tmp_path: Path):
    text = RAW.decode("gb18030").encode()
    bodies = {
        "says UTF-8, is GBK": RAW,
        "is GBK": RAW.replace(*LABEL),
        "is UTF-8": text,
        "says GBK, is UTF-8": text.replace(*LABEL),
        "is neither": RAW.replace(*LABEL).replace("民特".encode("gb18030"), b"\xff\xff\x81", 1),
    }
    async with Agent(own_hub.identity("court-sys")) as court:
        blobs = []
        for n, body in enumerate(bodies.values()):
            (tmp_path / str(n)).write_bytes(body)
            blobs.append(await court.upload(tmp_path / str(n)))
        told = {"unit": COURT, "dataset": "disputes", "format": "xml", "rows": 5}
        await push(court, b"", tmp_path, night.interval.day, blob=blobs[0], blobs=blobs[1:], **told)
    counted = await collect(night, *CELL)
    assert (counted["rows"], counted["broken"], counted["problems"]) == (4, 0, 1)
    async with night.hub.database.connection() as conn:
        digests = await conn.fetch("SELECT DISTINCT digest FROM snapshot_row")
    assert len(digests) == 1
    (gone,) = [one.detail for one in await find(night, *CELL) if one.pointer == "/blob"]
    assert gone == {"code": "malformed", "rule": "encoding"}
