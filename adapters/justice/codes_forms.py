"""Code lists of the forms that committees fill in by hand: the words, not numbers, are the codes.

Lists of an outcome are closed: an unknown word is refused, not guessed.
"""

from typing import Final

from hub.port import CodeList, Unlisted

TEMPLATE_SEX: Final = CodeList(
    "性别",
    "司法确认申请书 (word template)",
    "sex",
    (("男", "1", "男"), ("女", "2", "女"), ("未知", "0", "未知"), ("未说明", "9", "未说明")),
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
