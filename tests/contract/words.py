"""Small documents of the shared form, and the cast: who is who in the tests of the contract."""

from typing import Any

from tests.contract.kit import System, now, today

COURT, TRIBUNAL = "500199", "50019901"
BUREAU, STATION = "500199000000", "500199520000"
JUSTICE_BUREAU, OFFICE, COMMITTEE = "5001990000", "5001990100", "3105"
HEAD = "code,name,agency,tier,division,parent,valid_from,valid_to"
UNITS = f"""{HEAD}
{COURT},重庆市示例区人民法院,court,district,500199,,2010-01-01,
{TRIBUNAL},示例人民法庭,court,town,500199,{COURT},2010-01-01,
{BUREAU},示例区公安分局,police,district,500199,,2010-01-01,
{STATION},测试镇派出所,police,town,500199,{BUREAU},2010-01-01,
{JUSTICE_BUREAU},示例区司法局,justice,district,500199,,2010-01-01,
{OFFICE},测试镇司法所,justice,town,500199,{JUSTICE_BUREAU},2010-01-01,
{COMMITTEE},测试镇人民调解委员会,justice,town,500199,{OFFICE},2010-01-01,
"""
POLICE_AS = {"unit": STATION, "purpose": "police_handling"}
COMMITTEE_AS = {"unit": COMMITTEE, "purpose": "mediation"}
COURT_AS = {"unit": COURT, "purpose": "adjudication"}
TRIBUNAL_AS = {"unit": TRIBUNAL, "purpose": "confirmation"}
PARTIES = [
    {"ref": "p1", "kind": "person", "role": "side_a", "name": "郑测一", "id_number": "500000196803059010"},
    {"ref": "p2", "kind": "person", "role": "side_b", "name": "冯测二", "id_number": "500000197511209026"},
]


def document(**members: Any) -> dict[str, Any]:
    return {"schema": "liantiao/1", "business_time": now(), **members}


def dispute(**members: Any) -> dict[str, Any]:
    return document(
        **{
            "action": "register",
            "origin": "police_call",
            "reported_at": now(),
            "dispute_type": "2",
            "matters": [{"no": 1, "text": "相邻排水"}],
            "facts": "堵塞共用排水沟",
            "place": {"text": "测试镇一号村"},
            "parties": PARTIES,
            **members,
        }
    )


def referral(**members: Any) -> dict[str, Any]:
    return document(
        **{
            "track": "police_people",
            "matters": [1],
            "mediation_type": "people",
            "platform": "police",
            "facts_found": "已查明",
            "parties": PARTIES,
            "reason": "适宜调解",
            **members,
        }
    )


def agreement(**members: Any) -> dict[str, Any]:
    return {
        "form": "written",
        "mediation_type": "people",
        "organisation": COMMITTEE,
        "mediators": ["M1"],
        "facts": "堵塞",
        "matters": [{"no": 1, "text": "相邻排水"}],
        "terms": "补偿三百元",
        "items": [
            {
                "no": 1,
                "kind": "pay",
                "debtors": ["p1"],
                "creditors": ["p2"],
                "amount": {"amount": "300", "precision": "exact"},
                "due": {"value": today(), "precision": "day"},
                "manner": "lump",
            }
        ],
        "effective_on": today(),
        "performed_on_spot": False,
        **members,
    }


def application(**members: Any) -> dict[str, Any]:
    return document(
        **{
            "route": "on_site",
            "agreement": agreement(),
            "applicants": PARTIES,
            "venue_basis": "organisation_place",
            "request": "请求确认协议有效",
            "effective_on": today(),
            **members,
        }
    )


def told_of(police: System, unit: str, **members: Any) -> tuple[str, str]:
    """A dispute that the station tells a unit of: the dispute, the message."""
    told = police.accepted("dispute", dispute(**members), **POLICE_AS, to=unit)
    return str(told["dispute"]), str(told["message"])


def referred(police: System, unit: str, home: str) -> str:
    """The dispute is referred to the unit: the message."""
    told = police.accepted("referral", referral(), **POLICE_AS, to=unit, dispute=home)
    return str(told["message"])


def withdrawn(police: System, message: str) -> str:
    """The referral is taken back: the message."""
    said = document(target="referral", reason="撤回")
    return str(police.accepted("withdrawal", said, **POLICE_AS, re=message)["message"])


def three_steps(police: System, unit: str) -> tuple[str, list[str]]:
    """A dispute with three messages to the unit: the dispute, the messages in order."""
    home, first = told_of(police, unit)
    second = referred(police, unit, home)
    return home, [first, second, withdrawn(police, second)]
