"""Signatures as the contract wants them: Ed25519 and ES256 JWKs, compact and detached JWS.

Strict both ways: base64url in its one spelling, headers without repeated names, the algorithm that of the
key and never that of the token. Pure; the only foreign package is cryptography. The offline verifier of
evidence bundles stands on the same few functions.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from hub.client.errors import BadKey, BadToken
from hub.errors import Refused
from hub.strictjson import Json, load_object

_B64URL: Final = re.compile(r"[A-Za-z0-9_-]*")
_KID: Final = re.compile(r"[\w.-]{1,64}", re.ASCII)
_EDDSA: Final = ("EdDSA", "Ed25519")  # the newer name (RFC 9864) means the same
_ES256: Final = ec.ECDSA(SHA256())
MAX_HEADER: Final = 4096


def b64u(raw: bytes) -> str:
    """base64url without padding (RFC 7515 §2)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    """Bytes of base64url text. Raises ValueError on padding, foreign characters or a second spelling."""
    if not _B64URL.fullmatch(text) or len(text) % 4 == 1:
        raise ValueError("not base64url")
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64u(raw) != text:
        raise ValueError("not base64url")
    return raw


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that verifies; `alg` is pinned to it."""

    kid: str
    alg: str
    key: Ed25519PublicKey | ec.EllipticCurvePublicKey

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object]) -> "PublicKey":
        """Reads a public JWK (OKP Ed25519, EC P-256). Raises BadKey."""
        alg, kid = _alg(jwk), jwk.get("kid")
        if not isinstance(kid, str) or not _KID.fullmatch(kid):
            raise BadKey("kid 不合规 · kid is missing or not of [A-Za-z0-9_.-]{1,64}")
        if jwk.get("use", "sig") != "sig":
            raise BadKey("密钥不用于签名 · the key is not for signatures")
        try:
            if alg in _EDDSA:
                return cls(kid, alg, Ed25519PublicKey.from_public_bytes(_member(jwk, "x")))
            x, y = _member(jwk, "x"), _member(jwk, "y")
            point = b"\x04" + x + y
            return cls(kid, alg, ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
        except ValueError as e:
            raise BadKey("密钥不在曲线上 · not a point of the curve") from e

    def agrees(self, alg: object) -> bool:
        """Whether a header's `alg` names the algorithm of this key."""
        return alg == self.alg or (alg in _EDDSA and self.alg in _EDDSA)

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Whether `signature` (JWS form: 64 bytes) is this key's over `data`."""
        try:
            if isinstance(self.key, Ed25519PublicKey):
                self.key.verify(signature, data)
            elif len(signature) == 64:
                r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
                self.key.verify(utils.encode_dss_signature(r, s), data, _ES256)
            else:
                return False
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key that signs."""

    kid: str
    alg: str
    key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey

    @property
    def public(self) -> dict[str, str]:
        """The public JWK (RFC 7517) without `kid`, as a proof of possession carries it."""
        if isinstance(self.key, Ed25519PrivateKey):
            return {"kty": "OKP", "crv": "Ed25519", "x": b64u(self.key.public_key().public_bytes_raw())}
        return _point(self.key.public_key())

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object]) -> "PrivateKey":
        """Reads a private JWK whose two halves belong together. Raises BadKey."""
        public = PublicKey.from_jwk(jwk)
        secret = _member(jwk, "d")
        key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey
        try:
            if public.alg in _EDDSA:
                key = Ed25519PrivateKey.from_private_bytes(secret)
            else:
                key = ec.derive_private_key(int.from_bytes(secret), ec.SECP256R1())
        except ValueError as e:
            raise BadKey("私钥长度或取值不对 · not a private key of the curve") from e
        if key.public_key() != public.key:
            raise BadKey("公私钥不成对 · the private and the public half differ")
        return cls(public.kid, public.alg, key)

    def sign(self, data: bytes) -> bytes:
        """The signature in JWS form: 64 bytes."""
        if isinstance(self.key, Ed25519PrivateKey):
            return self.key.sign(data)
        r, s = utils.decode_dss_signature(self.key.sign(data, _ES256))
        return r.to_bytes(32) + s.to_bytes(32)


@dataclass(frozen=True, slots=True)
class UnverifiedJws:
    """A compact JWS taken apart; nothing of it may be believed yet."""

    header: dict[str, Json]
    payload: bytes
    signature: bytes
    signed: bytes

    def verified(self, keys: Mapping[str, PublicKey], typ: str) -> bytes:
        """The payload, once type, key, algorithm and signature are right. Raises BadToken."""
        if self.header.get("typ") != typ:
            raise BadToken("invalid_request", f"typ 应为 {typ} · typ must be {typ}")
        kid = self.header.get("kid")
        key = keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise BadToken("invalid_key", "签名密钥未知 · the signing key is not known")
        if not key.agrees(self.header.get("alg")) or "crit" in self.header or "b64" in self.header:
            raise BadToken("invalid_key", "算法与密钥不符 · the algorithm is not that of the key")
        if not key.verifies(self.signature, self.signed):
            raise BadToken("authentication_failed", "签名不符 · the signature does not fit")
        return self.payload


def split(token: str, max_bytes: int) -> UnverifiedJws:
    """Takes a compact JWS apart. Raises BadToken `invalid_request`."""
    if len(token) > max_bytes:
        raise BadToken("invalid_request", "令牌过大 · the token is too large")
    parts = token.split(".")
    if len(parts) != 3:
        raise BadToken("invalid_request", "不是紧凑 JWS · not a compact JWS")
    try:
        payload, signature = unb64u(parts[1]), unb64u(parts[2])
    except ValueError as e:
        raise BadToken("invalid_request", "base64url 不合规 · not strict base64url") from e
    return UnverifiedJws(header(parts[0]), payload, signature, f"{parts[0]}.{parts[1]}".encode())


def header(protected: str) -> dict[str, Json]:
    """The members of a protected header. Raises BadToken `invalid_request`."""
    try:
        return load_object(unb64u(protected), max_bytes=MAX_HEADER)
    except (ValueError, Refused) as e:
        raise BadToken("invalid_request", "保护头无法读取 · the header cannot be read") from e


def sign_compact(key: PrivateKey, typ: str, claims: Mapping[str, object]) -> str:
    """A JWT: `claims` under a header of `alg`, `kid` and `typ`."""
    top = b64u(orjson.dumps({"alg": key.alg, "kid": key.kid, "typ": typ}))
    signed = f"{top}.{b64u(orjson.dumps(claims))}"
    return f"{signed}.{b64u(key.sign(signed.encode()))}"


def sign_detached(key: PrivateKey, members: Mapping[str, object], body: bytes) -> tuple[str, str]:
    """Protected header and signature, both base64url, over a body that is not encoded (RFC 7797)."""
    protected = b64u(orjson.dumps({"alg": key.alg, "kid": key.kid, "b64": False, "crit": ["b64"], **members}))
    return protected, b64u(key.sign(protected.encode() + b"." + body))


def new_key(kid: str, alg: str = "EdDSA") -> tuple[dict[str, str], dict[str, str]]:
    """A new key pair as (private JWK, public JWK). `alg`: EdDSA, Ed25519 or ES256."""
    public: dict[str, str] = {"kid": kid, "alg": alg, "use": "sig"}
    if alg in _EDDSA:
        key = Ed25519PrivateKey.generate()
        public |= {"kty": "OKP", "crv": "Ed25519", "x": b64u(key.public_key().public_bytes_raw())}
        return public | {"d": b64u(key.private_bytes_raw())}, public
    if alg != "ES256":
        raise BadKey("算法只能是 EdDSA、Ed25519、ES256 · alg must be EdDSA, Ed25519 or ES256")
    pair = ec.generate_private_key(ec.SECP256R1())
    public |= _point(pair.public_key())
    return public | {"d": b64u(pair.private_numbers().private_value.to_bytes(32))}, public


def _point(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    x, y = (b64u(n.to_bytes(32)) for n in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _alg(jwk: Mapping[str, object]) -> str:
    """The algorithm the key is pinned to: named, or the only one its curve has."""
    match (jwk.get("kty"), jwk.get("crv"), jwk.get("alg")):
        case ("OKP", "Ed25519", None | "EdDSA"):
            return "EdDSA"
        case ("OKP", "Ed25519", "Ed25519"):
            return "Ed25519"
        case ("EC", "P-256", None | "ES256"):
            return "ES256"
        case _:
            raise BadKey("只支持 Ed25519 与 P-256 · only Ed25519 and P-256 keys are supported")


def _member(jwk: Mapping[str, object], name: str) -> bytes:
    value = jwk.get(name)
    try:
        raw = unb64u(value) if isinstance(value, str) else b""
    except ValueError as e:
        raise BadKey(f"{name} 不是 base64url · {name} is not base64url") from e
    if len(raw) != 32:
        raise BadKey(f"{name} 应为 32 字节 · {name} must be 32 bytes")
    return raw
