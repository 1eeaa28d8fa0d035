"""The client over real HTTP: tokens, sending with patience, files, reading."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from hub.client.agent import Agent
from hub.client.envelope import Envelope
from hub.client.errors import BadToken, Problem, Unreachable
from hub.client.jose import PrivateKey, new_key
from hub.client.session import Identity
from tests.client.contract_hub import CLIENT, ContractHub

BODY = '{"AJBH": "测"}'.encode()
LATER = {"Retry-After": "0"}


@pytest.fixture(params=["EdDSA", "ES256"])
def alg(request):
    return request.param


@pytest.fixture
def keys():
    return new_key("police-1")


@pytest.fixture
async def hub(keys):
    running = await ContractHub(keys[1]).start()
    yield running
    await running.stop()


@pytest.fixture
async def agent(hub, keys):
    async with Agent(Identity(hub.issuer, CLIENT, PrivateKey.from_jwk(keys[0])), patience=10) as made:
        yield made


def envelope(**members):
    return Envelope("3101", "dispute", "mediation", "application/json", **members)


async def test_a_message_is_accepted_once_however_often_it_is_sent(agent, hub):
    message = agent.sign(envelope(to="3105"), BODY)
    accepted = await agent.send(message)
    assert (accepted.message, accepted.dispute) == ("m2", "d1")
    assert accepted.case["machine"] == "referral"
    assert accepted.deliveries == ({"unit": "3105", "state": "queued"},)
    assert (accepted.findings, accepted.records, accepted.revision) == ((), (), None)
    assert (await agent.send(message)).raw == accepted.raw
    claims = await agent.receipt_claims(accepted.receipt)
    assert claims["digest"] == message.digest
    (stored,) = hub.messages.values()
    assert stored[1].body == BODY
    assert hub.tokens_issued == 1


async def test_the_token_is_asked_for_with_the_scopes_and_fetched_again_when_refused(hub, keys):
    identity = Identity(hub.issuer, CLIENT, PrivateKey.from_jwk(keys[0]), ("messages:send", "log:read"))
    async with Agent(identity) as agent:
        hub.token_life = -60  # what the hub gave has already run out, though it says otherwise
        with pytest.raises(Problem) as refusal:
            await agent.units()
        assert refusal.value.code == "token-invalid"
        assert hub.tokens_issued == 2
        hub.token_life = 600
        await agent.units()
        assert hub.tokens_issued == 3
    assert set(hub.scopes) == {"messages:send log:read"}


async def test_es256_and_the_newer_name_work_too():
    for alg in ("ES256", "Ed25519"):
        private, public = new_key("k", alg)
        hub = await ContractHub(public).start()
        async with Agent(Identity(hub.issuer, CLIENT, PrivateKey.from_jwk(private))) as agent:
            assert (await agent.send(agent.sign(envelope(), BODY))).message
        await hub.stop()


@pytest.mark.parametrize(
    "failures",
    [
        [(503, "unavailable", LATER)],
        [(429, "busy", LATER), (503, "unavailable", {})],
        [(502, "x", {}), (504, "x", {})],
        ["drop"],
        ["drop after"],
        ["drop after", "drop", (503, "unavailable", LATER)],
    ],
)
async def test_sending_outlasts_a_hub_that_is_away(agent, hub, failures):
    hub.fail = list(failures)
    accepted = await agent.send(agent.sign(envelope(), BODY))
    assert accepted.message
    assert len(hub.messages) == 1
    assert not hub.fail


async def test_patience_ends(hub, keys):
    async with Agent(Identity(hub.issuer, CLIENT, PrivateKey.from_jwk(keys[0])), patience=0.3) as agent:
        hub.fail = [(503, "unavailable", {"Retry-After": "600"})]
        with pytest.raises(Problem) as refusal:
            await agent.send(agent.sign(envelope(), BODY))
        assert (refusal.value.status, refusal.value.retry_after) == (503, 600)
        hub.fail = ["drop"] * 50
        with pytest.raises(Unreachable):
            await agent.send(agent.sign(envelope(), BODY))


async def test_nobody_there(keys, unused_tcp_port):
    identity = Identity(f"http://127.0.0.1:{unused_tcp_port}", CLIENT, PrivateKey.from_jwk(keys[0]))
    async with Agent(identity, patience=0.2) as agent:
        with pytest.raises(Unreachable):
            await agent.units()


async def test_a_call_that_may_not_be_repeated_is_not(agent, hub):
    await agent.units()
    hub.fail = ["drop after"]
    with pytest.raises(Unreachable):
        await agent.create_stream("urn:ietf:rfc:8936")
    assert hub.calls.count(("POST", "/v1/streams")) == 1


async def test_a_refusal_names_code_and_places(agent, hub):
    hub.fail = [(422, "schema", {})]
    with pytest.raises(Problem) as refusal:
        await agent.send(agent.sign(envelope(), BODY))
    problem = refusal.value
    assert (problem.status, problem.code, problem.detail) == (422, "schema", "说明")
    assert problem.errors == ({"pointer": "/x", "rule": "type"},)
    assert problem.instance == "urn:uuid:0"
    assert "schema" in str(problem)


async def test_a_stale_signature_is_made_anew_under_the_same_jti(agent, hub):
    message = agent.sign(envelope(), BODY)
    old = message.again(agent.identity, datetime.now(UTC) - timedelta(hours=1))
    hub.fail = [(401, "stale", {})]
    await agent.send(old)
    assert list(hub.messages) == [message.jti]
    assert hub.messages[message.jti][1].digest != old.digest


async def test_a_client_that_is_not_known(hub):
    stranger = PrivateKey.from_jwk(new_key("police-1")[0])
    async with Agent(Identity(hub.issuer, CLIENT, stranger)) as agent:
        with pytest.raises(Problem) as refusal:
            await agent.units()
    assert (refusal.value.status, refusal.value.code) == (401, "invalid_client")


async def test_metadata_of_another_issuer(hub, keys):
    other = hub.issuer.replace("127.0.0.1", "localhost")
    async with Agent(Identity(other, CLIENT, PrivateKey.from_jwk(keys[0]))) as agent:
        with pytest.raises(BadToken):
            await agent.units()


async def test_a_dry_run_changes_nothing(agent, hub):
    assert await agent.dry_run(agent.sign(envelope(to="3105"), BODY)) == {"would": "route", "to": "3105"}
    assert not hub.messages


async def test_a_receipt_of_somebody_else_is_refused(agent):
    accepted = await agent.send(agent.sign(envelope(), BODY))
    head, payload, _ = accepted.receipt.split(".")
    with pytest.raises(BadToken):
        await agent.receipt_claims(f"{head}.{payload}.{'A' * 86}")


# ── files ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def file(tmp_path):
    def write(size):
        path = tmp_path / "photo.bin"
        path.write_bytes(bytes(i * 7 % 251 for i in range(size)))
        return path

    return write


@pytest.mark.parametrize("size", [0, 1, 1000, 2500])
async def test_a_file_is_uploaded_in_parts(agent, hub, file, size):
    path = file(size)
    digest = await agent.upload(path, chunk=1000)
    assert digest == f"sha-256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    assert hub.blobs[digest[8:]] == path.read_bytes()
    puts = hub.calls.count(("PUT", f"/v1/blobs/sha-256/{digest[8:]}"))
    assert puts == max(1, -(-size // 1000))
    await agent.upload(path, chunk=1000)
    again = hub.calls.count(("PUT", f"/v1/blobs/sha-256/{digest[8:]}"))
    assert again == (2 if size == 0 else puts)


async def test_an_upload_goes_on_where_it_stopped(agent, hub, file):
    path = file(5000)
    name = hashlib.sha256(path.read_bytes()).hexdigest()
    hub.blobs[name] = path.read_bytes()[:1234]
    hub.part_limit = 700  # the hub keeps less of each part than it was sent
    await agent.upload(path, chunk=1000)
    assert hub.blobs[name] == path.read_bytes()


async def test_an_upload_finds_its_place_after_an_answer_was_lost(agent, hub, file):
    path = file(3000)
    hub.fail = []
    await agent.units()
    hub.fail = [(404, "unknown", {}), "drop after"]  # the first part arrived, its answer did not
    digest = await agent.upload(path, chunk=1000)
    assert hub.blobs[digest[8:]] == path.read_bytes()


async def test_an_upload_without_progress_ends(agent, hub, file):
    path = file(3000)
    await agent.units()
    hub.part_limit = 0
    hub.blobs[hashlib.sha256(path.read_bytes()).hexdigest()] = b"x"
    with pytest.raises(Problem):
        await agent.upload(path, chunk=1000)


async def test_a_download_is_checked(agent, hub, tmp_path):
    content = b"photo"
    digest = hashlib.sha256(content).hexdigest()
    hub.blobs[digest] = content
    await agent.download(f"sha-256:{digest}", tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == content
    hub.blobs[digest] = b"other"
    with pytest.raises(BadToken):
        await agent.download(f"sha-256:{digest}", tmp_path / "bad")
    assert not (tmp_path / "bad").exists()


# ── reading ────────────────────────────────────────────────────────────────────────────────────────


async def test_what_can_be_looked_up(agent):
    asked = {
        "/v1/messages?limit=100": agent.messages(),
        "/v1/messages?limit=5&after=c%2B1": agent.messages("c+1", 5),
        "/v1/messages/m%2F1": agent.message("m/1"),
        "/v1/cases/c1": agent.case("c1"),
        "/v1/disputes/d1": agent.dispute("d1"),
        "/v1/units": agent.units(),
        "/v1/codes/media-types": agent.codes("media-types"),
        "/v1/schemas/referral": agent.schema("referral"),
        "/v1/machines": agent.machines(),
        "/v1/shares": agent.shares(),
        "/v1/refusals": agent.refusals(),
        "/v1/refusals?after=x": agent.refusals("x"),
        "/v1/log/entries?start=0&end=9": agent.entries(0, 9),
        "/v1/log/inclusion?leaf=ab&size=3": agent.inclusion("ab", 3),
        "/v1/log/consistency?first=1&second=3": agent.consistency(1, 3),
    }
    for path, question in asked.items():
        assert (await question)["path"] == path


async def test_what_is_not_json(agent):
    native = await agent.native("m1")
    assert native.content_type.startswith("application/xml")
    assert native.body.decode("gbk") == "原文"
    assert native.dropped == ("/a", "/b/c")
    assert await agent.receipt("m1") == "/v1/messages/m1/receipt"
    assert (await agent.evidence("m1")).startswith(b"/v1/messages/m1/evidence")
    assert (await agent.calendar("m1")).startswith(b"/v1/messages/m1/calendar")
    assert await agent.checkpoint() == "/v1/log/checkpoint\n"
