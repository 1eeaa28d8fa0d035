"""Requests of a round, rendered before it: police `07` files with a number each, signed like a sender's own.

Signatures hold five minutes, so each round has fresh ones. The same bytes go to every build.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from hub.client.envelope import Envelope, sign
from hub.client.session import Identity

EXAMPLES = Path(__file__).parent.parent / "adapters"
SAMPLE = EXAMPLES / "police" / "examples" / "07_medoffice.json"
_NUMBER = '"caseId": 12'
_numbers = count(1_000_001)


def requests(identity: Identity, token: str, amount: int) -> Iterator[bytes]:
    """So many POSTs of different messages."""
    text = SAMPLE.read_text("utf-8")
    if _NUMBER not in text:
        raise ValueError(f"{SAMPLE.name}: no {_NUMBER}")
    envelope = ("500199520000", "referral", "mediation", "application/json", "3105")
    for _ in range(amount):
        body = text.replace(_NUMBER, f'"caseId": {next(_numbers)}').encode()
        signed = sign(Envelope(*envelope), body, identity, _now)
        yield rendered(token, signed.headers(), body)


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
