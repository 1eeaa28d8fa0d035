"""Messages of a story as documents of the shared form: the few words it says, the rest filled in."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias

from hub.law.calendar import legal_day
from tests.law import lawstories as ls

Message: TypeAlias = dict[str, Any]
COURT_TRACKS = ("entrusted_summary", "entrusted_ordinary")


@dataclass
class Documents:
    """Makes the documents of one story; remembers what later messages refer to."""

    story: str
    labels: dict[str, str]
    disputes: list[str] = field(default_factory=list)
    track: str = "self_accepted"
    ended: str = "2026-01-01"

    def of(self, m: Message) -> Message:
        """The document of a message; a kind that needs nothing filled in is taken as it is."""
        maker = getattr(self, m["kind"], None)
        return maker(m) if maker else {**m["fields"], "reason": "测试"}

    def dispute(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        n = 3 if self.story in ("S01", "S02") else 2
        return {
            "action": "register",
            "origin": f.get("origin", "police_call"),
            "reported_at": ls.instant(m["at"]).isoformat(),
            "parties": ls.parties(n),
            "matters": [
                {"no": 1, "text": "排水", "scope": "civil"},
                {"no": 2, "text": "抚养", "scope": "family"},
            ],
        }

    def guidance(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        return {
            "told": ["p1", "p2"],
            "consents": ls.yes("mediation"),
            "filing_requested": f["filing_requested"],
        }

    def referral(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        track = f.get("track") or self.track
        platform = f.get("platform") or ("court_online" if track in COURT_TRACKS else "hub")
        self.track = track
        more: dict[str, Any] = {}
        if "replaces" in f:
            more["replaces"] = self.labels[f["replaces"]]
        if "zhian_178" in f:
            more["zhian"] = {"in_178": True, "exclusions_179": []}
        if f.get("matter") == "暴力行为":
            more |= {"domestic_violence": "victim", "zhian": {"exclusions_179": ["family_violence"]}}
        if f.get("matter") == "抚养费":
            more |= {"domestic_violence": "victim", "matters": [2]}
        return ls.referral(track, platform, **more)

    def referral_answer(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        at = ls.instant(m["at"]).isoformat()
        return {**f, **({"signed_at": at} if f["answer"] == "signed" else {})}

    def mediation_progress(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        if f["event"] == "extended":
            return {"event": "extended", "extension": {"days": f["days"], "consents": ls.yes("extension", 3)}}
        return f

    def mediation_result(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        doc: dict[str, Any] = {"outcome": f["outcome"], "ended_on": m["at"][:10]}
        if f["outcome"] == "failed":
            points = ("basics", "reason", "cost_conduct", "hints")
            return {**doc, "failure": dict.fromkeys(points, "测"), "routes_told": ["suit"]}
        self.ended = effective = f.get("effective", m["at"][:10])
        return {**doc, "agreements": [ls.agreement(effective, self._items(f), **self._form(f))]}

    def _form(self, f: dict[str, Any]) -> dict[str, Any]:
        oral = {"form": "oral"} if f["outcome"] == "agreed_oral" else {}
        return {**oral, "performed_on_spot": f.get("performed_on_spot", False)}

    def _items(self, f: dict[str, Any]) -> list[dict[str, Any]]:
        said = f.get("items", [])
        dates = (
            re.findall(r"2026-\d\d-\d\d", said) if isinstance(said, str) else [f"2026-{s[-5:]}" for s in said]
        )
        return [ls.item(i, d) for i, d in enumerate(dates, 1)]

    def confirmation_application(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        doc = ls.application(self.ended, int(f.get("applicants", 2)))
        return {**doc, "agreement": None}

    def confirmation_answer(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        doc = {"decision": f["decision"], "reason": "测试", "ground": f.get("ground")}
        if "flags_seen" in f:
            doc["flags_seen"] = {"seen": True, "disposition": "explained"}
        if "days" in f:
            doc["due"] = (legal_day(ls.instant(m["at"])) + timedelta(days=f["days"])).isoformat()
        if "case_number" in f:
            doc["case_number"] = ls.case_number(f["case_number"])
        return doc

    def confirmation_ruling(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        return {
            "outcome": f["outcome"],
            "ruled_on": m["at"][:10],
            "grounds": [f["ground"]] if "ground" in f else [],
        }

    def service_receipt(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        at = ls.instant(m["at"]).isoformat()
        return ls.receipt(ls.PEOPLE[f["party"][0]], f["method"], f["result"], served_at=at)

    def video_session(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        return {"action": f["action"], "purpose": f["purpose"], "participants": [{"ref": "p1"}]}

    def performance(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        return {**f, "on": m["at"][:10], "confirmed_by": ["p1"]}

    def case_status(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        doc = {"phase": f["phase"], "on": m["at"][:10], "reason": f.get("reason", "测试")}
        if "urgent" in f:
            doc["protection"] = {"kind": "safety", "urgent": f["urgent"]}
        if "no_penalty" in f:
            doc["no_penalty"] = f["no_penalty"]
        return doc

    def early_warning(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        level = f.get("level", "01")
        report = {"mandatory_report": {"required": True}} if f.get("mandatory_report") else {}
        return {"action": f["action"], "level_proposed": level, **report}

    def warning_feedback(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        visit = {"result": "工资已付清", "revisit_plan": {"by": "测员", "on": "2026-10-30"}}
        return {**f, "reason": "测试", **(visit if f["action"] == "clear_requested" else {})}

    def deadline_notice(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        item = {"item": str(f["item"])} if "item" in f else {}
        return {"rule": f["rule"], "phase": f["phase"], **item}

    def dispute_link(self, _m: Message) -> dict[str, Any]:
        return {
            "action": "merge",
            "survivor": self.disputes[0],
            "absorbed": [self.disputes[1]],
            "approvers": [{"person": "测甲"}, {"person": "测乙"}],
        }

    def objection(self, m: Message) -> dict[str, Any]:
        f = m["fields"]
        return {**f, "objector": {"ref": "p9"}, "grounds": "测", "filed_at": ls.instant(m["at"]).isoformat()}
