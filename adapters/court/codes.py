"""Code lists of the court systems, each with the system it belongs to: a bare number means nothing.

The lists of the sf front end are documented and closed: an unlisted code is refused. Those of the 2009/data
XML are not: there the label is read, and a code only where a sample or its neighbour gives it a meaning.
"""

from typing import Final

from hub.port import CodeList, Unlisted

_XML: Final = "dataexchange.court.gov.cn/2009/data"
_SF: Final = "court sf REST (2021 front end)"

XML_PARTY_KIND: Final = CodeList(
    "当事人类型",
    _XML,
    "party_kind",
    (
        ("1", "person", "自然人"),
        ("2", "legal_person", "法人"),
        ("3", "organisation", "非法人组织"),
        ("", "individual_business", "个体工商户"),
        ("", "state_organ", "国家机关"),
        ("3", "organisation", "其他组织"),
        ("2", "legal_person", "企业法人"),
        ("", "state_organ", "机关法人"),
    ),
    otherwise="unknown",
)

XML_PARTY_ROLE: Final = CodeList(
    "诉讼地位",
    _XML,
    "party_role",
    (
        ("1", "plaintiff", "原告"),
        ("2", "defendant", "被告"),
        ("3", "third", "第三人"),
        ("4", "applicant", "申请人"),
        ("5", "respondent", "被申请人"),
        ("", "third", "有独立请求权第三人"),
        ("", "third", "无独立请求权第三人"),
        ("", "plaintiff", "起诉人"),
    ),
    otherwise="other",
)

XML_SERVICE_METHOD: Final = CodeList(
    "送达方式",
    _XML,
    "service_method",
    (
        ("", "direct", "直接送达"),
        ("", "left", "留置送达"),
        ("", "post", "邮寄送达"),
        ("", "electronic", "电子送达"),
        ("", "announce", "公告送达"),
        ("", "entrusted_court", "委托送达"),
        ("", "transfer", "转交送达"),
        ("", "collected", "到院领取"),
        ("", "direct", "当庭送达"),
        ("", "post", "法院专递"),
        ("", "collected", "自行领取"),
        ("", "collected", "来院领取"),
    ),
    Unlisted.KEEP,
)

XML_DOCUMENT_KIND: Final = CodeList(
    "文书类型",
    _XML,
    "document_kind",
    (
        ("", "ruling", "民事裁定书"),
        ("", "judgment", "民事判决书"),
        ("", "mediation_document", "民事调解书"),
        ("", "acceptance_notice", "受理案件通知书"),
        ("", "enforcement_notice", "执行通知书"),
        ("", "ruling", "裁定书"),
        ("", "judgment", "判决书"),
        ("", "mediation_document", "调解书"),
        ("", "acceptance_notice", "受理通知书"),
    ),
    Unlisted.KEEP,
    "other",
)

SF_SEX: Final = CodeList("sex", _SF, "sex", (("1", "1", "男"), ("0", "2", "女")))

SF_PARTY_KIND: Final = CodeList(
    "partyType",
    _SF,
    "party_kind",
    (("0", "person", "自然人"), ("1", "legal_person", "法人"), ("2", "organisation", "非法人组织")),
)

SF_PARTY_ROLE: Final = CodeList(
    "litigationStatus",
    _SF,
    "party_role",
    (
        ("1", "plaintiff", "原告"),
        ("2", "defendant", "被告"),
        ("3", "third", "第三人"),
        ("4", "applicant", "申请人"),
        ("5", "respondent", "被申请人"),
    ),
)

SF_ID_TYPE: Final = CodeList(
    "idCardType",
    _SF,
    "id_type",
    (
        ("1", "resident_id", "居民身份证"),
        ("2", "military", "军官证"),
        ("3", "soldier", "士兵证"),
        ("4", "other", "学生证"),
        ("5", "other", "警官证"),
        ("6", "other", "工作证"),
        ("7", "passport", "护照"),
        ("8", "taiwan_permit", "台湾居民来往大陆通行证"),
        ("9", "hk_macao_permit", "港澳居民来往内地通行证"),
        ("10", "other", "律师执业证"),
        ("11", "other", "实习律师证"),
        ("12", "other", "执业证"),
        ("255", "", "其他"),
    ),
)

SF_ADDRESS_KIND: Final = CodeList(
    "addResstype",
    _SF,
    "address_kind",
    (
        ("1", "id_card", "身份证地址"),
        ("2", "household", "户籍地址"),
        ("3", "temporary", "暂住证地址"),
        ("4", "other", "诉状地址"),
        ("5", "registered", "工商登记地址"),
        ("6", "business", "公司实际经营地址"),
        ("7", "designated", "指定地址"),
        ("8", "other", "投诉地址"),
        ("9", "other", "信访地址"),
        ("10", "confirmed", "确认地址"),
        ("255", "other", "其他地址"),
    ),
)

SF_PROCEDURE: Final = CodeList(
    "applicableProcedures",
    _SF,
    "procedure",
    (
        ("普通程序", "ordinary", "普通程序"),
        ("简易程序", "summary", "简易程序"),
        ("小额案件", "small", "小额案件"),
        ("小额诉讼", "small", "小额诉讼"),
        ("特别程序", "special", "特别程序"),
    ),
    Unlisted.KEEP,
)

SF_INVOLVED: Final = CodeList(
    "caseInvolve",
    _SF,
    "dispute_type",
    (("涉农民工工资", "10.1", "涉农民工工资"), ("涉医疗纠纷", "13", "涉医疗纠纷"), ("无该项", "", "无该项")),
    Unlisted.KEEP,
)

SF_CATALOGUE: Final = CodeList(
    "catalogName",
    _SF,
    "file_catalogue",
    (
        ("调解协议书", "agreement", "调解协议书"),
        ("司法确认申请书", "application", "司法确认申请书"),
        ("调解申请书", "application", "调解申请书"),
        ("调解笔录", "record", "调解笔录"),
        ("送达地址确认书", "service_address", "送达地址确认书"),
        ("移送函", "transfer_letter", "移送函"),
        ("权利义务告知书", "notice_of_rights", "权利义务告知书"),
        ("申请人材料", "identity", "申请人材料"),
        ("被申请人材料", "identity", "被申请人材料"),
        ("保全材料", "preservation", "保全材料"),
        ("鉴定材料", "appraisal", "鉴定材料"),
        ("其他材料", "other", "其他材料"),
    ),
    Unlisted.KEEP,
    "other",
)

SF_TEAM: Final = CodeList(
    "type",
    _SF,
    "consultation_type",
    (("1", "joint_mediation", "协助调解"), ("2", "other", "咨询")),
)

SF_DO_TYPE: Final = CodeList(
    "doType",
    _SF,
    "referral_answer",
    (
        ("1", "accepted", "同意受理"),
        ("2", "supplement_requested", "补充材料"),
        ("3", "declined", "不予受理"),
        ("4", "returned", "不接收(退回)"),
        ("1", "accepted", "接收"),
        ("4", "returned", "退回"),
    ),
)
"""acceptOfMediator knows 1 and 4 only, under other names."""

SF_ACCEPT: Final = CodeList("acceptType", _SF, "referral_track", (("80", "", "委派"),))
"""Of the front end's log only what hands a case over is a referral."""

SF_DECISION: Final = CodeList(
    "moveResult",
    _SF,
    "confirmation_decision",
    (
        ("0", "", "暂未处理"),
        ("1", "accepted", "审批通过"),
        ("2", "supplement", "补正材料"),
        ("3", "not_accepted", "不予受理"),
    ),
)

SF_RESULT: Final = CodeList(
    "resultState",
    _SF,
    "mediation_outcome",
    (("6", "agreed_written", "调解成功"), ("7", "failed", "调解失败")),
)

SF_CLOSED: Final = CodeList(
    "closeCaseState",
    _SF,
    "mediation_outcome",
    (
        ("1", "agreed_written", "达成调解"),
        ("2", "withdrawn_by_party", "撤回请求"),
        ("3", "unreachable", "联系不到"),
        ("4", "refused_by_party", "明确表示不接受调解"),
        ("5", "failed", "双方分歧较大且难以达成调解"),
        ("99", "terminated", "其他"),
    ),
)
