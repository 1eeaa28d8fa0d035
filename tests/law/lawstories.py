"""Turns the messages of data/scenarios.json into documents of the shared form, and says who sends them.

A story says only what matters to it; parties, signatures and the like are filled in as an agency would.
"""

from datetime import datetime
from typing import Any

from hub.law.calendar import SHANGHAI

PEOPLE = {"郑": "p1", "冯": "p2", "余": "p3"}

# Who a name stands for, where it is the same in every story; the rest is said by the story.
SENDERS = {
    "派出所": "station", "甲派出所": "station", "乙派出所": "station2", "调解室": "room",
    "甲调解室": "room", "乙行业调委会": "committee2", "乙调委会": "committee2", "调委会": "committee",
    "村调委会": "village", "统景镇调委会": "committee", "司法所": "office", "法庭": "tribunal",
    "法院": "court", "北碚法院": "court", "渝北法院": "court2", "hub": "hub", "hub_admin": "hub_admin",
    "综治中心": "centre", "综治中心代": "centre", "上级": "district", "法庭/调委会": "committee",
}  # fmt: skip


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def parties(n: int = 2) -> list[dict[str, Any]]:
    return [
        {
            "ref": f"p{i}",
            "kind": "person",
            "name": f"测{i}",
            "role": "side_a" if i == 1 else "side_b",
            "service_address": {"e_service": i < 3},
        }
        for i in range(1, n + 1)
    ]


def yes(about: str, n: int = 2) -> list[dict[str, Any]]:
    return [{"about": about, "answer": "yes", "by": f"p{i}", "how": "written"} for i in range(1, n + 1)]


def item(no: int, due: str, amount: str = "300.00") -> dict[str, Any]:
    return {
        "no": no,
        "kind": "pay",
        "debtors": ["p1"],
        "creditors": ["p2"],
        "amount": {"amount": amount, "precision": "exact"},
        "due": {"value": due, "precision": "day"},
        "manner": "once",
    }


def agreement(effective: str, items: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "form": "written",
        "mediation_type": "people",
        "organisation": "room",
        "matters": [{"no": 1, "text": "排水"}],
        "items": items,
        "signatures": [{"by": "测1", "role": "party", "at": f"{effective}T11:00:00+08:00"}],
        "organisation_seal_at": f"{effective}T11:10:00+08:00",
        "effective_on": effective,
        "performed_on_spot": False,
        **more,
    }


def case_number(value: str) -> dict[str, str]:
    return {"system": "case_no", "value": value}


def referral(track: str = "self_accepted", platform: str = "hub", n: int = 2, **more: Any) -> dict[str, Any]:
    return {
        "track": track,
        "platform": platform,
        "mediation_type": "people",
        "matters": [1],
        "parties": parties(n),
        "consents": yes("mediation", n),
        "domestic_violence": "none",
        **more,
    }


def application(effective: str, n: int = 2, **more: Any) -> dict[str, Any]:
    return {
        "route": "on_site",
        "agreement": agreement(effective, [item(1, effective)]),
        "applicants": parties(n),
        "joint_statement": [{"party": f"p{i}", "at": f"{effective}T12:00:00+08:00"} for i in range(1, n + 1)],
        "venue_basis": "organisation_place",
        "effective_on": effective,
        "papers": [{"name": "申请书", "catalogue": "application"}],
        **more,
    }


def receipt(ref: str, method: str, result: str, **more: Any) -> dict[str, Any]:
    filled = {
        "electronic": {"e_voucher": {"name": "凭证"}},
        "direct_assisted": {"receipt": {"name": "回证"}, "entrusted_by": "协助送达函"},
    }
    return {"party": ref, "method": method, "result": result, **filled.get(method, {}), **more}
