"""Signed event tokens (RFC 8417) as a receiver reads them: checked, then taken apart (contract 3). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hub.client.errors import BadToken
from hub.client.jose import PublicKey, split
from hub.errors import Refused
from hub.strictjson import Json, load_object

TYP: Final = "secevent+jwt"
MAX_TOKEN: Final = 24 * 1024 * 1024
_URN: Final = "urn:liantiao:event:"


@dataclass(frozen=True, slots=True)
class Event:
    """One token whose signature, issuer and audience are right.

    `kind` is the last part of the event's urn (`referral`, `non-delivery` …), or the whole URI of another
    one; `said` is the event itself, with `message`, `seq`, `from`, `to`, `case`, `deadlines`, `document`.
    """

    jti: str
    kind: str
    txn: str | None
    subject: str | None
    said: Mapping[str, Json]
    claims: Mapping[str, Json]
    token: str

    @property
    def message(self) -> str | None:
        """Hub id of the message it is about."""
        value = self.said.get("message")
        return value if isinstance(value, str) else self.txn

    @property
    def seq(self) -> int:
        """Its number in the order of dispute and receiver; 0 for what has none."""
        value = self.said.get("seq")
        return value if isinstance(value, int) else 0

    @property
    def document(self) -> Mapping[str, Json]:
        """The shared form as this receiver may see it; empty for notices."""
        value = self.said.get("document")
        return value if isinstance(value, dict) else {}

    @property
    def unit(self) -> str | None:
        """The addressed unit."""
        value = self.said.get("to")
        return value if isinstance(value, str) else None


def kid_of(token: str) -> str | None:
    """Which key a token says it is signed with; not to be believed yet. Raises BadToken."""
    kid = split(token, MAX_TOKEN).header.get("kid")
    return kid if isinstance(kid, str) else None


def verify(token: str, keys: Mapping[str, PublicKey], issuer: str, audience: str) -> Event:
    """The event in a token. Raises BadToken, whose `err` is what the receiver answers (RFC 8935 §2.4)."""
    payload = split(token, MAX_TOKEN).verified(keys, TYP)
    try:
        claims = load_object(payload, max_bytes=MAX_TOKEN)
    except Refused as e:
        raise BadToken("invalid_request", "声明不是 JSON 对象 · the claims are not a JSON object") from e
    if claims.get("iss") != issuer:
        raise BadToken("invalid_issuer", "签发者不符 · not of the expected issuer")
    if claims.get("aud") not in (audience, [audience]):
        raise BadToken("invalid_audience", "接收方不符 · not for this receiver")
    return _event(token, claims)


def _event(token: str, claims: Mapping[str, Json]) -> Event:
    jti, iat, events = claims.get("jti"), claims.get("iat"), claims.get("events")
    if not isinstance(jti, str) or not isinstance(iat, int) or isinstance(iat, bool):
        raise BadToken("invalid_request", "缺 jti 或 iat · jti or iat is missing")
    if "sub" in claims or "exp" in claims:
        raise BadToken("invalid_request", "不应有 sub 或 exp · a SET has no sub and no exp")
    if not isinstance(events, dict) or len(events) != 1:
        raise BadToken("invalid_request", "应恰有一个事件 · exactly one event is expected")
    ((uri, said),) = events.items()
    if not isinstance(said, dict):
        raise BadToken("invalid_request", "事件不是对象 · the event is not an object")
    txn, about = claims.get("txn"), claims.get("sub_id")
    subject = about.get("id") if isinstance(about, dict) else None
    return Event(
        jti=jti,
        kind=uri.removeprefix(_URN),
        txn=txn if isinstance(txn, str) else None,
        subject=subject if isinstance(subject, str) else None,
        said=said,
        claims=claims,
        token=token,
    )
