"""The court's clerks: file and entrust, take applications, verify, rule under seal, serve what is refused.

A tribunal's document carries its court's certificate. The ruling is a signed PDF inside the court's own
dossier XML.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from hub.client.envelope import FileRef
from hub.client.events import Event
from hub.client.sending import Accepted
from hub.sandbox import native_court as native
from hub.sandbox.cases import Matter, consents
from hub.sandbox.clock import SHANGHAI, legal_day
from hub.sandbox.court_pdf import Ruling
from hub.sandbox.court_seal import CourtSeal, load_seal, signed_ruling
from hub.sandbox.desk import Desk, Draft, shared
from hub.sandbox.people import JUDGE

COURT: Final = "500199"
TRIBUNAL: Final = "50019901"
CONFIRMATION_CAUSE: Final = ("140901", "申请司法确认调解协议")
_PDF: Final = "application/pdf"
Told = Mapping[str, Any]


class Clerk:
    """Does what it is told and answers with what came of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seal: CourtSeal | None = None
        self._filed: dict[str, native.Filed] = {}
        self._serial = 0

    def _file(self, kind: str, cause: tuple[str, str], at: datetime) -> native.Filed:
        """Enter a case in the register: the next number of the year."""
        self._serial += 1
        year = at.astimezone(SHANGHAI).year
        number = f"({year})渝0199{kind}{self._serial}号"
        mark = f"500199{year}{self._serial:05d}"
        return native.Filed(mark, number, *cause, legal_day(at).isoformat(), special=kind == "民特")

    async def file_case(self, matter: Told, label: str = "GBK", *, as_native: bool = True) -> Told:
        """File a civil case and tell the hub, by the case XML, then that it is filed."""
        case, desk = Matter.read(matter), self._desk
        filed = self._file("民初", ("9130", "民间借贷纠纷"), desk.clock())
        if as_native:
            body = native.case_filed(case, filed, desk.now(), label=label)
            called = "court/01" if label == "GBK" else "court/03"
            accepted = await desk.send(
                Draft(COURT, "dispute", body, f"application/xml;charset={label}", called)
            )
        else:
            accepted = await desk.say(COURT, "dispute", self._dispute(case, filed))
        dispute = str(accepted.dispute)
        self._filed[dispute] = filed
        number = {"system": "case_no", "value": filed.number}
        status = desk.document(
            phase="filed",
            on=filed.on,
            case={"identifier": number, "kind": "civil_first", "court_or_unit": COURT},
        )
        await desk.say(COURT, "case_status", status, dispute=dispute)
        return {"dispute": dispute, "message": accepted.message}

    def _dispute(self, matter: Matter, filed: native.Filed) -> dict[str, object]:
        number = {"system": "case_no", "value": filed.number}
        return self._desk.document(
            action="register",
            origin="court_visit",
            reported_at=self._desk.now(),
            title=matter.title,
            dispute_type=matter.dispute_type,
            matters=[{"no": 1, "text": matter.title, "scope": "civil"}],
            facts=matter.facts,
            amount=matter.money(),
            place={"text": "重庆市示例区"},
            parties=matter.parties(),
            own_case={"identifier": number, "kind": "civil_first", "accepted_on": filed.on},
            filing_requested=True,
        )

    async def entrust(
        self,
        dispute: str,
        matter: Told,
        to: str,
        track: str = "entrusted_ordinary",
        *,
        as_native: bool = False,
    ) -> Told:
        """Entrust the mediation after filing, with everybody's consent."""
        case, desk = Matter.read(matter), self._desk
        filed = self._filed[dispute]
        if as_native:
            body = native.entrusted(case, filed, 20000 + self._serial, to, 15)
            draft = Draft(COURT, "referral", body, "application/json", "court/11", to=to, dispute=dispute)
            return _result(await desk.send(draft))
        parties = case.parties()
        document = desk.document(
            track=track,
            matters=[1],
            mediation_type="people",
            platform="court_online",
            procedure="summary" if track == "entrusted_summary" else "ordinary",
            own_case={
                "identifier": {"system": "case_no", "value": filed.number},
                "kind": "civil_first",
                "accepted_on": filed.on,
            },
            facts_found=case.facts,
            claims=f"归还借款{case.amount}元",
            amount=case.money(),
            parties=parties,
            consents=consents(parties, "mediation", desk.now()),
            reason="各方同意立案后委托调解",
            domestic_violence="none",
            proposed_days=15,
        )
        return _result(await desk.say(COURT, "referral", document, to=to, dispute=dispute))

    async def close(self, dispute: str, phase: str) -> Told:
        """Take the case back into the proceedings, or end it, after the mediators' report."""
        result = await self._desk.await_event(dispute, "mediation_result")
        filed = self._filed[dispute]
        number = {"system": "case_no", "value": filed.number}
        document = self._desk.document(
            phase=phase, on=self._desk.now()[:10], case={"identifier": number, "kind": "civil_first"}
        )
        accepted = await self._desk.say(COURT, "case_status", document, re=result.message)
        return {**_result(accepted), "members": sorted(result.document)}

    async def answer(self, dispute: str, decision: str, unit: str = TRIBUNAL, reason: str = "") -> Told:
        """Decide on an application: accepted, supplement or not_accepted."""
        application = await self._application(dispute)
        desk = self._desk
        at = desk.clock()
        told: dict[str, object] = {"decision": decision, "judge": {"name": JUDGE}}
        if decision == "accepted":
            filed = self._filed.setdefault(dispute, self._file("民特", CONFIRMATION_CAUSE, at))
            told |= {"case_number": {"system": "case_no", "value": filed.number}, "accepted_on": filed.on}
        elif decision == "supplement":
            missing = {"no": 1, "code": "identity", "text": reason or "身份证明缺失"}
            due = (legal_day(at) + timedelta(days=7)).isoformat()
            told |= {"missing": [missing], "due": due, "reason": reason or "补正身份证明"}
        else:
            told |= {"ground": "355-2", "reason": reason or "不属于本院管辖"}
        document = desk.document(**told)
        sent = await desk.say(
            unit, "confirmation_answer", document, re=application.message, purpose="confirmation"
        )
        return _result(sent)

    async def _application(self, dispute: str) -> Event:
        return await self._desk.await_event(dispute, "confirmation_application")

    async def verify(self, dispute: str, unit: str = TRIBUNAL) -> Told:
        """Ask the parties together, by video (解释 356)."""
        application = await self._application(dispute)
        applicants = application.document.get("applicants")
        people = [p for p in applicants if isinstance(p, dict)] if isinstance(applicants, list) else []
        now = self._desk.now()
        present = [
            {"ref": p["ref"], "joined_at": now, "identity_checked": True, "how": "face"} for p in people
        ]
        document = self._desk.document(
            action="held",
            purpose="court_verification",
            mode="video",
            starts_at=now,
            ends_at=now,
            participants=present,
            notice_given=True,
        )
        sent = await self._desk.say(
            unit, "video_session", document, re=application.message, purpose="confirmation"
        )
        return _result(sent)

    async def rule(
        self, dispute: str, outcome: str = "confirmed", unit: str = TRIBUNAL, *, as_native: bool = False
    ) -> Told:
        """Sign the ruling with the court's certificate and send it back."""
        application = await self._application(dispute)
        desk, filed = self._desk, self._filed[dispute]
        now = desk.clock()
        pdf = await signed_ruling(self._load_seal(), _ruling(application, filed, outcome, now), now)
        name = "民事裁定书.pdf"
        if as_native:
            body = native.dossier(filed, legal_day(now).isoformat(), name, pdf)
            draft = Draft(
                unit, "confirmation_ruling", body, "application/xml;charset=GBK", "court/05",
                purpose="confirmation", re=application.message,
            )  # fmt: skip
            return _result(await desk.send(draft))
        digest = await desk.upload(f"{dispute}-ruling.pdf", pdf)
        paper = {
            "catalogue": "ruling",
            "name": name,
            "digest": digest,
            "media_type": _PDF,
            "signed": "e_signature",
        }
        document = desk.document(
            outcome=outcome,
            case_number={"system": "case_no", "value": filed.number},
            ruled_on=legal_day(now).isoformat(),
            document=paper,
            seal_kind="pdf_cms",
            judge={"name": JUDGE},
            grounds=None if outcome == "confirmed" else ["358-5"],
            notice_of_rights="当事人有异议的,可自收到裁定之日起十五日内提出。",
        )
        draft = Draft(
            unit, "confirmation_ruling", shared(document), purpose="confirmation", re=application.message,
            files=[FileRef("ruling", digest, name, _PDF)],
        )  # fmt: skip
        return _result(await desk.send(draft))

    def _load_seal(self) -> CourtSeal:
        if self._seal is None:
            self._seal = load_seal(self._desk.folder / "seal.pem")
        return self._seal

    async def serve(self, dispute: str, party: str, unit: str = TRIBUNAL) -> Told:
        """Serve by leaving the ruling (留置): the court's own staff, with a witness."""
        application = await self._application(dispute)
        document = self._desk.document(
            party=party,
            method="left",
            result="served",
            served_at=self._desk.now(),
            document_kind="ruling",
            case_number={"system": "case_no", "value": self._filed[dispute].number},
            server={"name": "书记员一", "unit": unit, "position": "书记员"},
            refusal={"reason": "拒绝签收", "witness": "村干部一"},
            receipt={"catalogue": "receipt", "name": "送达回证"},
            place="重庆市示例区测试镇一号村2组",
        )
        sent = await self._desk.say(
            unit, "service_receipt", document, re=application.message, purpose="confirmation"
        )
        return _result(sent)

    async def again(self, message: str) -> Told:
        """Send a message once more."""
        return {"same": await self._desk.again(message)}

    async def expect(self, dispute: str, kind: str, after: int = 0) -> Told:
        """Wait until something came."""
        event = await self._desk.await_event(dispute, kind, after)
        return {"message": event.message, "members": sorted(event.document)}


def _ruling(application: Event, filed: native.Filed, outcome: str, at: datetime) -> Ruling:
    applicants = application.document.get("applicants")
    names = (
        [str(p.get("name")) for p in applicants if isinstance(p, dict)]
        if isinstance(applicants, list)
        else []
    )
    decided = (
        "上述调解协议有效,一方拒绝履行的,对方可以申请强制执行。" if outcome == "confirmed" else "驳回申请。"
    )
    day = at.astimezone(SHANGHAI)
    return Ruling(
        native.COURT_NAME,
        filed.number,
        (
            f"申请人:{'、'.join(names)}。",
            "申请人共同向本院申请司法确认调解协议,本院依法审查,现已审查终结。",
            "依照《中华人民共和国民事诉讼法》第二百零五条、第二百零六条规定,裁定如下:",
            decided,
        ),
        (f"审判员 {JUDGE}", f"{day.year}年{day.month}月{day.day}日"),
    )


def _result(accepted: Accepted) -> Told:
    return {"message": accepted.message, "case": accepted.case}
