"""How two disputes are compared: comparisons, their levels, in SQL and in words. No numbers.

The SQL is DuckDB's, in functions that `dialects` can say to another engine too.

Every comparison is over sets without order. What says the same thing of the same persons (name, pinyin, ID,
phone) stands in few comparisons with many levels, not in many comparisons: Splink multiplies evidence as if
it were independent. Levels go from the strongest; the last is the rest, before them what is not told.
"""

from dataclasses import dataclass
from typing import Final


def _shared(name: str) -> str:
    return f"array_length(list_intersect({name}_l, {name}_r))"


_NAMES: Final = _shared("names")
_PINYINS: Final = _shared("pinyins")
_PARTS: Final = _shared("skeletons")
_SOUNDS: Final = "array_to_string(list_intersect(pinyins_l, pinyins_r), '')"
# How many shared skeletons the shared pinyins account for, one for each space: what is beyond them is of
# another person.
_EXPLAINED: Final = f"length({_SOUNDS}) - length(replace({_SOUNDS}, ' ', ''))"
_OTHER: Final = f"{_PARTS} > {_EXPLAINED}"
_IDS: Final = _shared("ids")
_PHONES: Final = _shared("phones")
_APART: Final = "abs(date_diff('day', day_l, day_r))"
_CLOSE: Final = "abs(amount_l - amount_r) <= {0} * greatest(amount_l, amount_r)"
REST: Final = ("不一致", "not the same")
MISSING: Final = ("未登记", "not told")


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome: when, and how a person is told of it."""

    sql: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Levels from the strongest; `missing` is when nothing can be said, which weighs nothing."""

    name: str
    zh: str
    en: str
    missing: str
    levels: tuple[Level, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Chinese text of each level, the rest at the end."""
        return (*(level.zh for level in self.levels), REST[0])

    def level(self, gamma: int) -> str:
        """Chinese text of a level as Splink numbers it: -1 not told, 0 the rest, then upwards."""
        return MISSING[0] if gamma < 0 else self.labels[len(self.levels) - gamma]

    @property
    def english(self) -> dict[str, str]:
        """English text of each Chinese one."""
        return {level.zh: level.en for level in self.levels} | dict((REST, MISSING))


def _told(name: str) -> str:
    return f"array_length({name}_l) = 0 OR array_length({name}_r) = 0"


COMPARISONS: Final = (
    Comparison(
        "persons",
        "当事人姓名",
        "names of the parties",
        _told("names"),
        (
            Level(f"{_NAMES} >= 2", "两名以上当事人姓名一致", "two or more names are the same"),
            Level(f"{_PINYINS} >= 2", "两名以上当事人读音一致", "two or more names sound the same"),
            Level(
                f"{_NAMES} >= 1 AND {_OTHER}",
                "一名姓名一致,另一名相近",
                "one name is the same, another alike",
            ),
            Level(
                f"{_PINYINS} >= 1 AND {_OTHER}",
                "一名读音一致,另一名相近",
                "one name sounds the same, another alike",
            ),
            Level(
                f"{_NAMES} >= 1 AND least(array_length(names_l), array_length(names_r)) = 1",
                "唯一当事人姓名一致",
                "the only name is the same",
            ),
            Level(f"{_NAMES} >= 1", "一名当事人姓名一致", "one name is the same"),
            Level(f"{_PINYINS} >= 1", "一名当事人读音一致", "one name sounds the same"),
            Level(f"{_PARTS} >= 1", "姓氏及一字读音一致", "a surname and a syllable sound the same"),
        ),
    ),
    Comparison(
        "numbers",
        "证件与电话",
        "ID numbers and telephones",
        f"({_told('ids')}) AND ({_told('phones')})",
        (
            Level(f"{_IDS} >= 2", "两名当事人证件号码一致", "ID numbers of two parties are the same"),
            Level(
                f"{_IDS} + {_PHONES} >= 2",
                "证件号码与电话有两项一致",
                "two of ID numbers and telephones are the same",
            ),
            Level(f"{_IDS} >= 1", "一名当事人证件号码一致", "the ID number of one party is the same"),
            Level(f"{_PHONES} >= 1", "一名当事人电话一致", "the telephone of one party is the same"),
        ),
    ),
    Comparison(
        "door",
        "道路门牌",
        "road and number",
        _told("roads"),
        (
            Level(f"{_shared('doors')} >= 1", "道路与门牌号一致", "same road and number"),
            Level(f"{_shared('roads')} >= 1", "道路一致", "same road"),
        ),
    ),
    Comparison(
        "home",
        "小区楼栋",
        "estate and building",
        _told("communities"),
        (
            Level(
                f"{_shared('buildings')} >= 1",
                "小区与楼栋一致",
                "same estate and building",
            ),
            Level(f"{_shared('communities')} >= 1", "小区一致", "same estate"),
        ),
    ),
    Comparison(
        "district",
        "区县",
        "district",
        "district_l IS NULL OR district_r IS NULL",
        (Level("district_l = district_r", "区县一致", "same district"),),
    ),
    Comparison(
        "amount",
        "金额",
        "amount",
        "amount_l IS NULL OR amount_r IS NULL",
        (
            Level("amount_l = amount_r", "金额相同", "same amount"),
            Level(_CLOSE.format("0.1"), "金额相差不超过一成", "amounts within 10 %"),
            Level(_CLOSE.format("0.5"), "金额相差不超过一半", "amounts within 50 %"),
        ),
    ),
    Comparison(
        "type",
        "纠纷类型",
        "type of dispute",
        "type_l IS NULL OR type_r IS NULL",
        (Level("type_l = type_r", "类型相同", "same type"),),
    ),
    Comparison(
        "day",
        "日期",
        "day",
        "day_l IS NULL OR day_r IS NULL",
        tuple(
            Level(f"{_APART} <= {days}", zh, en)
            for days, zh, en in (
                (0, "同一日", "same day"),
                (2, "相差不超过两日", "within two days"),
                (7, "相差不超过七日", "within a week"),
                (14, "相差不超过十四日", "within two weeks"),
                (30, "相差不超过三十日", "within 30 days"),
                (90, "相差不超过九十日", "within 90 days"),
            )
        ),
    ),
)
"""All comparisons, in the order in which a person is shown them."""

BY_NAME: Final = {comparison.name: comparison for comparison in COMPARISONS}
