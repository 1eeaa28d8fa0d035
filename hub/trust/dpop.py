"""Proofs of possession (RFC 9449): a short JWT that shows, for one request, the key a token is bound to.

Pure. The one place where a key that a token itself carries is used: it proves only that its holder made
this request, and nothing is believed that the access token or the assertion beside it does not say. That
a proof is new is the caller's to find out, atomically, by what `Proof` says. There are no nonces (ADR 0031).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from hub.errors import Fault, Refused
from hub.strictjson import Json
from hub.trust import b64, compact
from hub.trust.jwk import PublicKey, read_jwk, thumbprint

TYP: Final = "dpop+jwt"
ALGORITHMS: Final = ("EdDSA", "Ed25519", "ES256")
PROOF_LIFE: Final = 300
"""Seconds for which a proof can be used after its `iat`, as for an assertion."""

_REFUSED_HEADERS: Final = ("jku", "x5u", "x5c", "crit", "b64", "zip")
_VISIBLE: Final = re.compile(r"[!-~]+")
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]")
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """The request a proof must be for. `token`: the access token it comes with, if any."""

    method: str
    url: str
    token: str | None = None


class Proof(NamedTuple):
    """A key that was shown (RFC 7638 thumbprint). `name` must be new until `remember_until`."""

    jkt: str
    name: bytes
    remember_until: datetime


def verify_proof(proof: str, target: Target, now: datetime) -> Proof:
    """Form, key, signature, then method, address, time and token (RFC 9449, 4.3).

    Raises Refused `token-invalid`; every rule begins with `dpop-`.
    """
    try:
        header, claims, signed, signature = compact.split(proof)
    except Refused as e:
        raise _invalid("form") from e
    if header.get("typ") != TYP or any(name in header for name in _REFUSED_HEADERS):
        raise _invalid("form")
    key = _key(header.get("jwk"))
    alg = header.get("alg")
    if not isinstance(alg, str) or not key.agrees(alg):
        raise _invalid("key")
    if not key.verifies(signature, signed):
        raise _invalid("signature")
    if claims.get("htm") != target.method:
        raise _invalid("htm")
    said = _normal(claims.get("htu"))
    if said is None or said != _normal(target.url):
        raise _invalid("htu")
    until = _usable_until(claims.get("iat"), now.timestamp())
    if target.token is not None and claims.get("ath") != _digest(target.token):
        raise _invalid("ath")
    jkt = thumbprint(key.jwk)
    return Proof(jkt, _name(jkt, claims), datetime.fromtimestamp(until + compact.LEEWAY, UTC))


def _key(jwk: Json) -> PublicKey:
    try:
        return read_jwk({**jwk, "kid": "proof"} if isinstance(jwk, dict) else jwk)
    except Refused as e:
        raise _invalid("key") from e


def _usable_until(iat: Json, now: float) -> int:
    if type(iat) is not int or not iat - compact.LEEWAY <= now < iat + PROOF_LIFE:
        raise _invalid("iat")
    return iat + PROOF_LIFE


def _name(jkt: str, claims: dict[str, Json]) -> bytes:
    try:
        return sha256(f"{jkt} {compact.text(claims, 'jti')}".encode()).digest()
    except Refused as e:
        raise _invalid("jti") from e


def _digest(token: str) -> str:
    return b64.encode(sha256(token.encode()).digest())


def _normal(url: Json) -> str | None:
    """An address in its normal form (RFC 3986, 6.2.2 and 6.2.3), without query and fragment.

    None for what is none.
    """
    if not isinstance(url, str) or not _VISIBLE.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    path = _ESCAPE.sub(_unescaped, parts.path) or "/"
    return f"{parts.scheme}://{parts.hostname}:{port or _PORTS[parts.scheme]}{path}"


def _unescaped(found: re.Match[str]) -> str:
    said = chr(int(found[1], 16))
    return said if _UNRESERVED.fullmatch(said) else found[0].upper()


def _invalid(what: str) -> Refused:
    return Refused("token-invalid", Fault(f"dpop-{what}"))
