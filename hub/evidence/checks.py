"""The single checks of a bundle: an entry in the tree, a key in the log, a signature, a token. Pure.

Each enters its outcome in the report under the file it looked at, and says precisely what is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.client.errors import BadKey, BadToken
from hub.client.jose import PublicKey, header, split, unb64u
from hub.errors import Refused
from hub.evidence import entries
from hub.evidence.bundle import Event, Key, Opened
from hub.evidence.merkle import ProofError, leaf_hash, verify_inclusion
from hub.evidence.note import Checkpoint
from hub.evidence.report import Report
from hub.strictjson import Json, load_object, loads

_ENTRY = {"at", "digest", "ref", "type", "v"}
_MAX_TOKEN = 32 * 1024 * 1024


@dataclass(slots=True)
class Keys:
    """Keys the log vouches for: the hub's by kid, the senders' by system and kid."""

    hub: dict[str, PublicKey] = field(default_factory=dict)
    systems: dict[tuple[str, str], PublicKey] = field(default_factory=dict)
    unproved: set[str] = field(default_factory=set)


def entry(
    of: entries.EntryType,
    content: bytes,
    opened: Opened,
    checkpoint: Checkpoint | None,
    where: str,
    report: Report,
) -> bool:
    """Whether the log says this: the entry opens to `content` and lies in the tree of the checkpoint."""
    wrong = _entry_fault(of, content, opened)
    if wrong is not None:
        report.failed("entry", where, wrong)
        return False
    if checkpoint is None:
        return False
    logged = opened.logged
    try:
        verify_inclusion(
            leaf_hash(logged.entry.encode()), logged.index, checkpoint.size, logged.hashes, checkpoint.root
        )
    except ProofError as e:
        report.failed("inclusion", where, f"不在日志树中 · not proved to be in the log: {e}")
        return False
    report.passed("inclusion", where, f"日志第 {logged.index} 条 · entry {logged.index} of the log")
    return True


def _entry_fault(of: entries.EntryType, content: bytes, opened: Opened) -> str | None:
    text = opened.logged.entry
    try:
        told = loads(text.encode())
    except Refused:
        return "条目不是 JSON · the entry is not JSON"
    if not isinstance(told, dict) or set(told) != _ENTRY or told["v"] != 1:
        return "条目成员不符 · the entry does not have the members of an entry"
    if entries.canonical(told).decode() != text:
        return "条目不是规范形式(JCS)· the entry is not in canonical form (JCS)"
    if told["type"] != of:
        return f"条目类型应为 {of} · the entry is not of type {of}"
    if told["digest"] != entries.salted(opened.salt, content):
        return "盐与摘要打不开此条目 · salt and digest do not open the entry"
    return None


def key(found: Key, checkpoint: Checkpoint | None, keys: Keys, report: Report) -> None:
    """Takes a key into `keys` if the log vouches for it."""
    kid = found.jwk.get("kid")
    where = f"keys.json/{kid if isinstance(kid, str) else '?'}"
    try:
        public = PublicKey.from_jwk(found.jwk)
    except BadKey as e:
        report.failed("key", where, str(e))
        return
    if found.opened is None:
        keys.unproved.add(public.kid)
        report.noted("key", where, "日志未为此密钥作证,不予采信 · the log does not vouch for it: not trusted")
        return
    content = entries.statement_digest(entries.key_statement(found.jwk, found.system))
    if not entry("admin-action", content, found.opened, checkpoint, where, report):
        keys.unproved.add(public.kid)
    elif found.system is None:
        keys.hub[public.kid] = public
    else:
        keys.systems[found.system, public.kid] = public


def signed_by_hub(token: str, typ: str, keys: Keys, where: str, report: Report) -> dict[str, Json] | None:
    """The claims of a token that one of the hub's proved keys has signed; None with the reason entered."""
    try:
        jws = split(token, _MAX_TOKEN)
        claims = load_object(jws.verified(keys.hub, typ), max_bytes=_MAX_TOKEN)
    except BadToken as e:
        report.failed("signature", where, _untrusted(token, keys) or str(e))
        return None
    except Refused:
        report.failed("signature", where, "声明不是 JSON 对象 · the claims are not a JSON object")
        return None
    report.passed("signature", where, "平台签名成立 · signed by the hub")
    return claims


def _untrusted(token: str, keys: Keys) -> str | None:
    try:
        kid = header(token.partition(".")[0]).get("kid")
    except BadToken:
        return None
    if kid in keys.unproved and kid not in keys.hub:
        return "签名密钥未获日志证明 · the signing key is not proved by the log"
    return None


def claims_agree(claims: Mapping[str, Json], expected: Mapping[str, str], where: str, report: Report) -> bool:
    """Whether the claims are the expected ones; names each that is not."""
    wrong = [name for name, value in expected.items() if claims.get(name) != value]
    for name in wrong:
        report.failed("claims", where, f"{name} 与存证不符 · claim {name} does not fit the evidence")
    if not wrong:
        names = " ".join(expected)
        report.passed("claims", where, f"与存证相符 · fit the evidence: {names}")
    return not wrong


def event(found: Event, checkpoint: Checkpoint | None, report: Report) -> None:
    """Whether the log says what the event says."""
    where = f"events.json/{found.type}/{found.delivery}"
    statement = entries.event_statement(found.type, found.message, found.delivery, found.unit, found.claims)
    entry(found.type, entries.statement_digest(statement), found.opened, checkpoint, where, report)


def sender_signature(
    protected: str, signature: str, body: bytes, keys: Keys, report: Report
) -> dict[str, Json] | None:
    """The envelope; the sender's own signature is checked if the log vouches for its key."""
    where = "message/signature.txt"
    try:
        envelope = header(protected)
        raw = unb64u(signature)
    except (BadToken, ValueError):
        report.failed("signature", where, "信封或签名无法读取 · envelope or signature cannot be read")
        return None
    public = keys.systems.get((str(envelope.get("iss")), str(envelope.get("kid"))))
    signed = protected.encode() + b"." + body
    if public is None:
        report.noted(
            "signature", where, "无发送方已证公钥,未验其签名 · no proved key of the sender here: not checked"
        )
    elif not public.agrees(envelope.get("alg")) or envelope.get("crit") != ["b64"]:
        report.failed("signature", where, "算法或 crit 不符 · alg or crit is not that of the key")
    elif not public.verifies(raw, signed):
        report.failed("signature", where, "发送方签名不符 · the sender's signature does not fit")
    else:
        report.passed("signature", where, "发送方签名成立 · signed by the sender")
    return envelope


def envelope_of(protected: str) -> dict[str, Json] | None:
    """The members of an envelope, or None."""
    try:
        return header(protected)
    except BadToken:
        return None


def token_says(
    token: str, claims: Mapping[str, Json], found: Event, digest: bytes | None, report: Report
) -> None:
    """Whether the token is the one its event speaks of, and about this message."""
    where = str(found.token)
    payload = split(token, _MAX_TOKEN).payload
    if found.type == "delivery":
        report.expect(
            found.claims == entries.claims_digest(payload),
            "claims",
            where,
            "即入日志的那一份 · the very claims that are in the log",
            "内容与入日志的不符 · not the claims that are in the log",
        )
    events = claims.get("events")
    told = next(iter(events.values()), None) if isinstance(events, dict) and len(events) == 1 else None
    if not isinstance(told, dict):
        report.failed("claims", where, "应恰有一个事件 · a token has exactly one event")
    elif "document" in told:
        expected = {"message": found.message, "to": found.unit}
        if digest is not None:
            expected["origin_digest"] = f"sha-256:{digest.hex()}"
        claims_agree(told, expected, where, report)
