"""Titles, sentences and articles of the forms. Data only.

Forms are papers of Chinese units for Chinese parties: what stands on them is Chinese alone; a title has its
English for lists. Rights and duties are a text of `hub.reference.guidance`, printed with its version.
"""

from collections.abc import Mapping
from typing import Final

TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "transfer_letter": ("委托(移送)调解函", "Letter of referral to mediation"),
    "notice_of_rights": ("人民调解当事人权利义务告知书", "Notice of rights and duties in people's mediation"),
    "declined": ("不予调解函", "Letter declining mediation"),
    "terminated": ("终止调解通知书", "Notice that mediation has ended"),
    "service_receipt": ("送达回证", "Receipt of service"),
    "application": ("司法确认申请书", "Application for judicial confirmation"),
    "enforcement": ("强制执行申请书", "Application for enforcement"),
    "certificate": ("自动履行证明书", "Certificate of voluntary performance"),
}
BASES: Final[Mapping[str, str]] = {
    "transfer_letter": "人民调解法18",
    "notice_of_rights": "人民调解法23、24",
    "declined": "",
    "terminated": "人民调解法26",
    "service_receipt": "民诉法(2023)87",
    "enforcement": "民诉法(2023)206、250; 民诉法解释460",
    "certificate": "《关于全面建立“一庭两所”矛盾纠纷联调机制的意见》重点任务4",
}
BODIES: Final[Mapping[str, tuple[str, ...]]] = {
    "transfer_letter": ("现将上列纠纷连同所附材料委托(移送)你单位调解。请签收材料,并在期限内回复是否接受。",),
    "declined": ("你单位委托(移送)的上列纠纷,经审查不予调解,材料随函退回。",),
    "terminated": ("上列纠纷的调解终止。当事人可以依法通过仲裁、行政、司法等途径维护自己的权利。",),
    "service_receipt": ("受送达人在送达回证上记明收到日期,签名或者盖章。",),
    "enforcement": ("上列给付项已到期,被执行人没有履行,申请人民法院强制执行。未到期的各期不在此列。",),
    "certificate": ("兹证明上列义务人已自动履行完毕调解协议约定的全部义务,未经人民法院强制执行。特此证明。",),
}
SIGNED: Final[Mapping[str, tuple[str, ...]]] = {
    "transfer_letter": ("委托(移送)单位(盖章)", "日期"),
    "notice_of_rights": ("当事人签名", "告知人", "日期"),
    "declined": ("调解组织(盖章)", "日期"),
    "terminated": ("调解组织(盖章)", "日期"),
    "service_receipt": ("受送达人签名或盖章", "收到日期", "代收人及与受送达人关系", "送达人", "填发人"),
    "enforcement": ("申请执行人签名", "日期"),
    "certificate": ("出具单位(盖章)", "日期"),
}
LABELS: Final[Mapping[str, str]] = {
    "to": "致",
    "from": "发函单位",
    "mediator": "调解组织",
    "court": "人民法院",
    "issuer": "出具单位",
    "copy": "抄送",
    "code": "纠纷编号",
    "parties": "当事人",
    "matters": "争议事项",
    "facts": "纠纷事实",
    "reason": "理由",
    "served": "受送达人",
    "paper": "送达文书",
    "ruling": "确认裁定案号",
    "owed": "到期未履行的给付项",
    "letter_no": "函号",
    "own_case": "委托单位案号",
    "consents": "当事人同意",
    "taken": "调解组织意见",
    "materials": "材料清单",
    "period": "调解期限",
    "contact": "联系人",
    "case_no": "案号",
    "cause": "案由",
    "address": "送达地址",
    "method": "送达方式",
    "remarks": "备注",
    "applicant": "申请执行人",
    "respondent": "被执行人",
    "certificate_no": "证明书编号",
    "issued": "出具日期",
    "performers": "履行义务人",
    "agreement": "调解协议",
    "done": "已履行的给付项",
}
HEAD: Final = ("项目", "内容")
RULING: Final = "民事裁定书一份"
CAUSE: Final = "申请司法确认调解协议"
"""The cause of every confirmation case (法〔2025〕226号, code 448)."""
