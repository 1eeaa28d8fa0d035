"""The mediators: a committee takes a dispute on, mediates, applies for confirmation, hands the ruling over.

Papers are small PDFs put to the hub as files before the application that names them.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from hub.client.envelope import FileRef
from hub.client.events import Event
from hub.client.sending import Accepted
from hub.sandbox import papers
from hub.sandbox.cases import Matter, consents
from hub.sandbox.clock import local
from hub.sandbox.desk import Desk, Draft, shared
from hub.sandbox.people import MEDIATOR, SECOND_MEDIATOR

COMMITTEE: Final = "3105"
NAMES: Final = {COMMITTEE: "测试镇人民调解委员会", "3106": "测试街道人民调解委员会"}
Told = Mapping[str, Any]
Parties = list[dict[str, Any]]
_PDF: Final = "application/pdf"


class Clerk:
    """Does what it is told and answers with what came of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._parties: dict[str, Parties] = {}
        self._agreements: dict[str, dict[str, object]] = {}

    async def _referral(self, dispute: str) -> tuple[str, Parties]:
        """The message by which we have the dispute, and who the parties are."""
        own = self._desk.own.get((dispute, "referral"))
        if own is not None:
            return own.message, self._parties[dispute]
        event = await self._desk.await_event(dispute, "referral")
        parties: Parties = [dict(p) for p in event.document.get("parties", ()) if isinstance(p, dict)]  # type: ignore[union-attr]  # a list by the schema
        self._parties[dispute] = parties
        return str(event.message), parties

    async def _step(self, dispute: str, kind: str, unit: str, **members: object) -> Told:
        message, _ = await self._referral(dispute)
        accepted = await self._desk.say(unit, kind, self._desk.document(**members), re=message)
        return _result(accepted)

    async def take_on(self, matter: Told, unit: str = COMMITTEE) -> Told:
        """Register a dispute somebody brought to the committee itself, and take it on."""
        case, desk = Matter.read(matter), self._desk
        parties, at = case.parties(), desk.now()
        registered = desk.document(
            action="register",
            origin="application",
            reported_at=at,
            title=case.title,
            dispute_type=case.dispute_type,
            matters=[{"no": 1, "text": case.title, "scope": "civil"}],
            facts=case.facts,
            amount=case.money(),
            happened={"value": at[:10], "precision": "day"},
            place={"text": "重庆市示例区测试镇一号村"},
            parties=parties,
        )
        opened = await desk.say(unit, "dispute", registered)
        own = desk.document(
            track="self_accepted",
            matters=[1],
            mediation_type="people",
            platform="justice",
            parties=parties,
            consents=consents(parties, "mediation", at),
            reason="当事人申请",
            domestic_violence="none",
        )
        taken = await desk.say(unit, "referral", own, to=unit, dispute=opened.dispute)
        self._parties[str(opened.dispute)] = parties
        return {"dispute": opened.dispute, **_result(taken)}

    async def sign(self, dispute: str, unit: str = COMMITTEE) -> Told:
        """Sign for the papers: the clocks start here."""
        at = self._desk.now()
        return await self._step(
            dispute, "referral_answer", unit, answer="signed", signed_at=at, received_by=MEDIATOR
        )

    async def accept(self, dispute: str, unit: str = COMMITTEE) -> Told:
        """Take the dispute on and name the mediators."""
        mediators = [MEDIATOR, SECOND_MEDIATOR]
        return await self._step(dispute, "referral_answer", unit, answer="accepted", mediators=mediators)

    async def decline(self, dispute: str, unit: str = COMMITTEE) -> Told:
        """Not to take it on, with the reason."""
        said = {"answer": "declined", "reason_code": "expertise", "reason": "不属于本会擅长领域"}
        return await self._step(dispute, "referral_answer", unit, **said)

    async def progress(
        self, dispute: str, event: str, unit: str = COMMITTEE, reason: str | None = None
    ) -> Told:
        """Report on the mediation under way."""
        mediators = [MEDIATOR] if event in ("started", "mediator_chosen") else None
        return await self._step(
            dispute,
            "mediation_progress",
            unit,
            event=event,
            at=self._desk.now(),
            mediators=mediators,
            reason=reason,
        )

    async def agree(
        self,
        dispute: str,
        terms: str,
        items: Sequence[Told],
        unit: str = COMMITTEE,
        outcome: str = "agreed_written",
    ) -> Told:
        """Report the agreement; `items` are `{"kind", "days", "amount"?, "object"?}`, due in so many days."""
        _, parties = await self._referral(dispute)
        at = self._desk.clock()
        refs = [str(p["ref"]) for p in parties]
        made = [
            _item(no, item, refs, local(at + timedelta(days=int(item["days"])))[:10])
            for no, item in enumerate(items, 1)
        ]
        now = local(at)
        agreement: dict[str, object] = {
            "form": "written",
            "mediation_type": "people",
            "organisation": unit,
            "mediators": [MEDIATOR],
            "facts": "见登记",
            "matters": [{"no": 1, "text": "全部争议"}],
            "terms": terms,
            "items": made,
            "signatures": [
                {"by": p["name"], "role": "party", "at": now, "how": "handwritten"} for p in parties
            ],
            "organisation_seal_at": now,
            "effective_on": now[:10],
            "performed_on_spot": False,
        }
        self._agreements[dispute] = agreement
        return await self._step(
            dispute,
            "mediation_result",
            unit,
            outcome=outcome,
            ended_on=now[:10],
            agreements=[agreement],
            agreed_matters=[1],
            wish="confirm",
            sessions=[
                {"at": now, "place": NAMES[unit], "present": [p["name"] for p in parties], "mode": "on_site"}
            ],
        )

    async def fail(
        self, dispute: str, concessions: str, unit: str = COMMITTEE, outcome: str = "failed"
    ) -> Told:
        """Report that it failed, with the four points; the concessions are kept in the committee's file."""
        now = self._desk.now()
        failure = {
            "basics": "组织调解两次,各方到场",
            "reason_code": "gap",
            "reason": "还款期限与利息差距过大",
            "cost_conduct": "无",
            "hints": "借据原件在原告处,建议审查转账记录",
        }
        return await self._step(
            dispute,
            "mediation_result",
            unit,
            outcome=outcome,
            ended_on=now[:10],
            failure=failure,
            concessions=concessions,
            undisputed_facts="借款本金与交付日期各方无争议",
            routes_told=["suit", "arbitration"],
            materials_returned=True,
            wish="none",
        )

    async def apply(self, dispute: str, to: str, unit: str = COMMITTEE, lacking: Sequence[str] = ()) -> Told:
        """Apply on the spot, for all parties together, with the papers; `lacking` are left out."""
        _, parties = await self._referral(dispute)
        desk, now = self._desk, self._desk.now()
        agreement = self._agreements[dispute]
        named = papers.of_application(
            NAMES[unit], [str(p["name"]) for p in parties], str(agreement["terms"]), now
        )
        given = [p for p in named if p.catalogue not in lacking]
        files = [await self._put(dispute, p) for p in given]
        told = [
            {"catalogue": p.catalogue, "name": p.name, "digest": f.digest, "media_type": _PDF}
            for p, f in zip(given, files, strict=True)
        ]
        document = desk.document(
            route="on_site",
            agreement=agreement,
            applicants=parties,
            joint_statement=[{"party": p["ref"], "at": now, "how": "handwritten"} for p in parties],
            venue_basis="organisation_place",
            request="请求确认调解协议有效",
            promises=["voluntary", "no_harm", "no_other_application", "true_materials"],
            papers=told,
            organisation_proof=next((t for t in told if t["catalogue"] == "organisation_proof"), None),
            other_applications=False,
            effective_on=agreement["effective_on"],
            submitted_by_person={"name": MEDIATOR},
        )
        draft = Draft(unit, "confirmation_application", shared(document), to=to, dispute=dispute, files=files)
        return _result(await desk.send(draft))

    async def _put(self, dispute: str, paper: papers.Paper) -> FileRef:
        digest = await self._desk.upload(f"{dispute}-{paper.catalogue}.pdf", paper.pdf())
        return FileRef(paper.catalogue, digest, paper.name, _PDF)

    async def supplement(self, dispute: str, unit: str = COMMITTEE) -> Told:
        """Hand in what the court found missing."""
        asked = await self._desk.await_event(dispute, "confirmation_answer")
        names = [str(p["name"]) for p in self._parties[dispute]]
        paper = papers.identity(NAMES[unit], names, self._desk.now())
        file = await self._put(dispute, paper)
        told = {"catalogue": "identity", "name": paper.name, "digest": file.digest, "media_type": _PDF}
        document = self._desk.document(
            answers=[{"missing_no": 1, "text": "补交身份证明", "file": told}], papers=[told]
        )
        draft = Draft(unit, "confirmation_supplement", shared(document), re=asked.message, files=[file])
        return _result(await self._desk.send(draft))

    async def hand_over(self, dispute: str, results: Mapping[str, str], unit: str = COMMITTEE) -> Told:
        """Print the ruling and hand it over; `results` is, by party, `electronic`, `direct` or `refused`."""
        ruling = await self._desk.await_event(dispute, "confirmation_ruling")
        await self._fetch(dispute, ruling)
        for ref, how in results.items():
            document = self._desk.document(**self._receipt(dispute, ref, how, ruling))
            await self._desk.say(unit, "service_receipt", document, re=ruling.message)
        return {"parties": len(results)}

    async def _fetch(self, dispute: str, ruling: Event) -> None:
        """Download the ruling, as one does before printing it."""
        document = ruling.document.get("document")
        if isinstance(document, dict) and document.get("digest"):
            digest = "sha-256:" + str(document["digest"]).removeprefix("sha-256:")
            await self._desk.agent.download(digest, self._desk.folder / f"{dispute}-ruling.pdf")

    def _receipt(self, dispute: str, ref: str, how: str, ruling: Event) -> dict[str, object]:
        now = self._desk.now()
        name = next(str(p["name"]) for p in self._parties[dispute] if p["ref"] == ref)
        told: dict[str, object] = {
            "case_number": ruling.document.get("case_number"),
            "party": ref,
            "party_name": name,
            "document_kind": "ruling",
            "server": {"name": MEDIATOR, "position": "调解员"},
            "place": "测试镇司法所",
            "paper_copy_given": how != "electronic",
        }
        if how == "electronic":
            voucher = {"catalogue": "e_voucher", "name": "电子送达凭证"}
            return told | {"method": "electronic", "result": "served", "served_at": now, "e_voucher": voucher}
        told |= {"method": "direct_assisted", "entrusted_by": "协助送达函"}
        if how == "refused":
            return told | {"result": "refused", "refusal": {"reason": "拒绝签收", "witness": "村干部一"}}
        receipt = {"catalogue": "receipt", "name": "送达回证"}
        return told | {"result": "served", "served_at": now, "receipt": receipt, "receiver": {"name": name}}

    async def perform(self, dispute: str, event: str = "all_performed", unit: str = COMMITTEE) -> Told:
        """Report performance, confirmed by the parties."""
        await self._referral(dispute)
        document = self._desk.document(
            event=event, on=self._desk.now()[:10], confirmed_by=[p["ref"] for p in self._parties[dispute]]
        )
        return _result(await self._desk.say(unit, "performance", document, dispute=dispute))

    async def archive(self, dispute: str, unit: str = COMMITTEE) -> Told:
        """Close the mediation's file."""
        return await self._step(dispute, "case_status", unit, phase="archived", on=self._desk.now()[:10])

    async def again(self, message: str) -> Told:
        """Send a message once more."""
        return {"same": await self._desk.again(message)}

    async def expect(self, dispute: str, kind: str, after: int = 0) -> Told:
        """Wait until something came."""
        event = await self._desk.await_event(dispute, kind, after)
        return {"message": event.message, "members": sorted(event.document)}


def _item(no: int, told: Told, refs: Sequence[str], due: str) -> dict[str, object]:
    item: dict[str, object] = {
        "no": no,
        "kind": told["kind"],
        "debtors": [refs[0]] if told["kind"] == "do" else list(refs[1:2]),
        "creditors": list(refs[1:]) if told["kind"] == "do" else [refs[0]],
        "due": {"value": due, "precision": "day"},
        "manner": "lump",
    }
    if told.get("amount"):
        item["amount"] = {"amount": str(told["amount"]), "precision": "exact"}
    if told.get("object"):
        item["object"] = told["object"]
    return item


def _result(accepted: Accepted) -> Told:
    return {"message": accepted.message, "case": accepted.case}
