"""Titles, sentences and articles of the forms, Chinese and English. Data only.

Rights and duties are a text of `hub.reference.guidance`, which the form prints with its version.
"""

from collections.abc import Mapping
from typing import Final

TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "transfer_letter": ("委托(移送)调解函", "Letter of referral to mediation"),
    "notice_of_rights": ("人民调解当事人权利义务告知书", "Notice of rights and duties in people's mediation"),
    "declined": ("不予调解函", "Letter declining mediation"),
    "terminated": ("终止调解通知书", "Notice that mediation has ended"),
    "service_receipt": ("送达回证", "Receipt of service"),
    "enforcement": ("强制执行申请书", "Application for enforcement"),
}
BASES: Final[Mapping[str, str]] = {
    "transfer_letter": "人民调解法18",
    "notice_of_rights": "人民调解法23、24",
    "declined": "",
    "terminated": "人民调解法26",
    "service_receipt": "民诉法(2023)87",
    "enforcement": "民诉法(2023)206、250; 民诉法解释460",
}
BODIES: Final[Mapping[str, tuple[str, ...]]] = {
    "transfer_letter": (
        "现将下列纠纷连同所附材料委托(移送)你单位调解。请签收材料,并在期限内回复是否接受。",
        "We refer the dispute below, with its papers, to you. Please sign for the papers and answer.",
    ),
    "declined": (
        "你单位委托(移送)的下列纠纷,经审查不予调解,材料随函退回。",
        "We do not take up the mediation below; its papers are returned with this letter.",
    ),
    "terminated": (
        "下列纠纷的调解终止。当事人可以依法通过仲裁、行政、司法等途径维护自己的权利。",
        "The mediation below has ended. The parties may turn to arbitration, administration or the courts.",
    ),
    "service_receipt": (
        "受送达人在送达回证上记明收到日期,签名或者盖章。",
        "Whoever is served notes the day of receipt and signs or seals.",
    ),
    "enforcement": (
        "上列给付项已到期,被申请人没有履行,申请对其强制执行。由权利人向法院提出;未到期的各期不在此列。",
        "The items above are due and not performed: enforcement is applied for. What is not due is left out.",
    ),
}
SIGNED: Final[Mapping[str, tuple[str, ...]]] = {
    "transfer_letter": ("委托单位(盖章) Referring unit (seal)", "日期 Date"),
    "notice_of_rights": ("当事人签名 Parties' signatures", "告知人 Told by", "日期 Date"),
    "declined": ("调解组织(盖章) Mediation unit (seal)", "日期 Date"),
    "terminated": ("调解组织(盖章) Mediation unit (seal)", "日期 Date"),
    "service_receipt": (
        "受送达人签名或盖章 Signature or seal of whoever is served",
        "收到日期 Received on",
        "代收人及与受送达人关系 Received for them by, relation",
        "送达人 Served by",
    ),
    "enforcement": ("申请人签名 Applicant's signature", "日期 Date"),
}
LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "to": ("致", "To"),
    "from": ("发函单位", "From"),
    "code": ("纠纷编号", "Dispute"),
    "parties": ("当事人", "Parties"),
    "matters": ("争议事项", "Matters"),
    "facts": ("纠纷事实", "Facts"),
    "reason": ("理由", "Reason"),
    "served": ("受送达人", "Person served"),
    "paper": ("送达文书", "Paper served"),
    "ruling": ("确认裁定案号", "Number of the ruling"),
    "owed": ("到期未履行的给付项", "Items due and not performed"),
}
HEAD: Final = ("项目 Item", "内容 Content")
RULING: Final = "民事裁定书 civil ruling"
