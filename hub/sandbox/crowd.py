"""Many disputes at once: tells drawn cases (`drawn`) through the systems, each to its end.

Only their order in time differs between two crowds of one seed.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hub.sandbox.drawn import COURT, OFFICES, TRIBUNAL, Drawn
from hub.sandbox.remote import Remote


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of a case: its dispute, and the states its machines must have at the end."""

    drawn: Drawn
    dispute: str
    states: Mapping[str, str]


class Crowd:
    """Tells cases through the systems."""

    def __init__(self, police: Remote, justice: Remote, court: Remote, today: date) -> None:
        self._due = (today + timedelta(days=20)).isoformat()
        self._police = police
        self._justice = justice
        self._court = court
        self._paths: dict[str, Callable[[Drawn, str], Awaitable[Mapping[str, str]]]] = {
            "confirmed": self._confirmed,
            "supplemented": self._supplemented,
            "rejected": self._rejected,
            "not_accepted": self._not_accepted,
            "performed": self._performed,
            "failed": self._failed,
            "declined": self._declined,
            "court_failed": self._court_failed,
            "court_agreed": self._court_agreed,
            "own": self._performed,
            "warned": self._warned,
            "advised": self._advised,
            "by_video": self._by_video,
        }

    async def live(self, case: Drawn) -> Lived:
        """One case from its registration to its end. Raises OrderRefused."""
        dispute = await self._begin(case)
        return Lived(case, dispute, await self._paths[case.path](case, dispute))

    async def _begin(self, case: Drawn) -> str:
        told = case.matter.told()
        if case.path == "own":
            return str((await self._justice.do("take_on", matter=told, unit=case.committee))["dispute"])
        if case.path in COURT:
            return await self._filed(case, told)
        dispute = await self._registered(case, told)
        unit, to, native = case.station, case.committee, case.native
        await self._police.do("refer", dispute=dispute, matter=told, to=to, unit=unit, as_native=native)
        return dispute

    async def _registered(self, case: Drawn, told: Mapping[str, Any]) -> str:
        police, unit = self._police, case.station
        if case.form == "calls":
            sent = await police.do("register_calls", matters=[told], unit=unit, label=case.label)
        elif case.form == "shared":
            action = "register_wrongly" if case.fault == "corrected" else "register"
            sent = await police.do(action, matter=told, unit=unit)
        else:
            spoiled = case.fault == "unreadable_row"
            rows = [told, told] if spoiled else [told]
            bad = 0 if spoiled else None
            sent = await police.do("register_table", matters=rows, unit=unit, bad_row=bad, label=case.label)
        if case.fault == "repeated":
            await police.do("again", message=sent["message"])
        return str(sent["records"][-1]["dispute"])

    async def _filed(self, case: Drawn, told: Mapping[str, Any]) -> str:
        native = case.form == "case_xml"
        filed = await self._court.do("file_case", matter=told, label=case.label, as_native=native)
        if case.fault == "repeated":
            await self._court.do("again", message=filed["message"])
        dispute = str(filed["dispute"])
        words = {"matter": told, "to": case.committee, "as_native": case.native}
        await self._court.do("entrust", dispute=dispute, **words)
        return dispute

    async def _mediate(self, case: Drawn, dispute: str) -> None:
        unit = case.committee
        if case.path != "own":
            await self._justice.do("sign", dispute=dispute, unit=unit)
            await self._justice.do("accept", dispute=dispute, unit=unit)
        await self._justice.do("progress", dispute=dispute, event="started", unit=unit)

    async def _agree(self, case: Drawn, dispute: str) -> None:
        await self._mediate(case, dispute)
        await self._settle(case, dispute)

    async def _settle(self, case: Drawn, dispute: str) -> None:
        items = [{"kind": "pay", "due": self._due, "amount": case.matter.amount}]
        terms = f"{case.matter.people[1].name}支付{case.matter.amount}元。"
        words = {"terms": terms, "items": items, "unit": case.committee, "as_native": case.native}
        await self._justice.do("agree", dispute=dispute, **words)

    async def _apply(self, case: Drawn, dispute: str, *lacking: str) -> None:
        await self._agree(case, dispute)
        words = {"to": TRIBUNAL, "unit": case.committee, "lacking": lacking, "as_native": case.native}
        await self._justice.do("apply", dispute=dispute, **words)

    async def _rule(self, case: Drawn, dispute: str, outcome: str) -> None:
        await self._court.do("answer", dispute=dispute, decision="accepted")
        await self._court.do("verify", dispute=dispute)
        native = outcome == "confirmed" and case.native
        await self._court.do("rule", dispute=dispute, outcome=outcome, as_native=native)
        results = {f"p{n}": "direct" for n in range(1, len(case.matter.people) + 1)}
        await self._justice.do("hand_over", dispute=dispute, results=results, unit=case.committee)

    async def _confirmed(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._apply(case, dispute)
        await self._rule(case, dispute, "confirmed")
        return {"dispute": "agreed", "referral": "agreed", "confirmation": "effective"}

    async def _supplemented(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._apply(case, dispute, "identity")
        await self._court.do("answer", dispute=dispute, decision="supplement")
        await self._justice.do("supplement", dispute=dispute, unit=case.committee)
        await self._court.do("expect", dispute=dispute, kind="confirmation_supplement")
        await self._rule(case, dispute, "confirmed")
        return {"dispute": "agreed", "referral": "agreed", "confirmation": "effective"}

    async def _rejected(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._apply(case, dispute)
        await self._rule(case, dispute, "rejected_358")
        return {"dispute": "agreed", "referral": "agreed", "confirmation": "closed"}

    async def _not_accepted(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._apply(case, dispute)
        await self._court.do("answer", dispute=dispute, decision="not_accepted")
        await self._justice.do("expect", dispute=dispute, kind="confirmation_answer")
        return {"dispute": "agreed", "referral": "agreed", "confirmation": "negative"}

    async def _performed(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._agree(case, dispute)
        await self._justice.do("perform", dispute=dispute, unit=case.committee)
        return {"dispute": "performed", "referral": "agreed"}

    async def _failed(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._mediate(case, dispute)
        words = {"concessions": "曾表示愿分期", "unit": case.committee}
        await self._justice.do("fail", dispute=dispute, **words)
        await self._police.do("close", dispute=dispute, phase="told_to_sue", unit=case.station)
        return {"referral": "closed"}

    async def _declined(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._justice.do("decline", dispute=dispute, unit=case.committee)
        await self._police.do("expect", dispute=dispute, kind="referral_answer")
        return {"dispute": "handling", "referral": "declined"}

    async def _court_failed(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._mediate(case, dispute)
        words = {"concessions": "曾表示愿先还一半", "unit": case.committee}
        await self._justice.do("fail", dispute=dispute, **words)
        await self._court.do("close", dispute=dispute, phase="trial_resumed")
        return {"dispute": "litigating", "referral": "closed"}

    async def _court_agreed(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        await self._agree(case, dispute)
        await self._court.do("close", dispute=dispute, phase="mediation_document_issued")
        return {"referral": "closed"}

    async def _warned(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        """The committee warns, its office dispatches, the station watches until it is over."""
        await self._mediate(case, dispute)
        office, committee = OFFICES[case.committee], case.committee
        words = {"unit": committee, "to": office, "situation": case.matter.facts, "level": "03"}
        await self._justice.do("warn", dispute=dispute, **words)
        sent = {"action": "dispatched", "unit": office, "in_charge": case.station}
        await self._justice.do("feedback", dispute=dispute, **sent)
        for action in ("acknowledged", "measures", "clear_requested"):
            await self._police.do("feedback", dispute=dispute, action=action, unit=case.station)
        for action in ("cleared", "closed"):
            await self._justice.do("feedback", dispute=dispute, action=action, unit=office)
        await self._settle(case, dispute)
        return {"dispute": "agreed", "referral": "agreed", "warning": "closed"}

    async def _advised(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        """The committee asks the tribunal and closes the question when it is answered."""
        await self._mediate(case, dispute)
        asked = {"to": TRIBUNAL, "unit": case.committee, "question": "此类纠纷一般如何处理?"}
        await self._justice.do("ask", dispute=dispute, **asked)
        answered = {
            "action": "answered",
            "unit": TRIBUNAL,
            "adviser": "贺审一",
            "answer": "一般依法协商处理。",
        }
        await self._court.do("reply", dispute=dispute, **answered)
        await self._justice.do("answer_of", dispute=dispute)
        await self._justice.do("ask_on", dispute=dispute, action="closed", unit=case.committee, useful=4)
        await self._settle(case, dispute)
        return {"dispute": "agreed", "referral": "agreed", "consultation": "closed"}

    async def _by_video(self, case: Drawn, dispute: str) -> Mapping[str, str]:
        """A session by video, its record signed online."""
        await self._mediate(case, dispute)
        await self._justice.do("schedule", dispute=dispute, unit=case.committee)
        await self._justice.do("hold", dispute=dispute, unit=case.committee)
        await self._settle(case, dispute)
        return {"dispute": "agreed", "referral": "agreed"}
