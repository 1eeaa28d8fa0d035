"""What 民事案件 has that neither a registration nor a status has a place for, and its field lists."""

from typing import Final

from hub.port import Drop, FieldList

BASIC: Final = "民事案件基本信息"

_LIST: Final = "court_2009data_xml.csv"
_INNER: Final = "of the court's own administration"
_PAIR: Final = "a code that is nowhere explained, and its label"
_TRIAL: Final = "of the trial; no place in a registration or a status"
_PERIOD: Final = "period of trial, which the court computes itself"

SECTIONS: Final = (
    Drop(f"{BASIC}/唯一主键编号", "key of a table row of the court's system"),
    Drop(f"{BASIC}/案件类型代码", "civil, as the root element says"),
    Drop(f"{BASIC}/案件类型名称", "civil, as the root element says"),
    Drop(f"{BASIC}/案件类型标识代码", "a code that is nowhere explained; the label beside it is read"),
    Drop(f"{BASIC}/审判程序代码", _PAIR),
    Drop(f"{BASIC}/审判程序名称", "the kind of case is told by its cause and type"),
    Drop(f"{BASIC}/适用程序代码", _PAIR),
    Drop(f"{BASIC}/适用程序名称", "which procedure applies is said by a referral"),
    Drop(f"{BASIC}/案件来源代码", _PAIR),
    Drop(f"{BASIC}/案件来源名称", "every case of this file came to the court by filing"),
    Drop(f"{BASIC}/新案件来源代码", _PAIR),
    Drop(f"{BASIC}/新案件来源名称", "every case of this file came to the court by filing"),
    Drop(f"{BASIC}/公开状态代码", _INNER),
    Drop(f"{BASIC}/公开状态名称", _INNER),
    Drop(f"{BASIC}/公开日期", _INNER),
    Drop(f"{BASIC}/撤销日期", "a case that is taken back comes as 案件撤销"),
    Drop(f"{BASIC}/有效状态代码", "a record that is not in force comes as 案件撤销"),
    Drop(f"{BASIC}/有效状态名称", "a record that is not in force comes as 案件撤销"),
    Drop(f"{BASIC}/承办审判庭", "a chamber or tribunal by name; units are named by the envelope"),
    Drop(f"{BASIC}/法定审限天数", _PERIOD),
    Drop(f"{BASIC}/审限届满日期", _PERIOD),
    Drop(f"{BASIC}/结案案由代码", "the cause at filing is read"),
    Drop(f"{BASIC}/结案案由名称", "the cause at filing is read"),
    Drop(f"{BASIC}/创建时间", _INNER),
    Drop(f"{BASIC}/创建人", _INNER),
    Drop(f"{BASIC}/更新人", _INNER),
    Drop("管辖处理信息/*", _TRIAL),
    Drop("抗诉情况/*", _TRIAL),
    Drop("上诉情况/*", _TRIAL),
    Drop("庭审信息/*", _TRIAL),
    Drop("延长审限/*", _PERIOD),
    Drop("扣除审限/*", _PERIOD),
    Drop("中止恢复/*", _TRIAL),
    Drop("诉讼费减免缓信息/*", "court fees"),
    Drop("代理人/*", "no field says which party an agent acts for"),
    Drop("审判组织成员/*", "the panel; who handles the case is read"),
    Drop("审判组织成员变更/*", _INNER),
    Drop("诉讼保全和先予执行/*", _TRIAL),
    Drop("诉讼担保信息/*", _TRIAL),
    Drop("回避信息/*", _TRIAL),
    Drop("证据信息/*", _TRIAL),
    Drop("程序变更/*", _TRIAL),
    Drop("复议信息/*", _TRIAL),
    Drop("裁判文书上网信息/*", "publication; mediation and confirmation papers are not published"),
    Drop("重整情况/*", "bankruptcy"),
    Drop("和解情况/*", "bankruptcy"),
    Drop("破产清算情况/*", "bankruptcy"),
    Drop("破产管理人/*", "bankruptcy"),
)

FIELDS: Final = (
    FieldList(_LIST, ("民事案件/民事案件基本信息",), BASIC),
    FieldList(_LIST, ("民事案件/原案情况/R",), "原案情况/R"),
    FieldList(_LIST, ("民事案件/管辖处理信息/R",), "管辖处理信息/R"),
    FieldList(_LIST, ("民事案件/抗诉情况",), "抗诉情况"),
    FieldList(_LIST, ("民事案件/上诉情况",), "上诉情况"),
    FieldList(_LIST, ("民事案件/庭审信息/R",), "庭审信息/R"),
    FieldList(_LIST, ("民事案件/延长审限/R",), "延长审限/R"),
    FieldList(_LIST, ("民事案件/扣除审限/R",), "扣除审限/R"),
    FieldList(_LIST, ("民事案件/中止恢复/R",), "中止恢复/R"),
    FieldList(_LIST, ("民事案件/诉讼费减免缓信息/R",), "诉讼费减免缓信息/R"),
    FieldList(_LIST, ("民事案件/当事人/R",), "当事人/R"),
    FieldList(_LIST, ("民事案件/代理人/R",), "代理人/R"),
    FieldList(_LIST, ("民事案件/审判组织成员/R",), "审判组织成员/R"),
    FieldList(_LIST, ("民事案件/审判组织成员变更/R",), "审判组织成员变更/R"),
    FieldList(_LIST, ("民事案件/诉讼保全和先予执行/R",), "诉讼保全和先予执行/R"),
    FieldList(_LIST, ("民事案件/诉讼担保信息/R",), "诉讼担保信息/R"),
    FieldList(_LIST, ("民事案件/回避信息/R",), "回避信息/R"),
    FieldList(_LIST, ("民事案件/证据信息/R",), "证据信息/R"),
    FieldList(_LIST, ("民事案件/程序变更",), "程序变更"),
    FieldList(_LIST, ("民事案件/复议信息/R",), "复议信息/R"),
    FieldList(_LIST, ("民事案件/裁判文书上网信息/R",), "裁判文书上网信息/R"),
    FieldList(_LIST, ("民事案件/送达信息/R", "行政案件/送达信息/R"), "送达信息/R"),
    FieldList(_LIST, ("民事案件/重整情况",), "重整情况"),
    FieldList(_LIST, ("民事案件/和解情况",), "和解情况"),
    FieldList(_LIST, ("民事案件/破产清算情况",), "破产清算情况"),
    FieldList(_LIST, ("民事案件/破产管理人/R",), "破产管理人/R"),
)
