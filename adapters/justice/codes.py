"""Code lists of the justice systems, each with the system it belongs to: a bare number means nothing.

Dictionaries that were never published (mediate_case_Source, performMode) are open lists of labels: what they
do not hold is kept as it is. Lists of an outcome are closed: an unknown word is refused, not guessed.
"""

from typing import Final

from hub.port import CodeList, Unlisted

GB_SEX: Final = CodeList(
    "sex",
    "GB/T 2261.1 (锡盟 accuserSex, 哈尔滨 litigants.sex)",
    "sex",
    (("1", "1", "男"), ("2", "2", "女"), ("0", "0", "未知"), ("9", "9", "未说明")),
)

TEMPLATE_SEX: Final = CodeList(
    "性别",
    "司法确认申请书 (word template)",
    "sex",
    (("男", "1", "男"), ("女", "2", "女"), ("未知", "0", "未知"), ("未说明", "9", "未说明")),
)

CASE_TYPE: Final = CodeList(
    "caseTypeDesc",
    "锡盟 dict dispute_type",
    "dispute_type",
    (
        ("婚姻家庭纠纷", "1", "婚姻家庭纠纷"),
        ("婚姻家庭", "1", "婚姻家庭"),
        ("邻里纠纷", "2", "邻里纠纷"),
        ("邻里", "2", "邻里"),
        ("相邻关系纠纷", "2", "相邻关系纠纷"),
        ("房屋宅基地纠纷", "3", "房屋宅基地纠纷"),
        ("房产宅基地纠纷", "3", "房产宅基地纠纷"),
        ("房屋宅基地", "3", "房屋宅基地"),
        ("房产宅基地", "3", "房产宅基地"),
        ("合同纠纷", "4", "合同纠纷"),
        ("合同", "4", "合同"),
        ("生产经营纠纷", "5", "生产经营纠纷"),
        ("生产经营", "5", "生产经营"),
        ("损害赔偿纠纷", "6", "损害赔偿纠纷"),
        ("损害赔偿", "6", "损害赔偿"),
        ("山林土地纠纷", "7", "山林土地纠纷"),
        ("山林土地", "7", "山林土地"),
        ("征地拆迁纠纷", "8", "征地拆迁纠纷"),
        ("征地拆迁", "8", "征地拆迁"),
        ("环境污染纠纷", "9", "环境污染纠纷"),
        ("环境污染", "9", "环境污染"),
        ("劳动争议纠纷", "10", "劳动争议纠纷"),
        ("劳动争议", "10", "劳动争议"),
        ("拖欠农民工工资纠纷", "10.1", "拖欠农民工工资纠纷"),
        ("其他劳动争议纠纷", "10.2", "其他劳动争议纠纷"),
        ("旅游纠纷", "11", "旅游纠纷"),
        ("旅游", "11", "旅游"),
        ("消费纠纷", "12", "消费纠纷"),
        ("消费", "12", "消费"),
        ("电子商务纠纷", "12.1", "电子商务纠纷"),
        ("其他消费纠纷", "12.2", "其他消费纠纷"),
        ("医疗纠纷", "13", "医疗纠纷"),
        ("医疗", "13", "医疗"),
        ("道路交通事故纠纷", "14", "道路交通事故纠纷"),
        ("道路交通事故", "14", "道路交通事故"),
        ("物业纠纷", "15", "物业纠纷"),
        ("物业管理纠纷", "15", "物业管理纠纷"),
        ("物业", "15", "物业"),
        ("物业管理", "15", "物业管理"),
        ("其他纠纷", "99", "其他纠纷"),
        ("其他", "99", "其他"),
    ),
    Unlisted.KEEP,
    "99",
)

CASE_SOURCE: Final = CodeList(
    "caseSource",
    "锡盟 dict mediate_case_Source, paper register 受理登记表",
    "dispute_origin",
    (
        ("当事人申请", "application", "当事人申请"),
        ("依申请调解", "application", "依申请调解"),
        ("调委会主动调解", "proactive", "调委会主动调解"),
        ("调委会主动", "proactive", "调委会主动"),
        ("主动调解", "proactive", "主动调解"),
        ("公安机关移交", "police_referral", "公安机关移交"),
        ("公安机关委托移送", "police_referral", "公安机关委托移送"),
        ("审判机关委托", "court_referral", "审判机关委托"),
        ("法院委托移送", "court_referral", "法院委托移送"),
        ("法院委派委托", "court_referral", "法院委派委托"),
        ("检察院委托移送", "procuratorate", "检察院委托移送"),
        ("信访部门委托移送", "petition", "信访部门委托移送"),
        ("政府部门指定", "department", "政府部门指定"),
        ("其他部门委托移送", "department", "其他部门委托移送"),
        ("上级单位交办", "higher_unit", "上级单位交办"),
        ("网格员登记", "grid", "网格员登记"),
        ("12345", "hotline", "12345"),
    ),
    Unlisted.KEEP,
    "other",
)

AGENT_KIND: Final = CodeList(
    "proxyType",
    "锡盟 (labels of 民诉法 61; the dictionary is unpublished)",
    "agent_kind",
    (
        ("近亲属", "near_kin", "近亲属"),
        ("律师", "lawyer", "律师"),
        ("基层法律服务工作者", "legal_worker", "基层法律服务工作者"),
        ("基层法律工作者", "legal_worker", "基层法律工作者"),
        ("工作人员", "employee", "工作人员"),
        ("公司员工", "employee", "公司员工"),
        ("推荐公民", "recommended", "推荐公民"),
    ),
)

AUTHORITY: Final = CodeList(
    "proxyType",
    "锡盟 (the dictionary is unpublished)",
    "authority",
    (
        ("一般代理", "general", "一般代理"),
        ("一般授权", "general", "一般授权"),
        ("特别代理", "special", "特别代理"),
        ("特别授权", "special", "特别授权"),
    ),
)

APPROVED: Final = CodeList(
    "act.flag",
    "锡盟 workflow of an agreement",
    "mediation_outcome",
    (
        ("yes", "agreed_written", "同意"),
        ("yes", "agreed_oral", "同意"),
        ("yes", "partly_agreed", "同意"),
    ),
)

PERFORM_MODE: Final = CodeList(
    "performMode",
    "锡盟 (free text)",
    "performance_manner",
    (
        ("当场履行", "on_spot", "当场履行"),
        ("即时履行", "on_spot", "即时履行"),
        ("即时清结", "on_spot", "即时清结"),
        ("当场", "on_spot", "当场"),
        ("一次性履行", "lump", "一次性履行"),
        ("一次性给付", "lump", "一次性给付"),
        ("一次性", "lump", "一次性"),
        ("分期履行", "instalment", "分期履行"),
        ("分期给付", "instalment", "分期给付"),
        ("分期", "instalment", "分期"),
        ("抵销", "offset", "抵销"),
        ("其他", "other", "其他"),
    ),
)

PAPERS: Final = CodeList(
    "附件",
    "司法确认申请书 (word template)",
    "file_catalogue",
    (
        ("", "agreement", "调解协议书"),
        ("", "agreement", "人民调解协议书"),
        ("", "agreement", "调解协议"),
        ("", "identity", "身份证复印件"),
        ("", "identity", "身份证明"),
        ("", "identity", "当事人身份证明"),
        ("", "identity", "居民身份证复印件"),
        ("", "identity", "户口簿复印件"),
        ("", "identity", "营业执照复印件"),
        ("", "identity", "主体资格证明"),
        ("", "service_address", "送达地址确认书"),
        ("", "application", "司法确认申请书"),
        ("", "application", "申请书"),
        ("", "proxy", "授权委托书"),
        ("", "organisation_proof", "调解组织证明"),
        ("", "organisation_proof", "调解组织主持调解的证明"),
        ("", "record", "调解笔录"),
        ("", "record", "调解记录"),
        ("", "investigation", "调查笔录"),
        ("", "investigation", "调查记录"),
        ("", "evidence", "证据材料"),
        ("", "evidence", "证据"),
        ("", "property_right", "财产权利证明"),
        ("", "performance_proof", "履行凭证"),
        ("", "notice_of_rights", "权利义务告知书"),
        ("", "register", "受理登记表"),
        ("", "register", "人民调解受理登记表"),
        ("", "transfer_letter", "委托调解函"),
        ("", "transfer_letter", "移送函"),
        ("", "visit", "回访记录"),
        ("", "appraisal", "鉴定意见"),
        ("", "ruling", "裁定书"),
        ("", "receipt", "送达回证"),
        ("", "video", "录音录像"),
    ),
)

PROMISE: Final = CodeList(
    "承诺",
    "司法确认申请书 (word template)",
    "promise",
    (
        ("自愿", "voluntary", "自愿达成"),
        ("不损害", "no_harm", "不损害国家、集体、第三人利益"),
        ("未损害", "no_harm", "未损害国家、集体、第三人利益"),
        ("不侵害", "no_harm", "不侵害国家、集体、第三人利益"),
        ("其他法院", "no_other_application", "未在其他法院申请"),
        ("其它法院", "no_other_application", "未在其它法院申请"),
        ("真实", "true_materials", "材料真实"),
    ),
)
"""Here the native code is the word by which a promise is known: clerks write the sentences themselves."""

SERVED_DOCUMENT: Final = CodeList(
    "送达文书",
    "送达回证 (JSON)",
    "document_kind",
    (
        ("民事裁定书", "ruling", "民事裁定书"),
        ("裁定书", "ruling", "裁定书"),
        ("司法确认裁定书", "ruling", "司法确认裁定书"),
        ("受理通知书", "acceptance_notice", "受理通知书"),
        ("民事调解书", "mediation_document", "民事调解书"),
        ("调解书", "mediation_document", "调解书"),
        ("民事判决书", "judgment", "民事判决书"),
        ("判决书", "judgment", "判决书"),
        ("移送函", "transfer_letter", "移送函"),
        ("终止调解通知书", "end_notice", "终止调解通知书"),
        ("执行通知书", "enforcement_notice", "执行通知书"),
        ("自动履行证明书", "certificate", "自动履行证明书"),
        ("人身安全保护令", "protection_order", "人身安全保护令"),
        ("告诫书", "dv_warning", "告诫书"),
        ("处罚决定书", "penalty_decision", "处罚决定书"),
        ("不予处罚决定书", "no_penalty_decision", "不予处罚决定书"),
        ("其他", "other", "其他"),
    ),
    Unlisted.KEEP,
    "other",
)

SERVICE_METHOD: Final = CodeList(
    "送达方式",
    "送达回证 (JSON), filled in by mediators",
    "service_method",
    (
        ("当场打印送达", "direct_assisted", "当场打印送达"),
        ("当场送达", "direct_assisted", "当场送达"),
        ("当面送达", "direct_assisted", "当面送达"),
        ("协助送达", "direct_assisted", "协助送达"),
        ("打印送达", "direct_assisted", "打印送达"),
        ("直接送达", "direct", "直接送达"),
        ("留置", "left", "留置"),
        ("留置送达", "left", "留置送达"),
        ("电子送达", "electronic", "电子送达"),
        ("电子", "electronic", "电子"),
        ("邮寄送达", "post", "邮寄送达"),
        ("邮寄", "post", "邮寄"),
        ("到院领取", "collected", "到院领取"),
        ("委托送达", "entrusted_court", "委托送达"),
        ("转交送达", "transfer", "转交送达"),
        ("转交", "transfer", "转交"),
        ("公告送达", "announce", "公告送达"),
        ("公告", "announce", "公告"),
    ),
    Unlisted.KEEP,
)

SIGNED: Final = CodeList(
    "签收",
    "送达回证 (JSON)",
    "service_result",
    (
        ("本人签字", "served", "本人签字"),
        ("本人签收", "served", "本人签收"),
        ("本人签名", "served", "本人签名"),
        ("本人捺印", "served", "本人捺印"),
        ("本人", "served", "本人"),
        ("签收", "served", "签收"),
        ("已签收", "served", "已签收"),
        ("已送达", "served", "已送达"),
        ("送达成功", "served", "送达成功"),
        ("代收", "served", "代收"),
        ("他人代收", "served", "他人代收"),
        ("代收人签收", "served", "代收人签收"),
        ("同住成年家属签收", "served", "同住成年家属签收"),
        ("拒签", "refused", "拒签"),
        ("拒收", "refused", "拒收"),
        ("拒绝签收", "refused", "拒绝签收"),
        ("拒绝签字", "refused", "拒绝签字"),
        ("未送达", "failed", "未送达"),
        ("送达失败", "failed", "送达失败"),
        ("未签收", "failed", "未签收"),
        ("不在", "absent", "不在"),
        ("本人不在", "absent", "本人不在"),
        ("无人签收", "absent", "无人签收"),
        ("送达中", "pending", "送达中"),
        ("全部送达", "all_served", "全部送达"),
    ),
)
"""Closed: whether someone has been served is never guessed."""
