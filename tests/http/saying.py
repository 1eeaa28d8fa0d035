"""What the test agencies say, in the shared form: small documents that are complete enough."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.sending import Accepted

SHANGHAI = timezone(timedelta(hours=8))
STATION, COMMITTEE, TRIBUNAL, COURT = "500199520000", "3105", "50019901", "500199"
PURPOSE = {
    STATION: "police_handling",
    COMMITTEE: "mediation",
    TRIBUNAL: "confirmation",
    COURT: "adjudication",
}
PARTIES = [
    {"ref": "p1", "kind": "person", "role": "side_a", "name": "郑测一", "id_number": "500000196803059010"},
    {"ref": "p2", "kind": "person", "role": "side_b", "name": "冯测二", "id_number": "500000197511209026"},
]


def now() -> str:
    """The present instant as the shared form writes it."""
    return datetime.now(UTC).astimezone(SHANGHAI).isoformat(timespec="seconds")


def today() -> str:
    return now()[:10]


def document(**members: Any) -> dict[str, Any]:
    return {"schema": "liantiao/1", "business_time": now(), **members}


def dispute(**members: Any) -> dict[str, Any]:
    told = {
        "action": "register",
        "origin": "police_call",
        "reported_at": now(),
        "dispute_type": "2",
        "matters": [{"no": 1, "text": "相邻排水"}],
        "facts": "堵塞共用排水沟",
        "place": {"text": "测试镇一号村"},
        "parties": PARTIES,
    }
    return document(**{**told, **members})


def referral(**members: Any) -> dict[str, Any]:
    told = {
        "track": "police_people",
        "matters": [1],
        "mediation_type": "people",
        "platform": "police",
        "facts_found": "已查明",
        "parties": PARTIES,
        "reason": "适宜调解",
    }
    return document(**{**told, **members})


def agreement(**members: Any) -> dict[str, Any]:
    item = {
        "no": 1,
        "kind": "pay",
        "debtors": ["p1"],
        "creditors": ["p2"],
        "amount": {"amount": "300", "precision": "exact"},
        "due": {"value": today(), "precision": "day"},
        "manner": "lump",
    }
    told = {
        "form": "written",
        "mediation_type": "people",
        "organisation": COMMITTEE,
        "mediators": ["M1"],
        "facts": "堵塞",
        "matters": [{"no": 1, "text": "相邻排水"}],
        "terms": "补偿三百元",
        "items": [item],
        "effective_on": today(),
        "performed_on_spot": False,
    }
    return {**told, **members}


def application(**members: Any) -> dict[str, Any]:
    told = {
        "route": "on_site",
        "agreement": agreement(),
        "applicants": PARTIES,
        "venue_basis": "organisation_place",
        "request": "请求确认协议有效",
        "effective_on": today(),
    }
    return document(**{**told, **members})


def body(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()


async def say(
    agent: Agent, unit: str, kind: str, told: dict[str, Any], purpose: str | None = None, **members: Any
) -> Accepted:
    """Send a document of the shared form."""
    envelope = Envelope(unit, kind, purpose or PURPOSE[unit], SHARED_FORM, **members)
    return await agent.send(agent.sign(envelope, body(told)))
