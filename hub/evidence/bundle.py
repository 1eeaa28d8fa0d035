"""The evidence of one message as a file that stands alone (contract 6): what is in it and how it is packed.

Whoever fills a `Bundle` decides who may see what: the sender's holds the message as it was sent and the
receipt, a receiver's its own tokens and the digest of what it never saw. Pure; the same bundle gives the
same bytes. `verify.py` reads it back.

    manifest.json       format, issuer, message, role, unit; every other file with size and SHA-256
    checkpoint.txt      the signed note all proofs lead to
    log-key.txt         the log's verifier key, for information: it proves nothing by itself
    message.json        digest and entry of the message
    keys.json           the keys that signed, each with the entry by which the log vouches for it
    events.json         deliveries, acknowledgements …: each with statement, entry and proof
    consistency.json    proofs from earlier checkpoints to this one
    message/…           protected, signature, body: the message as it was sent (sender only)
    receipt.jws         the hub's receipt (sender only)
    tokens/<jti>.jws    the signed event tokens of the unit
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from hub.evidence import archive
from hub.evidence.entries import EventType
from hub.evidence.log import Logged

FORMAT: Final = "liantiao-evidence/1"
Role = Literal["sender", "receiver"]

_README: Final = """本压缩包是一条消息的存证。离线校验:
    liantiao evidence verify 本文件.zip --trust <日志公钥或可信检查点>
包内的密钥本身不可信;日志公钥请从平台的 /.well-known/liantiao-log 或运维方另行取得。

The evidence of one message. Verify it offline:
    liantiao evidence verify THIS.zip --trust <the log's verifier key, or a checkpoint you trust>
No key in this archive is trusted by itself: get the log's key from the hub's /.well-known/liantiao-log,
or from its operator.
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry of the log, the salt that opens it, and the proof that it is in the tree."""

    salt: bytes
    logged: Logged

    def members(self) -> dict[str, object]:
        """As it stands in the bundle's files."""
        return {
            "entry": self.logged.entry,
            "index": self.logged.index,
            "salt": self.salt.hex(),
            "hashes": [b64encode(value).decode() for value in self.logged.hashes],
        }


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one token (`delivery` is its jti), or that a typical case was signed (`signoff`).

    `claims`: SHA-256 of the token's payload, for a delivery; `token`: the token itself, if it is the
    reader's own.
    """

    type: EventType
    message: str
    delivery: str
    unit: str
    opened: Opened
    claims: bytes | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A public key and its entry; without one no verifier will trust it. `system`: a sender's key."""

    jwk: Mapping[str, object]
    opened: Opened | None
    system: str | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """The message as it was sent, and the receipt for it."""

    protected: str
    signature: str
    body: bytes
    receipt: str


@dataclass(frozen=True, slots=True)
class Consistency:
    """Proof that the bundle's checkpoint continues the one of size `first`."""

    first: int
    hashes: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that goes in. `digest` is that of the signing input, `checkpoint` the note all proofs use.

    `part_of` is the file a record came in (its receipt and leaf are the file's), `records` the records of
    a file. `original` is the sender's only.
    """

    issuer: str
    message: str
    unit: str
    digest: bytes
    entry: Opened
    checkpoint: str
    vkey: str
    keys: Sequence[Key]
    events: Sequence[Event] = ()
    original: Original | None = None
    consistency: Sequence[Consistency] = ()
    part_of: str | None = None
    records: Sequence[str] = ()

    @property
    def role(self) -> Role:
        """Whose evidence it is."""
        return "receiver" if self.original is None else "sender"


def pack(bundle: Bundle) -> bytes:
    """The archive."""
    files: dict[str, bytes] = {
        "checkpoint.txt": bundle.checkpoint.encode(),
        "log-key.txt": f"{bundle.vkey}\n".encode(),
        "message.json": _json({"digest": bundle.digest.hex(), **bundle.entry.members()}),
        "keys.json": _json([_key(key) for key in bundle.keys]),
        "events.json": _json([_event(event) for event in bundle.events]),
        "consistency.json": _json([_consistency(proof) for proof in bundle.consistency]),
        "readme.txt": _README.encode(),
    }
    if bundle.original is not None:
        files |= {
            "message/protected.txt": bundle.original.protected.encode(),
            "message/signature.txt": bundle.original.signature.encode(),
            "message/body": bundle.original.body,
            "receipt.jws": bundle.original.receipt.encode(),
        }
    files |= {_token_file(e): e.token.encode() for e in bundle.events if e.token is not None}
    return archive.write({"manifest.json": manifest(bundle, files), **files})


def manifest(bundle: Bundle, files: Mapping[str, bytes]) -> bytes:
    """The list of files, under what the bundle says of itself."""
    head: dict[str, object] = {
        "format": FORMAT,
        "issuer": bundle.issuer,
        "message": bundle.message,
        "role": bundle.role,
        "unit": bundle.unit,
        "records": list(bundle.records),
    }
    if bundle.part_of is not None:
        head["part_of"] = bundle.part_of
    listed = [
        {"name": name, "size": len(content), "sha256": sha256(content).hexdigest()}
        for name, content in files.items()
    ]
    return _json({**head, "files": listed})


def _key(key: Key) -> dict[str, object]:
    told: dict[str, object] = {"jwk": dict(key.jwk)}
    if key.system is not None:
        told["system"] = key.system
    return told if key.opened is None else {**told, **key.opened.members()}


def _event(event: Event) -> dict[str, object]:
    told: dict[str, object] = {
        "type": event.type,
        "message": event.message,
        "delivery": event.delivery,
        "unit": event.unit,
        **event.opened.members(),
    }
    if event.claims is not None:
        told["claims"] = event.claims.hex()
    if event.token is not None:
        told["token"] = _token_file(event)
    return told


def _token_file(event: Event) -> str:
    return f"tokens/{event.delivery}.jws"


def _consistency(proof: Consistency) -> dict[str, object]:
    return {"first": proof.first, "hashes": [b64encode(value).decode() for value in proof.hashes]}


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
