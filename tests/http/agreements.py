"""An application for confirmation with nothing left to ask, and ways to change one place of it."""

from copy import deepcopy
from typing import Any

from tests.http.saying import COMMITTEE, document

Told = dict[str, Any]
DAY = "2026-11-25"
PARTIES: list[Told] = [
    {
        "ref": "p1",
        "kind": "person",
        "role": "applicant",
        "name": "郑测一",
        "sex": "1",
        "birth_date": {"value": "1968-03-05", "precision": "day"},
        "id_number": "500000196803059010",
        "phones": ["10000000001"],
        "addresses": [{"text": "示例区测试镇一号村1组", "division": "500199"}],
        "service_address": {"postal": {"text": "示例区测试镇一号村1组"}},
        "capacity": "full",
    },
    {
        "ref": "p2",
        "kind": "person",
        "role": "applicant",
        "name": "冯测二",
        "sex": "2",
        "birth_date": {"value": "1975-11-20", "precision": "day"},
        "id_number": "500000197511209026",
        "phones": ["10000000002"],
        "addresses": [{"text": "示例区测试镇一号村2组", "division": "500199"}],
        "service_address": {"postal": {"text": "示例区测试镇一号村2组"}},
        "capacity": "full",
    },
]
SIGNED = f"{DAY}T11:00:00+08:00"
AGREEMENT: Told = {
    "number": {"system": "agreement_no", "value": "测调〔2026〕12号"},
    "form": "written",
    "mediation_type": "people",
    "organisation": COMMITTEE,
    "mediators": ["M1"],
    "facts": "郑测一堵塞共用排水沟,冯测二家中进水。",
    "matters": [{"no": 1, "text": "相邻排水"}],
    "terms": "一、郑测一补偿冯测二三百元;二、郑测一疏通排水沟。",
    "items": [
        {
            "no": 1,
            "kind": "pay",
            "debtors": ["p1"],
            "creditors": ["p2"],
            "amount": {"amount": "300", "precision": "exact"},
            "due": {"value": "2026-12-10", "precision": "day"},
            "manner": "lump",
        },
        {
            "no": 2,
            "kind": "do",
            "debtors": ["p1"],
            "creditors": ["p2"],
            "object": "疏通排水沟",
            "due": {"value": "2026-12-01", "precision": "day"},
            "manner": "other",
        },
    ],
    "signatures": [
        {"by": "郑测一", "role": "party", "at": SIGNED, "how": "handwritten"},
        {"by": "冯测二", "role": "party", "at": SIGNED, "how": "fingerprint"},
    ],
    "organisation_seal_at": SIGNED,
    "effective_on": DAY,
    "performed_on_spot": False,
}
PAPERS = ("agreement", "identity", "service_address")


def paper(catalogue: str) -> Told:
    """A file as an application names it."""
    return {"catalogue": catalogue, "ref": catalogue}


def clean(**members: Any) -> Told:
    """The application; `members` take the place of its own."""
    told = document(
        route="on_site",
        agreement=deepcopy(AGREEMENT),
        applicants=deepcopy(PARTIES),
        joint_statement=[{"party": ref, "at": SIGNED, "how": "handwritten"} for ref in ("p1", "p2")],
        venue_basis="organisation_place",
        request="请求确认协议有效",
        facts="因排水纠纷经调解达成协议。",
        papers=[paper(name) for name in PAPERS],
        organisation_proof=paper("organisation_proof"),
        other_applications=False,
        effective_on=DAY,
    )
    return {**told, **members}


def changed(path: str, value: Any) -> Told:
    """The application with one place set (`None` takes it out); steps of the path are names and numbers."""
    told = clean()
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    node: Any = told
    for step in way:
        node = node[step]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return told


def result(**members: Any) -> Told:
    """The same agreement as the mediation's result: without parties, which the dispute tells."""
    told = document(
        outcome="agreed_written", ended_on=DAY, agreements=[deepcopy(AGREEMENT)], agreed_matters=[1]
    )
    return {**told, **members}
