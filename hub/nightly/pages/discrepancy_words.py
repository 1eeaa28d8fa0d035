"""What the page of discrepancies needs beside its figures: names in the asked language, the picture. Pure."""

from collections.abc import Mapping
from typing import Final

from hub.nightly import not_had
from hub.nightly.finding_words import CHOICES, KINDS, PROBLEMS, place
from hub.nightly.pages import draw
from hub.nightly.pages.discrepancies import Differing, State
from hub.nightly.pages.render import Words

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
_TASKS: Final[Mapping[str, tuple[str, str, str]]] = {
    "open": ("○", "单位尚未回应", "not answered by the unit yet"),
    "accepted": ("◐", "单位办理中", "the unit is at it"),
    "done": ("◐", "单位报称已办,待再次核对", "done, says the unit; to be compared again"),
    "returned": ("✗", "单位不认可", "not agreed to by the unit"),
    "closed": ("✓", "再次核对无差异", "compared again: nothing differs"),
}
"""What became of the tasks by which the units were told."""


def shown(found: Differing, words: Words) -> dict[str, object]:
    """What the template needs beside the findings: names by code, and the picture."""
    kinds: dict[str, str] = {code: words.say(*pair) for code, pair in KINDS.items()}
    bars = [draw.Bar(kinds[kind], ((still, "open"), (n - still, "closed"))) for kind, n, still in found.kinds]
    return {
        "kinds": kinds,
        "choices": {code: words.say(*pair) for code, pair in CHOICES.items()},
        "states": {code: (sign, words.say(*pair)) for code, (sign, *pair) in _BATCHES.items()},
        "of_findings": {code: (sign, words.say(*pair)) for code, (sign, *pair) in _FINDINGS.items()},
        "of_tasks": {code: (sign, words.say(*pair)) for code, (sign, *pair) in _TASKS.items()},
        "reasons": {code: words.say(*pair) for code, pair in not_had.WORDS.items()},
        "problems": {code: words.say(*pair) for code, pair in PROBLEMS.items()},
        "places": {row["place"]: place(row["place"], words.lang) for row in found.rows},
        "picture": draw.bars(bars, words.say("各类差异", "findings by kind")),
    }
