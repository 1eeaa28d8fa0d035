"""What a receipt says (contract 2): the hub's signed promise that a message is taken and will be logged.

Claims only; the hub's key ring signs them. `leaf` and `salt` are hex and open the entry of the log.
"""

from datetime import datetime
from typing import Final, TypedDict

from hub.evidence.entries import Entry

TYP: Final = "liantiao-receipt+jwt"


class Receipt(TypedDict):
    """The claims. `digest`, `leaf`, `salt`: 64 lower-case hex digits; `iat`: seconds."""

    iss: str
    aud: str
    iat: int
    jti: str
    msg: str
    msg_jti: str
    digest: str
    leaf: str
    salt: str


def claims(  # noqa: PLR0913  one argument for each thing a receipt binds together
    *, issuer: str, client: str, message: str, jti: str, digest: bytes, entry: Entry, at: datetime
) -> Receipt:
    """Claims of the receipt of `message` (hub id), sent by `client` under its own id `jti`.

    The receipt's own `jti` follows from the message: one message has one receipt.
    """
    return {
        "iss": issuer,
        "aud": client,
        "iat": int(at.timestamp()),
        "jti": f"receipt-{message}",
        "msg": message,
        "msg_jti": jti,
        "digest": digest.hex(),
        "leaf": entry.leaf.hex(),
        "salt": entry.salt.hex(),
    }
