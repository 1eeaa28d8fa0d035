"""Why two disputes may be one, for people: comparison, level, weight. Words of comparisons, never values."""

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict

from hub.nightly.linkage.certain import Basis
from hub.nightly.linkage.comparisons import BY_NAME
from hub.nightly.linkage.model import Model
from hub.nightly.linkage.pairing import Pair

CERTAIN: Final[Mapping[Basis, str]] = {
    "reference": "登记中明确引用对方编号",
    "id": "当事人证件号码相同且日期相近",
}
_DIGITS: Final = 2


class Reason(TypedDict):
    """A step of the waterfall. `weight` in bits, above 0 in favour; None where nothing is weighed."""

    comparison: str
    level: str
    weight: float | None


def reasons(pair: Pair, model: Model) -> list[Reason]:
    """The waterfall of a pair: what made it certain, or where weighing began, then each comparison."""
    first: list[Reason] = []
    if pair.basis in CERTAIN:
        first.append({"comparison": "确定依据", "level": CERTAIN[pair.basis], "weight": None})
    if pair.levels:
        prior = round(model.prior_weight, _DIGITS)
        first.append({"comparison": "先验", "level": "有共同线索的两件纠纷", "weight": prior})
    return first + [
        {
            "comparison": BY_NAME[name].zh,
            "level": BY_NAME[name].level(gamma),
            "weight": round(model.weight(name, gamma), _DIGITS),
        }
        for name, gamma in pair.levels.items()
    ]


def sentence(unit: str, told: Sequence[Reason]) -> str:
    """One Chinese sentence for the unit that must answer; `unit` is who registered the other dispute."""
    grounds = [
        f"{r['comparison']}:{r['level']}"
        for r in told
        if r["comparison"] != "先验" and (r["weight"] is None or r["weight"] > 0)
    ]
    return (
        f"夜间比对认为,{unit}登记的一件纠纷与本纠纷可能为同一起({';'.join(grounds)})。"
        "请核对;确属同一起的,请以“关联”答复,不是的,以“解除关联”答复。"
    )
