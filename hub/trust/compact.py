"""Compact JWTs that others send (RFC 7519, 7515, 8725): parsed strictly, then verified against one key.

Pure. Form and claims are checked here and the signature by the registered key, which pins the algorithm;
PyJWT would read the system's clock instead of ours, does not know the algorithm name `Ed25519`, and leaves
padding, duplicate claims, `typ` and size to its caller (it serves the tests as the other side). Every
failure is `token-invalid`; the rule names what failed and never a value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NewType, TypeAlias

from hub.errors import Fault, Refused
from hub.strictjson import Json, load_object
from hub.trust import b64
from hub.trust.jwk import KID, PublicKey

SignedClaims = NewType("SignedClaims", dict[str, Json])
"""Claims whose signature holds and whose times, audience and types were checked. Only `verify` makes it."""

MAX_TOKEN: Final = 8192
LEEWAY: Final = 60
"""Seconds by which a sender's clock may be ahead of ours. One that is behind needs none: `exp` is strict."""

_REFUSED_HEADERS: Final = ("jku", "x5u", "jwk", "x5c", "crit", "b64", "zip")
_TEXT_CLAIMS: Final = ("iss", "sub", "aud", "jti")
_MAX_TEXT: Final = 255

Types: TypeAlias = frozenset[str | None]
"""Accepted values of `typ`; None stands for its absence."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What must hold of the claims beside their types: the audience, the longest life in seconds."""

    audience: str
    life: int


@dataclass(frozen=True, slots=True)
class UnverifiedToken:
    """A token that parsed. `kid` and `claimed` serve to look up a key, and for nothing else."""

    kid: str
    alg: str
    typ: str | None
    claimed: Mapping[str, Json]
    signed: bytes
    signature: bytes


def split(token: str) -> tuple[dict[str, Json], dict[str, Json], bytes, bytes]:
    """Header, claims, signed bytes and signature: size, three parts, strict base64url and JSON."""
    if len(token) > MAX_TOKEN:
        raise _invalid("size")
    parts = token.split(".")
    if len(parts) != 3:
        raise _invalid("parts")
    try:
        header, claims = (load_object(b64.decode(part)) for part in parts[:2])
        signature = b64.decode(parts[2])
    except ValueError as e:
        raise _invalid("base64url") from e
    except Refused as e:
        raise _invalid(e.faults[0].rule) from e
    return header, claims, f"{parts[0]}.{parts[1]}".encode("ascii"), signature


def parse(token: str) -> UnverifiedToken:
    """Form only: as `split`, and no key named by the token itself."""
    header, claims, signed, signature = split(token)
    if any(name in header for name in _REFUSED_HEADERS):
        raise _invalid("header")
    alg, kid, typ = header.get("alg"), header.get("kid"), header.get("typ")
    if not isinstance(alg, str) or not (typ is None or isinstance(typ, str)):
        raise _invalid("header")
    if not isinstance(kid, str) or not KID.fullmatch(kid):
        raise _invalid("kid")
    return UnverifiedToken(kid, alg, typ, claims, signed, signature)


def verify(
    token: UnverifiedToken, key: PublicKey | None, types: Types, bounds: Bounds, now: float
) -> SignedClaims:
    """Signature by `key` (None: not registered), `typ` of `types`, then every claim. `now` in seconds.

    Required and typed: `iss sub aud jti` (text), `iat exp` (integers), `nbf` if present; one audience,
    given as text. Raises Refused `token-invalid`.
    """
    if key is None or key.kid != token.kid:
        raise _invalid("key")
    if not key.agrees(token.alg):
        raise _invalid("alg")
    if not key.verifies(token.signature, token.signed):
        raise _invalid("signature")
    if token.typ not in types:
        raise _invalid("typ")
    claims = dict(token.claimed)
    for name in _TEXT_CLAIMS:
        text(claims, name)
    if claims["aud"] != bounds.audience:
        raise _invalid("aud")
    _check_times(claims, bounds, now)
    return SignedClaims(claims)


def text(claims: Mapping[str, Json], name: str) -> str:
    """A text claim. Raises Refused `token-invalid` if it is missing or something else."""
    value = claims.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= _MAX_TEXT:
        raise _invalid(name)
    return value


def seconds(claims: Mapping[str, Json], name: str) -> int:
    """A time claim, in seconds. Raises Refused `token-invalid` if it is missing or not an integer."""
    value = claims.get(name)
    if type(value) is not int or value < 0:  # a bool is an int, a float is not a date
        raise _invalid(name)
    return value


def _check_times(claims: dict[str, Json], bounds: Bounds, now: float) -> None:
    iat, exp = seconds(claims, "iat"), seconds(claims, "exp")
    if not 0 < exp - iat <= bounds.life:
        raise _invalid("life")
    if iat > now + LEEWAY:
        raise _invalid("iat")
    if exp <= now:
        raise _invalid("exp")
    if "nbf" in claims and seconds(claims, "nbf") > now + LEEWAY:
        raise _invalid("nbf")


def _invalid(rule: str) -> Refused:
    return Refused("token-invalid", Fault(rule))
