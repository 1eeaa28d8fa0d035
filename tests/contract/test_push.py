"""Contract 3: tokens that the hub pushes (RFC 8935): order, answers, holding, replay, retries."""

from collections import deque
from typing import Any

import pytest

from tests.contract.conftest import Cast, Guest
from tests.contract.kit import POLL, PUSH, Hub, System
from tests.contract.sink import TAKEN, Answer, Arrival, Sink, refusal
from tests.contract.words import STATION, dispute, referred, three_steps, told_of, withdrawn

DOWN: Answer = (500, {}, b"")


def stream(system: System, sink: Sink, **members: Any) -> dict[str, Any]:
    """The system is pushed to."""
    delivery = {"method": PUSH, "endpoint_url": sink.url, "authorization_header": "Bearer open-sesame"}
    answer = system.call("POST", "/v1/streams", json={"delivery": delivery, **members})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def pushed(guest: Guest, sink: Sink, **members: Any) -> System:
    system = guest("--push", sink.prefix)
    stream(system, sink, **members)
    return system


def of(message: str, arrivals: list[Arrival]) -> list[Arrival]:
    return [a for a in arrivals if a.claims["txn"] == message]


def state(police: System, message: str) -> str:
    (delivery,) = police.get(f"/v1/messages/{message}").json()["deliveries"]
    return str(delivery["state"])


def test_a_pushed_request_is_that_of_rfc_8935(hub: Hub, police: System, guest: Guest, sink: Sink):
    system = guest("--push", sink.prefix)
    home, message = told_of(police, system.units[0])  # it exists before any stream does, and waits
    stream(system, sink)
    (arrival,) = sink.count(1)
    assert (arrival.method, arrival.path) == ("POST", "/events")
    assert arrival.headers["content-type"] == "application/secevent+jwt"
    assert arrival.headers["accept"] == "application/json"
    assert arrival.headers["authorization"] == "Bearer open-sesame"
    claims = hub.read(arrival.token, "secevent+jwt", system.id)
    assert set(claims) == {"iss", "aud", "iat", "jti", "txn", "toe", "sub_id", "events"}
    assert (claims["iss"], claims["aud"], claims["txn"]) == (hub.issuer, system.id, message)
    assert claims["sub_id"] == {"format": "opaque", "id": home}
    assert list(claims["events"]) == ["urn:liantiao:event:dispute"]
    said = arrival.said
    assert (said["message"], said["seq"], said["from"], said["to"]) == (message, 1, STATION, system.units[0])


def test_the_next_of_a_dispute_leaves_after_the_one_before(police: System, guest: Guest, sink: Sink):
    sink.script = deque([DOWN, (404, {}, b""), DOWN])
    system = pushed(guest, sink)
    _, messages = three_steps(police, system.units[0])
    arrivals = sink.until(lambda seen: messages[-1] in {a.claims["txn"] for a in seen})
    assert [a.claims["txn"] for a in arrivals] == [messages[0]] * 3 + messages
    assert [a.said["seq"] for a in arrivals] == [1, 1, 1, 1, 2, 3]
    assert len({a.claims["jti"] for a in arrivals}) == 3
    tried = [a.claims for a in arrivals[:4]]
    assert tried[1:] == tried[:-1]  # fixed at the first try
    first, second = (arrivals[n].at for n in (0, 1))
    assert second - first >= 0.9


def test_every_success_acknowledges(police: System, guest: Guest, sink: Sink):
    sink.script = deque([(200, {}, b""), (202, {}, b""), (204, {}, b"")])
    system = pushed(guest, sink)
    _, messages = three_steps(police, system.units[0])
    last = told_of(police, system.units[0])[1]
    wanted = {*messages, last}  # of two disputes: either may come first
    arrivals = sink.until(lambda seen: wanted <= {a.claims["txn"] for a in seen})
    assert sorted(a.claims["txn"] for a in arrivals) == sorted(wanted)


def test_what_is_indigestible_is_held_and_replayed(cast: Cast, police: System, guest: Guest, sink: Sink):
    sink.script = deque([refusal("invalid_request")])
    system = pushed(guest, sink)
    home, first = told_of(police, system.units[0])
    second = referred(police, system.units[0], home)
    arrivals = sink.until(lambda seen: bool(of(second, seen)))
    assert [a.said["seq"] for a in arrivals] == [1, 2]  # the dispute goes on
    assert state(police, first) == "held"
    admin = cast.admin
    (held,) = [h for h in admin.get("/v1/admin/held").json()["held"] if h["message"] == first]
    reason = {"reason": "收件系统已修复"}
    missing = admin.call("POST", f"/v1/admin/held/{held['id']}/replay")
    assert missing.status_code == 400
    answer = admin.call("POST", f"/v1/admin/held/{held['id']}/replay", params=reason)
    assert answer.status_code == 200, answer.text
    again = sink.until(lambda seen: len(of(first, seen)) == 2)
    earlier, later = of(first, again)
    assert later.claims["jti"] == earlier.claims["jti"]
    assert later.said["seq"] == 1
    third = withdrawn(police, second)
    sink.until(lambda seen: bool(of(third, seen)))
    assert state(police, first) == "acknowledged"
    assert admin.call("POST", f"/v1/admin/held/{held['id']}/replay", params=reason).status_code in {404, 409}


CONNECTION = [
    refusal("invalid_key"),
    refusal("invalid_issuer"),
    refusal("invalid_audience"),
    refusal("authentication_failed"),
    refusal("access_denied"),
    refusal("no_such_code"),
    (400, {"Content-Type": "text/plain"}, b"what?"),
    (401, {}, b""),
    (410, {}, b""),
    (201, {}, b""),
    (302, {"Location": "/elsewhere"}, b""),
]


@pytest.mark.slow
def test_everything_else_is_a_fault_of_the_connection(police: System, guest: Guest, sink: Sink):
    system = pushed(guest, sink)
    for number, fault in enumerate(CONNECTION, 1):
        sink.script = deque([fault])
        _, message = told_of(police, system.units[0])
        arrivals = sink.until(lambda seen, n=number: len(seen) == 2 * n)  # type: ignore[misc]
        failed, taken = of(message, arrivals)
        assert failed.claims == taken.claims, fault
        assert taken.path == "/events"  # redirects lead nowhere


def test_a_receiver_may_say_when_to_come_back(police: System, guest: Guest, sink: Sink):
    sink.script = deque([(503, {"Retry-After": "4"}, b"")])
    system = pushed(guest, sink)
    _, message = told_of(police, system.units[0])
    first, second = sink.count(2)
    assert first.claims == second.claims
    assert second.at - first.at >= 4
    assert second.claims["txn"] == message


def test_one_token_probes_a_receiver_that_is_down(police: System, guest: Guest, sink: Sink):
    sink.script = deque([DOWN] * 3)
    system = pushed(guest, sink)
    messages = [told_of(police, system.units[0])[1] for _ in range(4)]
    arrivals = sink.until(lambda seen: set(messages) <= {a.claims["txn"] for a in seen[3:]})
    assert len(arrivals) == len(messages) + 3


def test_disputes_and_receivers_do_not_wait_for_each_other(police: System, guest: Guest, sink: Sink):
    dead = guest("--push", "http://127.0.0.1:9/")
    delivery = {"method": PUSH, "endpoint_url": "http://127.0.0.1:9/events"}
    assert dead.call("POST", "/v1/streams", json={"delivery": delivery}).status_code == 201
    alive = pushed(guest, sink)
    lost = [told_of(police, dead.units[0])[1] for _ in range(3)]
    _, message = told_of(police, alive.units[0])
    sink.until(lambda seen: bool(of(message, seen)))
    assert {state(police, m) for m in lost} <= {"queued", "sent"}


def test_switching_to_poll_and_back_loses_and_reorders_nothing(
    hub: Hub, police: System, guest: Guest, sink: Sink
):
    sink.otherwise = DOWN
    system = pushed(guest, sink)
    home, first = told_of(police, system.units[0])
    (tried, *_) = sink.count(1)
    second = referred(police, system.units[0], home)
    answer = system.call("PATCH", "/v1/streams", json=patch(system, {"method": POLL}))
    assert answer.status_code == 200, answer.text
    polled = system.poll()["claims"]
    assert [c["txn"] for c in polled.values()] == [first, second]
    assert polled[tried.claims["jti"]] == hub.read(tried.token, "secevent+jwt", system.id)
    system.poll(ack=[tried.claims["jti"]], maxEvents=0)
    sink.otherwise = TAKEN
    back = {"method": PUSH, "endpoint_url": sink.url}
    assert system.call("PATCH", "/v1/streams", json=patch(system, back)).status_code == 200
    third = withdrawn(police, second)
    arrivals = sink.until(lambda seen: bool(of(third, seen)))
    fresh = [a for a in arrivals if a.claims["txn"] != first]
    assert [(a.claims["txn"], a.said["seq"]) for a in fresh] == [(second, 2), (third, 3)]
    assert fresh[0].claims["jti"] in polled


def patch(system: System, delivery: dict[str, str]) -> dict[str, Any]:
    (listed,) = system.get("/v1/streams").json()
    return {"stream_id": listed["stream_id"], "delivery": delivery}


def test_nothing_is_dropped_while_a_stream_is_paused(police: System, guest: Guest, sink: Sink):
    system = guest("--push", sink.prefix)
    made = stream(system, sink)
    told = {"stream_id": made["stream_id"], "status": "paused"}
    answer = system.call("POST", "/v1/streams/status", json=told)
    assert answer.status_code == 200, answer.text
    assert system.get("/v1/streams/status").json()["status"] == "paused"
    _, messages = three_steps(police, system.units[0])
    other = pushed(guest, sink)
    _, seen = told_of(police, other.units[0])
    arrivals = sink.until(lambda found: bool(of(seen, found)))
    assert [a.claims["txn"] for a in arrivals] == [seen]  # a later one for another has left
    told["status"] = "enabled"
    assert system.call("POST", "/v1/streams/status", json=told).status_code == 200
    arrivals = sink.until(lambda found: bool(of(messages[-1], found)))
    assert [a.claims["txn"] for a in arrivals] == [seen, *messages]


def test_an_address_must_be_registered(guest: Guest, sink: Sink):
    system = guest("--push", sink.prefix)
    for url in (
        "http://127.0.0.1:1/events",
        sink.prefix.replace("127.0.0.1", "localhost") + "events",
        sink.prefix.replace("http://", "http://x@") + "events",
        sink.prefix + "../events",
        "file:///etc/passwd",
    ):
        delivery = {"method": PUSH, "endpoint_url": url}
        answer = system.call("POST", "/v1/streams", json={"delivery": delivery})
        assert 400 <= answer.status_code < 500, (url, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert system.get("/v1/streams").json() == []
    none = guest()
    delivery = {"method": PUSH, "endpoint_url": sink.url}
    answer = none.call("POST", "/v1/streams", json={"delivery": delivery})
    assert 400 <= answer.status_code < 500


def test_the_header_of_authorization_is_kept_and_never_told(police: System, guest: Guest, sink: Sink):
    system = pushed(guest, sink)
    assert "open-sesame" not in system.get("/v1/streams").text
    (made,) = (s["stream_id"] for s in system.get("/v1/streams").json())
    changed = {"stream_id": made, "description": "测试"}
    assert system.call("PATCH", "/v1/streams", json=changed).status_code == 200
    told_of(police, system.units[0])
    assert sink.count(1)[0].headers["authorization"] == "Bearer open-sesame"


def test_the_sender_is_told_of_a_delivery_if_it_asks(hub: Hub, guest: Guest, sink: Sink):
    asked = ["urn:liantiao:event:delivered", "urn:liantiao:event:non-delivery"]
    sender = guest("--push", sink.prefix)
    stream(sender, sink, events_requested=asked)
    receiver = guest()
    assert receiver.call("POST", "/v1/streams", json={"delivery": {"method": POLL}}).status_code == 201
    sent = sender.accepted("dispute", dispute(), sender.units[0], "mediation", to=receiver.units[0])
    assert sink.arrivals == []
    (claims,) = receiver.drain()
    assert claims["txn"] == sent["message"]
    (arrival,) = sink.count(1)
    claims = hub.read(arrival.token, "secevent+jwt", sender.id)
    assert list(claims["events"]) == ["urn:liantiao:event:delivered"]
    said = arrival.said
    assert said["message"] == sent["message"]
    assert receiver.units[0] in str(said)
