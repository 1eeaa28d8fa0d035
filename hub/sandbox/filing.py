"""The court's register: file a case, entrust its mediation, take it back into the proceedings or end it."""

from datetime import datetime
from typing import Final

from hub.sandbox import native_court as native
from hub.sandbox.cases import Matter, consents
from hub.sandbox.clerk import Told, result
from hub.sandbox.clock import SHANGHAI, legal_day
from hub.sandbox.desk import Desk, Draft
from hub.sandbox.joint import Joint

COURT: Final = "500199"
LOAN: Final = ("9130", "民间借贷纠纷")


class Filing(Joint):
    """A court's clerk as far as the register goes."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
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
        filed = self._file("民初", LOAN, desk.clock())
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
            body = native.entrusted(case, filed, 20000 + int(filed.mark[-5:]), to, 15)
            draft = Draft(COURT, "referral", body, "application/json", "court/11", to=to, dispute=dispute)
            return result(await desk.send(draft))
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
        return result(await desk.say(COURT, "referral", document, to=to, dispute=dispute))

    async def close(self, dispute: str, phase: str) -> Told:
        """Take the case back into the proceedings, or end it, after the mediators' report."""
        reported = await self._desk.inbox.wait(dispute, "mediation_result")
        filed = self._filed[dispute]
        number = {"system": "case_no", "value": filed.number}
        document = self._desk.document(
            phase=phase, on=self._desk.now()[:10], case={"identifier": number, "kind": "civil_first"}
        )
        accepted = await self._desk.say(COURT, "case_status", document, re=reported.message)
        return {**result(accepted), "members": sorted(reported.document)}
