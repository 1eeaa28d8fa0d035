"""Code lists of the 锡盟 system. A bare number means nothing without the system it belongs to.

Its dictionaries were never published: their labels are open lists, what they do not hold is kept as it is.
"""

from typing import Final

from hub.port import CodeList, Unlisted

GB_SEX: Final = CodeList(
    "sex",
    "GB/T 2261.1 (锡盟 accuserSex, 哈尔滨 litigants.sex)",
    "sex",
    (("1", "1", "男"), ("2", "2", "女"), ("0", "0", "未知"), ("9", "9", "未说明")),
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
    (("yes", "agreed_written", "同意"),),
)

ACCEPTED: Final = CodeList(
    "act.flag",
    "锡盟 workflow of what was handed over",
    "referral_answer",
    (("yes", "accepted", "同意"), ("no", "declined", "不同意")),
)

DECIDED: Final = CodeList(
    "act.flag",
    "锡盟 workflow of an application for confirmation",
    "confirmation_decision",
    (("yes", "accepted", "同意"), ("no", "not_accepted", "不同意")),
)
"""A decision that is neither (补正, 延长) has no flag: its reason is the comment."""

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
