"""Contract 3 over days: after three days without acknowledgement the sender is told, and trying goes on."""

from tests.contract.conftest import Cast
from tests.contract.kit import EVENT, POLL, System
from tests.contract.words import three_steps

DAYS = 3 * 86400 + 120


def test_the_sender_hears_after_three_days_and_trying_goes_on(own_cast: Cast):
    hub, police = own_cast.hub, own_cast.police
    room = own_cast.guest()
    hub.start()
    assert police.call("POST", "/v1/streams", json={"delivery": {"method": POLL}}).status_code == 201
    home, messages = three_steps(police, room.units[0])
    assert police.drain() == []
    hub.stop()
    hub.extra["LIANTIAO_CLOCK_OFFSET"] = str(DAYS)
    for system in hub.systems:
        system.offset = DAYS
        system.forget()
    hub.start()
    heard = told_by_poll(police, len(messages))
    assert {c["txn"] for c in heard} == set(messages)
    for claims in heard:
        assert list(claims["events"]) == [EVENT + "non-delivery"]
        assert claims["sub_id"] == {"format": "opaque", "id": home}
        (event,) = claims["events"].values()
        assert event["message"] == claims["txn"]
        assert room.units[0] in str(event)
    for message in messages:
        (delivery,) = police.get(f"/v1/messages/{message}").json()["deliveries"]
        assert delivery["state"] == "queued"
    assert room.call("POST", "/v1/streams", json={"delivery": {"method": POLL}}).status_code == 201
    late = room.drain()
    assert [c["txn"] for c in late if c["txn"] in messages] == messages
    assert police.drain() == []  # told once


def told_by_poll(system: System, number: int) -> list[dict[str, object]]:
    """So many tokens, by polls that wait, each acknowledged."""
    heard: list[dict[str, object]] = []
    ack: list[str] = []
    while len(heard) < number:
        found = system.poll(returnImmediately=False, ack=ack)
        heard += found["claims"].values()
        ack = list(found["sets"])
        assert ack, heard
    system.poll(ack=ack, maxEvents=0)
    return heard
