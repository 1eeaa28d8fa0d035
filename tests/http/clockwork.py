"""A hub of its own whose clock tests move on by a restart (`LIANTIAO_CLOCK_OFFSET`, loopback only)."""

from datetime import datetime, timedelta
from typing import Any

from tests.contract.conftest import Cast
from tests.contract.kit import POLL, SHANGHAI, Hub, System
from tests.contract.words import COMMITTEE, PARTIES

ONLINE = {"track": "entrusted_summary", "platform": "court_online", "mediation_type": "court_entrusted"}


class Clockwork(Cast):
    """The hub and its three agencies; `systems` poll."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self.moved = 0.0

    def begin(self) -> None:
        """Serve, and open the streams."""
        self.hub.start()
        for system in (self.police, self.court, self.justice):
            opened = system.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
            assert opened.status_code == 201, opened.text

    def move(self, **time: float) -> None:
        """Go on so much later."""
        self.moved += timedelta(**time).total_seconds()
        self.hub.stop()
        self.hub.extra["LIANTIAO_CLOCK_OFFSET"] = str(self.moved)
        for system in self.hub.systems:
            system.offset = self.moved
            system.forget()
        self.hub.start()


def said(system: System, **members: Any) -> dict[str, Any]:
    """A document of the shared form at the hub's present."""
    at = datetime.fromtimestamp(system.now(), SHANGHAI).isoformat(timespec="seconds")
    return {"schema": "liantiao/1", "business_time": at, **members}


def yes(about: str, *refs: str, answer: str = "yes") -> list[dict[str, str]]:
    """Consents of parties, p1 and p2 if none is named."""
    return [{"about": about, "answer": answer, "by": ref} for ref in refs or ("p1", "p2")]


def registered(system: System, unit: str, purpose: str, **members: Any) -> str:
    """A dispute: its id."""
    told = {
        "action": "register",
        "origin": "court_visit",
        "reported_at": said(system)["business_time"],
        "dispute_type": "2",
        "matters": [{"no": 1, "text": "相邻排水", "scope": "civil"}],
        "facts": "堵塞共用排水沟",
        "place": {"text": "测试镇一号村"},
        "parties": PARTIES,
    }
    return str(system.accepted("dispute", said(system, **{**told, **members}), unit, purpose)["dispute"])


def referred(system: System, unit: str, purpose: str, to: str = COMMITTEE, **members: Any) -> dict[str, Any]:
    """A referral: the answer."""
    home = members.pop("dispute", None)
    told = {
        "matters": [1],
        "mediation_type": "people",
        "platform": "hub",
        "facts_found": "已查明",
        "parties": PARTIES,
        "consents": yes("mediation"),
        "reason": "适宜调解",
    }
    named = {"dispute": home} if home else {}
    return system.accepted("referral", said(system, **{**told, **members}), unit, purpose, to=to, **named)


def next_of(system: System, case: str, kind: str, **document: Any) -> dict[str, Any]:
    """The next event of a case and kind whose document says so; what came before is acknowledged."""
    ack: list[str] = []
    for _ in range(60):
        found = system.poll(returnImmediately=False, ack=ack, maxEvents=1)
        ack = list(found["sets"])
        for claims in found["claims"].values():
            ((uri, event),) = claims["events"].items()
            about = (event.get("case") or {}).get("id") or event.get("document", {}).get("case")
            if uri.endswith(":" + kind) and about == case and document.items() <= event["document"].items():
                system.poll(ack=ack, maxEvents=0)
                return dict(event)
    raise AssertionError((kind, document))


def due(system: System, case: str) -> dict[str, str]:
    """Running deadlines of a case: rule → day."""
    read = system.get(f"/v1/cases/{case}").json()
    return {d["rule"]: d["due"] for d in read["deadlines"] if d["state"] == "running"}


def state(system: System, case: str) -> str:
    """Where the case stands."""
    return str(system.get(f"/v1/cases/{case}").json()["state"])
