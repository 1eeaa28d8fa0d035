"""The offline verifier: whole bundles hold, and whatever is changed in one is named."""

import io
import json
import subprocess
import sys
import zipfile
from base64 import b64encode
from dataclasses import replace as replaced
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.client.jose import b64u, sign_compact, unb64u
from hub.errors import Misconfigured
from hub.evidence import archive, entries, receipt
from hub.evidence.bundle import Key, pack
from hub.evidence.verify import run, verify_bundle
from tests.evidence.bundles import (
    AT,
    BODY,
    DELIVERY,
    ISSUER,
    MESSAGE,
    Log,
    Story,
    edit,
    keypair,
    packed,
    repack,
)

STORY = Story()
SENDERS = packed(STORY)
RECEIVERS = packed(STORY, sender=False)
VKEY = STORY.log.vkey


def failures(raw, trust=VKEY):
    return [(line.check, line.where) for line in verify_bundle(raw, trust).failures]


@pytest.mark.parametrize("raw", [SENDERS, RECEIVERS])
def test_a_whole_bundle_holds(raw):
    report = verify_bundle(raw, VKEY)
    assert report.ok, report.text()
    assert "✗" not in report.text()


def test_every_check_is_made():
    checked = {(line.check, line.where) for line in verify_bundle(SENDERS, VKEY).lines if line.status == "ok"}
    assert checked >= {
        ("archive", "zip"),
        ("file", "manifest.json"),
        ("checkpoint", "checkpoint.txt"),
        ("issuer", "manifest.json"),
        ("inclusion", "keys.json/hub-1"),
        ("inclusion", "keys.json/police-1"),
        ("inclusion", "message.json"),
        ("digest", "message/body"),
        ("signature", "message/signature.txt"),
        ("claims", "message/protected.txt"),
        ("signature", "receipt.jws"),
        ("claims", "receipt.jws"),
        ("inclusion", f"events.json/delivery/{DELIVERY}"),
        ("inclusion", f"events.json/acknowledgement/{DELIVERY}"),
    }
    checked = {(x.check, x.where) for x in verify_bundle(RECEIVERS, VKEY).lines if x.status == "ok"}
    token = f"tokens/{DELIVERY}.jws"
    assert checked >= {("signature", token), ("claims", token)}


def test_the_receivers_bundle_has_no_word_of_the_message():
    for name, content in archive.read(RECEIVERS).items():
        assert not name.startswith("message/")
        assert BODY not in content
        assert STORY.receipt.encode() not in content


def test_the_same_evidence_gives_the_same_bytes():
    assert packed(STORY) == SENDERS


def test_es256_senders_are_checked_too():
    story = Story("ES256")
    report = verify_bundle(packed(story), story.log.vkey)
    assert report.ok
    assert ("signature", "message/signature.txt", "ok") in {
        (x.check, x.where, x.status) for x in report.lines
    }


def test_an_unproved_key_is_named_as_such():
    raw = repack(SENDERS, put("receipt.jws", reissued(key=STORY.other_key)))
    (line,) = verify_bundle(raw, VKEY).failures
    assert "not proved by the log" in line.text
    assert "keys.json/hub-2" in {x.where for x in verify_bundle(raw, VKEY).lines if x.status == "note"}


def test_without_the_senders_key_its_signature_is_not_checked_and_that_is_said():
    report = verify_bundle(packed(STORY, keys=STORY.keys()[:2]), VKEY)
    assert report.ok
    assert ("message/signature.txt", "note") in {(x.where, x.status) for x in report.lines}


def test_a_record_shows_the_receipt_of_its_file():
    """Events and tokens speak of the record, receipt and leaf of the file it came in."""
    record = "01983d0e-7a00-7000-8000-0000000000aa"
    bundle = replaced(STORY.bundle(), message=record, part_of=MESSAGE)
    assert verify_bundle(pack(bundle), VKEY).ok
    bundle = replaced(STORY.bundle(), message=record, part_of="01983d0e-7a00-7000-8000-0000000000ab")
    assert ("claims", "receipt.jws") in failures(pack(bundle))


def test_a_file_shows_the_events_of_its_records():
    events = [replaced(e, message="record-1") for e in STORY.bundle().events]
    assert ("event", DELIVERED) in failures(pack(replaced(STORY.bundle(), events=events)))
    named = replaced(STORY.bundle(), events=events, records=["record-1"])
    assert ("event", DELIVERED) not in failures(pack(named))


def test_packed_anew_by_another_program_it_still_holds():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in archive.read(SENDERS).items():
            z.writestr(name, content)
    assert verify_bundle(out.getvalue(), VKEY).ok


# ── trust ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def note(tmp_path):
    def write(text):
        path = tmp_path / "trusted.txt"
        path.write_text(text, "utf-8")
        return str(path)

    return write


def test_the_key_may_come_from_a_file(note):
    assert verify_bundle(SENDERS, note(VKEY + "\n")).ok
    assert verify_bundle(SENDERS, note(json.dumps({"origin": "x", "vkey": VKEY}, indent=1))).ok
    for content in ("{}", "{", '{"vkey": 1}'):
        with pytest.raises(Misconfigured):
            verify_bundle(SENDERS, note(content))


def test_the_same_checkpoint_may_be_trusted(note):
    report = verify_bundle(SENDERS, note(STORY.checkpoint))
    assert report.ok
    assert "the same as the trusted checkpoint" in report.text()


def test_an_earlier_checkpoint_is_continued(note):
    report = verify_bundle(SENDERS, note(STORY.early))
    assert report.ok
    assert "continues the trusted checkpoint" in report.text()


def test_without_a_proof_another_size_is_only_noted(note):
    report = verify_bundle(packed(STORY, consistency=False), note(STORY.early))
    assert report.ok
    assert [x.status for x in report.lines if x.check == "consistency"] == ["note"]


def test_a_later_checkpoint_of_the_same_log(note):
    later = Log()
    later.fill(30)
    report = verify_bundle(SENDERS, note(later.checkpoint()))
    assert report.ok
    assert [x.status for x in report.lines if x.check == "consistency"] == ["note"]


def test_a_log_with_two_faces_is_found(note):
    """The same key has signed another root of the same size, or one that this log does not continue."""
    other = Log()
    other.fill(STORY.log.tree.size)
    assert failures(SENDERS, note(other.checkpoint()))[0] == ("consistency", "checkpoint.txt")
    assert failures(SENDERS, note(other.checkpoint(STORY.early_size)))[0] == (
        "consistency",
        "consistency.json",
    )


def test_the_whole_of_another_hub_is_not_trusted(note):
    forger = Story()
    forger.log = Log(b"\x06" * 32)
    stranger = Log(b"\x07" * 32)
    assert failures(SENDERS, stranger.vkey)[0] == ("checkpoint", "checkpoint.txt")
    stranger.fill(3)
    assert failures(SENDERS, note(stranger.checkpoint()))[0] == ("trust", "log-key.txt")


@pytest.mark.parametrize("trust", ["", "nonsense", "a+b+c", "/", "\n\n", "a\n1\nAAAA\n\n", "\0"])
def test_a_trust_that_is_none(trust):
    with pytest.raises(Misconfigured):
        verify_bundle(SENDERS, trust)


def test_a_file_too_large_or_not_text_is_no_trust(tmp_path):
    for content in (b"x" * 70_000, b"\xff\xfe"):
        path = tmp_path / "trust"
        path.write_bytes(content)
        with pytest.raises(Misconfigured):
            verify_bundle(SENDERS, str(path))


# ── mutations ──────────────────────────────────────────────────────────────────────────────────────

OTHER_HUB, OTHER_HUB_JWK = keypair("hub-1")
OTHER_SENDER, OTHER_SENDER_JWK = keypair("police-1")
FORGED_LOG = Log(b"\x06" * 32)


def put(name, content):
    return lambda files: files.update({name: content})


def drop(name):
    return lambda files: files.pop(name)


def replace(name, old, new):
    def change(files):
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


def edited(name, change):
    return lambda files: edit(files, name, change)


def item(number, **members):
    return lambda value: value[number].update(members)


def without(number, name):
    def change(value):
        del value[number][name]

    return change


def reissued(typ=receipt.TYP, key=STORY.hub_key, **members):
    claims = json.loads(unb64u(STORY.receipt.split(".")[1])) | members
    return sign_compact(key, typ, claims).encode()


def retold(key=STORY.hub_key, typ="secevent+jwt", event=None, **members):
    claims = json.loads(unb64u(STORY.token.split(".")[1])) | members
    if event:
        claims["events"]["urn:liantiao:event:dispute"].update(event)
    return sign_compact(key, typ, claims).encode()


def other_envelope(files):
    told = json.loads(unb64u(STORY.protected)) | {"purpose": "supervision"}
    files["message/protected.txt"] = b64u(json.dumps(told).encode()).encode()


def resigned_by_a_stranger(files):
    raw = OTHER_SENDER.sign(STORY.protected.encode() + b"." + BODY)
    files["message/signature.txt"] = b64u(raw).encode()


def all_by_a_stranger(files):
    """A forger's own hub key, receipt and entry for the key: only the log cannot be had."""
    place = FORGED_LOG.add(entries.key_entry(OTHER_HUB_JWK, AT).entry)
    forged = Key(OTHER_HUB_JWK, FORGED_LOG.opened(place))
    story = STORY.bundle(keys=[forged])
    files.update(archive.read(pack(story)))
    files["receipt.jws"] = reissued(key=OTHER_HUB)


def forged_checkpoint(files):
    FORGED_LOG.fill(1)
    files["checkpoint.txt"] = FORGED_LOG.checkpoint().encode()
    files["log-key.txt"] = FORGED_LOG.vkey.encode()


def first_hash(value):
    value["hashes"][0] = b64encode(bytes(32)).decode()


def shorter(value):
    value["hashes"].pop()


def longer(value):
    value["hashes"].append(b64encode(bytes(32)).decode())


TOKEN = f"tokens/{DELIVERY}.jws"
ACK = f"events.json/acknowledgement/{DELIVERY}"
DELIVERED = f"events.json/delivery/{DELIVERY}"

# name → (role, change, what must be named: check and place)
MUTATIONS = {
    "body changed": ("s", put("message/body", BODY.replace(b"AJ", b"AK")), ("digest", "message/body")),
    "body empty": ("s", put("message/body", b""), ("digest", "message/body")),
    "envelope changed": ("s", other_envelope, ("digest", "message/body")),
    "envelope not base64": ("s", put("message/protected.txt", b"=="), ("signature", "message/signature.txt")),
    "envelope not text": ("s", put("message/protected.txt", b"\xff"), ("file", "message/protected.txt")),
    "signature of another": ("s", resigned_by_a_stranger, ("signature", "message/signature.txt")),
    "signature empty": ("s", put("message/signature.txt", b""), ("signature", "message/signature.txt")),
    "receipt by a stranger": ("s", put("receipt.jws", reissued(key=OTHER_HUB)), ("signature", "receipt.jws")),
    "receipt by an unproved key": (
        "s",
        put("receipt.jws", reissued(key=STORY.other_key)),
        ("signature", "receipt.jws"),
    ),
    "receipt of another message": ("s", put("receipt.jws", reissued(msg="x")), ("claims", "receipt.jws")),
    "receipt of another sender": ("s", put("receipt.jws", reissued(aud="x")), ("claims", "receipt.jws")),
    "receipt of another jti": ("s", put("receipt.jws", reissued(msg_jti="x")), ("claims", "receipt.jws")),
    "receipt of another digest": (
        "s",
        put("receipt.jws", reissued(digest="0" * 64)),
        ("claims", "receipt.jws"),
    ),
    "receipt of another leaf": ("s", put("receipt.jws", reissued(leaf="0" * 64)), ("claims", "receipt.jws")),
    "receipt of another salt": ("s", put("receipt.jws", reissued(salt="0" * 64)), ("claims", "receipt.jws")),
    "receipt of another hub": ("s", put("receipt.jws", reissued(iss="https://x")), ("claims", "receipt.jws")),
    "receipt is a token": ("s", put("receipt.jws", STORY.token.encode()), ("signature", "receipt.jws")),
    "receipt of another type": ("s", put("receipt.jws", reissued("JWT")), ("signature", "receipt.jws")),
    "receipt unsigned": (
        "s",
        put("receipt.jws", STORY.receipt.rpartition(".")[0].encode() + b"."),
        ("signature", "receipt.jws"),
    ),
    "receipt not text": ("s", put("receipt.jws", b"\xff\xfe"), ("file", "receipt.jws")),
    "receipt missing": ("s", drop("receipt.jws"), ("file", "receipt.jws")),
    "body missing": ("s", drop("message/body"), ("file", "message/body")),
    "entry of another time": (
        "s",
        edited("message.json", lambda v: v.update(entry=v["entry"].replace("2026", "2025"))),
        ("inclusion", "message.json"),
    ),
    "entry of another type": (
        "s",
        edited("message.json", lambda v: v.update(entry=v["entry"].replace("message", "release"))),
        ("entry", "message.json"),
    ),
    "entry not canonical": (
        "s",
        edited("message.json", lambda v: v.update(entry=v["entry"].replace(":1}", ": 1}"))),
        ("entry", "message.json"),
    ),
    "entry not JSON": ("s", edited("message.json", lambda v: v.update(entry="{")), ("entry", "message.json")),
    "entry of version 2": (
        "s",
        edited("message.json", lambda v: v.update(entry=v["entry"].replace(":1}", ":2}"))),
        ("entry", "message.json"),
    ),
    "salt changed": (
        "s",
        edited("message.json", lambda v: v.update(salt="0" * 64)),
        ("entry", "message.json"),
    ),
    "salt in capitals": (
        "s",
        edited("message.json", lambda v: v.update(salt=v["salt"].upper() + "A")),
        ("file", "message.json"),
    ),
    "digest changed": (
        "s",
        edited("message.json", lambda v: v.update(digest="0" * 64)),
        ("entry", "message.json"),
    ),
    "index changed": (
        "s",
        edited("message.json", lambda v: v.update(index=2)),
        ("inclusion", "message.json"),
    ),
    "index beyond": (
        "s",
        edited("message.json", lambda v: v.update(index=99)),
        ("inclusion", "message.json"),
    ),
    "index negative": ("s", edited("message.json", lambda v: v.update(index=-1)), ("file", "message.json")),
    "a hash changed": ("s", edited("message.json", first_hash), ("inclusion", "message.json")),
    "a hash less": ("s", edited("message.json", shorter), ("inclusion", "message.json")),
    "a hash more": ("s", edited("message.json", longer), ("inclusion", "message.json")),
    "proof of another entry": (
        "s",
        edited("message.json", lambda v: v.update(hashes=[])),
        ("inclusion", "message.json"),
    ),
    "checkpoint of another size": (
        "s",
        replace("checkpoint.txt", b"\n12\n", b"\n13\n"),
        ("checkpoint", "checkpoint.txt"),
    ),
    "checkpoint unsigned": (
        "s",
        put("checkpoint.txt", STORY.checkpoint.split("\n\n")[0].encode() + b"\n"),
        ("checkpoint", "checkpoint.txt"),
    ),
    "checkpoint by a stranger": ("s", forged_checkpoint, ("checkpoint", "checkpoint.txt")),
    "checkpoint not text": ("s", put("checkpoint.txt", b"\xff"), ("file", "checkpoint.txt")),
    "checkpoint missing": ("s", drop("checkpoint.txt"), ("file", "checkpoint.txt")),
    "an older checkpoint": ("s", put("checkpoint.txt", STORY.early.encode()), ("inclusion", "message.json")),
    "another log key": ("s", put("log-key.txt", FORGED_LOG.vkey.encode()), ("trust", "log-key.txt")),
    "hub key exchanged": (
        "s",
        edited("keys.json", lambda v: v[0].update(jwk=OTHER_HUB_JWK)),
        ("entry", "keys.json/hub-1"),
    ),
    "hub key by a forger's log": ("s", all_by_a_stranger, ("inclusion", "keys.json/hub-1")),
    "hub key without entry": (
        "s",
        edited("keys.json", without(0, "entry")),
        ("signature", "receipt.jws"),
    ),
    "sender's key passed off as the hub's": (
        "s",
        edited("keys.json", without(2, "system")),
        ("entry", "keys.json/police-1"),
    ),
    "sender's key exchanged": (
        "s",
        edited("keys.json", lambda v: v[2].update(jwk=OTHER_SENDER_JWK)),
        ("entry", "keys.json/police-1"),
    ),
    "key of no curve": (
        "s",
        edited("keys.json", lambda v: v[0]["jwk"].update(crv="Ed448")),
        ("key", "keys.json/hub-1"),
    ),
    "keys missing": ("s", drop("keys.json"), ("file", "keys.json")),
    "no keys": ("s", put("keys.json", b"[]"), ("signature", "receipt.jws")),
    "keys not JSON": ("s", put("keys.json", b"[{]"), ("file", "keys.json")),
    "a name twice in JSON": ("s", put("message.json", b'{"index":1,"index":2}'), ("file", "message.json")),
    "delivery to another unit": ("s", edited("events.json", item(0, unit="3199")), ("entry", DELIVERED)),
    "delivery of another message": ("s", edited("events.json", item(0, message="x")), ("event", DELIVERED)),
    "delivery of other claims": ("s", edited("events.json", item(0, claims="0" * 64)), ("entry", DELIVERED)),
    "acknowledgement of another token": (
        "s",
        edited("events.json", item(1, delivery="x")),
        ("entry", "events.json/acknowledgement/x"),
    ),
    "acknowledgement turned non-delivery": (
        "s",
        edited("events.json", item(1, type="non-delivery")),
        ("entry", f"events.json/non-delivery/{DELIVERY}"),
    ),
    "acknowledgement moved": ("s", edited("events.json", item(1, index=0)), ("inclusion", ACK)),
    "event of an unknown type": ("s", edited("events.json", item(1, type="seen")), ("file", "events.json")),
    "token by a stranger": ("r", put(TOKEN, retold(OTHER_HUB)), ("signature", TOKEN)),
    "token of another type": ("r", put(TOKEN, retold(typ="JWT")), ("signature", TOKEN)),
    "token of another message": ("r", put(TOKEN, retold(txn="x")), ("claims", TOKEN)),
    "token with another jti": ("r", put(TOKEN, retold(jti="x")), ("claims", TOKEN)),
    "token of another hub": ("r", put(TOKEN, retold(iss="x")), ("claims", TOKEN)),
    "token with other words": ("r", put(TOKEN, retold(event={"document": {}})), ("claims", TOKEN)),
    "token to another unit": ("r", put(TOKEN, retold(event={"to": "3199"})), ("claims", TOKEN)),
    "token of another origin": (
        "r",
        put(TOKEN, retold(event={"origin_digest": "sha-256:" + "0" * 64})),
        ("claims", TOKEN),
    ),
    "token with two events": ("r", put(TOKEN, retold(events={"a": {}, "b": {}})), ("claims", TOKEN)),
    "token cut short": ("r", put(TOKEN, STORY.token.encode()[:-1]), ("signature", TOKEN)),
    "token padded": ("r", put(TOKEN, STORY.token.encode() + b"="), ("signature", TOKEN)),
    "token missing": ("r", drop(TOKEN), ("file", TOKEN)),
    "token nobody speaks of": ("r", put("tokens/extra.jws", b"x"), ("token", "tokens/extra.jws")),
    "foreign file": ("s", put("notes.txt", b"x"), ("file", "notes.txt")),
    "manifest of another format": (
        "s",
        edited("manifest.json", lambda v: v.update(format="x/1")),
        ("file", "manifest.json"),
    ),
    "manifest of another hub": (
        "s",
        edited("manifest.json", lambda v: v.update(issuer="http://127.0.0.1:9")),
        ("issuer", "manifest.json"),
    ),
    "manifest of another message": (
        "s",
        edited("manifest.json", lambda v: v.update(message="x")),
        ("claims", "receipt.jws"),
    ),
    "manifest of another unit": (
        "s",
        edited("manifest.json", lambda v: v.update(unit="x")),
        ("claims", "message/protected.txt"),
    ),
    "manifest of another role": (
        "s",
        edited("manifest.json", lambda v: v.update(role="receiver")),
        ("file", "message/body"),
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_forger_who_mends_the_manifest_is_found(name):
    role, change, expected = MUTATIONS[name]
    raw = SENDERS if role == "s" else RECEIVERS
    mutated = repack(raw, change)
    assert expected in failures(mutated)
    assert not verify_bundle(mutated, VKEY).ok


@pytest.mark.parametrize("name", sorted(set(archive.read(SENDERS)) | {TOKEN}))
def test_a_changed_file_is_named_even_if_it_proves_nothing(name):
    files = archive.read(RECEIVERS if name == TOKEN else SENDERS)
    files[name] += b" "
    named = {where for _, where in failures(archive.write(files))}
    assert (name in named) or name == "manifest.json"


def test_a_manifest_without_a_file_is_named():
    files = archive.read(SENDERS)
    edit(files, "manifest.json", lambda v: v.update(files=v["files"][1:]))
    assert ("file", "checkpoint.txt") in failures(archive.write(files))


@given(st.integers(0, len(SENDERS) - 1), st.integers(1, 255))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_byte_changed_anywhere_never_changes_what_is_shown(position, bits):
    """Whatever byte of the archive is flipped: either it is named, or every file is what it was."""
    raw = bytearray(SENDERS)
    raw[position] ^= bits
    report = verify_bundle(bytes(raw), VKEY)
    if report.ok:
        assert archive.read(bytes(raw)) == archive.read(SENDERS)
    else:
        assert report.failures[0].where


# ── the archive ────────────────────────────────────────────────────────────────────────────────────


def zipped(files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, content in files:
            z.writestr(name, content)
    return out.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice():
    raw = zipped([("a.txt", b"1"), ("a.txt", b"2")])
    assert failures(raw) == [("archive", "a.txt")]


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (b"", "zip"),
        (b"PK\x03\x04", "zip"),
        (SENDERS[:-1], "zip"),
        (SENDERS + b"x", "zip"),
        (b"x" + SENDERS, "zip"),
        (SENDERS[: len(SENDERS) // 2], "zip"),
        (b"x" * (archive.MAX_ARCHIVE + 1), "zip"),
        (zipped([("../a.txt", b"1")]), "zip"),
        (zipped([("/etc/passwd", b"1")]), "zip"),
        (zipped([("a/b/c.txt", b"1")]), "zip"),
        (zipped([("A.TXT", b"1")]), "zip"),
        (zipped([("a.txt", b"1")], zipfile.ZIP_BZIP2), "a.txt"),
        (zipped([("a.txt", bytes(archive.MAX_UNPACKED + 1))]), "zip"),
        (zipped([(f"f{i}.txt", b"") for i in range(archive.MAX_FILES + 1)]), "zip"),
    ],
)
def test_what_is_no_archive(raw, where):
    report = verify_bundle(raw, VKEY)
    assert [(x.check, x.where) for x in report.failures] == [("archive", where)]


def test_an_archive_without_a_manifest():
    assert failures(zipped([("a.txt", b"1")])) == [("file", "manifest.json")]


# ── the command ────────────────────────────────────────────────────────────────────────────────────


def test_the_command_answers_people_and_programs(tmp_path):
    path = tmp_path / "evidence.zip"
    path.write_bytes(SENDERS)
    out = []
    assert run(path, VKEY, out.append) == 0
    assert "the evidence holds" in out[-1]
    assert run(path, VKEY, out.append, as_json=True) == 0
    assert json.loads(out[-1])["ok"] is True
    path.write_bytes(repack(SENDERS, put("message/body", b"other")))
    assert run(path, VKEY, out.append) == 1
    assert "✗ message/body" in out[-1]
    assert "does not hold" in out[-1]
    assert run(path, "nonsense", out.append) == 2
    assert run(tmp_path / "none.zip", VKEY, out.append, as_json=True) == 2
    assert json.loads(out[-1])["ok"] is False


def test_it_runs_in_an_empty_directory_with_an_empty_environment(tmp_path):
    (tmp_path / "evidence.zip").write_bytes(RECEIVERS)
    program = (
        "import sys; from pathlib import Path; from hub.evidence.verify import run;"
        f"code = run(Path('evidence.zip'), {VKEY!r}, print);"
        "heavy = {'asyncpg', 'sqlalchemy', 'fastapi', 'httpx', 'aiohttp'} & set(sys.modules);"
        "sys.exit(code or len(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program],
        cwd=tmp_path,
        env={},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert "the evidence holds" in done.stdout.decode()
    assert [p.name for p in tmp_path.iterdir()] == ["evidence.zip"]


def test_it_takes_a_path(tmp_path):
    path = Path(tmp_path) / "evidence.zip"
    path.write_bytes(SENDERS)
    assert verify_bundle(path, VKEY).ok
    with pytest.raises(Misconfigured):
        verify_bundle(tmp_path, VKEY)


def test_the_issuer_and_message_of_the_story_are_in_the_manifest():
    told = json.loads(archive.read(SENDERS)["manifest.json"])
    assert (told["issuer"], told["message"], told["role"]) == (ISSUER, MESSAGE, "sender")
