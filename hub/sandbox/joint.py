"""What clerks of every agency do about a difficult dispute together: ask and answer, warn and keep watch.

A unit that opened a case goes by its own message, everybody else by the last one that reached it.
"""

from typing import Any, Final

from hub.client.errors import Problem
from hub.client.events import Event
from hub.sandbox.clerk import AnyClerk, Told, result

_WARNED: Final = "early_warning"
_FEEDBACK: Final = "warning_feedback"
_PHONE: Final = "10000000199"


class Joint(AnyClerk):
    """A clerk who consults and warns."""

    async def ask(self, dispute: str, to: str, unit: str, question: str) -> Told:
        """Ask another unit, for reference, about a dispute of ours."""
        document = self._desk.document(
            action="ask", request_type="law", title="一般咨询", question=question, urgent=False
        )
        return result(await self._desk.say(unit, "consultation", document, to=to, dispute=dispute))

    async def ask_on(self, dispute: str, action: str, unit: str, question: str = "", useful: int = 0) -> Told:
        """Go on with a question: supplement, follow_up, or closed with how useful the answer was."""
        asked = self._desk.own[(dispute, "consultation")]
        document = self._desk.document(action=action, question=question or None, useful=useful or None)
        sent = await self._desk.say(unit, "consultation", document, re=asked.message)
        self._desk.own[(dispute, "consultation")] = asked  # the case is named by its first message
        return result(sent)

    async def reply(
        self, dispute: str, action: str, unit: str, adviser: str, answer: str = "", knowledge: str = ""
    ) -> Told:
        """Take a question on, or answer it; `knowledge` is the answer without persons, for everybody."""
        asked = await self._desk.inbox.wait(dispute, "consultation")
        said: dict[str, object] = {"action": action}
        if action == "answered":
            said |= {"answer": answer, "answered_by": {"name": adviser}, "for_reference_only": True}
            said["law_refs"] = [{"law": "民法典", "article": "288"}]
        if knowledge:
            said["knowledge"] = {"publish": True, "text_without_persons": knowledge, "tags": ["相邻关系"]}
        document = self._desk.document(**said)
        return result(await self._desk.say(unit, "consultation_reply", document, re=asked.message))

    async def answer_of(self, dispute: str, after: int = 0) -> Told:
        """The last answer as it reached us."""
        event = await self._desk.inbox.wait(dispute, "consultation_reply", after)
        return {"answer": event.document.get("answer"), "members": sorted(event.document)}

    async def offer(self, dispute: str, to: str, unit: str, person: str, title: str, text: str) -> Told:
        """Offer a typical case of a dispute to the public, and sign it for our unit; `to` is to sign too."""
        never = ("minor", "domestic_violence", "family", "confirmation_document", "state_secret")
        today = self._desk.now()[:10]
        document = self._desk.document(
            dispute=dispute,
            title=title,
            text=text,
            tags=["2"],
            excluded_check=dict.fromkeys(never, False),
            masking={"rules_version": "2016-19"},
            reidentification={"by": person, "on": today, "result": "未见可识别信息"},
            party_consent=True,
        )
        sent = await self._desk.say(unit, "typical_case", document, to=to)
        signed = await self._desk.agent.sign_typical(sent.message, unit, person)
        return {"message": sent.message, "state": signed["state"]}

    async def countersign(self, dispute: str, case: str, unit: str, person: str) -> Told:
        """Sign another unit's typical case, unless we may not; and read it as everybody does."""
        try:
            signed = await self._desk.agent.sign_typical(case, unit, person)
        except Problem as refused:
            return {"state": refused.code, "public": None}
        public: Any = await self._desk.agent.typical(case)
        said = {"at": self._desk.now(), "unit": unit, "dispute": dispute}
        self._desk.tell({"event": "published", **said, "title": public["title"], "text": public["text"]})
        return {"state": signed["state"], "public": public}

    async def warn(self, dispute: str, to: str, unit: str, situation: str, level: str = "02") -> Told:
        """Warn the unit that dispatches: the level is a proposal, a person decides it."""
        now = self._desk.now()
        document = self._desk.document(
            action="raise",
            origin="mediator",
            level_proposed=level,
            kinds=["group_event"],
            happened={"value": now[:10], "precision": "day"},
            place={"text": "重庆市示例区测试镇一号村"},
            people_count=8,
            situation=situation,
            unit_in_charge_proposed="测试镇派出所",
            measures_taken="现场劝离,约定次日再调",
        )
        return result(await self._desk.say(unit, _WARNED, document, to=to, dispute=dispute))

    async def feedback(
        self, dispute: str, action: str, unit: str, in_charge: str | None = None, level: str | None = None
    ) -> Told:
        """Say what was done about a warning: classified, dispatched, acknowledged, measures … closed."""
        document = self._desk.document(
            action=action,
            level=level,
            units_in_charge=[{"unit": in_charge, "lead": True}] if in_charge else None,
            reason="按预警处置流程办理",
            **self._done(action),
        )
        return result(await self._desk.say(unit, _FEEDBACK, document, re=await self._warning(dispute)))

    def _done(self, action: str) -> dict[str, object]:
        if action == "acknowledged":
            return {"responsible": {"name": "魏警一", "position": "社区民警", "phone": _PHONE}}
        if action in ("measures", "clear_requested"):
            return self._measures(over=action == "clear_requested")
        return {"result": "回访无反复"} if action == "revisited" else {}

    def _measures(self, *, over: bool) -> dict[str, object]:
        now = self._desk.now()
        taken = [{"kind": "visit", "text": "上门走访双方", "at": now}]
        if not over:
            return {"measures": taken, "trend": "better"}
        plan = {"by": "魏警一", "on": now[:10]}
        return {"measures": taken, "trend": "gone", "result": "双方已和解", "revisit_plan": plan}

    async def _warning(self, dispute: str) -> str:
        """The message by which we have the warning: our own, what was sent to us, or what we were told of."""
        own = self._desk.own.get((dispute, _WARNED))
        if own is not None:
            return own.message
        inbox = self._desk.inbox
        if inbox.count(dispute, _WARNED):
            return str((await inbox.wait(dispute, _WARNED)).message)
        return str((await inbox.wait(dispute, _FEEDBACK)).message)

    async def reminded(self, dispute: str, rule: str, units: int) -> Told:
        """Wait until the hub has reminded so many of our units of a deadline; which."""
        found: set[str] = set()
        seen = 0
        while len(found) < units:
            await self._desk.inbox.wait(dispute, "deadline_notice", seen)
            events = self._desk.inbox.all(dispute, "deadline_notice")
            seen = len(events)
            found = {str(e.unit) for e in events if _of(e, rule)}
        return {"units": sorted(found)}


def _of(event: Event, rule: str) -> bool:
    return event.document.get("rule") == rule
