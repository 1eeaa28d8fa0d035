"""A message of a story as a document of the shared form: the few words it says, the rest filled in.

Every day it names is the story's; nothing is dated by the clock of the test.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.contract.kit import SHANGHAI
from tests.stories.people import REFS, parties

Document = dict[str, Any]
Message = Mapping[str, Any]
COURT_TRACKS = ("entrusted_summary", "entrusted_ordinary")
AGREED = ("agreed_written", "agreed_oral", "partly_agreed")
THREE = ("S01", "S02")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def yes(about: str, n: int = 2) -> list[Document]:
    return [{"about": about, "answer": "yes", "by": f"p{i}", "how": "written"} for i in range(1, n + 1)]


def item(no: int, due: str) -> Document:
    return {
        "no": no,
        "kind": "pay",
        "debtors": ["p1"],
        "creditors": ["p2"],
        "amount": {"amount": "300", "precision": "exact"},
        "due": {"value": due, "precision": "day"},
        "manner": "lump",
    }


def agreement(effective: str, items: list[Document], **more: Any) -> Document:
    signed = [{"by": "测", "role": "party", "at": f"{effective}T11:00:00+08:00"}]
    told = {
        "form": "written",
        "mediation_type": "people",
        "organisation": "3105",
        "matters": [{"no": 1, "text": "排水"}],
        "items": items,
        "signatures": signed,
        "organisation_seal_at": f"{effective}T11:10:00+08:00",
        "effective_on": effective,
        "performed_on_spot": False,
    }
    return {**told, **more}


@dataclass
class Documents:
    """Makes the documents of one story; remembers what later messages refer to."""

    story: str
    ids: Mapping[str, str]
    track: str = "self_accepted"
    ended: str = "2026-01-01"
    spare: dict[str, str] = field(default_factory=dict)

    @property
    def people(self) -> int:
        return 3 if self.story in THREE else 2

    def of(self, m: Message) -> Document:
        made = getattr(self, m["kind"])(m["fields"], m["at"])
        told = {name: value for name, value in made.items() if value is not None}
        return {"schema": "liantiao/1", "business_time": instant(m["at"]).isoformat(), **told}

    def dispute(self, f: Message, at: str) -> Document:
        matters = [{"no": 1, "text": "排水", "scope": "civil"}, {"no": 2, "text": "抚养", "scope": "family"}]
        return {
            "action": f["action"],
            "origin": f.get("origin", "police_call"),
            "reported_at": instant(at).isoformat(),
            "dispute_type": "2",
            "parties": parties(self.people),
            "matters": matters,
        }

    def guidance(self, f: Message, _at: str) -> Document:
        told = [party["ref"] for party in parties(self.people)]
        wanted = f["filing_requested"]
        return {"told": told, "consents": yes("mediation", self.people), "filing_requested": wanted}

    def referral(self, f: Message, _at: str) -> Document:
        self.track = str(f.get("track") or self.track)
        platform = f.get("platform") or ("court_online" if self.track in COURT_TRACKS else "hub")
        told: Document = {
            "track": self.track,
            "platform": platform,
            "mediation_type": "people",
            "matters": [1],
            "parties": parties(self.people),
            "consents": yes("mediation", self.people),
            "domestic_violence": "none",
            "reason": "测试",
        }
        if "replaces" in f:
            told["replaces"] = self.ids[f["replaces"]]
        if "zhian_178" in f:
            told["zhian"] = {"in_178": True, "exclusions_179": []}
        if f.get("matter") == "暴力行为":
            told |= {
                "domestic_violence": "victim",
                "zhian": {"in_178": True, "exclusions_179": ["family_violence"]},
            }
        if f.get("matter") == "抚养费":
            told |= {"domestic_violence": "victim", "matters": [2]}
        return told

    def referral_answer(self, f: Message, at: str) -> Document:
        signed = {"signed_at": instant(at).isoformat()} if f["answer"] == "signed" else {}
        return {"answer": f["answer"], "reason": f.get("reason", "测试"), **signed}

    def mediation_progress(self, f: Message, at: str) -> Document:
        told = {"event": f["event"], "at": instant(at).isoformat(), "reason": "测试"}
        if f["event"] == "extended":
            told["extension"] = {"days": f["days"], "consents": yes("extension", self.people)}
        return told

    def mediation_result(self, f: Message, at: str) -> Document:
        outcome = f["outcome"]
        told: Document = {"outcome": outcome, "ended_on": at[:10], "routes_told": ["suit"]}
        if outcome in ("failed", "partly_agreed"):
            told["failure"] = dict.fromkeys(("basics", "reason", "cost_conduct", "hints"), "测")
        if outcome in AGREED:
            self.ended = f.get("effective", at[:10])
            form = {"form": "oral"} if outcome == "agreed_oral" else {}
            spot = f.get("performed_on_spot", False)
            told["agreements"] = [agreement(self.ended, self._items(f), **form, performed_on_spot=spot)]
        return told

    def _items(self, f: Message) -> list[Document]:
        said = f.get("items", [])
        if isinstance(said, str):
            days = re.findall(r"2026-\d\d-\d\d", said)
        else:
            days = [f"2026-{words[-5:]}" for words in said]
        return [item(no, day) for no, day in enumerate(days, 1)]

    def confirmation_application(self, f: Message, _at: str) -> Document:
        n = int(f.get("applicants", 2))
        signed = f"{self.ended}T12:00:00+08:00"
        return {
            "route": f.get("route", "on_site"),
            "applicants": parties(n),
            "joint_statement": [
                {"party": f"p{i}", "at": signed, "how": "handwritten"} for i in range(1, n + 1)
            ],
            "venue_basis": "organisation_place",
            "effective_on": self.ended,
            "papers": [{"name": "申请书", "catalogue": "application"}],
        }

    def confirmation_answer(self, f: Message, at: str) -> Document:
        told: Document = {"decision": f["decision"], "reason": "测试", "ground": f.get("ground")}
        if "flags_seen" in f:
            told["flags_seen"] = {"seen": True, "disposition": "explained"}
        if "days" in f:
            told["due"] = (date.fromisoformat(at[:10]) + timedelta(days=f["days"])).isoformat()
        if "case_number" in f:
            told["case_number"] = {"system": "court_case", "value": f["case_number"]}
        return told

    def confirmation_supplement(self, _f: Message, _at: str) -> Document:
        return {"answers": []}

    def confirmation_ruling(self, f: Message, at: str) -> Document:
        grounds = [f["ground"]] if "ground" in f else None
        return {"outcome": f["outcome"], "ruled_on": at[:10], "seal_kind": "pdf_cms", "grounds": grounds}

    def service_receipt(self, f: Message, at: str) -> Document:
        method = f.get("method", "electronic")
        told: Document = {"method": method, "served_at": instant(at).isoformat()}
        if method == "direct_assisted":
            told |= {"entrusted_by": "协助送达函", "refusal": {"reason": "拒收", "witness": "村干部一"}}
        served = str(f["result"]).startswith("all_served")
        party = REFS[f["party"][0]] if "party" in f else None
        return {**told, "party": party, "result": "served" if served else f["result"]}

    def video_session(self, f: Message, at: str) -> Document:
        there = [{"ref": party["ref"], "identity_checked": True} for party in parties(self.people)]
        start = instant(at).isoformat()
        return {"action": f["action"], "purpose": f["purpose"], "starts_at": start, "participants": there}

    def consultation(self, f: Message, _at: str) -> Document:
        told = {"action": f["action"], "request_type": f.get("request_type"), "useful": f.get("useful")}
        return {**told, "question": "如何处理" if f["action"] == "ask" else None}

    def consultation_reply(self, f: Message, _at: str) -> Document:
        told: Document = {"action": f["action"], "reason": "测试", "for_reference_only": True}
        if f["action"] == "answered":
            told |= {"answer": "一般意见", "answered_by": {"name": "贺审一"}}
        if f.get("knowledge"):
            told["knowledge"] = {"publish": True, "text_without_persons": "一般意见"}
        if "time" in f:
            joint = {"at": instant(f["time"]).isoformat(), "place": "测试镇", "people": ["贺审一"]}
            told["joint"] = joint
        return told

    def early_warning(self, f: Message, at: str) -> Document:
        told: Document = {
            "action": f["action"],
            "origin": "police",
            "level_proposed": f.get("level", "01"),
            "kinds": ["minor"] if "protected" in f else ["group_event"],
            "situation": "测试情况",
            "people_count": f.get("people"),
        }
        if f.get("mandatory_report"):
            told["mandatory_report"] = {"required": True}
        return {**told, "happened": {"value": at[:10], "precision": "day"}}

    def warning_feedback(self, f: Message, at: str) -> Document:
        told: Document = {"action": f["action"], "level": f.get("level"), "reason": "测试"}
        if f["action"] == "clear_requested":
            told |= {"result": "已化解", "revisit_plan": {"by": "魏警一", "on": at[:10]}}
        if "handover" in f:
            told["handover"] = {"to_person": "张测", "how": "phone", "at": instant(at).isoformat()}
        return told

    def withdrawal(self, f: Message, _at: str) -> Document:
        return {"target": f["target"], "reason": "测试"}

    def false_litigation_report(self, f: Message, _at: str) -> Document:
        return {"origin": f["origin"], "signs": [{"id": sign} for sign in f["signs"]]}

    def performance(self, f: Message, at: str) -> Document:
        return {"event": f["event"], "item": f.get("item"), "on": at[:10], "confirmed_by": ["p1"]}

    def case_status(self, f: Message, at: str) -> Document:
        told: Document = {"phase": f["phase"], "on": at[:10], "reason": f.get("reason", "测试")}
        if "urgent" in f:
            told["protection"] = {"kind": "protection_order", "urgent": f["urgent"]}
        return {**told, "no_penalty": f.get("no_penalty")}

    def objection(self, f: Message, at: str) -> Document:
        objector = {"ref": "p9", "kind": "person", "role": "third", "name": "测九"}
        filed = instant(at).isoformat()
        return {
            "by": f["by"],
            "objector": objector,
            "grounds": "测",
            "filed_at": filed,
            "known_since": f.get("known_since"),
        }
