"""Code lists of 合肥 "和合码". A bare number is read by the list of its own system or not at all."""

from typing import Final

from hub.port import CodeList

HEFEI_TYPE: Final = CodeList(
    "case_type",
    "合肥 case_type",
    "dispute_type",
    (
        ("01", "1", "婚姻家庭"),
        ("02", "2", "邻里"),
        ("03", "3", "房产宅基地"),
        ("04", "4", "合同"),
        ("05", "5", "生产经营"),
        ("06", "6", "损害赔偿"),
        ("07", "7", "山林土地"),
        ("08", "8", "征地拆迁"),
        ("09", "9", "环境污染"),
        ("10", "10", "劳动争议"),
        ("11", "11", "旅游"),
        ("12", "12", "消费"),
        ("13", "13", "医疗"),
        ("14", "14", "道路交通事故"),
        ("15", "15", "物业管理"),
        ("99", "99", "其他"),
        ("16", "99", "知识产权"),
        ("17", "99", "互联网"),
        ("1", "1", "婚姻家庭"),
        ("2", "2", "邻里"),
        ("3", "3", "房产宅基地"),
        ("4", "4", "合同"),
        ("5", "5", "生产经营"),
        ("6", "6", "损害赔偿"),
        ("7", "7", "山林土地"),
        ("8", "8", "征地拆迁"),
        ("9", "9", "环境污染"),
        ("10", "10.1", "劳动争议"),
        ("10", "10.2", "劳动争议"),
        ("12", "12.1", "消费"),
        ("12", "12.2", "消费"),
    ),
)
"""Sent with and without the leading zero. The shared form has no type for 16 and 17: 其他, and kept."""

HEFEI_SOURCE: Final = CodeList(
    "case_source",
    "合肥 case_source",
    "dispute_origin",
    (
        ("9", "other", "其他"),
        ("0", "other", "和合码"),
        ("1", "police_referral", "警民联调"),
        ("2", "other", "促法平台"),
        ("3", "other", "人民调解平台"),
        ("4", "court_referral", "审判管理系统"),
        ("5", "department", "劳动仲裁"),
        ("6", "department", "仲裁委"),
        ("7", "petition", "省信访"),
        ("8", "hotline", "12345"),
    ),
)

HEFEI_ROLE: Final = CodeList(
    "person.class",
    "合肥 person.class",
    "party_role",
    (("1", "applicant", "申请人"), ("2", "respondent", "被申请人")),
)

HEFEI_PARTY: Final = CodeList(
    "person.type",
    "合肥 person.type",
    "party_kind",
    (("1", "person", "自然人"), ("2", "legal_person", "法人"), ("3", "organisation", "非法人组织")),
)

HEFEI_ID_TYPE: Final = CodeList(
    "person.identity_type",
    "合肥 identity_type",
    "id_type",
    (("1", "resident_id", "身份证"), ("2", "passport", "护照")),
)

HEFEI_RESULT: Final = CodeList(
    "result",
    "合肥 result",
    "mediation_outcome",
    (("1", "agreed_written", "成功"), ("2", "failed", "失败"), ("3", "terminated", "终止")),
)
