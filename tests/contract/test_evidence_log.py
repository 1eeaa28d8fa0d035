"""Contract 6: receipts, the log and its proofs, checked by what RFC 9162 and the C2SP note say."""

import base64
import hashlib
import json
import re
import subprocess
import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.contract import merkle
from tests.contract.conftest import Cast, Guest
from tests.contract.kit import LIANTIAO, POLL, Hub, System, b64, packed, problem
from tests.contract.words import POLICE_AS, STATION, dispute, referral, told_of

BARE: dict[str, str] = {}
HEX = re.compile("[0-9a-f]{64}")


def vkey(hub: Hub) -> str:
    return str(hub.get("/.well-known/liantiao-log").json()["vkey"])


def latest(hub: Hub, system: System) -> merkle.Checkpoint:
    answer = system.get("/v1/log/checkpoint")
    assert answer.headers["content-type"].startswith("text/plain")
    return merkle.checkpoint(answer.text, vkey(hub))


def holding(hub: Hub, system: System, leaf: str) -> merkle.Checkpoint:
    """A checkpoint over the leaf: it is in the tree within 60 s."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = latest(hub, system)
        if system.get("/v1/log/inclusion", params=proof(leaf, found.size)).status_code == 200:
            return found
    raise AssertionError("the leaf did not enter the tree")


def proof(leaf: str, size: int) -> dict[str, str]:
    return {"leaf": leaf, "size": str(size)}


def entries(system: System, size: int) -> list[dict[str, Any]]:
    """The first `size` entries."""
    found: list[dict[str, Any]] = []
    while len(found) < size:
        params = {"start": str(len(found)), "end": str(size - 1)}
        found += system.get("/v1/log/entries", params=params).json()["entries"]
    return found


def receipt_of(hub: Hub, system: System, sent: dict[str, Any]) -> dict[str, Any]:
    return hub.read(sent["receipt"], "liantiao-receipt+jwt", system.id)


def hashes(told: dict[str, Any]) -> list[bytes]:
    return [base64.b64decode(h, validate=True) for h in told["hashes"]]


def test_a_receipt_says_what_the_contract_says(hub: Hub, police: System):
    body = packed(dispute())
    header = police.header("dispute", STATION, "police_handling")
    signature = police.key.detached(header, body)
    sent = police.post(header, body, signature=signature).json()
    claims = receipt_of(hub, police, sent)
    assert set(claims) == {"iss", "aud", "iat", "jti", "msg", "msg_jti", "digest", "leaf", "salt"}
    assert (claims["msg"], claims["msg_jti"]) == (sent["message"], header["jti"])
    signed = signature.split("..")[0].encode() + b"." + body
    assert claims["digest"] == hashlib.sha256(signed).hexdigest()
    assert HEX.fullmatch(claims["leaf"])
    assert len(bytes.fromhex(claims["salt"])) == 32


def test_the_receipts_leaf_is_that_of_its_entry(hub: Hub, police: System):
    sent = police.accepted("dispute", dispute(), **POLICE_AS)
    claims = receipt_of(hub, police, sent)
    found = holding(hub, police, claims["leaf"])
    told = police.get("/v1/log/inclusion", params=proof(claims["leaf"], found.size)).json()
    assert set(told) == {"index", "size", "hashes"}
    assert told["size"] == found.size
    listed = entries(police, found.size)
    own = listed[told["index"]]
    assert (own["index"], own["leaf"]) == (told["index"], claims["leaf"])
    assert merkle.leaf(own["entry"].encode()).hex() == claims["leaf"]
    entry = json.loads(own["entry"])
    salted = bytes.fromhex(claims["salt"]) + bytes.fromhex(claims["digest"])
    assert entry["digest"] == hashlib.sha256(salted).hexdigest()
    assert entry["type"] == "message"


def test_the_tree_is_that_of_rfc_9162(hub: Hub, police: System, justice: System):
    claims = receipt_of(hub, police, police.accepted("dispute", dispute(), **POLICE_AS))
    found = holding(hub, police, claims["leaf"])
    assert found.origin == hub.issuer.removeprefix("http://")
    listed = entries(justice, found.size)
    assert [e["index"] for e in listed] == list(range(found.size))
    leaves = [merkle.leaf(e["entry"].encode()) for e in listed]
    assert merkle.root(leaves) == found.root
    for index in {0, 1, found.size // 2, found.size - 1}:
        for size in {index + 1, found.size}:
            answer = police.get("/v1/log/inclusion", params=proof(leaves[index].hex(), size))
            told = answer.json()
            assert (told["index"], told["size"]) == (index, size)
            assert hashes(told) == merkle.path(index, leaves[:size])
    for first in {1, 2, 3, found.size // 2, found.size - 1, found.size}:
        params = {"first": str(first), "second": str(found.size)}
        told = police.get("/v1/log/consistency", params=params).json()
        assert told["size"] == found.size
        assert hashes(told) == merkle.proof(first, leaves)


def test_the_log_only_grows(hub: Hub, police: System):
    before = latest(hub, police)
    earlier = entries(police, before.size)
    claims = receipt_of(hub, police, police.accepted("dispute", dispute(), **POLICE_AS))
    after = holding(hub, police, claims["leaf"])
    assert after.size > before.size
    later = entries(police, after.size)
    assert later[: before.size] == earlier
    assert merkle.root([merkle.leaf(e["entry"].encode()) for e in earlier]) == before.root


def test_entries_are_canonical_and_name_nobody(hub: Hub, police: System):
    found = latest(hub, police)
    refs = set()
    for listed in entries(police, found.size):
        entry = json.loads(listed["entry"])
        assert set(entry) == {"v", "type", "ref", "at", "digest"}
        canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert listed["entry"] == canonical  # JCS: these members are ASCII text and one small number
        assert entry["v"] == 1
        assert HEX.fullmatch(entry["digest"])
        refs.add(entry["ref"])
    assert len(refs) == found.size


def test_deliveries_acknowledgements_and_administration_are_entries(
    cast: Cast, hub: Hub, police: System, guest: Guest
):
    system = guest()
    told_of(police, system.units[0])
    system.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
    assert len(system.drain()) == 1
    rules = [{"name": "routing", "valid_from": "1999-01-01", "valid_to": "1999-12-31", "value": []}]
    done = cast.admin.call("POST", "/v1/admin/config", params={"reason": "试验"}, json=rules)
    assert done.status_code == 200, done.text
    claims = receipt_of(hub, police, police.accepted("dispute", dispute(), **POLICE_AS))
    found = holding(hub, police, claims["leaf"])
    types = {json.loads(e["entry"])["type"] for e in entries(police, found.size)}
    assert types >= {"message", "delivery", "acknowledgement", "admin-action"}


def test_unknown_leaves_and_sizes_are_not_found(hub: Hub, police: System):
    size = latest(hub, police).size
    leaf = entries(police, 1)[0]["leaf"]
    for params in (proof("0" * 64, size), proof(leaf, 0), proof(leaf, size + 10**6)):
        problem(police.get("/v1/log/inclusion", params=params), 404, "unknown")
    last = entries(police, size)[-1]["leaf"]
    problem(police.get("/v1/log/inclusion", params=proof(last, size - 1)), 404, "unknown")
    for first, second in ((0, size), (size, 0), (0, 0), (size, size + 10**6), (size + 10**6, size), (2, 1)):
        params = {"first": str(first), "second": str(second)}
        problem(police.get("/v1/log/consistency", params=params), 404, "unknown")
    problem(police.get("/v1/log/entries", params={"start": str(10**9), "end": str(10**9)}), 404, "unknown")


@pytest.mark.parametrize("query", ["leaf=x&size=1", "leaf=&size=1", "size=1", "leaf=00&size=x", ""])
def test_questions_that_are_none(police: System, query: str):
    answer = police.get(f"/v1/log/inclusion?{query}")
    assert answer.status_code in {400, 404}
    assert answer.headers["content-type"] == "application/problem+json"


class Case:
    """A message that was delivered and acknowledged, with the bundles of both sides."""

    def __init__(self, hub: Hub, police: System, system: System) -> None:
        system.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
        home, _ = told_of(police, system.units[0])
        self.body = packed(referral())
        header = police.header("referral", STATION, "police_handling", to=system.units[0], dispute=home)
        answer = police.post(header, self.body)
        assert answer.status_code == 202, answer.text
        self.sent = answer.json()
        tokens = system.poll()
        system.poll(ack=list(tokens["sets"]), maxEvents=0)
        self.tokens = [t for j, t in tokens["sets"].items() if tokens["claims"][j]["txn"] == self.message]
        probe = receipt_of(hub, police, police.accepted("dispute", dispute(), **POLICE_AS))
        holding(hub, police, probe["leaf"])  # what happened before is in the tree
        self.sender, self.receiver = (
            s.get(f"/v1/messages/{self.message}/evidence") for s in (police, system)
        )

    @property
    def message(self) -> str:
        return str(self.sent["message"])


@pytest.fixture(scope="module")
def case(cast: Cast) -> Case:
    return Case(cast.hub, cast.police, cast.guest())


def verify(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """`liantiao evidence verify …` in an empty directory with an empty environment."""
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    return subprocess.run(
        [*LIANTIAO, *words], cwd=empty, env=BARE, capture_output=True, text=True, check=False, timeout=60
    )


def verified(folder: Path, raw: bytes, trust: str, *options: str) -> "subprocess.CompletedProcess[str]":
    file = folder / "bundle.zip"
    file.write_bytes(raw)
    return verify(folder, *options, "evidence", "verify", str(file), "--trust", trust)


def contents(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_bundles_are_verified_offline(hub: Hub, case: Case, tmp_path: Path):
    for answer in (case.sender, case.receiver):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/zip"
        done = verified(tmp_path, answer.content, vkey(hub))
        assert done.returncode == 0, done.stdout + done.stderr
        told = verified(tmp_path, answer.content, vkey(hub), "--json")
        assert json.loads(told.stdout)["ok"] is True
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_checkpoint_is_trust_enough(hub: Hub, case: Case, police: System, tmp_path: Path):
    note = tmp_path / "checkpoint.txt"
    note.write_text(police.get("/v1/log/checkpoint").text, "utf-8")
    done = verified(tmp_path, case.sender.content, str(note))
    assert done.returncode == 0, done.stdout + done.stderr
    key = tmp_path / "key.txt"
    key.write_text(vkey(hub) + "\n", "utf-8")
    assert verified(tmp_path, case.sender.content, str(key)).returncode == 0


def test_each_side_gets_what_is_its_own(case: Case):
    sender = contents(case.sender.content)
    receiver = contents(case.receiver.content)
    receipt = case.sent["receipt"].encode()
    assert case.body in sender.values()
    assert any(receipt in part for part in sender.values())
    everything = b"".join(receiver.values())
    for secret in (case.body, receipt, "郑测一".encode(), b"500000196803059010"):
        assert secret not in everything
    assert case.tokens
    assert all(token.encode() in everything for token in case.tokens)
    assert all(token.encode() not in b"".join(sender.values()) for token in case.tokens)
    assert re.search(rb"[0-9a-f]{64}", everything)


def test_what_was_changed_does_not_hold(hub: Hub, case: Case, tmp_path: Path):
    parts = contents(case.sender.content)
    for name in sorted(set(parts) - {"readme.txt"}):
        changed = dict(parts)
        raw = bytearray(changed[name])
        raw[len(raw) // 2] ^= 1
        changed[name] = bytes(raw)
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for member, data in changed.items():
                archive.writestr(member, data)
        done = verified(tmp_path, out.getvalue(), vkey(hub))
        assert done.returncode != 0, name


def test_keys_inside_are_not_trusted_by_themselves(hub: Hub, case: Case, tmp_path: Path):
    file = tmp_path / "bundle.zip"
    file.write_bytes(case.sender.content)
    assert verify(tmp_path, "evidence", "verify", str(file)).returncode != 0  # whom to trust must be said
    name, _, _ = vkey(hub).split("+", 2)
    key = b"\x01" + hashlib.sha256(b"another").digest()
    key_id = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex()
    other = f"{name}+{key_id}+{base64.b64encode(key).decode()}"
    assert verified(tmp_path, case.sender.content, other).returncode == 1
    assert verified(tmp_path, case.sender.content, b64(b"nonsense")).returncode == 2
    assert verified(tmp_path, b"no zip", vkey(hub)).returncode != 0
    done = verify(tmp_path, "evidence", "verify", str(tmp_path / "none.zip"), "--trust", vkey(hub))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_log_verify_reads_the_whole_log(hub: Hub):
    named = {"LIANTIAO_ISSUER": hub.issuer}
    done = hub.run("log", "verify", **named)
    assert done.returncode == 0, done.stdout + done.stderr
    told = hub.run("--json", "log", "verify", **named)
    assert json.loads(told.stdout)["ok"] is True
    elsewhere = hub.run("log", "verify", LIANTIAO_ISSUER="https://other.example")
    assert elsewhere.returncode != 0
    assert hub.issuer.removeprefix("http://") in elsewhere.stderr.replace("\n", "")
