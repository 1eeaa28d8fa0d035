"""Proofs of possession (RFC 9449) as an agency system makes them: one for each request it sends. Pure."""

from datetime import datetime
from hashlib import sha256
from uuid import uuid4

import orjson

from hub.client.jose import PrivateKey, b64u


def prove(key: PrivateKey, method: str, url: str, token: str | None, now: datetime) -> str:
    """The value of the header `DPoP` for one request; `token` is the access token it goes with, if any.

    `url` without query and fragment.
    """
    head = {"typ": "dpop+jwt", "alg": key.alg, "jwk": key.public}
    claims: dict[str, str | int] = {"jti": str(uuid4()), "htm": method, "htu": url}
    claims["iat"] = int(now.timestamp())
    if token is not None:
        claims["ath"] = b64u(sha256(token.encode()).digest())
    signed = f"{b64u(orjson.dumps(head))}.{b64u(orjson.dumps(claims))}"
    return f"{signed}.{b64u(key.sign(signed.encode()))}"
