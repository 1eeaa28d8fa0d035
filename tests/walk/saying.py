"""What the walking agencies say: a document of every kind, complete enough that no guard stops it.

Days lie far enough ahead that no reminder of the hub comes in between.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.contract.kit import SHANGHAI, now, today
from tests.contract.words import COMMITTEE, PARTIES
from tests.contract.words import agreement as an_agreement
from tests.contract.words import application as an_application
from tests.contract.words import dispute as a_dispute
from tests.contract.words import referral as a_referral

Fields = Mapping[str, Any]
Document = dict[str, Any]
REFS = tuple(party["ref"] for party in PARTIES)
NOBODY = "00000000-0000-7000-8000-000000000000"
REASON = "按规定办理"


def ahead(days: int) -> str:
    """A day to come, as a date."""
    return (datetime.now(UTC).astimezone(SHANGHAI) + timedelta(days=days)).date().isoformat()


def answers(about: str, answer: str = "yes") -> list[Document]:
    return [{"about": about, "answer": answer, "by": ref, "how": "written"} for ref in REFS]


def agreement() -> Document:
    item = {
        "no": 1,
        "kind": "pay",
        "debtors": ["p1"],
        "creditors": ["p2"],
        "amount": {"amount": "300", "precision": "exact"},
        "due": {"value": ahead(60), "precision": "day"},
        "manner": "lump",
    }
    return an_agreement(items=[item])


def of(kind: str, fields: Fields) -> Document:
    """A document of the kind in which the deciding fields are as given."""
    made = _MADE.get(kind, lambda _: {"reason": REASON})(fields)
    return {"schema": "liantiao/1", "business_time": now(), **made}


def _guidance(fields: Fields) -> Document:
    answer = "yes" if fields.get("all_consented") else "silent"
    return {"told": list(REFS), "consents": answers("mediation", answer), "filing_requested": False}


def _referral(fields: Fields) -> Document:
    told = a_referral(platform="hub", **fields)
    return {**told, "consents": answers("mediation")}


def _answer(fields: Fields) -> Document:
    more = {"signed_at": now()} if fields.get("answer") == "signed" else {}
    return {"reason": REASON, **fields, **more}


def _progress(fields: Fields) -> Document:
    event = fields.get("event")
    if event == "extended":
        return {**fields, "extension": {"days": 10, "consents": answers("extension")}}
    return {"reason": REASON, **fields}


def _result(fields: Fields) -> Document:
    outcome = str(fields.get("outcome"))
    told: Document = {"ended_on": today(), "routes_told": ["suit"], **fields}
    if outcome in ("agreed_written", "agreed_oral", "partly_agreed"):
        told["agreements"] = [agreement()]
    if outcome not in ("agreed_written", "agreed_oral", "settled_by_parties"):
        told["failure"] = dict.fromkeys(("basics", "reason", "cost_conduct", "hints"), REASON)
    return told


def _session(fields: Fields) -> Document:
    told = {
        "purpose": "mediation",
        "mode": "video",
        "starts_at": now(),
        "participants": [{"ref": ref, "identity_checked": True} for ref in REFS],
        "notice_given": True,
        "consents": answers("online"),
    }
    return {**told, **fields}


def _consultation(fields: Fields) -> Document:
    return {"request_type": "law", "question": "相邻排水如何认定", **fields}


def _reply(fields: Fields) -> Document:
    told: Document = {"reason": REASON, "for_reference_only": True, **fields}
    action = fields.get("action")
    if action in ("answered", "corrected"):
        told |= {"answer": "一般按相邻关系处理", "answered_by": {"name": "测答"}}
    if action == "joint_arranged":
        told["joint"] = {"at": now(), "place": "测试镇", "units": [COMMITTEE], "people": ["测答"]}
    return told


def _warning(fields: Fields) -> Document:
    told = {"origin": "mediator", "level_proposed": "03", "kinds": ["group_event"]}
    return {**told, "situation": "双方多次争吵", "people_count": 2, "remarks": REASON, **fields}


def _feedback(fields: Fields) -> Document:
    told = {
        "reason": REASON,
        "level": "03",
        "responsible": {"name": "测责"},
        "resolver": {"unit": COMMITTEE},
        "measures": [{"text": "上门劝解", "at": now()}],
        "result": "已化解",
        "trend": "better",
        "revisit_plan": {"by": "测责", "on": ahead(30)},
    }
    return {**told, **fields}


def _application(_fields: Fields) -> Document:
    return an_application(agreement=agreement())


def _decision(fields: Fields) -> Document:
    told = {"reason": REASON, "due": ahead(60), **fields}
    if fields.get("decision") == "not_accepted":
        told["ground"] = "355-1"
    return told


def _ruling(fields: Fields) -> Document:
    told = {"ruled_on": today(), "effective_rule": "on_service", "seal_kind": "pdf_cms", **fields}
    if str(fields.get("outcome")).startswith("rejected_"):
        told["grounds"] = [str(fields["outcome"]).removeprefix("rejected_") + "-1"]
    return told


def _receipt(fields: Fields) -> Document:
    return {"party": "p1", "method": "electronic", "served_at": now(), **fields}


def _objection(fields: Fields) -> Document:
    who = {"ref": "p1"} if fields.get("by") == "party" else {"ref": "p9"}
    objector = {**PARTIES[0], **who, "role": "side_a"}
    return {"objector": objector, "filed_at": now(), "known_since": today(), "grounds": REASON, **fields}


def _performance(fields: Fields) -> Document:
    told: Document = {"on": today(), "item": 1, "confirmed_by": ["p2"], **fields}
    if fields.get("event") == "all_performed":
        del told["item"]
    if fields.get("event") == "terms_changed":
        told["change"] = {"items": [{**agreement()["items"][0]}]}
    return told


def _status(fields: Fields) -> Document:
    told: Document = {"on": today(), "reason": REASON, **fields}
    if fields.get("phase") == "police_no_penalty":
        flags = ("agreement", "performed", "written_request_all", "police_approval")
        told["no_penalty"] = dict.fromkeys(flags, True)
    if str(fields.get("phase")).startswith("protection_order"):
        told["protection"] = {"kind": "protection_order", "urgent": False}
    return told


def _correction(fields: Fields) -> Document:
    changes = [{"pointer": "/remarks", "reason_code": "typing"}]
    return {"message": NOBODY, "changes": changes, "requested_by": "unit", "reason": REASON, **fields}


def _link(fields: Fields) -> Document:
    people = [{"person": "测甲"}, {"person": "测乙"}]
    told = {"survivor": NOBODY, "absorbed": [NOBODY], "approvers": people}
    return {**told, **{name: value for name, value in fields.items() if name != "this_dispute"}}


_MADE: Mapping[str, Callable[[Fields], Document]] = {
    "dispute": lambda fields: a_dispute(**{"action": "register", **fields}),
    "guidance": _guidance,
    "referral": _referral,
    "referral_answer": _answer,
    "referral_supplement": lambda _: {"answers": []},
    "mediation_progress": _progress,
    "mediation_result": _result,
    "video_session": _session,
    "consultation": _consultation,
    "consultation_reply": _reply,
    "early_warning": _warning,
    "warning_feedback": _feedback,
    "confirmation_application": _application,
    "confirmation_answer": _decision,
    "confirmation_supplement": lambda _: {"answers": []},
    "confirmation_ruling": _ruling,
    "service_receipt": _receipt,
    "objection": _objection,
    "false_litigation_report": lambda _: {"origin": "mediator", "signs": [{"id": "H1"}]},
    "withdrawal": lambda fields: {"reason": REASON, **fields},
    "performance": _performance,
    "case_status": _status,
    "correction": _correction,
    "dispute_link": _link,
}
