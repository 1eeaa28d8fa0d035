"""Requests of a round, rendered before it: sample files with numbers of their own, signed by their sender.

Signatures hold five minutes, so each round has fresh ones. The same police `07` bytes go to every build;
the court's GBK XML goes to the hub alone.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

from hub.client.envelope import Envelope, sign
from hub.client.session import Identity

Requests = Callable[[str, int], Iterable[bytes]]
"""Makes so many requests under an access token."""

EXAMPLES = Path(__file__).parent.parent / "adapters"
SAMPLE = EXAMPLES / "police" / "examples" / "07_medoffice.json"
GBK = EXAMPLES / "court" / "examples" / "01_case_filed_2009data_gbk.xml"
_NUMBER = '"caseId": 12'
_NUMBERS = ("FA5A0C12E1", "500199202100012", "民特12号")
_numbers = count(1_000_001)
_cases = count(20_001)


def addressed(identity: Identity, unit: str) -> Requests:
    """Different messages to one unit."""
    return partial(requests, identity, to=unit)


def requests(identity: Identity, token: str, amount: int, *, to: str = "3105") -> Iterator[bytes]:
    """So many POSTs of different messages to one unit."""
    text = SAMPLE.read_text("utf-8")
    if _NUMBER not in text:
        raise ValueError(f"{SAMPLE.name}: no {_NUMBER}")
    envelope = ("500199520000", "referral", "mediation", "application/json", to)
    for _ in range(amount):
        body = text.replace(_NUMBER, f'"caseId": {next(_numbers)}').encode()
        signed = sign(Envelope(*envelope), body, identity, _now)
        yield rendered(token, signed.headers(), body)


def gbk_requests(identity: Identity, token: str, amount: int) -> Iterator[bytes]:
    """So many POSTs of different case files in GBK XML."""
    text = GBK.read_text("gbk")
    if any(number not in text for number in _NUMBERS):
        raise ValueError(f"{GBK.name}: not the numbers {_NUMBERS}")
    envelope = ("500199", "dispute", "adjudication", "application/xml;charset=GBK")
    for _, n in zip(range(amount), _cases, strict=False):
        own = (f"FA5A{n:06X}", f"5001992021{n:05}", f"民特{n}号")
        body = text
        for number, mine in zip(_NUMBERS, own, strict=True):
            body = body.replace(number, mine)
        raw = body.encode("gbk")
        yield rendered(token, sign(Envelope(*envelope), raw, identity, _now).headers(), raw)


def rendered(token: str, headers: dict[str, str], body: bytes) -> bytes:
    """One HTTP/1.1 request."""
    lines = [
        "POST /v1/messages HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        *(f"{name}: {value}" for name, value in headers.items()),
        f"Content-Length: {len(body)}",
        "\r\n",
    ]
    return "\r\n".join(lines).encode() + body


def _now() -> datetime:
    return datetime.now(UTC)
