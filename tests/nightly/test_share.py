"""Extracts over a served hub: who sees which, what is masked, what a manifest proves, and the second run."""

import io
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import jwt
import pyarrow.parquet as pq
import pytest

from hub.client.agent import Agent
from hub.client.errors import BadToken, Problem
from hub.client.receiving import POLL
from hub.client.session import Call
from hub.nightly.extracts.files import guarded
from hub.nightly.night import Night
from hub.nightly.share import share
from hub.store.address import Address
from tests.conftest import _data_dir
from tests.http.saying import COMMITTEE, STATION, TRIBUNAL, dispute, referral, say, today
from tests.live import LiveHub, live_hub
from tests.nightly.packages import fetched, opened, opened_night, table

SECRETS = (
    "郑测一", "冯测二", "500000196803059010", "500000197511209026", "堵塞共用排水沟", "测试镇一号村",
    "10000000001", "适宜调解", "已查明", "相邻排水",
)  # fmt: skip
FORMULAS = ("=1+1", "+86", "-7", "@SUM(A1)", "=1", " =2")
NOWHERE = "01900000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def hub(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("share")) as own, live_hub(own) as served:
        yield served


@pytest.fixture
async def night(hub: LiveHub) -> AsyncIterator[Night]:
    async with opened_night(hub) as night:
        yield night


@pytest.fixture
async def said(police: Agent) -> str:
    """A dispute that the station registers, with numbers that look like formulas, and refers."""
    numbers = [{"system": "jjdbh", "value": f"{formula}{uuid4().hex}"} for formula in FORMULAS]
    made = await say(police, STATION, "dispute", dispute(identifiers=numbers))
    await say(police, STATION, "referral", referral(), dispute=made.dispute, to=COMMITTEE)
    return str(made.dispute)


async def test_a_unit_gets_its_own_extract_and_no_other(night, police, justice, court, said):
    await share(night)
    found, files = await fetched(police, STATION)
    assert said in {row["dispute"] for row in table(files, "kind-dispute")}
    _, of_committee = await fetched(justice, COMMITTEE)
    assert said in {row["dispute"] for row in table(of_committee, "kind-referral")}
    assert "data/kind-dispute.csv" not in of_committee
    for other in (justice, court):
        assert found["share"] not in {s["share"] for s in (await other.shares())["shares"]}
        for path in (found["package"], f"/v1/shares/{NOWHERE}"):
            with pytest.raises(Problem) as refused:
                await other.call(Call("GET", path))
            assert (refused.value.status, refused.value.code) == (404, "unknown")
    _, of_court = await fetched(court, TRIBUNAL)
    assert said not in b"".join(of_court.values()).decode("gb18030", "ignore")


async def test_names_are_hidden_and_nothing_else_of_a_person_is_there(night, police, justice, said):
    await share(night)
    for agent, unit in ((police, STATION), (justice, COMMITTEE)):
        _, files = await fetched(agent, unit)
        texts = [raw.decode("gb18030") for name, raw in files.items() if name.endswith(".csv")]
        texts += [
            repr(pq.read_table(io.BytesIO(raw)).to_pylist())
            for name, raw in files.items()
            if name.endswith(".parquet")
        ]
        texts.append(files["datapackage.json"].decode())
        assert [secret for secret in SECRETS if any(secret in text for text in texts)] == []
        assert {"郑某", "冯某"} == {row["name"] for row in table(files, "parties") if row["dispute"] == said}


@pytest.mark.usefixtures("said")
async def test_no_cell_is_a_formula_and_the_formats_agree(night, police):
    await share(night)
    _, files = await fetched(police, STATION)
    package = json.loads(files["datapackage.json"])
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    by_path = {resource["path"]: resource for resource in package["resources"]}
    assert set(by_path) == {name for name in files if name.startswith("data/")}
    for path, resource in by_path.items():
        assert resource["hash"] == f"sha256:{sha256(files[path]).hexdigest()}"
        assert resource["bytes"] == len(files[path])
    for name in {path.removeprefix("data/").rpartition(".")[0] for path in by_path}:
        rows = pq.read_table(io.BytesIO(files[f"data/{name}.parquet"])).to_pylist()
        fields = [field["name"] for field in by_path[f"data/{name}.csv"]["schema"]["fields"]]
        read = table(files, name)
        assert all(list(row) == fields for row in (*rows, *read))
        cells = [cell for row in read for cell in row.values()]
        assert [c for c in cells if c.lstrip().startswith(("=", "+", "-", "@", "=", "\t"))] == []
        assert [list(map(_as_csv, row.values())) for row in rows] == [list(r.values()) for r in read]
    values = {row["value"][: len(f) + 1] for row in table(files, "numbers") for f in FORMULAS}
    assert {f"'{formula}" for formula in FORMULAS} <= values


def _as_csv(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value) if isinstance(value, str) else "" if value is None else str(value)


@pytest.mark.usefixtures("said")
async def test_the_manifest_is_the_hubs_and_names_every_file(hub, night, police, tmp_path):
    await share(night)
    found, files = await fetched(police, STATION)
    signed = files.pop("manifest.jws").decode()
    head = jwt.get_unverified_header(signed)
    assert head["typ"] == "liantiao-share+jws"
    async with httpx.AsyncClient() as http:
        jwks = (await http.get(f"{hub.issuer}/.well-known/jwks.json")).json()
    keys = {k["kid"]: jwt.PyJWK(k) for k in jwks["keys"]}
    told = jwt.PyJWS().decode(signed, keys[head["kid"]].key, algorithms=["EdDSA"])
    manifest = json.loads(told)
    assert json.dumps(manifest, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() == told
    assert (manifest["iss"], manifest["unit"]) == (hub.issuer, STATION)
    assert manifest["period"] == found["period"]
    assert datetime.fromisoformat(manifest["period"]["from"]) == night.interval.starts
    named = {f["name"]: (f["size"], f["digest"]) for f in manifest["files"]}
    assert named == {n: (len(raw), f"sha-256:{sha256(raw).hexdigest()}") for n, raw in files.items()}
    kept = tmp_path / "package.zip"
    assert await police.share(found["share"], kept) == manifest
    assert opened(kept.read_bytes()).keys() == {*files, "manifest.jws"}
    part = await police.call(Call("GET", found["package"], params={"part": "data/messages.csv"}))
    assert part.content == files["data/messages.csv"]
    with pytest.raises(Problem) as refused:
        await police.call(Call("GET", found["package"], params={"part": "../kek"}))
    assert refused.value.status == 404


@pytest.mark.usefixtures("said")
async def test_a_changed_package_is_noticed_by_the_client(night, police):
    await share(night)
    found, _ = await fetched(police, STATION)
    content = (await police.call(Call("GET", found["package"]))).content
    spoiled = content.replace(b"messages", b"messagez")
    with pytest.raises(BadToken):
        await police._checked(spoiled)


@pytest.mark.usefixtures("said")
async def test_a_second_run_changes_nothing(night, police):
    first = await share(night)
    before = await police.shares()
    second = await share(night)
    assert second["unchanged"] == second["units"] == first["units"]
    assert "made" not in second
    assert second.get("announced", 0) == 0
    assert await police.shares() == before
    async with night.hub.database.connection() as conn:
        runs = await conn.fetch(
            "SELECT digest FROM night_run WHERE job = 'share' ORDER BY started_at DESC LIMIT 2"
        )
        sealed = await conn.fetch("SELECT sealed FROM share_chunk")
    assert runs[0]["digest"] == runs[1]["digest"]
    assert not any(b"PK\x03\x04" in bytes(row["sealed"]) for row in sealed)


@pytest.mark.usefixtures("said")
async def test_rows_that_came_later_make_a_new_revision(night, police):
    await share(night)
    before, _ = await fetched(police, STATION)
    await say(police, STATION, "dispute", dispute())
    await share(night)
    after, _ = await fetched(police, STATION)
    assert (after["share"], after["revision"]) == (before["share"], before["revision"] + 1)
    assert after["rows"] > before["rows"]
    assert not after["complete"]


async def test_the_unit_is_told_by_the_hubs_own_message(night, court):
    if await court.stream() is None:
        await court.create_stream(POLL)
    heard = []

    async def hear(event) -> None:
        heard.append(event)

    await share(night)
    await court.drain(hear)
    found, _ = await fetched(court, TRIBUNAL)
    told = [e for e in heard if e.kind == "snapshot" and e.said["to"] == TRIBUNAL]
    document = told[-1].document
    assert (document["blob"], document["remarks"]) == (found["digest"], found["package"])
    assert (document["dataset"], document["business_date"]) == ("extract", today())
    assert told[-1].said["from"] == "hub"


async def test_shares_need_their_scope(hub):
    async with Agent(hub.identity("police-sys", "messages:read")) as narrow:
        with pytest.raises(Problem) as refused:
            await narrow.shares()
    assert (refused.value.status, refused.value.code) == (403, "scope")


def test_the_command_line_makes_them_too(hub):
    told = json.loads(hub.command("--json", "share", "--day", today()))
    assert told["units"] == 7


async def test_an_extract_lists_as_many_messages_as_sql_counts(hub, night, police, justice, said):  # noqa: ARG001  once told
    await share(night)
    conn = await asyncpg.connect(hub.settings.database_url)
    try:
        for agent, unit in ((police, STATION), (justice, COMMITTEE)):
            counted = await conn.fetch(
                "SELECT kind, count(*) FROM message m WHERE received_at BETWEEN $2 AND $3"
                " AND EXISTS (SELECT FROM message_reader r WHERE r.message = m.id AND r.unit = $1)"
                " AND NOT (kind = 'snapshot' AND sender NOT IN (SELECT code FROM unit)) GROUP BY kind",
                unit,
                night.interval.starts,
                night.interval.ends,
            )
            _, files = await fetched(agent, unit)
            listed = Counter(row["kind"] for row in table(files, "messages"))
            assert listed == dict(map(tuple, counted))
            assert listed["referral"] > 0
    finally:
        await conn.close()
