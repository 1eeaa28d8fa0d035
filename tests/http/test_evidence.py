"""The evidence log and bundles, as an agency gets them (contract 6)."""

import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from zipfile import ZipFile

import asyncpg
import httpx
import pytest

from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.events import Event
from hub.client.receiving import POLL
from hub.evidence.merkle import verify_consistency, verify_inclusion
from hub.evidence.note import Verifier
from hub.evidence.verify import verify_bundle
from tests.http.saying import COMMITTEE, STATION, dispute, referral, say
from tests.live import LiveHub


def vkey(hub: LiveHub) -> str:
    return httpx.get(f"{hub.issuer}/.well-known/liantiao-log").json()["vkey"]


async def logged(agent: Agent, leaf: str) -> dict[str, object]:
    """The inclusion proof, once the sequencer has come by (within 60 s; in truth within one)."""
    for _ in range(600):
        try:
            size = Verifier.from_vkey(vkey_of(agent)).checkpoint(await agent.checkpoint()).size
            return await agent.inclusion(leaf, size)
        except Problem as problem:
            assert problem.status == 404  # noqa: PT017  not yet is an answer
    raise AssertionError("the leaf did not enter the tree")


def vkey_of(agent: Agent) -> str:
    return httpx.get(f"{agent.identity.issuer}/.well-known/liantiao-log").json()["vkey"]


async def test_a_receipt_names_a_leaf_that_is_in_the_tree(hub: LiveHub, police: Agent):
    accepted = await say(police, STATION, "dispute", dispute())
    claims = await police.receipt_claims(accepted.receipt)
    assert claims["msg"] == accepted.message
    assert await police.receipt(accepted.message) == accepted.receipt
    proof = await logged(police, str(claims["leaf"]))
    checkpoint = Verifier.from_vkey(vkey(hub)).checkpoint(await police.checkpoint())
    proof = await police.inclusion(str(claims["leaf"]), checkpoint.size)
    hashes = [b64decode(h) for h in proof["hashes"]]
    verify_inclusion(
        bytes.fromhex(str(claims["leaf"])), proof["index"], checkpoint.size, hashes, checkpoint.root
    )


async def test_the_log_only_grows(hub: LiveHub, police: Agent):
    verifier = Verifier.from_vkey(vkey(hub))
    first = verifier.checkpoint(await police.checkpoint())
    accepted = await say(police, STATION, "dispute", dispute())
    await logged(police, str((await police.receipt_claims(accepted.receipt))["leaf"]))
    second = verifier.checkpoint(await police.checkpoint())
    proof = await police.consistency(first.size, second.size)
    hashes = [b64decode(h) for h in proof["hashes"]]
    verify_consistency(first.size, second.size, hashes, first.root, second.root)
    for wrong in ((0, second.size), (first.size, second.size + 10_000)):
        with pytest.raises(Problem) as problem:
            await police.consistency(*wrong)
        assert problem.value.status == 404


async def test_entries_name_nobody(police: Agent):
    listed = await police.entries(0, 50)
    for entry in listed["entries"]:
        told = json.loads(entry["entry"])
        assert set(told) == {"v", "type", "ref", "at", "digest"}


async def test_bundles_verify_offline(hub: LiveHub, police: Agent, justice: Agent, tmp_path: Path):
    opened = await say(police, STATION, "dispute", dispute())
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=opened.dispute)
    trust = vkey(hub)
    for name, agent in (("sender", police), ("receiver", justice)):
        file = tmp_path / f"{name}.zip"
        file.write_bytes(await agent.evidence(sent.message))
        report = verify_bundle(file, trust)
        assert report.ok, report.text()
    done = subprocess.run(  # noqa: ASYNC221  nothing else runs on this loop
        [sys.executable, "-I", "-m", "hub.cli", "evidence", "verify", str(file), "--trust", trust],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


async def test_nobody_elses_bundle(court: Agent, police: Agent):
    opened = await say(police, STATION, "dispute", dispute())
    with pytest.raises(Problem) as problem:
        await court.evidence(opened.message)
    assert problem.value.status == 404


async def test_a_bundle_continues_the_checkpoint_that_is_trusted(hub: LiveHub, police: Agent, tmp_path: Path):
    kept = await police.checkpoint()
    size = Verifier.from_vkey(vkey(hub)).checkpoint(kept).size
    for _ in range(20):
        accepted = await say(police, STATION, "dispute", dispute())
        await logged(police, str((await police.receipt_claims(accepted.receipt))["leaf"]))
    file = tmp_path / "since.zip"
    file.write_bytes(await police.evidence(accepted.message, since=size))
    report = verify_bundle(file, kept)
    assert report.ok, report.text()
    assert "continues the trusted checkpoint" in report.text()
    latest = await police.checkpoint()
    accepted = await say(police, STATION, "dispute", dispute())
    file.write_bytes(await police.evidence(accepted.message))
    assert "continues the trusted checkpoint" in verify_bundle(file, latest).text()
    with pytest.raises(Problem) as problem:
        await police.evidence(accepted.message, since=size + 1_000_000)
    assert problem.value.status == 404


async def test_what_was_delivered_is_told_when_its_claims_are_kept_no_more(
    hub: LiveHub, police: Agent, justice: Agent, tmp_path: Path
):
    opened = await say(police, STATION, "dispute", dispute())
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=opened.dispute)
    if await justice.stream() is None:
        await justice.create_stream(POLL)
    await justice.drain(_nothing)
    await justice.delete_stream()
    conn = await asyncpg.connect(hub.settings.database_url)
    await conn.execute("UPDATE delivery SET claims = NULL, dek = NULL WHERE message = $1::uuid", sent.message)
    await conn.close()
    for name, agent in (("sender", police), ("receiver", justice)):
        file = tmp_path / f"{name}.zip"
        file.write_bytes(await agent.evidence(sent.message))
        report = verify_bundle(file, vkey(hub))
        assert report.ok, report.text()
        with ZipFile(file) as archive:
            told = {e["type"] for e in json.loads(archive.read("events.json"))}
        assert told == {"delivery", "acknowledgement"}


async def _nothing(_event: Event) -> None:
    """Taken in."""
