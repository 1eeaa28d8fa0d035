"""The hub's own keys: made, sealed, moved through their states, and signing (Ed25519, RFC 8037).

Pure: rows come from and go to `hub.store.hub_keys`. States: `next` is published so that receivers know it
before it signs; exactly one `active` signs; `retiring` still verifies, and stays published while anything
signed with it is unacknowledged; `revoked` does neither. The evidence log has a key of its own (purpose
`log`), used for nothing else.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal, TypeAlias

import orjson
from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from hub.errors import Broken
from hub.trust import b64
from hub.trust.jwk import PublicKey, ed25519_jwk, read_jwk, thumbprint
from hub.trust.seal import Sealer

Purpose: TypeAlias = Literal["token", "log"]
State: TypeAlias = Literal["next", "active", "retiring", "revoked"]

_SEED: Final = 32
_SIGNATURE: Final = 64
_GRACE: Final = 60


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key pair of the hub, named by its RFC 7638 thumbprint. `changed_at`: when it got its state."""

    kid: str
    purpose: Purpose
    state: State
    changed_at: datetime
    public: bytes
    secret: bytes = field(repr=False)

    @classmethod
    def from_seed(cls, seed: bytes, purpose: Purpose, state: State, changed_at: datetime) -> "SigningKey":
        """The pair of a private key (RFC 8032, 32 bytes)."""
        public, secret = crypto_sign_seed_keypair(seed)
        return cls(thumbprint(ed25519_jwk("", public)), purpose, state, changed_at, public, secret)

    @property
    def seed(self) -> bytes:
        """The private key, 32 bytes."""
        return self.secret[:_SEED]

    @property
    def jwk(self) -> dict[str, str]:
        """The public JWK, as stored and published."""
        return ed25519_jwk(self.kid, self.public)

    def sign(self, data: bytes) -> bytes:
        """The 64-byte signature over `data`."""
        return crypto_sign(data, self.secret)[:_SIGNATURE]


def new_signing_key(purpose: Purpose, state: State, now: datetime) -> SigningKey:
    """A fresh pair."""
    return SigningKey.from_seed(os.urandom(_SEED), purpose, state, now)


def first_keys(now: datetime) -> list[SigningKey]:
    """What a new hub starts with: a token key that signs, the next one, and the key of the log."""
    return [
        new_signing_key("token", "active", now),
        new_signing_key("token", "next", now),
        new_signing_key("log", "active", now),
    ]


def rotated(keys: Iterable[SigningKey], now: datetime) -> list[SigningKey]:
    """The token keys that change when the next one takes over, a fresh `next` among them."""
    return _succession(keys, "retiring", now)


def revoked(keys: Iterable[SigningKey], kid: str, now: datetime) -> list[SigningKey]:
    """The token keys that change when `kid` must no longer be believed. Raises Broken if unknown."""
    held = [key for key in keys if key.purpose == "token"]
    lost = next((key for key in held if key.kid == kid), None)
    if lost is None:
        raise Broken(f"{kid}: 无此密钥 · no such key")
    if lost.state == "active":
        return _succession(held, "revoked", now)
    changed = [replace(lost, state="revoked", changed_at=now)]
    return [*changed, new_signing_key("token", "next", now)] if lost.state == "next" else changed


def seal_key(key: SigningKey, sealer: Sealer) -> bytes:
    """The private key as its row holds it."""
    return sealer.wrap(key.seed, None, _cell(key.kid))


def open_key(like: SigningKey, sealed: bytes, sealer: Sealer) -> SigningKey:
    """The pair of a row; `like` is the row with an empty secret. Raises Broken if they do not belong."""
    seed = sealer.unwrap(sealed, None, _cell(like.kid))
    found = SigningKey.from_seed(seed, like.purpose, like.state, like.changed_at)
    if found.kid != like.kid:
        raise Broken(f"hub_key|{like.kid}: 私钥与编号不符 · private key and kid do not belong together")
    return found


class KeyRing:
    """The token keys of one moment; replaced whole when an administrator rotates them."""

    def __init__(self, keys: Iterable[SigningKey]) -> None:
        held = [key for key in keys if key.purpose == "token" and key.state != "revoked"]
        active = [key for key in held if key.state == "active"]
        if len(active) != 1:
            raise Broken("须有且仅有一把签名密钥 · exactly one token key must be active")
        self.active = active[0]
        self._held = {key.kid: key for key in held}
        self._public = {key.kid: read_jwk(dict(key.jwk)) for key in held}
        self._heads: dict[str, bytes] = {}

    def sign(self, typ: str, claims: Mapping[str, object]) -> str:
        """A compact JWS of that `typ` over `claims`, by the active key. Same claims, same text."""
        return self.sign_payload(typ, orjson.dumps(claims))

    def sign_payload(self, typ: str, payload: bytes) -> str:
        """The same over claims that are JSON text already: kept claims are signed anew as they are."""
        head = self._heads.get(typ) or self._head(typ)
        signed = head + b64.encode(payload).encode("ascii")
        signature = b64.encode(self.active.sign(signed))
        return f"{signed.decode('ascii')}.{signature}"

    def verifier(self, kid: str, issued_at: int) -> PublicKey | None:
        """The key that may have signed under `kid` at `issued_at` (Unix seconds); None if there is none.

        Also a `next` one, with which another process of this hub may already sign. A `retiring` one
        may not have signed after it retired, whoever holds it now; a grace covers that other process.
        """
        key = self._held.get(kid)
        if key is None:
            return None
        if key.state == "retiring" and issued_at > key.changed_at.timestamp() + _GRACE:
            return None
        return self._public[kid]

    @property
    def retiring(self) -> tuple[SigningKey, ...]:
        """Keys that sign no more but may still be needed to verify."""
        return tuple(key for key in self._held.values() if key.state == "retiring")

    @property
    def public_jwks(self) -> tuple[Mapping[str, str], ...]:
        """Every key that is not revoked, published or not: evidence outlives publication."""
        return tuple(key.jwk for key in self._held.values())

    def jwks(self, needed: Callable[[SigningKey], bool] = lambda _key: True) -> dict[str, object]:
        """The published set (RFC 7517).

        `needed` says of a retiring key whether anything signed with it before `key.changed_at` is still
        unacknowledged (`hub.store.hub_keys.still_needed`).
        """
        shown = (k for k in self._held.values() if k.state != "retiring" or needed(k))
        return {"keys": [k.jwk for k in shown]}

    def _head(self, typ: str) -> bytes:
        header = orjson.dumps({"alg": "EdDSA", "kid": self.active.kid, "typ": typ})
        return self._heads.setdefault(typ, b64.encode(header).encode("ascii") + b".")


def _succession(keys: Iterable[SigningKey], old: State, now: datetime) -> list[SigningKey]:
    held = [key for key in keys if key.purpose == "token"]
    changed = [replace(key, state=old, changed_at=now) for key in held if key.state == "active"]
    heirs = [key for key in held if key.state == "next"][:1] or [new_signing_key("token", "next", now)]
    changed += [replace(key, state="active", changed_at=now) for key in heirs]
    return [*changed, new_signing_key("token", "next", now)]


def _cell(kid: str) -> str:
    return f"hub_key|{kid}|sealed"
