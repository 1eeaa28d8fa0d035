"""The mediators at work: take a dispute on, mediate, report an agreement or that there is none."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from hub.client.envelope import SHARED_FORM
from hub.sandbox import native_justice as native
from hub.sandbox.cases import Matter, consents
from hub.sandbox.clerk import Told, result
from hub.sandbox.clock import legal_day
from hub.sandbox.desk import Desk, Draft, shared
from hub.sandbox.joint import Joint
from hub.sandbox.people import MEDIATOR, NUMBER, SECOND_NUMBER

COMMITTEE: Final = "3105"
NAMES: Final = {COMMITTEE: "测试镇人民调解委员会", "3106": "测试街道人民调解委员会"}
Parties = list[dict[str, Any]]


class Mediating(Joint):
    """A committee's clerk as far as mediation goes."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._parties: dict[str, Parties] = {}
        self._facts: dict[str, str] = {}
        self._agreements: dict[str, dict[str, object]] = {}
        self._numbers: dict[str, str] = {}

    async def _referral(self, dispute: str) -> tuple[str, Parties]:
        """The message by which we have the dispute, and who the parties are."""
        own = self._desk.own.get((dispute, "referral"))
        if own is not None:
            return own.message, self._parties[dispute]
        event = await self._desk.inbox.wait(dispute, "referral")
        listed = event.document.get("parties")
        parties = [dict(p) for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
        self._parties[dispute] = parties
        self._facts[dispute] = str(event.document.get("facts_found") or "见登记")
        return str(event.message), parties

    async def _step(self, dispute: str, kind: str, unit: str, **members: object) -> Told:
        message, _ = await self._referral(dispute)
        return result(await self._desk.say(unit, kind, self._desk.document(**members), re=message))

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
        self._facts[str(opened.dispute)] = case.facts
        return {"dispute": opened.dispute, **result(taken)}

    async def sign(self, dispute: str, unit: str = COMMITTEE) -> Told:
        """Sign for the papers: the clocks start here."""
        said = {"answer": "signed", "signed_at": self._desk.now(), "received_by": MEDIATOR}
        return await self._step(dispute, "referral_answer", unit, **said)

    async def accept(self, dispute: str, unit: str = COMMITTEE) -> Told:
        """Take the dispute on and name the mediators."""
        mediators = [NUMBER, SECOND_NUMBER]
        return await self._step(dispute, "referral_answer", unit, answer="accepted", mediators=mediators)

    async def decline(self, dispute: str, unit: str = COMMITTEE) -> Told:
        """Not to take it on, with the reason."""
        said = {"answer": "declined", "reason_code": "expertise", "reason": "不属于本会擅长领域"}
        return await self._step(dispute, "referral_answer", unit, **said)

    async def progress(self, dispute: str, event: str, unit: str = COMMITTEE) -> Told:
        """Report on the mediation under way."""
        chosen = {"chosen_by": "parties_joint"} if event == "mediator_chosen" else {}
        said = {"event": event, "at": self._desk.now(), "mediators": [NUMBER], **chosen}
        return await self._step(dispute, "mediation_progress", unit, **said)

    async def agree(
        self,
        dispute: str,
        terms: str,
        items: Sequence[Told],
        unit: str = COMMITTEE,
        *,
        as_native: bool = False,
    ) -> Told:
        """Report the agreement; `items` are `{"kind", "due", "amount"?, "object"?}`.

        The first party owes what is to be done, the second what is to be paid.
        """
        message, parties = await self._referral(dispute)
        agreement = self._agreement(parties, terms, items, unit) | {"facts": self._facts[dispute]}
        self._agreements[dispute] = agreement
        today = legal_day(self._desk.clock())
        if as_native:
            number = self._numbers.setdefault(dispute, native.agreement_number(len(self._numbers) + 1, today))
            body = native.agreement(
                number, self._facts[dispute], terms, date.fromisoformat(str(items[0]["due"]))
            )
            draft = Draft(unit, "mediation_result", body, "application/json", "justice/04", re=message)
            return result(await self._desk.send(draft))
        present = [p["name"] for p in parties]
        session = {"at": self._desk.now(), "place": NAMES[unit], "present": present, "mode": "on_site"}
        return await self._step(
            dispute,
            "mediation_result",
            unit,
            outcome="agreed_written",
            ended_on=today.isoformat(),
            agreements=[agreement],
            agreed_matters=[1],
            wish="confirm",
            sessions=[session],
        )

    async def precheck(
        self, dispute: str, to: str, terms: str, items: Sequence[Told], unit: str = COMMITTEE
    ) -> Told:
        """Look at the draft of an agreement before it is signed: what the court `to` would ask."""
        _, parties = await self._referral(dispute)
        desk, agreement = self._desk, self._agreement(parties, terms, items, unit)
        agreement["facts"] = self._facts[dispute]
        draft = desk.document(
            outcome="agreed_written",
            ended_on=legal_day(desk.clock()).isoformat(),
            agreements=[agreement],
            agreed_matters=[1],
        )
        told = {"unit": unit, "kind": "mediation_result", "court": to, "dispute": dispute}
        answer: Any = await desk.agent.precheck(shared(draft), SHARED_FORM, told)
        found = [
            {name: f[name] for name in ("check", "zh", "en")} for f in answer["agreements"][0]["findings"]
        ]
        said = {"at": desk.now(), "unit": unit, "dispute": dispute, "findings": found}
        desk.tell({"event": "prechecked", **said})
        return {"findings": found}

    def _agreement(self, parties: Parties, terms: str, items: Sequence[Told], unit: str) -> dict[str, object]:
        now = self._desk.now()
        refs = [str(p["ref"]) for p in parties]
        signed = [{"by": p["name"], "role": "当事人", "at": now, "how": "handwritten"} for p in parties]
        return {
            "form": "written",
            "mediation_type": "people",
            "organisation": unit,
            "mediators": [NUMBER],
            "matters": [{"no": 1, "text": "全部争议"}],
            "terms": terms,
            "items": [_item(no, item, refs) for no, item in enumerate(items, 1)],
            "signatures": signed,
            "organisation_seal_at": now,
            "effective_on": now[:10],
            "performed_on_spot": False,
        }

    async def fail(self, dispute: str, concessions: str, unit: str = COMMITTEE) -> Told:
        """Report that it failed, with the four points; the concessions are for the committee's own file."""
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
            outcome="failed",
            ended_on=self._desk.now()[:10],
            failure=failure,
            concessions=concessions,
            undisputed_facts="借款本金与交付日期各方无争议",
            routes_told=["suit", "arbitration"],
            materials_returned=True,
            wish="none",
        )

    async def perform(
        self,
        dispute: str,
        event: str = "all_performed",
        unit: str = COMMITTEE,
        to: str | None = None,
        **more: object,
    ) -> Told:
        """Report performance or a breach, confirmed by the parties; `more` are members of the document."""
        _, parties = await self._referral(dispute)
        document = self._desk.document(
            event=event, on=self._desk.now()[:10], confirmed_by=[p["ref"] for p in parties], **more
        )
        return result(await self._desk.say(unit, "performance", document, dispute=dispute, to=to))

    async def visit(self, dispute: str, situation: str, unit: str = COMMITTEE) -> Told:
        """Go and see why nothing was paid (回访)."""
        on = self._desk.now()[:10]
        seen = {"on": on, "by": MEDIATOR, "situation": situation, "satisfied": False}
        document = self._desk.document(event="visit", on=on, visit=seen)
        return result(await self._desk.say(unit, "performance", document, dispute=dispute))

    async def archive(self, dispute: str, unit: str = COMMITTEE) -> Told:
        """Close the mediation's file."""
        return await self._step(dispute, "case_status", unit, phase="archived", on=self._desk.now()[:10])


def _item(no: int, told: Told, refs: Sequence[str]) -> dict[str, object]:
    does = told["kind"] == "do"
    item: dict[str, object] = {
        "no": no,
        "kind": told["kind"],
        "debtors": [refs[0]] if does else list(refs[1:2]),
        "creditors": list(refs[1:]) if does else [refs[0]],
        "manner": "lump",
    }
    if told.get("due"):
        item["due"] = {"value": told["due"], "precision": "day"}
    if told.get("amount"):
        item["amount"] = {"amount": str(told["amount"]), "precision": "exact"}
    if told.get("object"):
        item["object"] = told["object"]
    return item
