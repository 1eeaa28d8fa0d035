"""The page's words in both languages: stories, short names of acts, clocks, laws. Data only."""

from collections.abc import Mapping
from typing import Final

from hub.sandbox.desk import deciding

Pair = tuple[str, str]

STORIES: Final[Mapping[str, Pair]] = {
    "a": (
        "三方相邻排水纠纷:从派出所登记到裁定送达每一当事人",
        "Neighbours and a drain, three parties: from the police register to the ruling served on each",
    ),
    "b": (
        "法院立案后委托调解的借款:调解不成,恢复审理",
        "A loan entrusted by the court after filing: no agreement, back to trial",
    ),
    "c": (
        "院墙修缮:司法确认申请被要求补正,补正后确认",
        "A cracked wall: the application is returned for supplement, then confirmed",
    ),
    "d": (
        "意外:公安接收端停机期间调解照常进行,恢复后按序补投",
        "What goes wrong: the police's receiver is down, mediation goes on, all is delivered in order later",
    ),
    "e": (
        "预警:从提出、定级、分派到解除、回访、办结,逾期未签收即报上级",
        "A warning: raised, classified, dispatched, watched, cleared, closed; silence is told upwards",
    ),
    "f": (
        "咨询:调委会向法庭咨询、追问,答复沉淀为知识",
        "A question to the tribunal: asked, answered, asked on; the answer is kept as knowledge",
    ),
    "g": (
        "远程视频调解:约定、核验、笔录在线签名,笔录同步派出所",
        "Mediation by video: arranged, identities checked, the record signed online and shared",
    ),
    "h": (
        "分期履行:第二期违约,申请执行后补付,全部履行",
        "Paid in instalments: the second is missed, enforced, made good; performed in the end",
    ),
}

LEADS: Final[Mapping[str, Pair]] = {
    "a": (
        (
            "派出所的登记表(GB18030 表格,一个栏位写着两个人)读成三位当事人;调解员当面送达被一人拒收,"
            "调解员不得留置,由法院次日留置送达;每人异议期各自起算,不停止执行力。"
        ),
        (
            "The station's register (a GB18030 table with two people in one slot) is read as three parties. "
            "One refuses the mediator's hand-over, which is never "
            "service by leaving: the court does that itself "
            "a day later. Each party's own objection window runs from its own receipt."
        ),
    ),
    "b": (
        (
            "立案文件标称 UTF-8 而实为 GBK,照样读出并注明。期限自调解组织签收起算,不自法院发出起算。"
            "不成记录随案退回;调解中的让步留在调解组织,没有转给法院。"
        ),
        (
            "The case file says UTF-8 and is GBK: it is read and "
            "the mismatch noted. The clock starts when the "
            "mediators sign for the papers, not when the court sends "
            "them. The failure record goes back with the "
            "case; what was conceded in mediation does not."
        ),
    ),
    "c": (
        "缺身份证明,法院要求补正并定期限;补正停止补正期限,重新起算受理期限;申请日不变。",
        (
            "Identity papers are missing, the court sets a term "
            "for them. The supplement stops that clock and "
            "starts the one for acceptance anew; the day of the application stays."
        ),
    ),
    "d": (
        "同一推送重复到达、登记表中残缺的一行、标称错误的文件也在这一天发生(见“必须成立的事项”)。",
        (
            "A repeated push, a row that was cut off and a mislabelled "
            "file happened on that day too (see the "
            "invariants)."
        ),
    ),
    "e": (
        (
            "级别由人决定,中枢只计时:派出所两小时内未签收,次日一早中枢提醒派出所并报其上级;"
            "签收后报措施,化解后申请解除,由分派单位解除,回访无反复才办结。"
        ),
        (
            "A person decides the level, the hub only keeps the time: the station does not sign within two "
            "hours, so the hub reminds it and tells the bureau above. Measures follow, clearing is asked for "
            "and granted by who dispatched, and it is closed after a visit."
        ),
    ),
    "f": (
        "答复仅供参考,不预断个案结果,记录答复法官供日后回避判断;入知识库的文本不含个人信息。",
        (
            "The answer is for reference and prejudges nothing; the judge who gave it is named, for a later "
            "recusal. What is kept as knowledge names no person."
        ),
    ),
    "g": (
        "各方同意在线调解与录音录像,人脸核验身份,告知虚假调解的后果;笔录由各方在线核对签名后生效。",
        (
            "All agree to the means and to the recording, identities are checked, the consequences of sham "
            "mediation are told; the record holds once all have signed it online."
        ),
    ),
    "h": (
        (
            "逾期只是提醒,违约由调解员回访后报告;可执行的只有已到期的一期,两年自最后一期届满起算;"
            "进入过执行的,不出具自动履行证明。"
        ),
        (
            "Overdue is only a reminder: that it is a breach a mediator says, after a visit. Only the item "
            "that was due can be enforced, the two years run from the last; after enforcement there is no "
            "certificate of voluntary performance."
        ),
    ),
}

ACTS: Final[Mapping[tuple[str, str], Pair]] = {
    ("dispute", ""): ("登记", "register"),
    ("guidance", ""): ("告知", "guidance"),
    ("referral", ""): ("委托调解", "referral"),
    ("referral_answer", "signed"): ("签收", "signed for"),
    ("referral_answer", "accepted"): ("接受", "accepted"),
    ("referral_answer", "declined"): ("不接受", "declined"),
    ("mediation_progress", "started"): ("开始调解", "started"),
    ("mediation_progress", "mediator_chosen"): ("选定", "mediator"),
    ("mediation_result", "agreed_written"): ("达成协议", "agreed"),
    ("mediation_result", "failed"): ("调解不成", "failed"),
    ("confirmation_application", ""): ("申请确认", "applied"),
    ("confirmation_answer", "accepted"): ("受理", "accepted"),
    ("confirmation_answer", "supplement"): ("要求补正", "supplement!"),
    ("confirmation_supplement", ""): ("补正", "supplement"),
    ("video_session", "court_verification"): ("视频核实", "verified"),
    ("video_session", "scheduled"): ("约定视频", "arranged"),
    ("video_session", "held"): ("视频调解", "held"),
    ("consultation", "ask"): ("咨询", "asked"),
    ("consultation", "follow_up"): ("追问", "asked on"),
    ("consultation", "closed"): ("咨询办结", "closed"),
    ("consultation_reply", "accepted"): ("受理咨询", "taken on"),
    ("consultation_reply", "answered"): ("答复", "answered"),
    ("early_warning", "raise"): ("预警", "warning"),
    ("warning_feedback", "classified"): ("定级", "level"),
    ("warning_feedback", "dispatched"): ("分派", "dispatched"),
    ("warning_feedback", "acknowledged"): ("签收", "signed for"),
    ("warning_feedback", "measures"): ("措施", "measures"),
    ("warning_feedback", "clear_requested"): ("申请解除", "clear?"),
    ("warning_feedback", "cleared"): ("解除", "cleared"),
    ("warning_feedback", "revisited"): ("回访", "visited"),
    ("warning_feedback", "closed"): ("办结", "closed"),
    ("confirmation_ruling", "confirmed"): ("裁定", "ruling"),
    ("service_receipt", "served"): ("送达", "served"),
    ("service_receipt", "refused"): ("拒收", "refused"),
    ("service_receipt", "left"): ("留置送达", "left"),
    ("performance", ""): ("已履行", "performed"),
    ("performance", "item_breached"): ("未履行", "breach"),
    ("performance", "breach_cured"): ("补履行", "made good"),
    ("performance", "visit"): ("回访", "visit"),
    ("case_status", "enforcement_applied"): ("申请执行", "enforced"),
    ("case_status", "enforcement_closed"): ("执行结案", "closed"),
    ("case_status", "filed"): ("立案", "filed"),
    ("case_status", "trial_resumed"): ("恢复审理", "to trial"),
    ("case_status", "archived"): ("归档", "archived"),
    ("deadline_notice", ""): ("提醒", "reminder"),
}

RULES: Final[Mapping[str, str]] = {
    "LIMITATION": "limitation interrupted (day of evidence)",
    "REF_SIGN": "sign for the papers",
    "REF_ACCEPT": "accept or decline",
    "ONLINE_ACCEPT": "accept (court platform)",
    "RM_NORMAL": "people's mediation",
    "XIANXING_ORD": "mediation after filing, ordinary",
    "XIANXING_SUM": "mediation after filing, summary",
    "JC_APPLY": "apply for confirmation",
    "JC_ACCEPT": "decide on acceptance",
    "JC_ACCEPT_RESTART": "decide after the supplement",
    "JC_SUPPLEMENT": "supplement",
    "JC_REVIEW": "review",
    "JC_OUTER": "special procedure",
    "JC_SERVE": "serve on every party",
    "JC_PARTY_OBJECTION": "objection of a party",
    "ENFORCE_APPLY": "apply for enforcement",
    "ENFORCE_OPEN": "may be enforced from",
    "EXEC_NOTICE": "notice of enforcement",
    "RESULT_REPORT": "report and hand back the papers",
    "HANDBACK": "sender acts on the result",
    "PERF_ITEM": "perform an item",
    "PERF_REMIND": "reminder before performance",
    "PERF_VISIT": "return visit",
    "ARCHIVE": "archive the file",
    "FEE_PAY": "court fee",
    "FILE_CASE": "file the case",
    "DISPUTE_IDLE": "no progress",
    "WARN_CLASSIFY": "classify the warning",
    "WARN_ACK": "sign for the warning",
    "WARN_FEEDBACK": "first report",
    "WARN_PERIODIC": "regular report",
    "WARN_JOINT": "joint handling",
    "WARN_REVISIT": "visit after clearing",
    "CONSULT_ACK": "take the question on",
    "CONSULT_REPLY": "answer",
    "CONSULT_CLOSE": "close the question",
}

LAWS: Final[tuple[Pair, ...]] = (
    ("民诉法解释", "CPL Interpretation "),
    ("民事诉讼法", "Civil Procedure Law "),
    ("民诉法", "Civil Procedure Law "),
    ("宁波市人民调解条例", "Ningbo Mediation Regulation "),
    ("人民调解工作若干规定", "People's Mediation Work Provisions "),
    ("人民调解法", "People's Mediation Law "),
    ("法释〔2011〕5号", "SPC Interpretation [2011] 5, art. "),
    ("在线调解规则", "Online Mediation Rules "),
    ("特邀调解规定", "Invited Mediation Provisions "),
    ("诉讼时效规定", "Limitation Provisions "),
    ("诉讼费用交纳办法", "Court Fee Measures "),
    ("2025意见六", "SPC Opinion 2025, VI"),
    ("2025意见三", "SPC Opinion 2025, III"),
    ("政策'当场送达'", "policy: served on the spot"),
    ("卷宗格式有回访记录; 期限无全国规定", "return visits are in the file's form; no national term"),
    ("仅适用于登记立案; 其余为配置", "(filing only; else configuration)"),
    ("新余渝水24小时(外地)", "24 hours in Yushui (elsewhere)"),
    ("类推", "by analogy with "),
    ("公安委托无期限规定", "no term for police referrals"),
    ("配置(无全国规定)", "configuration (no national rule)"),
    ("无全国规定", "no national rule"),
    ("(无数字)", "(no figure)"),
    ("、", ", "),
)


def act(kind: str, document: Mapping[str, object]) -> Pair:
    """The short name of an act, by what its document says."""
    says = deciding(document)
    return ACTS.get((kind, says)) or ACTS.get((kind, "")) or (kind, kind.replace("_", " "))


def law(text: str) -> str:
    """The English of an article's name."""
    for zh, en in LAWS:
        text = text.replace(zh, en)
    return text if text != "无" else "no national rule"


FINDINGS: Final[Mapping[str, str]] = {
    "agreement_complete": "协议要素不全",
    "completeness": "内容不全",
    "consent": "缺当事人同意",
    "encoding": "编码标称不符",
    "failure_record": "不成记录不全",
    "flag_seen": "迹象未阅",
    "identity": "身份未核实",
    "joint": "未全体共同申请",
    "late": "逾期",
    "options-told": "告知不全",
    "paper": "材料未附",
    "papers": "申请材料不全",
    "provisional": "期限暂计",
    "session": "视频调解事项不全",
    "session-consent": "未记明同意在线",
    "venue": "管辖待核",
}
"""Code of a finding → its Chinese word; a code without one stands as it is."""
