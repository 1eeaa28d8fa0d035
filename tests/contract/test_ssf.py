"""The points of the OpenID SSF 1.0 transmitter plan that apply; docs/ssf.md lists them module by module."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import jwt
import pytest

from tests.contract.conftest import Cast
from tests.contract.kit import EVENT, POLL, PUSH, Hub, System, problem
from tests.contract.sink import Sink
from tests.contract.words import three_steps

STREAMS, STATUS, VERIFY = "/v1/streams", "/v1/streams/status", "/v1/streams/verify"
POLLS = "/v1/streams/poll"
VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"
CAEP = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
ASKED = [EVENT + "referral", EVENT + "dispute", CAEP]
BROKEN = b'{"stream_id": '
CALLS = (
    ("POST", STREAMS),
    ("GET", STREAMS),
    ("PATCH", STREAMS),
    ("PUT", STREAMS),
    ("DELETE", STREAMS),
    ("GET", STATUS),
    ("POST", STATUS),
    ("POST", VERIFY),
    ("POST", POLLS),
)
Json = dict[str, Any]


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    made = Sink()
    yield made
    made.close()


@pytest.fixture(scope="module")
def receiver(cast: Cast, sink: Sink) -> System:
    """A committee of this module's own. No stream of it outlives a test."""
    return cast.guest("--push", sink.prefix)


@contextmanager
def streaming(receiver: System, **delivery: str) -> Iterator[Json]:
    answer = receiver.call("POST", STREAMS, json={"delivery": delivery or {"method": POLL}})
    assert answer.status_code == 201, answer.text
    try:
        yield answer.json()
    finally:
        assert receiver.call("DELETE", STREAMS).status_code == 204


@pytest.fixture
def stream(receiver: System) -> Iterator[Json]:
    """A stream that is polled."""
    with streaming(receiver) as made:
        yield made


def body_of(method: str) -> Json:
    return {} if method in {"GET", "DELETE"} else {"json": {}}


def challenge(answer: httpx.Response) -> str:
    """How a 401 or 403 says to be let in (RFC 6750, 3; RFC 8936, 3)."""
    told = answer.headers["www-authenticate"]
    assert told.startswith("Bearer ")
    return str(told)


def test_the_metadata_name_every_endpoint(hub: Hub):
    told = hub.get("/.well-known/ssf-configuration").json()
    assert told["spec_version"] == "1_0"
    assert told["issuer"] == hub.issuer
    assert told["default_subjects"] == "ALL"
    assert told["authorization_schemes"] == [{"spec_urn": "urn:ietf:rfc:6749"}]
    assert set(told["delivery_methods_supported"]) == {PUSH, POLL}
    places = {name: told[name] for name in told if name.endswith(("_endpoint", "_uri"))}
    assert set(places) == {"jwks_uri", "configuration_endpoint", "status_endpoint", "verification_endpoint"}
    assert all(place.startswith(f"{hub.issuer}/") for place in places.values())
    listed = httpx.get(places["jwks_uri"]).json()["keys"]
    assert len({key["kid"] for key in listed}) == len(listed) > 0
    assert all(key["use"] == "sig" and "d" not in key for key in listed)
    resource = hub.get("/.well-known/oauth-protected-resource").json()
    assert {"streams:manage", "events:poll"} <= set(resource["scopes_supported"])


def reflects(found: Json, sent: Json) -> None:
    """The receiver's own members are what it sent; what is delivered is of what was asked and is offered."""
    for name in ("description", "events_requested"):
        assert found.get(name) == sent.get(name)
    assert {**found["delivery"], **sent["delivery"]} == found["delivery"]
    assert set(found["events_delivered"]) == set(sent["events_requested"]) & set(found["events_supported"])


@pytest.mark.parametrize("method", [POLL, PUSH])
def test_a_stream_from_its_making_to_its_end(hub: Hub, receiver: System, sink: Sink, method: str):
    delivery = {"method": method} | ({"endpoint_url": sink.url} if method == PUSH else {})
    sent: Json = {"delivery": delivery, "events_requested": ASKED, "description": "测试", "format": "opaque"}
    made = receiver.call("POST", STREAMS, json=sent)
    assert made.status_code == 201, made.text
    found = made.json()
    name = {"stream_id": found["stream_id"]}
    assert (found["iss"], found["aud"]) == (hub.issuer, receiver.id)
    assert found["delivery"]["endpoint_url"].startswith(hub.issuer if method == POLL else sink.prefix)
    assert all(isinstance(one, str) and one for one in found["events_supported"])
    assert isinstance(found["min_verification_interval"], int)
    reflects(found, sent)
    assert receiver.get(STREAMS, params=name).json() == found
    for verb, change in (
        ("PATCH", {"description": "改", "events_requested": ASKED[:2]}),
        ("PUT", {"description": "换", "events_requested": ASKED, "delivery": delivery}),
        ("PUT", {"events_requested": ASKED[:1], "delivery": delivery}),
    ):
        sent = {**(sent if verb == "PATCH" else {}), **change}
        changed = receiver.call(verb, STREAMS, json={**name, **change})
        assert changed.status_code == 200, changed.text
        assert changed.json()["iss"] == hub.issuer
        reflects(changed.json(), sent)
        assert receiver.get(STREAMS, params=name).json() == changed.json()
    assert receiver.get(STATUS, params=name).json() == {**name, "status": "enabled"}
    for status in ("paused", "enabled"):
        told = receiver.call("POST", STATUS, params=name, json={**name, "status": status, "reason": "试验"})
        assert (told.status_code, told.json()) == (200, {**name, "status": status})
    disabled = receiver.call("POST", STATUS, json={**name, "status": "disabled"})
    problem(disabled, 403, "scope")  # as the contract says: what is owed to a unit is not given up
    assert receiver.call("DELETE", STREAMS, params=name).status_code == 204
    assert receiver.get(STREAMS).json() == []


def test_who_asks_for_no_delivery_polls(hub: Hub, receiver: System):
    made = receiver.call("POST", STREAMS, json={"description": "测试"})
    assert made.status_code == 201, made.text
    assert made.json()["delivery"] == {"method": POLL, "endpoint_url": hub.issuer + POLLS}
    replaced = receiver.call("PUT", STREAMS, json={"stream_id": made.json()["stream_id"]})
    assert replaced.json()["delivery"]["method"] == POLL
    assert receiver.call("DELETE", STREAMS).status_code == 204


@pytest.mark.usefixtures("stream")
def test_no_call_is_answered_without_a_good_token(receiver: System):
    token = receiver.token()
    head, _, rest = token.rpartition(".")
    changed = f"{head}.{'B' if rest[0] == 'A' else 'A'}{rest[1:]}"
    for method, path in CALLS:
        options = body_of(method)
        without = receiver.http.request(method, path, **options)
        problem(without, 401, "token-invalid")
        assert "error=" not in challenge(without)
        in_query = receiver.http.request(method, path, params={"access_token": token}, **options)
        problem(in_query, 401, "token-invalid")
        invalid = receiver.call(method, path, token=changed, **options)
        problem(invalid, 401, "token-invalid")
        assert 'error="invalid_token"' in challenge(invalid)


def test_who_may_only_read_makes_no_stream(receiver: System):
    token = receiver.token(scope="events:poll")
    refused = receiver.call("POST", STREAMS, token=token, json={"delivery": {"method": POLL}})
    problem(refused, 403, "scope")
    assert 'error="insufficient_scope"' in challenge(refused)
    assert receiver.get(STREAMS).json() == []


def test_a_stream_that_is_no_more_is_unknown(receiver: System):
    with streaming(receiver) as gone:
        name = {"stream_id": gone["stream_id"]}
    for stands in (False, True):  # also beside another one
        if stands:
            assert receiver.call("POST", STREAMS, json={}).status_code == 201
        for method, path in CALLS[1:-1]:
            status = {"status": "paused"} if path == STATUS else {}
            told: Json = {"params": name} if method in {"GET", "DELETE"} else {"json": {**name, **status}}
            problem(receiver.call(method, path, **told), 404, "unknown")
    assert receiver.get(STATUS).json()["status"] == "enabled"
    assert receiver.call("DELETE", STREAMS).status_code == 204


def test_a_second_stream_is_a_conflict(receiver: System, stream: Json):
    problem(receiver.call("POST", STREAMS, json={"delivery": {"method": POLL}}), 409, "conflict")
    assert receiver.get(STREAMS).json() == [stream]


def test_what_is_no_json_is_malformed(receiver: System, stream: Json):
    for method, path in (("POST", STREAMS), ("PATCH", STREAMS), ("PUT", STREAMS), ("POST", STATUS)):
        problem(receiver.call(method, path, content=BROKEN), 400, "malformed")
    problem(receiver.call("POST", VERIFY, content=BROKEN), 400, "malformed")
    assert receiver.get(STREAMS).json() == [stream]
    assert receiver.poll()["sets"] == {}


def envelope(hub: Hub, stream: Json, token: str) -> Json:
    """The claims of a token, held to what every SET on a stream must be (RFC 8417, 2.2; SSF 1.0, 4.1)."""
    header = jwt.get_unverified_header(token)
    assert (header["typ"], header["alg"]) == ("secevent+jwt", "EdDSA")
    assert header["kid"] in hub.jwks()
    claims = hub.read(token, "secevent+jwt", stream["aud"])
    assert not {"sub", "exp"} & set(claims)
    assert claims["iss"] == stream["iss"]
    assert claims["aud"] == stream["aud"]
    assert isinstance(claims["iat"], int)
    assert claims["iat"] <= time.time()
    assert claims["jti"]
    assert isinstance(claims["txn"], str)
    assert claims["sub_id"].keys() == {"format", "id"}
    assert claims["sub_id"]["format"] == "opaque"
    ((event, said),) = claims["events"].items()
    assert event == VERIFICATION or event in stream["events_supported"]
    assert isinstance(said, dict)
    return claims


def verifies(claims: Json, stream: Json, state: str) -> None:
    """The claims are those of the verification event that was asked for with this state."""
    assert claims["events"] == {VERIFICATION: {"state": state}}
    assert claims["sub_id"] == {"format": "opaque", "id": stream["stream_id"]}


def ask(receiver: System, stream: Json, state: str) -> None:
    told = receiver.call("POST", VERIFY, json={"stream_id": stream["stream_id"], "state": state})
    assert (told.status_code, told.content) == (204, b"")


def polled(receiver: System, **members: Any) -> dict[str, str]:
    """The tokens of a poll that does not wait, by jti."""
    answer = receiver.call("POST", POLLS, json={"returnImmediately": True, **members})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    assert told.keys() == {"sets", "moreAvailable"}
    assert isinstance(told["moreAvailable"], bool)
    assert len(told["sets"]) <= members.get("maxEvents", 100)
    sets: dict[str, str] = told["sets"]
    return sets


def test_verification_is_polled(hub: Hub, receiver: System, stream: Json):
    ask(receiver, stream, "一-1")
    first = polled(receiver, maxEvents=10)
    ((jti, token),) = first.items()
    claims = envelope(hub, stream, token)
    verifies(claims, stream, "一-1")
    assert claims["jti"] == jti
    assert polled(receiver, maxEvents=10).keys() == first.keys()  # until it is acknowledged
    assert polled(receiver, ack=[jti]) == {}


def test_a_poll_acknowledges_what_the_one_before_brought(hub: Hub, receiver: System, stream: Json):
    ask(receiver, stream, "first")
    (before,) = polled(receiver, maxEvents=10)
    ask(receiver, stream, "second")
    ((jti, token),) = polled(receiver, maxEvents=10, ack=[before]).items()
    verifies(envelope(hub, stream, token), stream, "second")
    assert jti != before
    assert polled(receiver, ack=[jti]) == {}


def test_acknowledging_alone_brings_nothing(hub: Hub, receiver: System, stream: Json):
    ask(receiver, stream, "only")
    ((jti, token),) = polled(receiver, maxEvents=10).items()
    verifies(envelope(hub, stream, token), stream, "only")
    assert polled(receiver, maxEvents=0, ack=[jti]) == {}
    assert polled(receiver) == {}


@pytest.mark.parametrize("header", ["Bearer open-sesame", None])
def test_verification_is_pushed(hub: Hub, receiver: System, sink: Sink, header: str | None):
    came = len(sink.arrivals)
    own = {} if header is None else {"authorization_header": header}
    with streaming(receiver, method=PUSH, endpoint_url=sink.url, **own) as stream:
        ask(receiver, stream, "pushed")
        arrival = sink.count(came + 1)[came]
    assert (arrival.method, arrival.headers["content-type"]) == ("POST", "application/secevent+jwt")
    assert arrival.headers["accept"] == "application/json"
    assert arrival.headers.get("authorization") == header
    verifies(envelope(hub, stream, arrival.token), stream, "pushed")


def test_every_token_of_a_stream_is_of_one_form(hub: Hub, police: System, receiver: System, stream: Json):
    home, messages = three_steps(police, receiver.units[0])
    ask(receiver, stream, "among others")
    sets = polled(receiver)
    claims = [envelope(hub, stream, token) for token in sets.values()]
    assert [one["jti"] for one in claims] == list(sets)
    assert len(sets) == len(messages) + 1
    told = [one for one in claims if VERIFICATION not in one["events"]]
    assert [one["txn"] for one in told] == messages
    assert {one["sub_id"]["id"] for one in told} == {home}
    assert polled(receiver, ack=list(sets)) == {}
