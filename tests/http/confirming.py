"""An agreement under way to its confirmation: applied for, accepted, ruled on under seal, served."""

import hashlib
import time
import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from tests.contract.kit import POLL, Hub, System
from tests.contract.seal import Seal, page
from tests.contract.words import COMMITTEE, COMMITTEE_AS, COURT, HEAD, PARTIES, TRIBUNAL, TRIBUNAL_AS
from tests.http.clockwork import Clockwork, referred, registered, said

APPLIED = {"unit": COMMITTEE, "purpose": "confirmation"}
BUREAU_UNIT = "5001990000"
ROOM, ABOVE = "4105", "5001980000"
ELSEWHERE = f"""{HEAD}
{ABOVE},邻区司法局,justice,district,500198,,2010-01-01,
{ROOM},邻镇人民调解委员会,justice,town,500198,{ABOVE},2010-01-01,
"""


class Confirming(Clockwork):
    """A clockwork hub whose court has a seal; in the next district a committee and its bureau, apart."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self.events: dict[str, list[dict[str, Any]]] = {}
        self.seal = Seal("重庆市示例区人民法院")
        file = hub.data_dir / "court.pem"
        file.write_bytes(self.seal.pem())
        hub.furnish("court", "certificate", COURT, str(file))
        hub.units(ELSEWHERE)
        self.room = hub.add("room-sys", "justice", (ROOM,))
        self.above = hub.add("above-sys", "justice", (ABOVE,))
        self.begin()
        for system in (self.room, self.above):
            system.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})

    def heard(self, system: System, unit: str, about: str, kind: str, **document: Any) -> dict[str, Any]:
        """What a unit hears of a case or a dispute: the first such event whose document says so, once."""
        waiting = self.events.setdefault(system.id, [])
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            waiting += system.drain()
            for place, claims in enumerate(waiting):
                ((uri, event),) = claims["events"].items()
                told = event.get("document", {})
                owner = (event.get("case") or {}).get("id") or told.get("case")
                named = (uri.rpartition(":")[2], event.get("to")) == (kind, unit)
                if named and about in (owner, claims["sub_id"]["id"]) and document.items() <= told.items():
                    del waiting[place]
                    return dict(event)
            time.sleep(0.1)
        raise AssertionError((unit, kind, document))

    def day(self, days: int = 0) -> str:
        """A day of the hub's calendar, from its today on."""
        return (date.fromisoformat(said(self.court)["business_time"][:10]) + timedelta(days=days)).isoformat()

    def agreed(self, dues: tuple[int, ...] = (0,), **members: Any) -> str:
        """A dispute with a written agreement whose items are due in so many days: its id."""
        return self.mediated(self.agreement(dues, **members))

    def mediated(
        self,
        agreement: dict[str, Any],
        parties: list[dict[str, Any]] = PARTIES,
        *,
        about: Mapping[str, Any] = MappingProxyType({}),
        **members: Any,
    ) -> str:
        """A dispute of these parties that the committee took on and ended by the agreement: its id.

        `about`: members of the registration; `members`: of the result.
        """
        told = {"origin": "application", "parties": parties, **about}
        home = registered(self.justice, COMMITTEE, "mediation", **told)
        own = referred(
            self.justice, COMMITTEE, "mediation", dispute=home, track="self_accepted",
            platform="justice", parties=parties,
        )  # fmt: skip
        case = {"about_case": own["case"]["id"]}
        begun = said(self.justice, event="started", **case)
        self.justice.accepted("mediation_progress", begun, **COMMITTEE_AS)
        result = said(
            self.justice, outcome="agreed_written", ended_on=self.day(), agreed_matters=[1],
            agreements=[agreement], **case, **members,
        )  # fmt: skip
        self.justice.accepted("mediation_result", result, **COMMITTEE_AS)
        return home

    def agreement(self, dues: tuple[int, ...], **members: Any) -> dict[str, Any]:
        item = {"kind": "pay", "debtors": ["p1"], "creditors": ["p2"], "manner": "instalment"}
        money = {"amount": {"amount": "1000", "precision": "exact"}, "acceleration": False}
        items = [
            {**item, **money, "no": n, "due": {"value": self.day(due), "precision": "day"}}
            for n, due in enumerate(dues, 1)
        ]
        told = {
            "form": "written",
            "mediation_type": "people",
            "organisation": COMMITTEE,
            "mediators": ["M1"],
            "facts": "堵塞",
            "matters": [{"no": 1, "text": "相邻排水"}],
            "terms": "分期补偿",
            "items": items,
            "effective_on": self.day(),
            "performed_on_spot": False,
        }
        return {**told, **members}

    def applied(self, home: str | None = None, **members: Any) -> str:
        """The committee applies at the tribunal for a dispute, for a new one if none is said: the case."""
        asked = {
            "route": "on_site",
            "applicants": PARTIES,
            "venue_basis": "organisation_place",
            "request": "请求确认协议有效",
            "effective_on": self.day(),
        }
        told = said(self.justice, **{**asked, **members})
        made = home or self.agreed()
        sent = self.justice.accepted("confirmation_application", told, **APPLIED, to=TRIBUNAL, dispute=made)
        return str(sent["case"]["id"])

    def accepted(self, home: str | None = None, **members: Any) -> str:
        """An application that the tribunal accepted: the case."""
        case = self.applied(home, **members)
        self.answer(case, decision="accepted", accepted_on=self.day())
        return case

    def answer(self, case: str, **members: Any) -> dict[str, Any]:
        told = said(self.court, about_case=case, case_number=number(case), **members)
        return self.court.accepted("confirmation_answer", told, **TRIBUNAL_AS)

    def sealed(self) -> dict[str, Any]:
        """A ruling's document, signed and uploaded: what an envelope names it by."""
        pdf = self.seal.sign(page(f"ruling {uuid.uuid4()}"))
        digest = hashlib.sha256(pdf).hexdigest()
        put = self.court.call("PUT", f"/v1/blobs/sha-256/{digest}", content=pdf)
        assert put.status_code == 201, put.text
        return {"ref": "c1", "digest": f"sha-256:{digest}", "name": "a.pdf", "type": "application/pdf"}

    def ruled(self, case: str, outcome: str, **members: Any) -> dict[str, Any]:
        """The tribunal's ruling: the answer it got."""
        named = {"catalogue": "ruling", "ref": "c1"}
        told = {
            "ruled_on": self.day(),
            "seal_kind": "pdf_cms",
            "document": named,
            "judge": {"name": "贺审一"},
        }
        document = said(
            self.court, about_case=case, case_number=number(case), outcome=outcome, **{**told, **members}
        )
        return self.court.accepted("confirmation_ruling", document, **TRIBUNAL_AS, files=[self.sealed()])

    def served(self, case: str, party: str, on: int = 0) -> dict[str, Any]:
        """A party was served electronically, so many days from today."""
        told = {"method": "electronic", "result": "served", "served_at": f"{self.day(on)}T10:00:00+08:00"}
        voucher = {"e_voucher": {"catalogue": "other", "ref": "v1"}}
        document = said(self.court, about_case=case, party=party, case_number=number(case), **told, **voucher)
        return self.court.accepted("service_receipt", document, **TRIBUNAL_AS)

    def effective(
        self, home: str | None = None, *, ruled: int = 0, served: tuple[int, int] = (0, 0), **members: Any
    ) -> str:
        """A confirming ruling in effect: the case. Days from today, in the past below zero.

        `members`: of the application.
        """
        case = self.accepted(home, **members)
        self.ruled(case, "confirmed", ruled_on=self.day(ruled))
        for party, on in zip(("p1", "p2"), served, strict=True):
            self.served(case, party, on)
        return case


def number(case: str) -> dict[str, str]:
    """The court's number of a case."""
    return {"system": "case_no", "value": f"(2026)渝0199民特{int(case[-4:], 16)}号"}
