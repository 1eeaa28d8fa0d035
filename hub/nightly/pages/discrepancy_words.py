"""What findings, batches and choices are called in either language, and the picture of their kinds. Pure."""

from collections.abc import Mapping
from typing import Final

from hub.exchange.discrepancies import Choice
from hub.nightly.findings import FindingKind
from hub.nightly.pages import draw
from hub.nightly.pages.discrepancies import Differing, State
from hub.nightly.pages.render import Words

Pair = tuple[str, str]

_KINDS: Final[Mapping[FindingKind, Pair]] = {
    "missing_at_agency": ("部门缺", "missing at the agency"),
    "missing_at_hub": ("中枢缺", "missing at the hub"),
    "stale_version": ("版本过旧", "stale version"),
    "field_mismatch": ("字段不一致", "field mismatch"),
    "status_contradiction": ("状态矛盾", "status contradiction"),
    "duplicate": ("重复", "duplicate"),
    "orphan_reference": ("孤立引用", "orphan reference"),
    "silence": ("清单缺或不全", "list missing or incomplete"),
}
_CHOICES: Final[Mapping[Choice, Pair]] = {
    "hub_right": ("以中枢为准", "hub right"),
    "agency_right": ("以部门为准", "agency right"),
    "ask_agency": ("请部门核实", "ask the agency"),
    "ignore": ("不作处理", "ignored"),
}
_BATCHES: Final[Mapping[State, tuple[str, str, str]]] = {
    "waiting": ("○", "待答复", "waiting for an answer"),
    "second": ("◐", "待第二人同意", "a second person is needed"),
    "answered": ("✓", "已答复", "answered"),
    "closed": ("✓", "无须答复", "nothing left to answer"),
}
"""State → sign, Chinese, English: never told by colour alone."""
_FINDINGS: Final[Mapping[str, tuple[str, str, str]]] = {
    "open": ("○", "待处理", "to be decided"),
    "mended": ("✓", "中枢已补", "mended by the hub"),
    "decided": ("✓", "已决定", "decided"),
    "gone": ("–", "已消除", "gone"),
}


def shown(found: Differing, words: Words) -> dict[str, object]:
    """What the template needs beside the findings: names by code, and the picture."""
    kinds: dict[str, str] = {code: words.say(*pair) for code, pair in _KINDS.items()}
    bars = [draw.Bar(kinds[kind], ((still, "open"), (n - still, "closed"))) for kind, n, still in found.kinds]
    return {
        "kinds": kinds,
        "choices": {code: words.say(*pair) for code, pair in _CHOICES.items()},
        "states": {code: (sign, words.say(*pair)) for code, (sign, *pair) in _BATCHES.items()},
        "of_findings": {code: (sign, words.say(*pair)) for code, (sign, *pair) in _FINDINGS.items()},
        "picture": draw.bars(bars, words.say("各类差异", "findings by kind")),
    }
