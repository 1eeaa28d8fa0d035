"""The stream endpoints through HTTP: shapes, scopes, refusals (contract 3; OpenID SSF 1.0, 8.1; RFC 8936)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from hub.api import problems, routes_streams
from hub.exchange.limits import Limits
from hub.exchange.stream_shape import configuration
from hub.settings import Settings
from hub.store.database import Database
from hub.trust.tokens import AccessTokens
from tests.outgoing import World
from tests.support import SetClock

PUSH, POLL = "urn:ietf:rfc:8935", "urn:ietf:rfc:8936"
COURT, COURT_UNIT = "court-1", "C001"
IN = "https://court.example.cn/in"
MANAGE = "/v1/streams"


@dataclass
class Api:
    """The routes over a real database, called as a system."""

    world: World
    http: httpx.AsyncClient
    tokens: AccessTokens

    async def call(
        self,
        method: str,
        path: str,
        json: object = None,
        content: bytes | None = None,
        scopes: tuple[str, ...] = ("streams:manage", "events:poll"),
        system: str = COURT,
    ) -> httpx.Response:
        token = self.tokens.issue(system, "k-1", scopes, self.world.clock())
        return await self.http.request(
            method, path, json=json, content=content, headers={"Authorization": f"Bearer {token}"}
        )

    async def create(self, **delivery: str) -> dict[str, object]:
        made = await self.call("POST", MANAGE, {"delivery": delivery or {"method": POLL}})
        assert made.status_code == 201, made.text
        body: dict[str, object] = made.json()
        return body


@pytest.fixture
async def api(settings: Settings, clock: SetClock, database: Database) -> AsyncIterator[Api]:
    world = World.of(settings, clock, database)
    await world.system(COURT, COURT_UNIT, (IN,))
    await world.system("court-2", "C002")
    tokens = AccessTokens(world.keyring, settings.issuer, settings.token_life)
    systems = {
        name: SimpleNamespace(disabled=False, bound=None, units=(unit,), agency="court", keys={"k-1": None})
        for name, unit in ((COURT, COURT_UNIT), ("court-2", "C002"))
    }
    app = FastAPI()
    app.include_router(routes_streams.router)
    problems.install(app)
    app.state.hub = SimpleNamespace(
        limits=Limits(0),
        settings=settings,
        tokens=tokens,
        clock=clock,
        registry=SimpleNamespace(systems=systems, version=1),
        way_out=world.way_out(),
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as http:
        yield Api(world, http, tokens)


async def test_a_created_stream_has_the_members_of_the_contract(api: Api) -> None:
    made = await api.call(
        "POST",
        MANAGE,
        {
            "delivery": {"method": PUSH, "endpoint_url": IN, "authorization_header": "Bearer secret"},
            "description": "一审法院",
            "liantiao_schema": "1.0",
            "format": "opaque",
        },
    )
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    body = made.json()
    assert {"stream_id", "iss", "aud", "delivery", "events_supported"} <= body.keys()
    assert {"events_requested", "events_delivered", "min_verification_interval"} <= body.keys()
    assert body["iss"] == api.world.settings.issuer
    assert body["aud"] == COURT
    assert body["delivery"] == {"method": PUSH, "endpoint_url": IN}
    assert body["description"] == "一审法院"
    assert body["liantiao_schema"] == "1.0"
    assert "urn:liantiao:event:referral" in body["events_supported"]
    assert "urn:liantiao:event:delivered" not in body["events_delivered"]
    assert set(body["events_delivered"]) == set(body["events_supported"]) - {"urn:liantiao:event:delivered"}
    assert "secret" not in made.text
    (row,) = await api.world.rows("SELECT authorization_header, description FROM stream")
    assert b"secret" not in row["authorization_header"]
    assert "一审".encode() not in row["description"]


async def test_there_is_one_stream_per_system(api: Api) -> None:
    made = await api.create()
    second = await api.call("POST", MANAGE, {"delivery": {"method": POLL}})
    assert second.status_code == 409
    assert second.json()["type"] == "urn:liantiao:problem:conflict"
    assert (await api.call("GET", MANAGE)).json() == [made]
    assert (await api.call("GET", MANAGE, system="court-2")).json() == []


async def test_a_poll_stream_is_told_where_to_poll(api: Api) -> None:
    made = await api.create(method=POLL, endpoint_url="https://ignored.example/")
    assert made["delivery"] == {
        "method": POLL,
        "endpoint_url": api.world.settings.issuer + "/v1/streams/poll",
    }


async def test_what_is_delivered_is_what_is_asked_for_and_offered(api: Api) -> None:
    asked = ["urn:liantiao:event:delivered", "urn:example:else", "urn:liantiao:event:referral"]
    made = await api.call("POST", MANAGE, {"delivery": {"method": POLL}, "events_requested": asked})
    body = made.json()
    assert body["events_requested"] == asked
    assert sorted(body["events_delivered"]) == sorted({asked[0], asked[2]})


async def test_a_stream_is_read_changed_replaced_and_deleted(api: Api) -> None:
    made = await api.create(method=PUSH, endpoint_url=IN)
    named = {"stream_id": made["stream_id"]}
    query = f"{MANAGE}?stream_id={made['stream_id']}"
    assert (await api.call("GET", query)).json() == made
    changed = await api.call("PATCH", MANAGE, {**named, "description": "备注", "events_requested": []})
    assert changed.status_code == 200
    assert changed.json() == {
        **made,
        "description": "备注",
        "events_requested": [],
        "events_delivered": [],
    }
    again = await api.call("PATCH", query, {"delivery": {"method": PUSH, "endpoint_url": IN + "/x"}})
    assert again.json()["delivery"]["endpoint_url"] == IN + "/x"
    assert again.json()["description"] == "备注"
    replaced = await api.call("PUT", MANAGE, {**again.json(), "description": None})
    assert replaced.status_code == 200
    assert "description" not in replaced.json()
    assert replaced.json()["events_requested"] == []
    bare = await api.call("PUT", query, {"delivery": {"method": POLL}})
    assert bare.json()["events_requested"] == made["events_requested"]
    assert (await api.call("DELETE", query)).status_code == 204
    assert (await api.call("GET", query)).status_code == 404
    assert (await api.call("GET", MANAGE)).json() == []
    assert (await api.call("DELETE", MANAGE)).status_code == 404


async def test_the_header_is_kept_by_a_change_and_given_up_by_a_replacement(api: Api) -> None:
    await api.create(method=PUSH, endpoint_url=IN, authorization_header="Bearer secret")
    await api.call("PATCH", MANAGE, {"description": "x"})
    assert (await api.world.rows("SELECT authorization_header FROM stream"))[0]["authorization_header"]
    await api.call("PUT", MANAGE, {"delivery": {"method": PUSH, "endpoint_url": IN}})
    (row,) = await api.world.rows("SELECT authorization_header FROM stream")
    assert row["authorization_header"] is None


async def test_status_is_enabled_or_paused_and_never_disabled(api: Api) -> None:
    made = await api.create()
    path = f"{MANAGE}/status"
    query = f"{path}?stream_id={made['stream_id']}"
    assert (await api.call("GET", query)).json() == {"stream_id": made["stream_id"], "status": "enabled"}
    paused = await api.call("POST", path, {"stream_id": made["stream_id"], "status": "paused", "reason": "x"})
    assert (paused.status_code, paused.json()["status"]) == (200, "paused")
    assert (await api.call("GET", path)).json()["status"] == "paused"
    disabled = await api.call("POST", path, {"status": "disabled"})
    assert disabled.status_code == 403
    assert (await api.call("POST", path, {"status": "off"})).status_code == 400
    assert (await api.call("POST", path, {})).status_code == 400
    assert (await api.call("GET", path)).json()["status"] == "paused"
    assert (await api.call("POST", path, {"status": "enabled"})).json()["status"] == "enabled"


async def test_another_stream_answers_as_one_that_is_not_there(api: Api) -> None:
    made = await api.create()
    other = str(uuid4())
    for system, name in ((COURT, other), ("court-2", made["stream_id"]), (COURT, "x")):
        for method, path in (
            ("GET", f"{MANAGE}?stream_id={name}"),
            ("DELETE", f"{MANAGE}?stream_id={name}"),
            ("GET", f"{MANAGE}/status?stream_id={name}"),
        ):
            answer = await api.call(method, path, system=system)
            assert answer.status_code == 404, (system, method, path)
        for method, path, body in (
            ("PATCH", MANAGE, {"stream_id": name}),
            ("PUT", MANAGE, {"stream_id": name, "delivery": {"method": POLL}}),
            ("POST", f"{MANAGE}/status", {"stream_id": name, "status": "paused"}),
            ("POST", f"{MANAGE}/verify", {"stream_id": name}),
        ):
            answer = await api.call(method, path, body, system=system)
            assert answer.status_code == 404, (system, method, path)


async def test_verify_sends_an_event_that_a_poll_brings(api: Api) -> None:
    made = await api.create()
    body = {"stream_id": made["stream_id"], "state": "VGhpcyBpcw=="}
    asked = await api.call("POST", f"{MANAGE}/verify", body)
    assert (asked.status_code, asked.content) == (204, b"")
    answer = (await api.call("POST", f"{MANAGE}/poll", {"returnImmediately": True})).json()
    ((jti, token),) = answer["sets"].items()
    claims = api.world.claims(token)
    assert list(claims["events"].values()) == [{"state": "VGhpcyBpcw=="}]
    answer = await api.call("POST", f"{MANAGE}/poll", {"returnImmediately": True, "ack": [jti]})
    assert answer.json() == {"sets": {}, "moreAvailable": False}


async def test_polling_takes_acknowledgements_and_errors(api: Api) -> None:
    await api.create()
    jtis = await api.world.send(await api.world.dispute(), COURT, COURT_UNIT, 3)
    path = f"{MANAGE}/poll"
    first = (await api.call("POST", path, {"maxEvents": 2, "returnImmediately": True})).json()
    assert list(first["sets"]) == [str(j) for j in jtis[:2]]
    assert first["moreAvailable"] is True
    body = {
        "returnImmediately": True,
        "ack": [str(jtis[0]), "not-a-uuid"],
        "setErrs": {str(jtis[1]): {"err": "authentication_failed", "description": "测"}, "x": {"err": "y"}},
    }
    second = (await api.call("POST", path, body)).json()
    assert list(second["sets"]) == [str(jtis[2])]
    assert await api.world.states() == {"acknowledged": 1, "held": 1, "queued": 1}


async def test_each_endpoint_asks_for_its_scope(api: Api) -> None:
    await api.create()
    for method, path, needs in (
        ("POST", MANAGE, "streams:manage"),
        ("GET", MANAGE, "streams:manage"),
        ("PATCH", MANAGE, "streams:manage"),
        ("PUT", MANAGE, "streams:manage"),
        ("DELETE", MANAGE, "streams:manage"),
        ("GET", f"{MANAGE}/status", "streams:manage"),
        ("POST", f"{MANAGE}/status", "streams:manage"),
        ("POST", f"{MANAGE}/verify", "streams:manage"),
        ("POST", f"{MANAGE}/poll", "events:poll"),
    ):
        others = ("streams:manage", "events:poll", "messages:read", "admin")
        scopes = tuple(s for s in others if s != needs)
        answer = await api.call(method, path, {}, scopes=scopes)
        assert answer.status_code == 403, (method, path)
        assert answer.json()["type"] == "urn:liantiao:problem:scope"
        assert (await api.http.request(method, path)).status_code == 401


GOOD = {"method": PUSH, "endpoint_url": IN}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"delivery": None}, "/delivery"),
        ({"delivery": []}, "/delivery"),
        ({"delivery": {}}, "/delivery/method"),
        ({"delivery": {"method": "push"}}, "/delivery/method"),
        ({"delivery": {"method": PUSH}}, "/delivery/endpoint_url"),
        ({"delivery": {"method": PUSH, "endpoint_url": 7}}, "/delivery/endpoint_url"),
        ({"delivery": {"method": PUSH, "endpoint_url": "https://evil.example/in"}}, "/delivery/endpoint_url"),
        ({"delivery": {"method": PUSH, "endpoint_url": IN + "/../x"}}, "/delivery/endpoint_url"),
        ({"delivery": {**GOOD, "authorization_header": "a\r\nX: 1"}}, "/delivery/authorization_header"),
        ({"delivery": {**GOOD, "authorization_header": "测"}}, "/delivery/authorization_header"),
        ({"delivery": {**GOOD, "authorization_header": "x" * 4097}}, "/delivery/authorization_header"),
        ({"delivery": GOOD, "events_requested": "x"}, "/events_requested"),
        ({"delivery": GOOD, "events_requested": [1]}, "/events_requested"),
        ({"delivery": GOOD, "events_requested": ["x"] * 201}, "/events_requested"),
        ({"delivery": GOOD, "description": 1}, "/description"),
        ({"delivery": GOOD, "description": "x" * 1001}, "/description"),
        ({"delivery": GOOD, "liantiao_schema": "2.0"}, "/liantiao_schema"),
        ({"delivery": GOOD, "stream_id": 1}, "/stream_id"),
    ],
)
async def test_a_bad_configuration_is_refused_with_its_place(
    api: Api, body: dict[str, object], pointer: str
) -> None:
    answer = await api.call("POST", MANAGE, body)
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["type"] == "urn:liantiao:problem:malformed"
    assert [e["pointer"] for e in problem["errors"]] == [pointer]
    assert "evil.example" not in answer.text
    assert await api.world.rows("SELECT 1 FROM stream") == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a":1,"a":2}', b"\xff", b'{"x":NaN}'])
async def test_a_body_that_is_no_object_is_refused(api: Api, body: bytes) -> None:
    await api.create()
    for method, path in (("PATCH", MANAGE), ("PUT", MANAGE), ("POST", f"{MANAGE}/verify")):
        assert (await api.call(method, path, content=body)).status_code == 400


async def test_an_inner_push_address_must_be_listed_even_if_registered(api: Api) -> None:
    async with api.world.database.writing() as conn:
        await conn.execute("UPDATE system SET push = '{http://127.0.0.1:9/in,http://public.example/in}'")
    for url in ("http://127.0.0.1:9/in", "http://public.example/in"):
        body = {"delivery": {"method": PUSH, "endpoint_url": url}}
        answer = await api.call("POST", MANAGE, body)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["rule"] == "push-address-inner"


async def test_what_the_hub_supplies_may_be_sent_back_but_not_changed(api: Api) -> None:
    made = await api.create()
    assert (await api.call("PATCH", MANAGE, made)).status_code == 200
    for name, value in (("iss", "https://else.example"), ("aud", "x"), ("events_delivered", ["x"])):
        answer = await api.call("PATCH", MANAGE, {name: value})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == f"/{name}"
    path = f"{MANAGE}?stream_id={made['stream_id']}"
    answer = await api.call("PATCH", path, {"stream_id": str(uuid4())})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"maxEvents": -1}, "/maxEvents"),
        ({"maxEvents": True}, "/maxEvents"),
        ({"maxEvents": "1"}, "/maxEvents"),
        ({"returnImmediately": 1}, "/returnImmediately"),
        ({"ack": "x"}, "/ack"),
        ({"ack": [1]}, "/ack"),
        ({"ack": ["x"] * 1001}, "/ack"),
        ({"setErrs": []}, "/setErrs"),
        ({"setErrs": {"x": "y"}}, "/setErrs"),
        ({"setErrs": {"x": {}}}, "/setErrs"),
        ({"setErrs": {str(n): {"err": "x"} for n in range(1001)}}, "/setErrs"),
    ],
)
async def test_a_bad_poll_is_refused_with_its_place(api: Api, body: dict[str, object], pointer: str) -> None:
    await api.create()
    answer = await api.call("POST", f"{MANAGE}/poll", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_poll_without_a_poll_stream_finds_nothing(api: Api) -> None:
    assert (await api.call("POST", f"{MANAGE}/poll", {})).status_code == 404
    await api.create(method=PUSH, endpoint_url=IN)
    assert (await api.call("POST", f"{MANAGE}/poll", {})).status_code == 404


async def test_a_body_beyond_the_limit_is_not_read(api: Api) -> None:
    await api.create()
    body = b'{"ack": ["' + b"x" * 300_000 + b'"]}'
    assert (await api.call("POST", f"{MANAGE}/poll", content=body)).status_code == 413


async def test_an_empty_poll_body_asks_with_the_defaults(api: Api) -> None:
    await api.create()
    await api.world.send(await api.world.dispute(), COURT, COURT_UNIT)
    answer = await api.call("POST", f"{MANAGE}/poll", content=b"")
    assert len(answer.json()["sets"]) == 1


def test_the_transmitter_says_where_everything_is() -> None:
    told = configuration("https://hub.example.cn")
    assert told["issuer"] == "https://hub.example.cn"
    assert told["delivery_methods_supported"] == [PUSH, POLL]
    assert told["configuration_endpoint"] == "https://hub.example.cn/v1/streams"
    assert told["status_endpoint"] == "https://hub.example.cn/v1/streams/status"
    assert told["verification_endpoint"] == "https://hub.example.cn/v1/streams/verify"
    assert told["jwks_uri"] == "https://hub.example.cn/.well-known/jwks.json"
    assert "add_subject_endpoint" not in told
