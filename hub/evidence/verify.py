"""`liantiao evidence verify`: checks a bundle offline, by one trusted key or checkpoint.

Needs no database, network, settings or environment. What must hold, in this order:

    (1) the archive is whole and within limits, every file the one its manifest lists
    (2) the checkpoint is signed by the trusted key of this very log, or by the key that signed the
        trusted checkpoint; of the trusted checkpoint's size it is the same, of another its continuation
        is proved if the bundle carries the proof
    (3) a key counts only if the log vouches for it: its entry opens to it and lies in the tree
    (4) the message's entry opens to the digest and lies in the tree
    (5) the sender's: protected header and body have that digest; the sender's signature fits; the
        receipt is signed by the hub and says the same message, digest, leaf and salt
    (6) every event's statement opens its entry, which lies in the tree
    (7) every token is signed by the hub, and is the one its event speaks of
"""

from collections.abc import Callable
from hashlib import sha256
from json import dumps
from pathlib import Path

from hub.errors import Misconfigured
from hub.evidence import archive, checks, contents
from hub.evidence.anchor import Anchor, read_anchor
from hub.evidence.bundle import Event
from hub.evidence.checks import Keys
from hub.evidence.contents import Contents
from hub.evidence.merkle import ProofError, leaf_hash, verify_consistency
from hub.evidence.note import Checkpoint, NoteError, Verifier
from hub.evidence.receipt import TYP as RECEIPT_TYP
from hub.evidence.report import Report

SET_TYP = "secevent+jwt"
MESSAGE_TYP = "liantiao-message+jws"


def verify_bundle(source: Path | bytes, trust: str) -> Report:
    """The report on a bundle (path or bytes). `trust`: a verifier key, or a file with it or a checkpoint.

    Raises Misconfigured if `trust` or the path cannot be used; whatever is wrong with the bundle is in
    the report.
    """
    anchor = read_anchor(trust)
    report = Report()
    try:
        files = archive.read(source if isinstance(source, bytes) else _read(source))
    except archive.BadArchive as e:
        report.failed("archive", e.where, str(e))
        return report
    report.passed("archive", "zip", f"{len(files)} 个文件 · {len(files)} files")
    found = contents.read(files, report)
    if found is not None:
        _verify(found, anchor, report)
    return report


def run(file: Path, trust: str, write: Callable[[str], object], *, as_json: bool = False) -> int:
    """The command: writes the report, answers the exit code (0 holds, 1 does not, 2 cannot be checked)."""
    try:
        report = verify_bundle(file, trust)
    except Misconfigured as e:
        write(dumps({"ok": False, "error": str(e)}, ensure_ascii=False) if as_json else str(e))
        return 2
    write(dumps(report.json(), ensure_ascii=False) if as_json else report.text())
    return 0 if report.ok else 1


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(archive.MAX_ARCHIVE + 1)
    except OSError as e:
        raise Misconfigured(f"{path.name}: 文件无法读取 · the file cannot be read") from e


def _verify(found: Contents, anchor: Anchor, report: Report) -> None:
    checkpoint = _checkpoint(found, anchor, report)
    keys = Keys()
    for key in found.keys:
        checks.key(key, checkpoint, keys, report)
    if found.digest is not None and found.entry is not None:
        checks.entry("message", found.digest, found.entry, checkpoint, "message.json", report)
    if found.manifest.role == "sender":
        _original(found, keys, report)
        _receipt(found, keys, report)
    for event in found.events:
        checks.event(event, checkpoint, report)
        _belongs(found, event, report)
        if event.token is not None:
            _token(found, event, keys, report)
    _stray_tokens(found, report)
    if found.manifest.role == "receiver" and not any(e.token for e in found.events):
        report.noted("token", "tokens/", "尚无送达凭证 · no token yet")


def _checkpoint(found: Contents, anchor: Anchor, report: Report) -> Checkpoint | None:
    """(2) The checkpoint all proofs lead to; None if it is not to be trusted."""
    where, note = "checkpoint.txt", _text(found, "checkpoint.txt", report)
    if note is None:
        return None
    try:
        verifier, trusted = anchor.resolve((found.text("log-key.txt") or "").strip())
    except NoteError as e:
        report.failed("trust", "log-key.txt", f"打不开可信检查点 · does not open the trusted checkpoint: {e}")
        return None
    try:
        checkpoint = verifier.checkpoint(note)
    except NoteError as e:
        report.failed("checkpoint", where, f"不是可信日志签署 · not signed by the trusted log: {e}")
        return None
    report.passed("checkpoint", where, f"可信日志签署,{checkpoint.size} 条 · signed by the trusted log")
    _names_agree(found, verifier, report)
    if trusted is not None and not _continues(found, trusted, checkpoint, report):
        return None
    return checkpoint


def _names_agree(found: Contents, verifier: Verifier, report: Report) -> None:
    report.expect(
        found.manifest.origin == verifier.name,
        "issuer",
        "manifest.json",
        "签发平台即该日志的平台 · the issuer is the log's hub",
        "签发平台与日志不符 · the issuer is not the log's hub",
    )
    if (found.text("log-key.txt") or "").strip() != verifier.vkey():
        report.failed("trust", "log-key.txt", "所附公钥不是可信公钥 · not the trusted key of the log")


def _continues(found: Contents, trusted: Checkpoint, ours: Checkpoint, report: Report) -> bool:
    """Whether nothing speaks against the trusted checkpoint; proves what can be proved offline."""
    where = "consistency.json"
    proof = next((p for p in found.consistency if p.first == trusted.size), None)
    if trusted.size == ours.size:
        return report.expect(
            trusted.root == ours.root,
            "consistency",
            "checkpoint.txt",
            "与可信检查点相同 · the same as the trusted checkpoint",
            "同一大小而根不同:日志有两个版本 · another root at the same size: the log shows two faces",
        )
    if proof is None or trusted.size > ours.size:
        text = f"与可信检查点({trusted.size} 条)大小不同,包内无一致性证明,仅确认同一密钥签署 · "
        text += "other size than the trusted checkpoint and no proof between them here: same key only"
        report.noted("consistency", where, text)
        return True
    try:
        verify_consistency(trusted.size, ours.size, proof.hashes, trusted.root, ours.root)
    except ProofError as e:
        report.failed("consistency", where, f"不延续可信检查点 · not a continuation of the trusted one: {e}")
        return False
    report.passed("consistency", where, "延续可信检查点 · continues the trusted checkpoint")
    return True


def _original(found: Contents, keys: Keys, report: Report) -> None:
    """(5) The message as it was sent."""
    protected = _text(found, "message/protected.txt", report)
    signature = _text(found, "message/signature.txt", report)
    body = found.files.get("message/body")
    if protected is None or signature is None or body is None:
        return
    report.expect(
        sha256(protected.encode() + b"." + body).digest() == found.digest,
        "digest",
        "message/body",
        "信封与正文即入日志的摘要 · envelope and body have the digest in the log",
        "信封或正文与入日志的摘要不符 · envelope or body do not have the digest in the log",
    )
    envelope = checks.sender_signature(protected, signature, body, keys, report)
    if envelope is not None:
        manifest = found.manifest
        expected = {"typ": MESSAGE_TYP, "aud": manifest.issuer, "unit": manifest.unit}
        checks.claims_agree(envelope, expected, "message/protected.txt", report)


def _receipt(found: Contents, keys: Keys, report: Report) -> None:
    """(5) The hub's receipt, against the envelope and the entry."""
    token, protected = _text(found, "receipt.jws", report), found.text("message/protected.txt")
    if token is None or protected is None:
        return
    claims = checks.signed_by_hub(token, RECEIPT_TYP, keys, "receipt.jws", report)
    envelope = checks.envelope_of(protected)
    if claims is None or envelope is None or found.entry is None or found.digest is None:
        return
    manifest = found.manifest
    expected = {
        "iss": manifest.issuer,
        "aud": str(envelope.get("iss")),
        "msg": manifest.part_of or manifest.message,
        "msg_jti": str(envelope.get("jti")),
        "digest": found.digest.hex(),
        "leaf": leaf_hash(found.entry.logged.entry.encode()).hex(),
        "salt": found.entry.salt.hex(),
    }
    checks.claims_agree(claims, expected, "receipt.jws", report)


def _belongs(found: Contents, event: Event, report: Report) -> None:
    manifest = found.manifest
    if event.message not in {manifest.message, manifest.part_of, *manifest.records}:
        where = f"events.json/{event.type}/{event.delivery}"
        report.failed("event", where, "属于另一消息 · the event is of another message")


def _token(found: Contents, event: Event, keys: Keys, report: Report) -> None:
    """(7) A token, against its event."""
    where = str(event.token)
    token = _text(found, where, report)
    if token is None:
        return
    claims = checks.signed_by_hub(token, SET_TYP, keys, where, report)
    if claims is None:
        return
    expected = {"iss": found.manifest.issuer, "jti": event.delivery, "txn": event.message}
    checks.claims_agree(claims, expected, where, report)
    checks.token_says(token, claims, event, found.digest, report)


def _text(found: Contents, name: str, report: Report) -> str | None:
    """A file as text; enters that it is missing or none."""
    text = found.text(name)
    if text is None:
        report.failed("file", name, "文件缺失或不是文本 · the file is missing or not text")
    return text


def _stray_tokens(found: Contents, report: Report) -> None:
    told = {event.token for event in found.events}
    for name in found.files:
        if name.startswith("tokens/") and name not in told:
            report.failed("token", name, "没有事件提到此凭证 · no event speaks of this token")
