"""Public keys of others: what may be registered (RFC 7517, 8037, 7518) and the one check a key can do.

Pure. A key knows its algorithm; a header may only agree with it. Ed25519 is checked by libsodium, which
also refuses non-canonical signatures and keys of small order; ES256 by cryptography.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Literal, TypeAlias

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_open
from nacl.exceptions import BadSignatureError

from hub.errors import Fault, Refused
from hub.strictjson import Json
from hub.trust import b64

Alg: TypeAlias = Literal["EdDSA", "ES256"]
Check: TypeAlias = Callable[[bytes, bytes], bool]

MAX_KEYS: Final = 16
KID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_PRIVATE: Final = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
_NAMES: Final[dict[str, Alg]] = {"EdDSA": "EdDSA", "Ed25519": "EdDSA", "ES256": "ES256"}
_SIGNATURE_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A checked public key. `jwk` holds its public members only, as they are stored and published."""

    kid: str
    alg: Alg
    jwk: Mapping[str, str]
    _check: Check = field(repr=False, compare=False)

    def agrees(self, alg: str) -> bool:
        """Whether a header's `alg` names this key's algorithm (`Ed25519` is a newer name of `EdDSA`)."""
        return _NAMES.get(alg) == self.alg

    def verifies(self, signature: bytes, signed: bytes) -> bool:
        """Whether `signature` (64 bytes, as in JWS) over `signed` was made with the private half."""
        return len(signature) == _SIGNATURE_BYTES and self._check(signature, signed)


def read_jwks(document: Json) -> tuple[PublicKey, ...]:
    """Keys of a registration: one JWK, or a set (`{"keys": […]}`) of 1 to 16 with distinct `kid`.

    Raises Refused `schema` with pointer and rule.
    """
    if not isinstance(document, dict) or "keys" not in document:
        return (read_jwk(document),)
    listed = document["keys"]
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_KEYS:
        raise _bad("jwk-count", "/keys")
    keys = tuple(read_jwk(one, f"/keys/{i}") for i, one in enumerate(listed))
    if len({key.kid for key in keys}) != len(keys):
        raise _bad("jwk-kid", "/keys")
    return keys


def read_jwk(document: Json, at: str = "") -> PublicKey:
    """One public JWK, checked for what it may be used for. Raises Refused `schema`.

    Rules: `type`, `jwk-private`, `jwk-kid`, `jwk-kty`, `jwk-alg`, `jwk-use`, `jwk-key-ops`, `jwk-point`.
    Members that are not of the key itself (`x5c`, `x5u` …) are neither kept nor followed.
    """
    if not isinstance(document, dict):
        raise _bad("type", at)
    for name in _PRIVATE:
        if name in document:
            raise _bad("jwk-private", f"{at}/{name}")
    kid = document.get("kid")
    if not isinstance(kid, str) or not KID.fullmatch(kid):
        raise _bad("jwk-kid", f"{at}/kid")
    _check_use(document, at)
    match document.get("kty"), document.get("crv"):
        case "OKP", "Ed25519":
            alg, check, members = _ed25519(document, at)
        case "EC", "P-256":
            alg, check, members = _p256(document, at)
        case _:
            raise _bad("jwk-kty", f"{at}/kty")
    if "alg" in document and _NAMES.get(str(document["alg"])) != alg:
        raise _bad("jwk-alg", f"{at}/alg")
    return PublicKey(kid, alg, {"kid": kid, "alg": alg, "use": "sig", **members}, check)


def ed25519_jwk(kid: str, public: bytes) -> dict[str, str]:
    """The JWK of an Ed25519 public key (RFC 8037), for signing."""
    point = {"kty": "OKP", "crv": "Ed25519", "x": b64.encode(public)}
    return {"kid": kid, "alg": "EdDSA", "use": "sig", **point}


def thumbprint(jwk: Mapping[str, str]) -> str:
    """The RFC 7638 thumbprint (SHA-256, base64url) of a key as `PublicKey.jwk` holds it."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y") if name in jwk}
    return b64.encode(sha256(orjson.dumps(members, option=orjson.OPT_SORT_KEYS)).digest())


def _check_use(document: dict[str, Json], at: str) -> None:
    if document.get("use", "sig") != "sig":
        raise _bad("jwk-use", f"{at}/use")
    ops = document.get("key_ops", ["verify"])
    if ops != ["verify"]:
        raise _bad("jwk-key-ops", f"{at}/key_ops")


def _ed25519(document: dict[str, Json], at: str) -> tuple[Alg, Check, dict[str, str]]:
    public = _coordinate(document, "x", at)
    if not crypto_core_ed25519_is_valid_point(public):
        raise _bad("jwk-point", f"{at}/x")

    def check(signature: bytes, signed: bytes) -> bool:
        try:
            crypto_sign_open(signature + signed, public)
        except BadSignatureError:
            return False
        return True

    return "EdDSA", check, {"kty": "OKP", "crv": "Ed25519", "x": b64.encode(public)}


def _p256(document: dict[str, Json], at: str) -> tuple[Alg, Check, dict[str, str]]:
    x, y = _coordinate(document, "x", at), _coordinate(document, "y", at)
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1()
    )
    try:
        key = numbers.public_key()
    except ValueError as e:
        raise _bad("jwk-point", f"{at}/x") from e
    scheme = ec.ECDSA(SHA256())

    def check(signature: bytes, signed: bytes) -> bool:
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        try:
            key.verify(encode_dss_signature(r, s), signed, scheme)
        except InvalidSignature:
            return False
        return True

    members = {"kty": "EC", "crv": "P-256", "x": b64.encode(x), "y": b64.encode(y)}
    return "ES256", check, members


def _coordinate(document: dict[str, Json], name: str, at: str) -> bytes:
    text = document.get(name)
    try:
        value = b64.decode(text) if isinstance(text, str) else b""
    except ValueError as e:
        raise _bad("jwk-point", f"{at}/{name}") from e
    if len(value) != 32:
        raise _bad("jwk-point", f"{at}/{name}")
    return value


def _bad(rule: str, pointer: str) -> Refused:
    return Refused("schema", Fault(rule, pointer=pointer))
