"""The registers 登记簿 as data: which cases a register lists, and what stands in its columns.

No national rule gives these columns: they are the members of the shared form that the sources of the
formats have in their own registers. Pure.
"""

from typing import Final, Literal, NamedTuple

from schemas.types import Kind, MachineName

Register = Literal["disputes", "mediations", "confirmations", "warnings", "consultations"]
Own = Literal["code", "opened_at", "closed_at", "state"]
"""What the hub itself knows of a case."""


class Head(NamedTuple):
    """What stands above a column."""

    zh: str
    en: str
    width: int = 14


class Held(NamedTuple):
    """A column of what the hub holds of the case."""

    zh: str
    en: str
    own: Own
    width: int = 14


class Who(NamedTuple):
    """A column of the units in a role."""

    zh: str
    en: str
    role: str
    width: int = 24


class Told(NamedTuple):
    """A column of what was said: the newest word of `member` in messages of these kinds.

    `inner`: of a list of objects, or of one, only this member of each.
    """

    zh: str
    en: str
    kinds: tuple[Kind, ...]
    member: str
    inner: str = ""
    width: int = 20


Column = Held | Who | Told


class Sheet(NamedTuple):
    """A register: its title, the machine of its cases, its columns."""

    zh: str
    en: str
    machine: MachineName
    columns: tuple[Column, ...]

    @property
    def kinds(self) -> list[str]:
        """The kinds of message it reads."""
        return sorted({kind for column in self.columns if isinstance(column, Told) for kind in column.kinds})


_CODE: Final = Held("一案一码", "Code", "code", 18)
_OPENED: Final = Held("登记时间", "Opened", "opened_at", 17)
_STATE: Final = Held("现状", "State", "state", 18)
_CLOSED: Final = Held("办结时间", "Closed", "closed_at", 17)
_PARTIES: Final = Told("当事人", "Parties", ("dispute", "referral"), "parties", "name", 22)
_TYPE: Final = Told("纠纷类型", "Type", ("dispute",), "dispute_type", width=16)
_FACTS: Final = Told("纠纷事实", "Facts", ("dispute",), "facts", width=40)

SHEETS: Final[dict[Register, Sheet]] = {
    "disputes": Sheet("纠纷登记簿", "Register of disputes", "dispute", (
        _CODE, _OPENED, Who("登记单位", "Registered by", "registrar"),
        Told("来源", "Origin", ("dispute",), "origin"), _TYPE, _PARTIES, _FACTS,
        Told("诉求", "Claims", ("dispute",), "claims", width=30),
        Told("涉及人数", "People", ("dispute",), "people_count", width=10),
        Told("告知的方式", "Ways told", ("guidance",), "options"), _STATE,
    )),
    "mediations": Sheet("调解登记簿", "Register of mediations", "referral", (
        _CODE, _OPENED, Who("委托(移送)单位", "Referred by", "referring_unit"),
        Who("调解单位", "Mediated by", "mediation_unit"),
        Told("途径", "Track", ("referral",), "track"), _TYPE, _PARTIES,
        Told("答复", "Answer", ("referral_answer",), "answer"),
        Told("调解员", "Mediators", ("referral_answer",), "mediators"),
        Told("结果", "Result", ("mediation_result",), "outcome"),
        Told("结束日期", "Ended on", ("mediation_result",), "ended_on", width=12),
        Told("协议编号", "Agreement", ("mediation_result",), "doc_no"), _STATE, _CLOSED,
    )),
    "confirmations": Sheet("司法确认登记簿", "Register of judicial confirmations", "confirmation", (
        _CODE, _OPENED, Who("协助申请单位", "Applied through", "applicant_unit"),
        Who("审查法院", "Court", "reviewing_court"),
        Told("申请人", "Applicants", ("confirmation_application",), "applicants", "name", 22),
        Told("决定", "Decision", ("confirmation_answer",), "decision"),
        Told("案号", "Case number", ("confirmation_answer", "confirmation_ruling"), "case_number"),
        Told("受理日期", "Accepted on", ("confirmation_answer",), "accepted_on", width=12),
        Told("裁定结果", "Ruling", ("confirmation_ruling",), "outcome"),
        Told("裁定日期", "Ruled on", ("confirmation_ruling",), "ruled_on", width=12),
        Told("履行", "Performance", ("performance",), "event"), _STATE, _CLOSED,
    )),
    "warnings": Sheet("预警登记簿", "Register of warnings", "warning", (
        _CODE, _OPENED, Who("提出单位", "Raised by", "raiser"),
        Who("属事单位", "In charge", "unit_in_charge"),
        Told("风险类型", "Risks", ("early_warning",), "kinds"),
        Told("级别", "Level", ("warning_feedback",), "level", width=10),
        Told("情况", "Situation", ("early_warning",), "situation", width=40),
        Told("稳控措施", "Measures", ("warning_feedback",), "measures", width=30),
        Told("结果", "Result", ("warning_feedback",), "result", width=30),
        Told("已立案件", "Case opened", ("warning_feedback",), "new_case", "value", 24), _STATE, _CLOSED,
    )),
    "consultations": Sheet("咨询登记簿", "Register of consultations", "consultation", (
        _CODE, _OPENED, Who("咨询单位", "Asked by", "asker"), Who("被咨询单位", "Asked of", "adviser"),
        Told("种类", "Kind", ("consultation",), "request_type"),
        Told("问题", "Question", ("consultation",), "question", width=40),
        Told("需要答复的时间", "Needed by", ("consultation",), "needed_by", width=17), _STATE, _CLOSED,
    )),
}  # fmt: skip
"""By the name in the address."""
