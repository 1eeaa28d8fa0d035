"""The court's clerks at confirmation: take applications, verify, rule under seal, serve what was refused.

A tribunal's document carries its court's certificate. The ruling is a signed PDF inside the court's own
dossier XML.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from hub.client.envelope import FileRef
from hub.client.events import Event
from hub.sandbox import native_court as native
from hub.sandbox.clerk import Told, result
from hub.sandbox.clock import SHANGHAI, legal_day
from hub.sandbox.court_pdf import Ruling
from hub.sandbox.court_seal import CourtSeal, load_seal, signed_ruling
from hub.sandbox.desk import Desk, Draft, shared
from hub.sandbox.filing import COURT, Filing
from hub.sandbox.people import JUDGE

TRIBUNAL: Final = "50019901"
CONFIRMATION_CAUSE: Final = ("140901", "申请司法确认调解协议")
_PDF: Final = "application/pdf"


class Clerk(Filing):
    """A court's clerk."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._seal: CourtSeal | None = None
        self._enforced: dict[str, native.Filed] = {}

    async def answer(
        self,
        dispute: str,
        decision: str,
        unit: str = TRIBUNAL,
        reason: str = "",
        flags: Sequence[str] = (),
    ) -> Told:
        """Decide on an application: accepted, supplement or not_accepted; `flags` are the signs looked at."""
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
        if flags:
            told["flags_seen"] = {"seen": True, "disposition": "explained"}
        document = desk.document(**told)
        sent = await desk.say(
            unit, "confirmation_answer", document, re=application.message, purpose="confirmation"
        )
        return result(sent)

    async def _application(self, dispute: str) -> Event:
        return await self._desk.inbox.wait(dispute, "confirmation_application")

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
        return result(sent)

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
            return result(await desk.send(draft))
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
        return result(await desk.send(draft))

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
        return result(sent)

    async def enforce(self, dispute: str, phase: str, items: Sequence[int], unit: str = COURT) -> Told:
        """Report that enforcement of items was applied for, or is over."""
        application = await self._application(dispute)
        case = application.said.get("case")
        filed = self._enforced.setdefault(dispute, self._file("执", CONFIRMATION_CAUSE, self._desk.clock()))
        number = {"system": "case_no", "value": filed.number}
        document = self._desk.document(
            about_case=case["id"] if isinstance(case, dict) else None,
            phase=phase,
            on=self._desk.now()[:10],
            enforcement={"number": number, "items": list(items), "court": unit},
        )
        return result(await self._desk.say(unit, "case_status", document))


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
