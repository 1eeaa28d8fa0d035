"""The envelope of a message: a detached JWS over the agency's own bytes (contract 2; RFC 7515 F, RFC 7797).

Pure. Two steps, because the key is looked up between them: `parse_detached` reads the header without
believing it and only says whose key to fetch; `verify` is the one maker of `VerifiedMessage`, and with it
of `VerifiedBody`. What must hold:

    (1) three parts, the middle one empty; strict base64url; protected header ≤ 4 KiB of strict JSON
    (2) members typed and bounded; `typ`, `b64`, `crit` exactly those of the contract      → malformed
    (3) no key in or behind the header: `jku x5u jwk x5c` are refused, never followed
    (4) audience is this hub, `cty` is the request's content type byte for byte
    (5) the key is known, its kid the header's, its pinned algorithm the header's
    (6) the signature holds over `<protected>` `.` body                             → signature-invalid
    (7) `iat` within five minutes of now                                                       → stale
"""

import re
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple, NewType

from hub.errors import Fault, Refused
from hub.strictjson import Json, load_object
from hub.trust import b64
from hub.trust.jwk import PublicKey

VerifiedBody = NewType("VerifiedBody", bytes)
"""Bytes whose sender is proved. Only `verify` makes one; only such bytes are parsed."""

TYP: Final = "liantiao-message+jws"
MAX_HEADER: Final = 4096
_MAX_PROTECTED: Final = MAX_HEADER * 4 // 3 + 1  # the same in base64url
MAX_FILES: Final = 32
IAT_WINDOW: Final = 300

_REMOTE_KEYS: Final = ("jku", "x5u", "jwk", "x5c")
_PRINTABLE: Final = re.compile(r"[^\x00-\x1f\x7f]+")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DIGEST: Final = re.compile(r"sha-256:[0-9a-f]{64}")
_MAX_TEXT: Final = 255


class FileRef(NamedTuple):
    """What the body means by one of its own file ids or paths. `digest` is `sha-256:` and 64 hex digits."""

    ref: str
    digest: str
    name: str | None = None
    type: str | None = None


class Envelope(NamedTuple):
    """The protected header (contract 2). `iat` in seconds; `dispute` and `re` are UUIDs in text form."""

    iss: str
    iat: int
    jti: str
    unit: str
    kind: str
    purpose: str
    cty: str
    to: str | None = None
    dispute: str | None = None
    re: str | None = None
    name: str | None = None
    files: tuple[FileRef, ...] = ()


class UnverifiedMessage(NamedTuple):
    """A header that parsed. `iss` and `kid` say which key to fetch, and nothing else may be believed."""

    iss: str
    kid: str
    alg: str
    aud: Json
    protected: str
    signature: str
    signature_bytes: bytes
    claimed: Envelope


class VerifiedMessage(NamedTuple):
    """What was accepted as said by `envelope.iss`. `digest`: SHA-256 of the signing input, hex."""

    envelope: Envelope
    protected: str
    signature: str
    body: VerifiedBody
    digest: str


def parse_detached(header: str | None) -> UnverifiedMessage:
    """(1)–(3): the value of `X-JWS-Signature`. Raises Refused `malformed` or `signature-invalid`."""
    if not header:
        raise _malformed("signature-missing")
    parts = header.split(".")
    if len(parts) != 3:
        raise _malformed("signature-parts")
    protected, payload, signature = parts
    if payload:
        raise _malformed("signature-attached")
    if len(protected) > _MAX_PROTECTED:
        raise _malformed("size")
    try:
        raw, signature_bytes = b64.decode(protected), b64.decode(signature)
    except ValueError as e:
        raise _malformed("base64url") from e
    members = load_object(raw)
    if any(name in members for name in _REMOTE_KEYS):
        raise _invalid("remote-key")
    _check_form(members)
    kid, alg = _text(members, "kid"), _text(members, "alg")
    envelope = _envelope(members)
    aud = members.get("aud")
    return UnverifiedMessage(envelope.iss, kid, alg, aud, protected, signature, signature_bytes, envelope)


def verify(
    message: UnverifiedMessage,
    body: bytes,
    key: PublicKey | None,
    issuer: str,
    content_type: str,
    now: datetime,
) -> VerifiedMessage:
    """(4)–(7). `key` is the one registered for (iss, kid) and not revoked; None if there is none.

    `issuer` is this hub's own name, `content_type` the request's header as received.
    Raises Refused `signature-invalid` or `stale`.
    """
    envelope = message.claimed
    if message.aud != issuer:
        raise _invalid("aud")
    if envelope.cty != content_type:
        raise _invalid("cty")
    if key is None or key.kid != message.kid:
        raise _invalid("key")
    if not key.agrees(message.alg):
        raise _invalid("alg")
    signed = message.protected.encode("ascii") + b"." + body
    if not key.verifies(message.signature_bytes, signed):
        raise _invalid("signature")
    if abs(now.timestamp() - envelope.iat) > IAT_WINDOW:
        raise Refused("stale", Fault("iat", pointer="/iat", args=(str(IAT_WINDOW),)))
    digest = sha256(signed).hexdigest()
    return VerifiedMessage(envelope, message.protected, message.signature, VerifiedBody(body), digest)


def _check_form(members: dict[str, Json]) -> None:
    if members.get("typ") != TYP:
        raise _malformed("typ", "/typ")
    if members.get("b64") is not False:
        raise _malformed("b64", "/b64")
    if members.get("crit") != ["b64"]:
        raise _malformed("crit", "/crit")


def _envelope(members: dict[str, Json]) -> Envelope:
    iat = members.get("iat")
    if type(iat) is not int:  # a bool is an int, a float is not seconds
        raise _malformed("type", "/iat")
    return Envelope(
        iss=_text(members, "iss"),
        iat=iat,
        jti=_text(members, "jti"),
        unit=_text(members, "unit"),
        kind=_text(members, "kind"),
        purpose=_text(members, "purpose"),
        cty=_text(members, "cty"),
        to=_optional(members, "to"),
        dispute=_hub_id(members, "dispute"),
        re=_hub_id(members, "re"),
        name=_optional(members, "name"),
        files=_files(members["files"]) if "files" in members else (),
    )


def _text(members: dict[str, Json], name: str, at: str = "") -> str:
    value = members.get(name)
    if not isinstance(value, str):
        raise _malformed("required" if value is None else "type", f"{at}/{name}")
    # What is printable holds no control character; found sooner than by the pattern, which has the last word.
    fine = (value and value.isprintable()) or _PRINTABLE.fullmatch(value)
    if len(value) > _MAX_TEXT or not fine:
        raise _malformed("text", f"{at}/{name}", str(_MAX_TEXT))
    return value


def _optional(members: dict[str, Json], name: str, at: str = "") -> str | None:
    return _text(members, name, at) if name in members else None


def _hub_id(members: dict[str, Json], name: str) -> str | None:
    value = _optional(members, name)
    if value is not None and not _UUID.fullmatch(value):
        raise _malformed("uuid", f"/{name}")
    return value


def _files(value: Json) -> tuple[FileRef, ...]:
    if not isinstance(value, list) or len(value) > MAX_FILES:
        raise _malformed("files", "/files", str(MAX_FILES))
    files = tuple(_file(one, f"/files/{i}") for i, one in enumerate(value))
    if len({file.ref for file in files}) != len(files):  # the body could mean either
        raise _malformed("files-ref", "/files")
    return files


def _file(value: Json, at: str) -> FileRef:
    if not isinstance(value, dict):
        raise _malformed("type", at)
    digest = _text(value, "digest", at)
    if not _DIGEST.fullmatch(digest):
        raise _malformed("digest", f"{at}/digest")
    name, media_type = _optional(value, "name", at), _optional(value, "type", at)
    return FileRef(_text(value, "ref", at), digest, name, media_type)


def _malformed(rule: str, pointer: str | None = None, *args: str) -> Refused:
    return Refused("malformed", Fault(rule, pointer=pointer, args=args))


def _invalid(rule: str) -> Refused:
    return Refused("signature-invalid", Fault(rule))
