"""The agencies' own files, with numbers of the test's own: what integrators would send first."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.contract.stage import own_number

ADAPTERS = Path(__file__).parents[2] / "adapters"
JSON, CSV = "application/json", "text/csv;charset=GB18030"
GBK, UTF8 = "application/xml;charset=GBK", "application/xml;charset=UTF-8"
GB = "gb18030"


def sample(name: str) -> bytes:
    """`police/04`: the example whose name begins so."""
    agency, _, number = name.partition("/")
    (found, *_) = sorted((ADAPTERS / agency / "examples").glob(f"{number}*"), key=lambda path: len(path.name))
    return found.read_bytes()


def changed(name: str, change: Callable[[Any], None]) -> bytes:
    """A JSON sample with a change made in it."""
    told = json.loads(sample(name))
    change(told)
    return json.dumps(told, ensure_ascii=False).encode()


def office(**members: Any) -> bytes:
    """police/07, the referral of the station's mediation office, under a number of its own."""
    return changed("police/07", lambda told: told.update({"caseId": int(own_number()[-9:]), **members}))


def register(change: Callable[[str], str] = str) -> bytes:
    """police/04, the register of disputes: three rows with numbers of their own."""
    text = sample("police/04").decode(GB)
    for number in ("JF2021040012", "JF2021040013", "JF2021040014"):
        assert number in text
        text = text.replace(number, f"JF{own_number()[-12:]}")
    return change(text).encode(GB)


def alarms(change: Callable[[str], str] = str) -> bytes:
    """police/03, a day of calls: the second repeats the first."""
    text = sample("police/03").decode(GB)
    for number in ("20210418093011001", "20210418094502003", "20210419081500009"):
        assert number in text
        text = text.replace(number, own_number()[-17:])
    return change(text).encode(GB)


def filed(*, encoding: str = GB, change: Callable[[str], str] = str) -> bytes:
    """court/01, a civil case as filed, under a case number of its own."""
    text = sample("court/01").decode(GB)
    assert "500199202100012" in text
    serial = own_number()[-6:].lstrip("0")
    text = text.replace("500199202100012", f"5001992026{serial.zfill(5)}")
    text = text.replace("民特12号", f"民特9{serial}号")
    return change(text).encode(encoding)


def ruling(size: int) -> bytes:
    """court/05, a ruling in its dossier, with so many bytes in place of the PDF."""
    text = sample("court/05").decode(GB)
    content = text.partition("<文件标识>")[2].partition("<")[0]
    assert len(content) > 100
    other = base64.b64encode(b"%PDF-1.7\n" + b"x" * (size * 3 // 4)).decode()
    return text.replace(content, other).encode(GB)
