"""Words by which a text says what a sign asks for: ours, unverified; what avoids them is not found. Pure."""

import re
from typing import Final

from hub.law.screening.record import Item, Matter

_LOAN: Final = re.compile(r"借贷|借款|民间借")
_WAIVED: Final = re.compile(
    r"(?:放弃|免除|不再主张|不再追究)[^,。;,;]{0,12}?(?:本金|债权|借款|货款|追偿|担保|抵押|继承|份额|所有权|股权|房屋|不动产)"
)
_CHEAP: Final = re.compile(r"低价|无偿|零对价|抵偿|抵债|抵顶|以[房车物]抵|象征性")
_ESTATE: Final = re.compile(r"房屋|房产|不动产|宅基地|土地使用权|商铺")
_DIVIDES: Final = re.compile(r"分家|析产|离婚|买卖")


def is_loan(matter: Matter) -> bool:
    """Whether it is about money lent."""
    return bool(_LOAN.search(matter.cause) or _LOAN.search(matter.about))


def waives(matter: Matter) -> bool:
    """Whether somebody gives up a right of substance: not interest, not costs."""
    return bool(_WAIVED.search(matter.terms))


def is_cheap(matter: Matter) -> bool:
    """Whether something is said to go for nothing, for little, or in place of a debt."""
    return bool(_CHEAP.search(matter.terms))


def of_estate(matter: Matter) -> bool:
    """Whether rights in real estate are touched."""
    return "real_estate" in matter.property or bool(_ESTATE.search(matter.terms))


def divides(matter: Matter) -> bool:
    """Whether it is a division of a family's property, a divorce or a sale."""
    return bool(_DIVIDES.search(matter.cause) or _DIVIDES.search(matter.about))


def transfers(matter: Matter) -> tuple[Item, ...]:
    """Items by which property goes over: a right, or a thing that a right is registered for."""
    registered = matter.property & {"real_estate", "vehicle", "equity", "ip"}
    return tuple(
        item
        for item in matter.items
        if item.kind == "transfer_right"
        or (item.kind in ("deliver", "other") and (registered or _ESTATE.search(item.words)))
    )
