"""Link candidates in words and pictures, in one language: states, grounds, reasons, the waterfall."""

from collections.abc import Mapping
from typing import Final

from hub.nightly.linkage.reasons import Reason, english
from hub.nightly.pages.candidates import Candidate
from hub.nightly.pages.draw_waterfall import Step, signed, waterfall
from hub.nightly.pages.render import Words

_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "waiting": ("待人工确认", "waiting for a person"),
    "proposed": ("已向单位提议", "proposed to the units"),
    "linked": ("已关联", "linked"),
    "declined": ("认定不是同一起", "declined"),
    "undone": ("已解除", "undone"),
}
_BASES: Final[Mapping[str, tuple[str, str]]] = {
    "reference": ("引用编号", "named number"),
    "id": ("证件号码", "ID numbers"),
    "model": ("加权比对", "weighed"),
}
_ANSWERS: Final[Mapping[str, tuple[str, str]]] = {
    "": ("未提议", "not proposed"),
    "proposed": ("待单位答复", "the units have not answered"),
    "related": ("认定同一起", "held to be one"),
    "unrelated": ("认定不是同一起", "held to be two"),
}
_BUTTONS: Final[Mapping[str, tuple[str, str]]] = {
    "link": ("确认关联", "Link"),
    "decline": ("不是同一起", "Not the same"),
    "undo": ("解除", "Undo"),
    "reopen": ("撤回认定", "Take back"),
}
DONE: Final[Mapping[str, tuple[str, str]]] = {
    "link": ("已关联,并已告知两起纠纷的单位。", "Linked; the units of both disputes are told."),
    "decline": ("已认定不是同一起。", "Held to be two."),
    "reopen": ("已撤回认定,重新待人工确认。", "Taken back; it waits for a person again."),
    "undo": ("已解除,并已告知两起纠纷的单位。", "Undone; the units of both disputes are told."),
}
"""What is said after a decision."""
_TELLING: Final = 3


def shown(words: Words) -> dict[str, object]:
    """Names by code, as the templates of candidates want them."""
    tables = {"states": _STATES, "bases": _BASES, "answers": _ANSWERS, "buttons": _BUTTONS}
    said = {name: {code: words.say(*both) for code, both in table.items()} for name, table in tables.items()}
    return {**said, "reason": lambda reason: in_words(reason, words), "telling": telling, "signed": signed}


def in_words(reason: Reason, words: Words) -> tuple[str, str]:
    """Comparison and level."""
    stored = reason["comparison"], reason["level"]
    return stored if words.lang == "zh" else english(*stored)


def telling(found: Candidate) -> list[Reason]:
    """What speaks most for a pair."""
    most = sorted(found.weighed[1:], key=lambda reason: -(reason["weight"] or 0.0))
    return [*found.grounds, *(reason for reason in most if (reason["weight"] or 0.0) > 0)][:_TELLING]


def picture(found: Candidate, words: Words) -> object:
    """The waterfall of a pair; nothing where nothing was weighed."""
    steps = [Step(*in_words(reason, words), reason["weight"] or 0.0) for reason in found.weighed]
    total = (words.say("合计", "sum"), found.weight)
    return waterfall(steps, total, words.say("为何可能为同一起", "why they may be one"))
