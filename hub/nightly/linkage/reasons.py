"""Why two disputes may be one, for people: comparison, level, weight. Words of comparisons, never values."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, TypedDict

from hub.nightly.linkage.certain import Basis
from hub.nightly.linkage.comparisons import BY_NAME, COMPARISONS
from hub.nightly.linkage.model import Model
from hub.nightly.linkage.pairing import Pair

CERTAIN: Final[Mapping[Basis, str]] = {
    "reference": "登记中明确引用对方编号",
    "id": "当事人证件号码相同且日期相近",
}
GROUND: Final = "确定依据"
PRIOR: Final = "先验"
SHARED: Final = "有共同线索的两件纠纷"
_DIGITS: Final = 2
_ENGLISH: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    (GROUND, CERTAIN["reference"]): ("certain", "one names the other's number"),
    (GROUND, CERTAIN["id"]): ("certain", "same ID numbers, near in time"),
    (PRIOR, SHARED): ("before any evidence", "two disputes that share a clue"),
}


class Reason(TypedDict):
    """A step of the waterfall. `weight` in bits, above 0 in favour; None where nothing is weighed."""

    comparison: str
    level: str
    weight: float | None


def reasons(pair: Pair, model: Model) -> list[Reason]:
    """The waterfall of a pair: what made it certain, or where weighing began, then each comparison."""
    first: list[Reason] = []
    if pair.basis in CERTAIN:
        first.append({"comparison": GROUND, "level": CERTAIN[pair.basis], "weight": None})
    if pair.levels:
        prior = round(model.prior_weight, _DIGITS)
        first.append({"comparison": PRIOR, "level": SHARED, "weight": prior})
    return first + [
        {
            "comparison": BY_NAME[name].zh,
            "level": BY_NAME[name].level(gamma),
            "weight": round(model.weight(name, gamma), _DIGITS),
        }
        for name, gamma in pair.levels.items()
    ]


def english(comparison: str, level: str) -> tuple[str, str]:
    """A stored reason's words in English; as they are stored where another version of the words was used."""
    return _english().get((comparison, level), (comparison, level))


@cache
def _english() -> Mapping[tuple[str, str], tuple[str, str]]:
    compared = {(c.zh, zh): (c.en, en) for c in COMPARISONS for zh, en in c.english.items()}
    return {**_ENGLISH, **compared}


def sentence(unit: str, told: Sequence[Reason]) -> str:
    """One Chinese sentence for the unit that must answer; `unit` is who registered the other dispute."""
    grounds = [
        f"{r['comparison']}:{r['level']}"
        for r in told
        if r["comparison"] != PRIOR and (r["weight"] is None or r["weight"] > 0)
    ]
    return (
        f"夜间比对认为,{unit}登记的一件纠纷与本纠纷可能为同一起({';'.join(grounds)})。"
        "请核对;确属同一起的,请以“关联”答复,不是的,以“解除关联”答复。"
    )
