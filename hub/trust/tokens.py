"""Client assertions (RFC 7523) and the access tokens the hub gives for them (RFC 9068).

No database, no clock: the replay of an assertion is the caller's to refuse, atomically, with what
`ClientAssertion` says; the key of an assertion is looked up between its two steps. A verified access token
is remembered by its SHA-256, so that one signature check serves a token's life; its expiry is checked at
every use. It names the key that its client proved: with that key it ends, whatever any clock says.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from hub.errors import Fault, Refused
from hub.strictjson import Json
from hub.trust import b64, compact
from hub.trust.compact import Bounds, Types, UnverifiedToken
from hub.trust.jwk import PublicKey
from hub.trust.keys import KeyRing

ASSERTION_LIFE: Final = 300
ASSERTION_TYPES: Final[Types] = frozenset({None, "JWT", "client-authentication+jwt"})
ACCESS_TYP: Final = "at+jwt"
_ACCESS_TYPES: Final[Types] = frozenset({ACCESS_TYP})
_CACHED: Final = 4096


@dataclass(frozen=True, slots=True)
class UnverifiedAssertion:
    """An assertion that parsed: which client's key to fetch, nothing more."""

    client_id: str
    kid: str
    token: UnverifiedToken


@dataclass(frozen=True, slots=True)
class ClientAssertion:
    """A client that proved its key. (client_id, jti) must be new until `remember_until`."""

    client_id: str
    kid: str
    jti: str
    remember_until: datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a token is bound to (RFC 7800): a key (`jkt`), a certificate (`x5t#S256`), both, or nothing."""

    jkt: str | None = None
    x5t: str | None = None

    @property
    def members(self) -> dict[str, str]:
        """As the claim `cnf` says it; empty for a bearer token."""
        told = {"jkt": self.jkt, "x5t#S256": self.x5t}
        return {name: value for name, value in told.items() if value is not None}


BEARER: Final = Confirmation()


@dataclass(frozen=True, slots=True)
class Access:
    """What a valid access token allows, and to whom: `bound` is None for whoever bears it.

    `key`: kid of the client's key for which it was given; None for a token of a version that did not say.
    """

    client_id: str
    scopes: frozenset[str]
    jti: str
    issued_at: int
    expires_at: int
    kid: str
    key: str | None
    bound: Confirmation | None


def parse_assertion(assertion: str) -> UnverifiedAssertion:
    """Form only. Raises Refused `token-invalid` (OAuth: `invalid_client`)."""
    token = compact.parse(assertion)
    return UnverifiedAssertion(compact.text(token.claimed, "iss"), token.kid, token)


def verify_assertion(
    assertion: UnverifiedAssertion, key: PublicKey | None, issuer: str, now: datetime
) -> ClientAssertion:
    """The client, by the key registered for (client_id, kid) and not revoked; None if there is none.

    `iss` = `sub`, `aud` = `issuer`, life ≤ 5 min, `typ` absent, `JWT` or `client-authentication+jwt`.
    Raises Refused `token-invalid`.
    """
    bounds = Bounds(issuer, ASSERTION_LIFE)
    claims = compact.verify(assertion.token, key, ASSERTION_TYPES, bounds, now.timestamp())
    client_id = compact.text(claims, "sub")
    if client_id != assertion.client_id:
        raise Refused("token-invalid", Fault("sub"))
    until = compact.seconds(claims, "exp") + compact.LEEWAY
    remember_until = datetime.fromtimestamp(until, UTC)
    return ClientAssertion(client_id, assertion.kid, compact.text(claims, "jti"), remember_until)


class AccessTokens:
    """Issues and checks the access tokens of one hub; one a process, on one event loop."""

    def __init__(self, keyring: KeyRing, issuer: str, life: int) -> None:
        """`life` in seconds (`settings.token_life`); `keyring` may be replaced after a rotation."""
        self.keyring = keyring
        self._issuer = issuer
        self._bounds = Bounds(issuer, life)
        self._verified: dict[bytes, Access] = {}

    def issue(
        self,
        client_id: str,
        key: str,
        scopes: tuple[str, ...],
        now: datetime,
        bound: Confirmation = BEARER,
    ) -> str:
        """A token for these scopes, with the claims of RFC 9068, `client_key` and, if it is bound, `cnf`."""
        iat = int(now.timestamp())
        claims: dict[str, object] = {
            "iss": self._issuer,
            "sub": client_id,
            "client_id": client_id,
            "client_key": key,
            "aud": self._issuer,
            "iat": iat,
            "exp": iat + self._bounds.life,
            "jti": b64.encode(os.urandom(16)),
            "scope": " ".join(scopes),
        }
        if bound.members:
            claims["cnf"] = bound.members
        return self.keyring.sign(ACCESS_TYP, claims)

    def verify(self, token: str, now: datetime) -> Access:
        """What the token allows while its client's key holds. Raises Refused `token-invalid`."""
        if len(token) > compact.MAX_TOKEN:
            raise Refused("token-invalid", Fault("size"))
        name = sha256(token.encode("utf-8", "surrogateescape")).digest()
        at = now.timestamp()
        access = self._verified.get(name)
        if access is None:
            access = self._check(token, at)
            self._remember(name, access)
        if access.expires_at <= at:
            del self._verified[name]
            raise Refused("token-invalid", Fault("exp"))
        if self.keyring.verifier(access.kid, access.issued_at) is None:
            raise Refused("token-invalid", Fault("key"))
        return access

    def _check(self, token: str, at: float) -> Access:
        parsed = compact.parse(token)
        issued_at = compact.seconds(parsed.claimed, "iat")
        key = self.keyring.verifier(parsed.kid, issued_at)
        claims = compact.verify(parsed, key, _ACCESS_TYPES, self._bounds, at)
        client_id = compact.text(claims, "client_id")
        if claims["iss"] != self._issuer or claims["sub"] != client_id:
            raise Refused("token-invalid", Fault("iss"))
        return Access(
            client_id,
            frozenset(compact.text(claims, "scope").split(" ")),
            compact.text(claims, "jti"),
            issued_at,
            compact.seconds(claims, "exp"),
            parsed.kid,
            compact.text(claims, "client_key") if "client_key" in claims else None,
            _confirmation(claims["cnf"]) if "cnf" in claims else None,
        )

    def _remember(self, name: bytes, access: Access) -> None:
        if len(self._verified) >= _CACHED:
            del self._verified[next(iter(self._verified))]  # the oldest: its life is nearly over
        self._verified[name] = access


def _confirmation(cnf: Json) -> Confirmation:
    """Fail closed: a way to be bound that this version does not know is not a bearer token."""
    told = {n: v for n, v in cnf.items() if isinstance(v, str) and v} if isinstance(cnf, dict) else {}
    found = Confirmation(told.get("jkt"), told.get("x5t#S256"))
    if not told or found.members != cnf:
        raise Refused("token-invalid", Fault("cnf"))
    return found
