"""Code lists of the police systems, each with the system it belongs to: a bare number means nothing.

Lists that the source documents are closed (an unlisted code is refused). Local dictionaries that every bureau
extends are open: an unlisted code is kept as it is.
"""

from typing import Final

from adapters.police.codecs_labels import labels
from hub.port import CodeList, Unlisted

GB_SEX: Final = CodeList(
    "sex",
    "GB/T 2261.1 (GB_XB, IMedCase)",
    "sex",
    (("1", "1", "男"), ("2", "2", "女"), ("0", "0", "未知"), ("9", "9", "未说明")),
)

PARTY_KIND: Final = CodeList(
    "partyKind",
    "IMedCase",
    "party_role",
    (
        ("1", "side_a", "一方"),
        ("2", "side_b", "对方"),
        ("3", "third", "第三人"),
        ("1", "applicant", "一方"),
        ("1", "plaintiff", "一方"),
        ("1", "victim", "一方"),
        ("2", "respondent", "对方"),
        ("2", "defendant", "对方"),
        ("2", "offender", "对方"),
    ),
)

MEDIATION_KIND: Final = CodeList(
    "caseKind",
    "IMedCase",
    "mediation_type",
    (("1", "people", "人民调解"), ("2", "police_public_order", "治安调解"), ("3", "", "终止调解")),
)

CASE_OUTCOME: Final = CodeList(
    "caseKind",
    "IMedCase",
    "mediation_outcome",
    (
        ("1", "agreed_written", "人民调解"),
        ("2", "agreed_written", "治安调解"),
        ("1", "agreed_oral", "人民调解"),
        ("1", "partly_agreed", "人民调解"),
        ("3", "terminated", "终止调解"),
        ("3", "settled_by_parties", "终止调解"),
        ("3", "failed", "终止调解"),
        ("3", "refused_by_party", "终止调解"),
        ("3", "unreachable", "终止调解"),
        ("3", "period_expired", "终止调解"),
        ("3", "not_signed", "终止调解"),
        ("3", "withdrawn_by_party", "终止调解"),
    ),
)

PROCEDURE: Final = CodeList(
    "procedureKind",
    "IMedCase",
    "procedure",
    (("1", "summary", "简易"), ("2", "ordinary", "普通"), ("3", "special", "司法确认")),
)

WISH: Final = CodeList(
    "procedureKind",
    "IMedCase",
    "next_wish",
    (("3", "confirm", "司法确认"), ("1", "", "简易"), ("2", "", "普通")),
)

ACCEPT_MODE: Final = CodeList(
    "acceptMode",
    "IMedCase",
    "referral_track",
    (("公安机关移交", "police_people", "公安机关移交"), ("当事人申请", "guided", "当事人申请")),
    Unlisted.KEEP,
    "police_people",
)

BF110_SEX: Final = CodeList(
    "BJRXB",
    "BF_110",
    "sex",
    (("男", "1", "男"), ("女", "2", "女"), ("未知", "0", "未知"), ("未说明", "9", "未说明")),
    Unlisted.KEEP,
)

_TYPES: Final = (
    ("邻里", "2"),
    ("婚姻家庭", "1"),
    ("房屋宅基地", "3"),
    ("合同", "4"),
    ("生产经营", "5"),
    ("损害赔偿", "6"),
    ("山林土地", "7"),
    ("征地拆迁", "8"),
    ("环境污染", "9"),
    ("劳动争议", "10"),
    ("旅游", "11"),
    ("消费", "12"),
    ("医疗", "13"),
    ("道路交通事故", "14"),
    ("物业", "15"),
    ("其他", "99"),
    ("房产宅基地", "3"),
    ("物业管理", "15"),
)
"""Types as stations and rooms write them, with or without the word 纠纷."""

_REPORTED: Final = (("家庭婚姻情感纠纷", "1"), ("劳资纠纷", "10"))
"""How the police report list (临高) names two of the types: these are written."""

DISPUTE_LABEL: Final = CodeList(
    "JFLXMC",
    "T_FWQZ_JFTJDJXX",
    "dispute_type",
    (*labels(_REPORTED), *labels(_TYPES, "纠纷"), *labels(_TYPES)),
    Unlisted.KEEP,
    "99",
)

DISPUTE_KIND: Final = CodeList(
    "disputeKind",
    "IMedCase",
    "dispute_type",
    (*labels(_TYPES), *labels(_TYPES, "纠纷")),
    Unlisted.KEEP,
    "99",
)

CALL_CLASS: Final = CodeList(
    "BJLX",
    "BJLXDMB",
    "jq_class",
    (
        ("200100", "fight", "打架斗殴"),
        ("200200", "dispute", "治安纠纷"),
        ("200600", "family_violence", "家庭暴力"),
        ("600300", "labor", "劳动保障"),
        ("700100", "gathering", "聚众上访"),
        ("700500", "gathering", "群众械斗"),
        ("709900", "gathering", "其它群体事件"),
    ),
)

CALL_CLASS_TWICE: Final = frozenset({"909900"})
"""Keys that BJLXDMB holds twice: nobody can tell which of the two is meant."""

PLATFORM_CLASS: Final = CodeList(
    "newcharasubclass",
    "dsjfx",
    "jq_class",
    (
        ("01000000", "criminal", "刑事类"),
        ("02000000", "public_order", "行政(治安)类"),
        ("06000000", "help", "社会紧急求助类"),
        ("07000000", "transfer", "联动流转类"),
        ("08000000", "dispute", "纠纷类"),
        ("09000000", "report", "举报类"),
    ),
)
"""The top level of eight digits; a class below it is told by its first two."""

PUSH_RESULT: Final = CodeList(
    "ResultCode", "OtherLink", "ack_result", (("1", "ok", "成功"), ("0", "failed", "系统错误"))
)

PUSH_SEX: Final = CodeList("EM_XB", "OtherLink", "sex", (("0", "2", "女"), ("1", "1", "男")))

FFCS_SCALE: Final = CodeList(
    "disputeScale",
    "FFCS disputeMediation",
    "event_scale",
    (("1", "01", "个体性事件"), ("2", "02", "一般群体性事件"), ("3", "03", "重大群体性事件")),
)

FFCS_LEVEL: Final = CodeList(
    "warningLevel",
    "FFCS disputeMediation",
    "warning_level",
    (
        ("01", "01", "一级"),
        ("02", "02", "二级"),
        ("03", "03", "三级"),
        ("1", "01", "一级"),
        ("2", "02", "二级"),
        ("3", "03", "三级"),
    ),
)
