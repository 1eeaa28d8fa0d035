"""The papers of an application for confirmation, each a small PDF page. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.sandbox.court_pdf import Ruling, ruling_pdf


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: its place in the catalogue, its name, who issued it, what it says."""

    catalogue: str
    name: str
    issuer: str
    body: tuple[str, ...]
    day: str

    def pdf(self) -> bytes:
        """The page."""
        page = Ruling(self.issuer, "", self.body, (self.issuer, self.day), self.name.removesuffix(".pdf"))
        return ruling_pdf(page)


def of_application(committee: str, names: Sequence[str], terms: str, at: str) -> list[Paper]:
    """Application, agreement, the committee's proof, identities, addresses (解释 353, 354)."""
    day, people = at[:10], "、".join(names)
    request = (f"申请人:{people}。", "请求依法确认各方达成的人民调解协议有效。")
    agreement = (f"当事人:{people}。", terms, "以上协议各方自愿达成,自签字之日起生效。")
    proof = (f"兹证明{people}之间的纠纷由本会依法主持调解并达成协议。",)
    addresses = (f"{people}确认送达地址与是否同意电子送达,详见签名页。",)
    return [
        Paper("application", "司法确认申请书.pdf", committee, request, day),
        Paper("agreement", "人民调解协议书.pdf", committee, agreement, day),
        Paper("organisation_proof", "调解组织证明.pdf", committee, proof, day),
        identity(committee, names, at),
        Paper("service_address", "送达地址确认书.pdf", committee, addresses, day),
    ]


def identity(committee: str, names: Sequence[str], at: str) -> Paper:
    """Copies of the identity papers, in words: no picture of a document is needed here."""
    body = tuple(f"{name}:身份证件复印件一份,与原件核对无异。" for name in names)
    return Paper("identity", "身份证明.pdf", committee, body, at[:10])
