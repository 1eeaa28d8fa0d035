"""What is kept long enough goes, what is held stays, and an erased dispute cannot be opened any more."""

import json
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pytest

from hub.client.agent import Agent
from hub.client.envelope import Envelope, FileRef
from hub.client.errors import Problem
from hub.client.session import Call
from hub.errors import Broken
from hub.evidence.audit import audit
from hub.evidence.verify import verify_bundle
from hub.nightly.completeness import prove
from hub.nightly.retention import expire
from tests.contract.samples import CSV, register
from tests.http.administering import Admin
from tests.http.saying import COMMITTEE, STATION, dispute, document, referral, say
from tests.live import LiveHub
from tests.nightly.proofs.conftest import Nights

YEARS = 366 * 6
FILE = b"%PDF-1.7 \xe6\xb5\x8b" * 100


@pytest.fixture(scope="module", autouse=True)
def _configured(hub: LiveHub) -> None:
    hub.register("second-sys", "justice", ("5001990000",), "--scope", "admin", "--no-receiving")
    file = hub.settings.data_dir / "config.json"
    value = [{"name": "retention", "valid_from": "2026-01-01", "value": {"messages_years": 5}}]
    file.write_text(json.dumps(value))
    hub.command("config", "import", str(file), "--reason", "试验")


@pytest.fixture
async def second(hub: LiveHub) -> AsyncIterator[Admin]:
    async with Agent(hub.identity("second-sys")) as agent:
        yield Admin(agent)


async def ended(police: Agent, sql: asyncpg.Connection, number: str, *digests: str) -> str:
    """A dispute with a number of the sender's and files, that was archived."""
    numbers = [{"system": "jjdbh", "value": number}]
    files = [FileRef(f"f{n}", d, "材料.pdf", "application/pdf") for n, d in enumerate(digests)]
    opened = await say(police, STATION, "dispute", dispute(identifiers=numbers))
    assert opened.dispute is not None
    told = referral(attachments=[{"ref": f.ref, "catalogue": "evidence"} for f in files])
    await say(police, STATION, "referral", told, to=COMMITTEE, dispute=opened.dispute, files=files)
    await sql.execute("UPDATE dispute SET state = 'archived' WHERE id = $1::uuid", opened.dispute)
    await sql.execute("UPDATE case_run SET closed_at = changed_at WHERE dispute = $1::uuid", opened.dispute)
    return opened.dispute


async def refused(call: Awaitable[object], status: int) -> str:
    with pytest.raises(Problem) as caught:
        await call
    assert caught.value.status == status
    return json.dumps(caught.value.document, ensure_ascii=False)


async def test_an_erased_dispute_cannot_be_opened(
    hub: LiveHub,
    police: Agent,
    committee: Agent,
    admin: Admin,
    second: Admin,
    night: Nights,
    sql: asyncpg.Connection,
    tmp_path: Path,
):
    shared, own, quiet = (tmp_path / f"{name}.pdf" for name in ("shared", "own", "quiet"))
    for file in (shared, own, quiet):
        file.write_bytes(FILE + file.name.encode())
    digests = [await police.upload(file) for file in (shared, own, quiet)]
    back = tmp_path / "back.pdf"
    home = await ended(police, sql, "J测1", *digests)
    living = await ended(police, sql, "J测2", digests[0])
    await sql.execute("UPDATE dispute SET state = 'registered' WHERE id = $1::uuid", living)
    lone = dispute(attachments=[{"ref": "f", "catalogue": "evidence"}])
    await say(police, STATION, "dispute", lone, files=[FileRef("f", digests[2], "材料.pdf")])
    (message,) = await sql.fetch(
        "SELECT id FROM message WHERE dispute = $1::uuid AND kind = 'referral'", home
    )
    await committee.download(digests[1], back)
    assert back.read_bytes() == own.read_bytes()

    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(await committee.evidence(str(message["id"])))

    async with night() as tonight:
        assert (await expire(tonight))["disputes"] == 0
    async with night(after=YEARS) as tonight:
        assert (await expire(tonight))["disputes"] == 1
        assert (await expire(tonight))["disputes"] == 0
    (due,) = (await admin.get("erasures"))["erasures"]
    assert (due["dispute"], due["state"], due["held"]) == (home, "due", False)

    given_up = (await admin.post(f"erasures/{home}/propose"))["approval"]
    assert "approval-pending" in await refused(second.post(f"erasures/{home}/propose"), 409)
    await second.post(f"approvals/{given_up}/withdraw")
    await refused(second.post(f"approvals/{given_up}/approve"), 409)
    proposed = (await admin.post(f"erasures/{home}/propose"))["approval"]
    (due,) = (await admin.get("erasures"))["erasures"]
    assert (due["state"], due["approval"], due["proposed_by"]) == ("proposed", proposed, "admin-sys")
    approve = f"approvals/{proposed}/approve"
    assert "two_approvers" in await refused(admin.post(approve), 422)
    await admin.post(f"holds/{home}", reason="诉讼保全")
    assert "legal-hold" in await refused(second.post(approve), 409)
    await admin.post(f"holds/{home}/lift")
    sealed = await sql.fetchrow("SELECT * FROM message WHERE id = $1", message["id"])
    wrapped = await sql.fetchval("SELECT key FROM dispute WHERE id = $1::uuid", home)
    counts = (await second.post(approve))["done"]["counts"]
    assert counts["messages"] == 2
    assert (counts["files"], counts["shared_files"]) == (1, 2)
    assert "erasure-state" in await refused(admin.post(f"erasures/{home}/propose"), 409)
    assert (await admin.get("erasures"))["erasures"] == []

    async with night() as tonight:
        sealer = tonight.hub.sealer
        key = await sql.fetchval("SELECT key FROM dispute WHERE id = $1::uuid", home)
        assert key == b"" != wrapped
        with pytest.raises(Broken):
            sealer.unwrap(sealed["dek"], sealer.unwrap(key, None, f"dispute|{home}|key"), "x")
        async with tonight.hub.database.connection() as conn:
            await tonight.hub.sequencer.drain()
            assert (await audit(conn, tonight.hub.log_signer.verifier)).ok
        await prove(tonight)
    assert home not in json.dumps(await admin.get("completeness"))
    left = "SELECT count(*) FROM identifier WHERE dispute = $1::uuid"
    assert await sql.fetchval(left, home) == 0
    assert await sql.fetchval(left, living) > 0
    for agent in (police, committee):
        await refused(agent.message(str(message["id"])), 404)
        await agent.call(Call("GET", "/v1/messages"))
    await refused(police.call(Call("GET", f"/v1/disputes/{home}")), 404)
    for agent in (police, committee):
        await refused(agent.download(digests[1], back), 404)
    await police.download(digests[2], back)  # named by a living message that nobody was told of
    await refused(committee.download(digests[2], back), 404)
    await committee.download(digests[0], back)
    assert back.read_bytes() == shared.read_bytes()
    await refused(say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=home), 404)
    again = await say(police, STATION, "dispute", dispute(identifiers=[{"system": "jjdbh", "value": "J测1"}]))
    assert again.dispute != home
    async with httpx.AsyncClient() as http:
        vkey = (await http.get(f"{hub.issuer}/.well-known/liantiao-log")).json()["vkey"]
    assert verify_bundle(bundle, vkey).ok
    certificate = await sql.fetchval("SELECT object FROM admin_action WHERE action = 'erasure'")
    assert certificate.startswith(f"{home} retention.messages_years sha-256:")
    persons = await sql.fetchrow(
        "SELECT proposed_by, approved_by FROM erasure WHERE dispute = $1::uuid", home
    )
    assert tuple(persons) == ("admin-sys", "second-sys")


async def test_what_is_held_is_not_found(police: Agent, hub: LiveHub, night: Nights, sql: asyncpg.Connection):
    home = await ended(police, sql, "J测3")
    hub.command("hold", "add", home, "--reason", "信访核查")
    assert home in hub.command("hold", "list", "--json")
    due = "SELECT count(*) FROM erasure WHERE dispute = $1"
    async with night(after=YEARS) as tonight:
        await expire(tonight)
    assert await sql.fetchval(due, UUID(home)) == 0
    hub.command("hold", "lift", home, "--reason", "核查结束")
    async with night(after=YEARS) as tonight:
        await expire(tonight)
    assert await sql.fetchval(due, UUID(home)) == 1


@pytest.mark.parametrize("facts", ['{"merged_into": "x"}', '{"absorbed": ["x"]}'])
async def test_what_was_merged_does_not_go_by_itself(
    police: Agent, night: Nights, sql: asyncpg.Connection, facts: str
):
    home = await ended(police, sql, f"J测{len(facts)}")
    due = "SELECT count(*) FROM erasure WHERE dispute = $1"
    put = "UPDATE dispute SET facts = facts || $2::text::jsonb WHERE id = $1"
    await sql.execute(put, UUID(home), facts)
    async with night(after=YEARS) as tonight:
        await expire(tonight)
    assert await sql.fetchval(due, UUID(home)) == 0
    await sql.execute(
        "UPDATE dispute SET facts = facts - 'merged_into' - 'absorbed' WHERE id = $1", UUID(home)
    )
    async with night(after=YEARS) as tonight:
        await expire(tonight)
    assert await sql.fetchval(due, UUID(home)) == 1


async def test_quarantine_tokens_and_uploads_go_with_a_certificate(
    police: Agent, committee: Agent, hub: LiveHub, night: Nights, sql: asyncpg.Connection
):
    with pytest.raises(Problem):
        await say(police, STATION, "dispute", document(action="register"))
    opened = await say(police, STATION, "dispute", dispute())
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=opened.dispute)

    async def take(_event: object) -> None:
        """Taken."""

    await committee.drain(take)
    kept = "SELECT claims IS NOT NULL FROM delivery WHERE message = $1::uuid"
    held = "SELECT count(*) FROM quarantine"
    assert await sql.fetchval(kept, sent.message)
    assert await sql.fetchval(held) == 1
    async with night(after=20) as tonight:
        await expire(tonight)
    assert await sql.fetchval(kept, sent.message)
    dry = json.loads(hub.command("retention", "--dry-run", "--json"))
    assert dry["dry_run"] is True
    assert dry["counts"]["quarantine"] == 0
    async with night(after=95) as tonight:
        summary = await expire(tonight)
    assert summary["quarantine"] == 1
    assert summary["tokens"] >= 1
    assert not await sql.fetchval(kept, sent.message)
    assert await sql.fetchval(held) == 0
    found = await sql.fetch("SELECT object FROM admin_action WHERE action = 'retention'")
    assert {row["object"].split(" ")[0] for row in found} == {
        "retention.quarantine_days",
        "retention.tokens_days",
    }


async def test_a_file_of_records_stays_for_those_that_live(
    police: Agent, admin: Admin, second: Admin, night: Nights, sql: asyncpg.Connection
):
    envelope = Envelope(STATION, "dispute", "police_handling", CSV)
    sent = await police.send(police.sign(envelope, register()))
    rows = await sql.fetch(
        "SELECT id, dispute FROM message WHERE parent = $1::uuid ORDER BY id", sent.message
    )
    assert len(rows) == 3
    kept = "SELECT native IS NOT NULL FROM message WHERE id = $1::uuid"
    for n, row in enumerate(rows):
        assert await sql.fetchval(kept, sent.message)
        await sql.execute("UPDATE dispute SET state = 'archived' WHERE id = $1", row["dispute"])
        async with night(after=YEARS) as tonight:
            await expire(tonight)
        proposed = (await admin.post(f"erasures/{row['dispute']}/propose"))["approval"]
        answer = await second.post(f"approvals/{proposed}/approve")
        assert answer["done"]["counts"]["shared_originals"] == (0 if n == 2 else 1)
        await refused(police.message(str(row["id"])), 404)
    assert not await sql.fetchval(kept, sent.message)
    await refused(police.call(Call("GET", f"/v1/messages/{sent.message}/native")), 404)
