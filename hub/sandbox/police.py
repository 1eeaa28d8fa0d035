"""The police's clerks: a station registers disputes, tells the parties their ways, hands over, closes.

What they send is the police's own files where there is one (register and calls as GB18030 tables, the
mediation room's JSON), else the shared form.
"""

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from hub.client.errors import Problem
from hub.sandbox import native_police as native
from hub.sandbox.cases import Matter, consents
from hub.sandbox.clerk import Told, result
from hub.sandbox.desk import Draft, shared
from hub.sandbox.joint import Joint

STATION: Final = "500199520000"
OFFICER: Final = "魏警一"
NAMES: Final = {STATION: "测试镇派出所", "500199530000": "测试街道派出所"}


class Clerk(Joint):
    """A station's clerk."""

    async def register_table(
        self, matters: Sequence[Told], unit: str = STATION, bad_row: int | None = None, label: str = "GB18030"
    ) -> Told:
        """Send the register of the day; `label` is what the system says its bytes are."""
        rows = [Matter.read(m) for m in matters]
        text = native.register(rows, unit, self._desk.clock(), bad_row=bad_row)
        content_type = f"text/csv;charset={label}"
        draft = Draft(unit, "dispute", text.encode("gb18030"), content_type, "police/04")
        return await self._records(draft)

    async def register_calls(
        self, matters: Sequence[Told], unit: str = STATION, label: str = "GB18030"
    ) -> Told:
        """Send the calls of the day; a station sends those of its own beat."""
        text = native.calls([Matter.read(m) for m in matters], unit, self._desk.clock())
        content_type = f"text/csv;charset={label}"
        return await self._records(Draft(unit, "dispute", text.encode("gb18030"), content_type, "police/03"))

    async def _records(self, draft: Draft) -> Told:
        accepted = await self._desk.send(draft)
        records = accepted.records or ({"record": "", "dispute": accepted.dispute},)
        return {"records": list(records), "message": accepted.message}

    async def register(self, matter: Told, unit: str = STATION) -> Told:
        """Register one dispute in the shared form."""
        accepted = await self._desk.say(unit, "dispute", self._dispute(Matter.read(matter)))
        return {"records": [{"record": "", "dispute": accepted.dispute}], "message": accepted.message}

    async def register_wrongly(self, matter: Told, unit: str = STATION) -> Told:
        """Send a dispute of an unknown type, then the corrected one under the same `jti`."""
        right = self._dispute(Matter.read(matter))
        wrong = Draft(unit, "dispute", shared({**right, "dispute_type": "unknown"}))
        jti = str(uuid4())
        try:
            await self._desk.send(wrong, jti)
        except Problem as refused:
            accepted = await self._desk.send(Draft(unit, "dispute", shared(right)), jti)
            records = [{"record": "", "dispute": accepted.dispute}]
            return {"records": records, "message": accepted.message, "refused": refused.code}
        return {"records": [], "message": None, "refused": None}

    def _dispute(self, matter: Matter) -> dict[str, object]:
        at = self._desk.now()
        return self._desk.document(
            action="register",
            origin="police_visit",
            reported_at=at,
            reported_how="visit",
            title=matter.title,
            dispute_type=matter.dispute_type,
            matters=[{"no": 1, "text": matter.title, "scope": "civil"}],
            facts=matter.facts,
            amount=matter.money(),
            people_count=len(matter.people),
            happened={"value": at[:10], "precision": "day"},
            place={"text": "重庆市示例区测试镇一号村"},
            parties=matter.parties(),
            identifiers=[{"system": "jf_bh", "value": native.register_number(matter, self._desk.clock())}],
        )

    async def guide(self, dispute: str, matter: Told, unit: str = STATION) -> Told:
        """Tell the parties their ways out of the dispute; all want mediation."""
        told, at = Matter.read(matter).parties(), self._desk.now()
        document = self._desk.document(
            given_at=at,
            place_kind="station",
            options=["people_mediation", "police_mediation", "suit"],
            content=["free", "voluntary", "effect", "confirmation", "other_routes"],
            told=[p["ref"] for p in told],
            consents=consents(told, "mediation", at),
            all_consented=True,
            filing_requested=False,
            chosen_way="people_mediation",
        )
        accepted = await self._desk.say(unit, "guidance", document, dispute=dispute)
        return result(accepted)

    async def refer(
        self, dispute: str, matter: Told, to: str, *, unit: str = STATION, as_native: bool = True
    ) -> Told:
        """Hand the dispute to a mediation unit: the mediation room's own JSON, or the shared form."""
        case, desk = Matter.read(matter), self._desk
        if as_native:
            body = native.room_case(case, NAMES[unit], desk.clock())
            draft = Draft(unit, "referral", body, "application/json", "police/07", to=to, dispute=dispute)
            accepted = await desk.send(draft)
        else:
            parties, at = case.parties(), desk.now()
            document = desk.document(
                track="police_people",
                matters=[1],
                mediation_type="people",
                platform="police",
                facts_found=case.facts,
                parties=parties,
                consents=consents(parties, "mediation", at),
                reason="双方自愿，适宜人民调解",
                domestic_violence="none",
                letter_no={"system": "letter_no", "value": f"测派移字〔{at[:4]}〕{case.number}号"},
                materials=[{"name": "接报登记表", "copies": 1}, {"name": "当事人身份证明", "copies": 1}],
                proposed_days=30,
                contact={"name": OFFICER, "phone": "10000000199"},
            )
            accepted = await desk.say(unit, "referral", document, to=to, dispute=dispute)
        return result(accepted)

    async def close(self, dispute: str, phase: str, unit: str = STATION) -> Told:
        """Say what the police did with the case after the mediation."""
        reported = await self._desk.inbox.wait(dispute, "mediation_result")
        document = self._desk.document(phase=phase, on=self._desk.now()[:10], reason="见调解结果")
        accepted = await self._desk.say(unit, "case_status", document, re=reported.message)
        return result(accepted)

    async def minutes(self, dispute: str) -> Told:
        """Fetch the record of a session that was held, as it was sent to us."""
        held = await self._desk.inbox.wait(dispute, "video_session")
        while held.document.get("action") != "held":
            held = await self._desk.inbox.wait(
                dispute, "video_session", self._desk.inbox.count(dispute, held.kind)
            )
        listed = held.document.get("record")
        files = [f for f in listed if isinstance(f, dict)] if isinstance(listed, list) else []
        digests = ["sha-256:" + str(f["digest"]).removeprefix("sha-256:") for f in files]
        for n, digest in enumerate(digests):
            await self._desk.agent.download(digest, self._desk.folder / f"{dispute}-record-{n}.pdf")
        return {"digests": digests, "state": held.document.get("record_state")}
