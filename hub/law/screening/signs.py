"""Which signs are computed, by which function, and why the others are not. Pure."""

from collections.abc import Callable, Mapping
from typing import Final

from hub.law.screening import conduct, debts, patterns, relations
from hub.law.screening.record import Flag, Gathered, Limits, Reason

COMPUTED: Final[Mapping[str, Callable[[Gathered, Limits], Flag | None]]] = {
    "F3": relations.related,
    "F4": conduct.undisputed,
    "F6": debts.gives_away,
    "F7": conduct.unproved,
    "L2": debts.many_loans,
    "L3": conduct.stayed_away,
    "L4": conduct.admitted,
    "L5": debts.objected,
    "L6": debts.sold_cheap,
    "L7": conduct.gives_up,
    "H1": relations.repeated,
    "H2": relations.far_away,
    "H3": patterns.large_share,
    "H4": patterns.in_area,
    "H5": debts.insolvent,
    "H6": relations.one_contact,
    "H7": conduct.wage_list,
}
"""Sign → its function; each rests on nothing but the record."""

NOT_COMPUTED: Final[Mapping[str, Reason]] = {
    "F1": Reason("事实理由是否合乎常理须由人判断", "whether facts stand to reason is for a person to say"),
    "F2": Reason("平台没有当事人的财产数据", "the hub holds no data on what people own"),
    "F5": Reason(
        "自认是否合乎常理须由人判断", "whether an admission stands to reason is for a person to say"
    ),
    "F8": Reason("须比对历次陈述的文本", "needs the texts of earlier statements to be compared"),
    "L1": Reason("平台没有出借人资金能力的数据", "the hub holds no data on the lender's means"),
}


def screen(told: Gathered, limits: Limits) -> list[Flag]:
    """The signs that show of an application, in the order of the list."""
    found = (rule(told, limits) for rule in COMPUTED.values())
    return [flag for flag in found if flag is not None]
