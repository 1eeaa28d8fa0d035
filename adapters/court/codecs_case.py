"""Codecs of the 2009/data case file: cause, kind of case, stage and way of closing, service."""

from typing import Final

from adapters.court.codecs import coded, digits_of, instant_of, not_written, said, text_of
from hub.port import Doc, Kept, Own, Unreadable

_BASIC: Final = "民事案件基本信息"
_CONFIRMATION: Final = "140901"
"""案由 申请司法确认调解协议, the one code of this file that a source explains."""

CAUSE_FIELDS: Final = (f"{_BASIC}/立案案由代码", f"{_BASIC}/立案案由名称")


def _read_cause(value: object) -> object:
    told = said(value)
    code, name = coded(told.get("立案案由代码", "")), told.get("立案案由名称", "")
    if len(code) > 40 or len(name) > 120:
        raise Unreadable("limit")
    if not code:
        return name or None
    return {"code": code, "name": name} if name else {"code": code}


def _write_cause(value: object) -> object:
    if isinstance(value, str):
        return {"立案案由名称": value}
    told = value if isinstance(value, dict) else {}
    return {"立案案由代码": told.get("code"), "立案案由名称": told.get("name")}


CAUSE: Final = Own("cause of action: code and name", _read_cause, _write_cause)

KIND_FIELDS: Final = (f"{_BASIC}/案件类型标识名称", *CAUSE_FIELDS)
_KINDS: Final = {
    "civil_first": "民事一审",
    "enforcement": "首次执行",
    "administrative": "行政一审",
    "criminal": "刑事一审",
}


def _read_kind(value: object) -> object:
    told = said(value)
    if told.get("立案案由代码") == _CONFIRMATION or "司法确认" in told.get("立案案由名称", ""):
        return Kept("special_confirmation")
    label = told.get("案件类型标识名称", "")
    if not label:
        return None
    kind = next((kind for kind, name in _KINDS.items() if name == label), None)
    return kind or Kept("other")


def _write_kind(value: object) -> object:
    return {"案件类型标识名称": _KINDS.get(str(value))}


CASE_KIND: Final = Own(
    "kind of case by cause and type",
    _read_kind,
    _write_kind,
    loses="kinds without a type name of their own; a confirmation is told by its cause",
)

STATE_FIELDS: Final = (
    f"{_BASIC}/案件进展阶段代码",
    f"{_BASIC}/案件进展阶段名称",
    f"{_BASIC}/结案日期",
    f"{_BASIC}/结案方式名称",
    f"{_BASIC}/新结案方式名称",
)
_CLOSED_FROM: Final = 7
"""From this stage on a case is closed: the only thing a source says of the codes."""

_CLOSED_WORDS: Final = ("结案", "已结", "归档")
_STAGES: Final = (
    ("恢复", "trial_resumed"),
    ("委托调解", "entrusted"),
    ("委派调解", "entrusted"),
    ("立案", "filed"),
    ("收案", "filed"),
    ("受理", "filed"),
    ("审理", "hearing"),
    ("审判", "hearing"),
    ("庭", "hearing"),
    ("分案", "hearing"),
    ("合议", "hearing"),
)
_STAGE_CODES: Final = {"3": "hearing"}
_WAYS: Final = (
    ("按撤", "deemed_withdrawal"),
    ("撤诉", "withdrawal"),
    ("撤回", "withdrawal"),
    ("判决", "judgment"),
    ("裁定", "ruling"),
    ("驳回", "ruling"),
    ("调解", "mediation"),
)
"""Words in the order they are looked for: 裁定调解协议有效 is a ruling."""

_CLOSED_PHASES: Final = {
    "judgment": "judgment",
    "mediation": "mediation_document_issued",
    "withdrawal": "withdrawn_after_settlement",
}


def _word(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((found for word, found in table if word in text), None)


def state_of(code: str, label: str, way: str, *, ended: bool) -> Doc | None:
    """Where a case stands, by its stage, the stage's name, the way it closed, and whether a day says so."""
    closed = ended or any(word in label for word in _CLOSED_WORDS)
    if closed or (code and int(code[:9]) >= _CLOSED_FROM):
        how = _word(_WAYS, way) or ("other" if way else None)
        phase = "archived" if "归档" in label else _CLOSED_PHASES.get(how or "", "closed_other")
        return {"phase": phase, "closed_how": how} if how else {"phase": phase}
    stage = _word(_STAGES, label) if label else _STAGE_CODES.get(code)
    return {"phase": stage} if stage else None


def _read_state(value: object) -> object:
    told = said(value)
    code, label = digits_of(told.get("案件进展阶段代码", "")), told.get("案件进展阶段名称", "")
    way = told.get("新结案方式名称") or told.get("结案方式名称") or ""
    state = state_of(code, label, way, ended="结案日期" in told)
    if state is None:
        raise Unreadable("code")
    return Kept(state)


CASE_STATE: Final = Own("stage and way of closing", _read_state, not_written)

SERVED_FIELDS: Final = ("签收时间", "送达日期")


def _read_served(value: object) -> object:
    return "served" if said(value) else None


SERVED: Final = Own("served, if a day or a signature says so", _read_served, not_written)


def _read_served_at(value: object) -> object:
    told = said(value)
    if "签收时间" not in told:
        return Kept(instant_of(told["送达日期"])) if "送达日期" in told else None
    signed = instant_of(told["签收时间"])
    return signed if signed and signed[:10] == told.get("送达日期", signed[:10]) else Kept(signed)


SERVED_AT: Final = Own("time of signing, else the day of service", _read_served_at, not_written)


def _read_original(value: object) -> object:
    number = text_of(value)
    return {"system": "case_no", "value": number} if number else None


def _write_original(value: object) -> object:
    told = value if isinstance(value, dict) else {}
    return told.get("value") if told.get("system") == "case_no" else None


ORIGINAL_CASE: Final = Own("number of the original case ↔ link", _read_original, _write_original)
