"""Contract 8: the commands, as processes: what they do, print and answer."""

import asyncio
import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import httpx
import pytest

from tests.contract.conftest import Cast
from tests.contract.kit import LIANTIAO, PUSH, SHARED, Hub, Key, System, b64, free_port, packed, problem
from tests.contract.sink import Sink
from tests.contract.words import COMMITTEE, HEAD, POLICE_AS, STATION, dispute, document, referral, told_of

ADAPTERS = Path(__file__).parents[2] / "adapters"
COMMANDS = [
    "", "demo", "init", "serve", "deliver", "migrate", "unit", "unit import", "unit list", "unit alias",
    "unit alias import", "system", "system add", "system key", "system key add", "system key retire",
    "system key revoke", "hub-key", "hub-key rotate", "hub-key revoke", "config", "config import", "send",
    "poll", "log", "log verify", "evidence", "evidence verify", "conformance", "doctor",
]  # fmt: skip


def failed(done: "subprocess.CompletedProcess[str]") -> str:
    """A mistake is a sentence and a status that is not 0."""
    assert done.returncode != 0, done.stdout
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    return done.stderr


def told(hub: Hub, *words: str) -> Any:
    """What a command tells a program."""
    return json.loads(hub.ok(*words, "--json"))


def file(hub: Hub, name: str, content: "str | bytes") -> str:
    path = hub.data_dir / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def private_jwk(key: Key) -> bytes:
    """What `send` and `poll` sign with."""
    return packed({**key.public(), "d": b64(key.private.private_bytes_raw())})


@pytest.mark.parametrize("words", COMMANDS)
def test_help_is_everywhere(words: str):
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    if "PYTHONPATH" in os.environ:
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    done = subprocess.run(
        [*LIANTIAO, *words.split(), "--help"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "--help" in done.stdout


@pytest.mark.parametrize("words", ["no-such", "unit no-such", "unit list --no-such", "send", "unit import"])
def test_what_is_no_command_fails(hub: Hub, words: str):
    failed(hub.run(*words.split()))


def test_units_are_imported_and_listed(hub: Hub):
    head = f"{HEAD},type,host,serves,contact"
    rows = [
        "3501,试一村人民调解委员会,justice,town,500199,5001990100,2010-01-01,,committee,,500199,10000000001",
        "3502,法庭驻站调解室,justice,town,500199,5001990100,2010-01-01,2030-12-31,room,500199,,",
    ]
    assert told(hub, "unit", "import", file(hub, "u.csv", "\n".join((head, *rows, ""))))["units"] == 2
    listed = {u["code"]: u for u in told(hub, "unit", "list")}
    assert (listed["3501"]["name"], listed["3501"]["type"]) == ("试一村人民调解委员会", "committee")
    assert (listed["3502"]["type"], listed["3502"]["valid_to"]) == ("room", "2030-12-31")
    assert "3501" in hub.ok("unit", "list")
    assert told(hub, "unit", "import", file(hub, "u.csv", "\n".join((head, *rows, ""))))["units"] == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "code,name\n1,x\n",
        f"{HEAD}\n3511,试,nobody,town,500199,,2010-01-01,\n",
        f"{HEAD}\n3511,试,justice,village,500199,,2010-01-01,\n",
        f"{HEAD}\n3511,试,justice,town,500199,,1 January,\n",
        f"{HEAD}\n3511,试,justice,town,500199,9999999,2010-01-01,\n",
        f"{HEAD},type\n3511,试,justice,town,500199,,2010-01-01,,palace\n",
        f"{HEAD}\n3511,试,justice,town,500199,,2010-01-01,2009-01-01\n",
    ],
)
def test_units_that_are_none_are_refused(hub: Hub, text: str):
    failed(hub.run("unit", "import", file(hub, "bad.csv", text)))


def test_a_file_with_one_bad_unit_changes_nothing(hub: Hub):
    rows = ("3511,试,justice,town,500199,,2010-01-01,", "3512,试,nobody,town,500199,,2010-01-01,")
    failed(hub.run("unit", "import", file(hub, "bad.csv", "\n".join((HEAD, *rows, "")))))
    assert not {"3511", "3512"} & {u["code"] for u in told(hub, "unit", "list")}


def test_a_file_that_is_not_there_fails(hub: Hub):
    failed(hub.run("unit", "import", str(hub.data_dir / "none.csv")))
    failed(hub.run("config", "import", str(hub.data_dir / "none.json")))
    failed(hub.run("conformance", str(hub.data_dir / "none")))


def test_aliases_are_imported(hub: Hub):
    text = f"system,native_code,unit,valid_from,valid_to\npolice-sys,TEST-9,{COMMITTEE},2010-01-01,\n"
    assert told(hub, "unit", "alias", "import", file(hub, "a.csv", text))["aliases"] == 1
    wrong = text.replace(COMMITTEE, "no-such")
    failed(hub.run("unit", "alias", "import", file(hub, "a.csv", wrong)))


def add(hub: Hub, client: str, jwk: object, *options: str) -> "subprocess.CompletedProcess[str]":
    words = ("system", "add", "--id", client, "--agency", "justice", "--jwk", file(hub, "k.jwk", packed(jwk)))
    return hub.run(*words, *options)


def test_systems_that_are_none_are_not_registered(hub: Hub, cast: Cast):
    key = Key("bad-sys-1")
    unit = ("--unit", "5001990100", "--no-receiving")
    secret = json.loads(private_jwk(key))
    failed(add(hub, "bad-sys", secret, *unit))  # a private key is nobody else's
    failed(add(hub, "bad-sys", {**key.public(), "alg": "RS256"}, *unit))
    failed(add(hub, "bad-sys", {**key.public(), "use": "enc"}, *unit))
    failed(add(hub, "bad-sys", {**key.public(), "kid": "a b"}, *unit))
    failed(add(hub, "bad-sys", {"keys": []}, *unit))
    failed(add(hub, "bad-sys", key.public(), "--unit", "no-such", "--no-receiving"))
    failed(add(hub, "bad-sys", key.public(), "--unit", STATION, "--no-receiving"))  # another agency's
    failed(add(hub, "bad-sys", key.public(), *unit, "--scope", "everything"))
    failed(add(hub, "police-sys", key.public(), *unit))  # there is one
    failed(add(hub, "bad-sys", key.public(), "--unit", COMMITTEE))  # it has a receiving system
    failed(add(hub, "bad-sys", key.public()))
    assert add(hub, "bad-sys", {"keys": [key.public()]}, *unit).returncode == 0
    assert System(hub, "bad-sys", key, ("5001990100",)).ask_token().status_code == 200
    assert cast.justice.ask_token().status_code == 200


def test_keys_are_added_retired_and_revoked(hub: Hub):
    system = hub.add("keys-sys", "justice", ("5001990100",), "--no-receiving")
    second = Key("keys-sys-2", "ES256")
    hub.ok("system", "key", "add", "keys-sys", file(hub, "k2.jwk", packed(second.public())))
    assert system.ask_token(system.assertion(key=second)).status_code == 200
    hub.ok("system", "key", "retire", "keys-sys", "keys-sys-1")
    hub.ok("system", "key", "revoke", "keys-sys", "keys-sys-2")
    failed(hub.run("system", "key", "revoke", "keys-sys", "no-such"))
    failed(hub.run("system", "key", "revoke", "no-such", "keys-sys-1"))
    failed(hub.run("system", "key", "add", "keys-sys", file(hub, "k2.jwk", packed(second.public()))))


def test_a_revoked_key_opens_nothing(hub: Hub):
    system = hub.add("lost-sys", "justice", ("5001990100",), "--no-receiving")
    token = system.token()
    assert system.get("/v1/units", token=token).status_code == 200
    hub.ok("system", "key", "revoke", "lost-sys", "lost-sys-1")
    deadline = time.monotonic() + 30
    while system.get("/v1/units", token=token).status_code == 200:  # until the serving process has heard
        assert time.monotonic() < deadline
    problem(system.get("/v1/units", token=token), 401, "token-invalid")
    assert system.ask_token().status_code == 401


def test_the_hubs_key_is_rotated(hub: Hub, police: System):
    before = police.accepted("dispute", dispute(), **POLICE_AS)
    active = told(hub, "hub-key", "rotate")["active"]
    after = police.accepted("dispute", dispute(), **POLICE_AS)
    for sent in (before, after):
        assert hub.read(sent["receipt"], "liantiao-receipt+jwt", "police-sys")
    assert active in set(hub.jwks())


def test_configuration_has_dates(hub: Hub):
    entry = {"name": "routing", "valid_from": "1990-01-01", "valid_to": "1990-12-31", "value": []}
    assert told(hub, "config", "import", file(hub, "c.json", packed([entry])))["names"] == ["routing"]
    for wrong in (
        [],
        {},
        [{**entry, "name": "no-such"}],
        [{**entry, "valid_from": "x"}],
        [{**entry, "value": [{"to": "x"}]}],
        [{**entry, "more": 1}],
    ):
        failed(hub.run("config", "import", file(hub, "c.json", packed(wrong))))
    failed(hub.run("config", "import", file(hub, "c.json", "{")))


def as_system(hub: Hub, system: System) -> list[str]:
    key = file(hub, f"{system.id}.private", private_jwk(system.key))
    return ["--key", key, "--id", system.id, "--issuer", hub.issuer]


def test_send_and_poll_act_as_an_agency_system(hub: Hub, cast: Cast, police: System):
    room = cast.guest()
    unit = room.units[0]
    body = file(hub, "dispute.json", packed(dispute()))
    who = as_system(hub, police)
    words = ["--kind", "dispute", "--unit", STATION, "--purpose", "police_handling", "--to", unit]
    dry = json.loads(hub.ok("--json", "send", body, *who, *words, "--dry-run"))
    assert "receipt" not in dry
    sent = json.loads(hub.ok("--json", "send", body, *who, *words, "--jti", "cli-1"))
    assert hub.read(sent["receipt"], "liantiao-receipt+jwt", "police-sys")["msg_jti"] == "cli-1"
    again = json.loads(hub.ok("--json", "send", body, *who, *words, "--jti", "cli-1"))
    assert again == sent
    native = police.get(f"/v1/messages/{sent['message']}/native")
    assert (native.content, native.headers["content-type"]) == (Path(body).read_bytes(), SHARED)
    kept = hub.ok("--json", "poll", *as_system(hub, room), "--keep")
    (event,) = map(json.loads, kept.splitlines())
    assert (event["message"], event["seq"]) == (sent["message"], 1)
    assert hub.ok("--json", "poll", *as_system(hub, room)) == kept
    assert hub.ok("--json", "poll", *as_system(hub, room)) == ""
    told = police.get(f"/v1/messages/{sent['message']}").json()
    assert told["deliveries"][0]["state"] == "acknowledged"


def test_what_the_hub_refuses_fails(hub: Hub, police: System, justice: System):
    who = as_system(hub, police)
    words = ["--kind", "dispute", "--unit", STATION, "--purpose", "police_handling"]
    wrong = file(hub, "wrong.json", packed(dispute(dispute_type="秘密的值")))
    text = failed(hub.run("send", wrong, *who, *words))
    assert "schema" in text
    assert "/dispute_type" in text
    assert "秘密的值" not in text
    body = file(hub, "dispute.json", packed(dispute()))
    foreign = [w.replace(STATION, COMMITTEE) for w in words]
    assert "unit-not-yours" in failed(hub.run("send", body, *who, *foreign))
    failed(hub.run("send", body, *who[:2], "--id", justice.id, *who[4:], *words))
    failed(hub.run("send", body, "--key", body, *who[2:], *words))
    failed(hub.run("send", body + ".none", *who, *words))


def test_a_file_is_attached(hub: Hub, cast: Cast, police: System):
    room = cast.guest()
    home, _ = told_of(police, room.units[0])
    photo = file(hub, "photo.bin", os.urandom(3000))
    listed = [{"ref": "505", "catalogue": "evidence"}]
    body = file(hub, "referral.json", packed(referral(attachments=listed)))
    sent = told(
        hub, "send", body, *as_system(hub, police), "--kind", "referral", "--unit", STATION, "--purpose",
        "police_handling", "--to", room.units[0], "--dispute", home, "--attach", f"505={photo}",
    )  # fmt: skip
    (named,) = room.get(f"/v1/messages/{sent['message']}").json()["document"]["attachments"]
    digest = named["digest"].removeprefix("sha-256:")
    assert room.get(f"/v1/blobs/sha-256/{digest}").content == Path(photo).read_bytes()


@pytest.mark.parametrize("agency", sorted(path.parent.name for path in ADAPTERS.glob("*/__init__.py")))
def test_adapters_conform(hub: Hub, agency: str):
    report = told(hub, "conformance", str(ADAPTERS / agency))
    assert report["agency"] == agency
    assert not report["faults"]


def test_a_folder_that_is_no_adapter_does_not_conform(hub: Hub, tmp_path: Path):
    failed(hub.run("conformance", str(tmp_path)))


def test_the_doctor_fails_with_what_fails(hub: Hub):
    done = hub.run("doctor", "--json")
    verdicts = [value for row in json.loads(done.stdout) for value in row.values()]
    assert {"ok", "warn", "fail"} & set(verdicts)
    assert (done.returncode != 0) == ("fail" in verdicts)


def test_migrate_may_be_repeated(hub: Hub):
    assert told(hub, "migrate") == told(hub, "migrate")


def test_a_port_that_is_taken_is_said(hub: Hub):
    failed(hub.run("serve", "--port", str(hub.port)))


@pytest.mark.parametrize(
    "variables",
    [
        {"LIANTIAO_ISSUER": "http://hub.example"},
        {"LIANTIAO_ISSUER": "ftp://hub.example"},
        {"LIANTIAO_ISSUER": "https://hub.example", "LIANTIAO_CLOCK_OFFSET": "10"},
        {"LIANTIAO_CLOCK_OFFSET": "soon"},
        {"LIANTIAO_BATCH": "many"},
        {"LIANTIAO_NIGHT_ENGINE": "pandas"},
    ],
)
def test_settings_that_are_none_are_named(hub: Hub, variables: dict[str, str]):
    text = failed(hub.run("unit", "list", **variables))
    assert any(name in text for name in variables)


def test_settings_may_stand_in_the_data_directory(own_cast: Cast):
    hub = own_cast.hub
    (hub.data_dir / "liantiao.toml").write_text('issuer = "https://hub.example"\nmetrics_port = 0\n', "utf-8")
    hub.start()
    server = hub.get("/.well-known/oauth-authorization-server").json()
    assert server["issuer"] == "https://hub.example"
    hub.stop()
    (hub.data_dir / "liantiao.toml").write_text("isuer = 1\n", "utf-8")
    assert "isuer" in failed(hub.run("unit", "list"))


def test_init_makes_a_directory_and_a_database_of_its_own():
    with TemporaryDirectory(dir="/tmp") as parent:
        own = Hub(Path(parent) / "elsewhere")
        Path(parent).chmod(0o755)  # an account of its own runs the embedded database
        folder = Path(parent) / "made"
        for _ in range(2):
            told(own, "init", "--dir", str(folder))
        assert (folder / "kek").stat().st_mode & 0o077 == 0
        assert told(own, "--data-dir", str(folder), "unit", "list") == []
        looked = json.loads(own.run("--json", "--data-dir", str(folder), "doctor").stdout)
        verdicts = {row["检查 check"].split(" ")[0]: row["结果"] for row in looked}
        assert (verdicts["落盘"], verdicts["刷盘"], verdicts["角色与行级策略"]) == ("ok", "ok", "ok")


def test_a_worker_alone_delivers(own_cast: Cast, sink: Sink):
    hub = own_cast.hub
    hub.extra["LIANTIAO_ISSUER"] = hub.issuer
    room = own_cast.guest("--push", sink.prefix)
    hub.start("--no-delivery")
    delivery = {"method": PUSH, "endpoint_url": sink.url}
    assert room.call("POST", "/v1/streams", json={"delivery": delivery}).status_code == 201
    _, message = told_of(own_cast.police, room.units[0])
    port = free_port()
    words = [*LIANTIAO, "deliver", "--metrics-port", str(port)]
    worker = subprocess.Popen(words, env=hub.environment, stderr=subprocess.DEVNULL)
    try:
        (arrival,) = sink.count(1)
        assert arrival.claims["txn"] == message
        assert hub.read(arrival.token, "secevent+jwt", room.id)
        told = f'liantiao_delivery_acknowledged_total{{system="{room.id}"}} 1.0'
        until(lambda: told in metrics_at(port))
    finally:
        worker.terminate()
        assert worker.wait(30) == 0


def metrics_at(port: int) -> str:
    """What a process tells; nothing while it does not answer."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10, trust_env=False).text
    except httpx.TransportError:
        return ""


def until(holds: Callable[[], bool]) -> None:
    """Wait for what follows within a second or so."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_each_worker_tells_what_it_counts(own_cast: Cast):
    hub = own_cast.hub
    hub.start("--workers", "2")
    for _ in range(20):  # each by a connection of its own: they fall to either
        own_cast.police.http.close()
        own_cast.police.http = httpx.Client(base_url=hub.issuer, trust_env=False)
        own_cast.police.accepted("dispute", dispute(), **POLICE_AS)
    counted = re.compile(r"^liantiao_messages_accepted_total (\d+)", re.MULTILINE)
    until(lambda: sum(int(n) for port in (1, 2) for n in counted.findall(metrics_at(hub.port + port))) == 20)
    assert all(counted.search(metrics_at(hub.port + port)) for port in (1, 2))


def test_a_hub_says_how_it_is(hub: Hub):
    for path in ("/livez", "/readyz"):
        assert hub.get(path).status_code == 200
    metrics = httpx.get(f"http://127.0.0.1:{hub.port + 1}/metrics", timeout=10)
    assert metrics.status_code == 200
    assert "liantiao_" in metrics.text
    assert hub.get("/metrics").status_code == 404  # not where agencies call


def test_a_hub_whose_delivery_stands_still_is_not_ready(hub: Hub):
    def checks() -> dict[str, bool]:
        return dict(hub.get("/readyz").json()["checks"])

    async def held_up() -> None:
        connection = await asyncpg.connect(hub.database_url)
        try:
            async with connection.transaction():
                await connection.execute("LOCK TABLE stream IN ACCESS EXCLUSIVE MODE")
                await asyncio.to_thread(until, lambda: not checks()["delivery"])
                assert hub.get("/readyz").status_code == 503
        finally:
            await connection.close()

    asyncio.run(held_up())
    until(lambda: all(checks().values()))


def test_nothing_personal_is_in_the_logs_and_metrics(hub: Hub, police: System):
    police.accepted("dispute", dispute(facts="日志里不应有此句"), **POLICE_AS)
    police.say("dispute", document(facts="日志里不应有此句"), **POLICE_AS)
    metrics = httpx.get(f"http://127.0.0.1:{hub.port + 1}/metrics", timeout=10).text
    for text in (hub.log(), metrics):
        for secret in ("日志里不应有此句", "郑测一", "500000196803059010"):
            assert secret not in text
