"""The committee before the court: applies for confirmation with its papers, hands the ruling over.

Papers are small PDFs put to the hub as files before the application that names them.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from hub.client.envelope import FileRef
from hub.client.events import Event
from hub.sandbox import native_justice as native
from hub.sandbox import papers
from hub.sandbox.clerk import Told, result
from hub.sandbox.clock import legal_day
from hub.sandbox.desk import Draft, shared
from hub.sandbox.mediation import COMMITTEE, NAMES
from hub.sandbox.online import Online
from hub.sandbox.people import MEDIATOR
from hub.sandbox.staff import Staff

_PDF: Final = "application/pdf"


class Clerk(Online, Staff):
    """A committee's clerk."""

    async def apply(
        self,
        dispute: str,
        to: str,
        unit: str = COMMITTEE,
        lacking: Sequence[str] = (),
        *,
        as_native: bool = False,
    ) -> Told:
        """Apply on the spot, for all parties together, with the papers; `lacking` are left out."""
        _, parties = await self._referral(dispute)
        desk, agreement = self._desk, self._agreements[dispute]
        names = [str(p["name"]) for p in parties]
        listed = papers.of_application(NAMES[unit], names, str(agreement["terms"]), desk.now())
        given = [p for p in listed if p.catalogue not in lacking]
        files = [await self._put(dispute, p, as_native=as_native) for p in given]
        if as_native:
            agreed, today = date.fromisoformat(str(agreement["effective_on"])), legal_day(desk.clock())
            number = self._numbers[dispute]
            body = native.application(number, parties, agreed, today, [f.ref for f in files])
            draft = Draft(
                unit, "confirmation_application", body, "application/json", "justice/06",
                to=to, dispute=dispute, files=files,
            )  # fmt: skip
        else:
            document = self._application(dispute, list(zip(given, files, strict=True)))
            draft = Draft(
                unit, "confirmation_application", shared(document), to=to, dispute=dispute, files=files
            )
        return result(await desk.send(draft))

    def _application(self, dispute: str, given: Sequence[tuple[papers.Paper, FileRef]]) -> dict[str, object]:
        now, parties, agreement = self._desk.now(), self._parties[dispute], self._agreements[dispute]
        told = [_told(paper, file) for paper, file in given]
        return self._desk.document(
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

    async def _put(self, dispute: str, paper: papers.Paper, *, as_native: bool = False) -> FileRef:
        """Upload a paper. The template names its papers by words, the shared form by their catalogue."""
        digest = await self._desk.upload(f"{dispute}-{paper.catalogue}.pdf", paper.pdf())
        ref = paper.name.removesuffix(".pdf") if as_native else paper.catalogue
        return FileRef(ref, digest, paper.name, _PDF)

    async def supplement(self, dispute: str, unit: str = COMMITTEE) -> Told:
        """Hand in what the court found missing."""
        asked = await self._desk.inbox.wait(dispute, "confirmation_answer")
        names = [str(p["name"]) for p in self._parties[dispute]]
        paper = papers.identity(NAMES[unit], names, self._desk.now())
        file = await self._put(dispute, paper)
        told = _told(paper, file)
        answers = [{"missing_no": 1, "text": "补交身份证明", "file": told}]
        document = self._desk.document(answers=answers, papers=[told])
        draft = Draft(unit, "confirmation_supplement", shared(document), re=asked.message, files=[file])
        return result(await self._desk.send(draft))

    async def hand_over(self, dispute: str, results: Mapping[str, str], unit: str = COMMITTEE) -> Told:
        """Print the ruling and hand it over; `results` is, by party, `electronic`, `direct` or `refused`."""
        ruling = await self._desk.inbox.wait(dispute, "confirmation_ruling")
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


def _told(paper: papers.Paper, file: FileRef) -> dict[str, object]:
    return {"catalogue": paper.catalogue, "name": paper.name, "digest": file.digest, "media_type": _PDF}
