"""Key pairs of senders and what they sign, made with the library a sender would use."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

ISSUER = "https://hub.example.cn"
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact_json(members: object) -> bytes:
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True)
class Pair:
    """A sender's key pair: its public JWK and a raw JWS signature."""

    alg: str
    jwk: dict[str, object]
    sign: Callable[[bytes], bytes] = field(repr=False)
    private: object = field(repr=False)

    def token(self, header: dict[str, object] | bytes, claims: dict[str, object] | bytes) -> str:
        """A compact JWS over exactly this header and these claims."""
        parts = [p if isinstance(p, bytes) else compact_json(p) for p in (header, claims)]
        signed = ".".join(b64(part) for part in parts)
        return f"{signed}.{b64(self.sign(signed.encode()))}"


def make_ed25519() -> Pair:
    key = Ed25519PrivateKey.generate()
    point = b64(key.public_key().public_bytes_raw())
    return Pair("EdDSA", {"kty": "OKP", "crv": "Ed25519", "x": point, "kid": "k-1"}, key.sign, key)


def make_es256() -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    x, y = (b64(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))

    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return Pair("ES256", {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "k-1"}, sign, key)
