"""Signs in how many, and where: H3, H4. Pure."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from hub.law.screening.record import Flag, Gathered, Limits, Matter, flag
from hub.law.screening.words import divides, of_estate


def large_share(told: Gathered, limits: Limits) -> Flag | None:
    """H3: one organisation or mediator has most of the large confirmations of a type.

    Where few organisations work at all, a large share is nothing odd.
    """
    matter = told.matter
    if matter.yuan < limits.stake_yuan or matter.applied is None:
        return None
    since = matter.applied - timedelta(days=limits.share_days)
    large = [p for p in told.peers if p.applied and p.applied >= since and p.yuan >= limits.stake_yuan]
    if len({p.organisation for p in told.peers if p.organisation}) < limits.share_units:
        return None
    for who, mine in (("调解组织", _of_organisation(matter)), ("调解员", _of_mediator(matter))):
        own = [p for p in large if mine(p)]
        if len(own) >= limits.share_count and len(own) * 100 >= limits.share_percent * len(large):
            share = len(own) * 100 // len(large)
            zh = f"{limits.share_days}日内同类大额司法确认{len(large)}件中,同一{who}占{len(own)}件({share}%)"
            en = f"{len(own)} of {len(large)} large confirmations of this type ({share}%) are by one hand"
            return flag("H3", zh, en, [matter], _applications(own))
    return None


def _of_organisation(matter: Matter) -> Callable[[Matter], bool]:
    return lambda other: bool(matter.organisation) and other.organisation == matter.organisation


def _of_mediator(matter: Matter) -> Callable[[Matter], bool]:
    return lambda other: not matter.mediators.isdisjoint(other.mediators)


def _applications(matters: Iterable[Matter]) -> list[str]:
    return [m.applied_in for m in matters if m.applied_in]


def in_area(told: Gathered, limits: Limits) -> Flag | None:
    """H4: real estate of an announced area changes hands by division, divorce or sale."""
    matter = told.matter
    if not (of_estate(matter) and divides(matter)):
        return None
    if not any(area in matter.terms or area in matter.about for area in limits.areas):
        return None
    zh = "协议涉及已公布征收或限购区域内的不动产,且属分家析产、离婚或买卖"
    en = "real estate in an announced area, in a division of property, a divorce or a sale"
    return flag("H4", zh, en, [matter])
