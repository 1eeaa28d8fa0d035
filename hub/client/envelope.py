"""The envelope of a message: what it says of itself and the detached signature over it (contract 2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Self
from uuid import uuid4

from hub.client.jose import PrivateKey, sign_detached
from hub.client.session import Identity

TYP = "liantiao-message+jws"
SHARED_FORM = "application/vnd.liantiao+json"


@dataclass(frozen=True, slots=True)
class FileRef:
    """What the body means by one of its own file ids or paths; `digest` is `sha-256:<hex>`."""

    ref: str
    digest: str
    name: str | None = None
    type: str | None = None

    def members(self) -> dict[str, str]:
        """As it stands in the envelope."""
        given = {"ref": self.ref, "digest": self.digest, "name": self.name, "type": self.type}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Envelope:
    """Kind, purpose and the optional members; `jti` is made when none is given and stays over retries."""

    unit: str
    kind: str
    purpose: str
    content_type: str
    to: str | None = None
    dispute: str | None = None
    re: str | None = None
    name: str | None = None
    files: Sequence[FileRef] = ()
    jti: str = field(default_factory=lambda: str(uuid4()))

    def members(self, identity: Identity, now: datetime) -> dict[str, object]:
        """The protected header but for what the signature adds."""
        given: dict[str, object | None] = {
            "typ": TYP,
            "cty": self.content_type,
            "iss": identity.client_id,
            "aud": identity.issuer,
            "iat": int(now.timestamp()),
            "jti": self.jti,
            "unit": self.unit,
            "kind": self.kind,
            "purpose": self.purpose,
            "to": self.to,
            "dispute": self.dispute,
            "re": self.re,
            "name": self.name,
            "files": [f.members() for f in self.files] or None,
        }
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Signed:
    """A message ready to be sent, as often as need be."""

    envelope: Envelope
    body: bytes
    protected: str
    signature: str

    @property
    def jti(self) -> str:
        """The sender's message id."""
        return self.envelope.jti

    @property
    def digest(self) -> str:
        """What the receipt must name: SHA-256 over the signing input, hex."""
        return sha256(self.protected.encode() + b"." + self.body).hexdigest()

    def headers(self) -> dict[str, str]:
        """The HTTP headers it travels with."""
        return {
            "Content-Type": self.envelope.content_type,
            "X-JWS-Signature": f"{self.protected}..{self.signature}",
        }

    def again(self, identity: Identity, now: datetime) -> Self:
        """The same message under a fresh `iat`: still the same message to the hub."""
        fresh = sign(self.envelope, self.body, identity, lambda: now)
        return replace(self, protected=fresh.protected, signature=fresh.signature)


def sign(envelope: Envelope, body: bytes, identity: Identity, clock: Callable[[], datetime]) -> Signed:
    """Signs a body, byte for byte as it will be sent."""
    key: PrivateKey = identity.key
    protected, signature = sign_detached(key, envelope.members(identity, clock()), body)
    return Signed(envelope, body, protected, signature)
