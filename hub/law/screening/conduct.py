"""Signs in how the mediation went: F4, F7, L3, L4, L7. Pure."""

from datetime import timedelta

from hub.law.screening.record import WAGES, Flag, Gathered, Limits, Matter, flag
from hub.law.screening.words import is_loan, waives


def _within(matter: Matter, hours: int) -> bool:
    """Whether the agreement was there so soon after the registration."""
    return matter.agreed is not None and matter.agreed - matter.opened <= timedelta(hours=hours)


def _quiet(matter: Matter, limits: Limits) -> bool:
    """Nobody disputed anything, though something is at stake."""
    return not matter.contested and matter.yuan >= limits.stake_yuan


def undisputed(told: Gathered, limits: Limits) -> Flag | None:
    """F4: nothing in dispute, one session, agreed within hours."""
    matter = told.matter
    once = matter.sessions is None or matter.sessions <= 1
    if not (_quiet(matter, limits) and once and _within(matter, limits.agreed_hours)):
        return None
    zh = f"未登记争议、调解不超过一次,登记后{limits.agreed_hours}小时内即达成协议"
    en = f"no dispute on record, at most one session, agreed within {limits.agreed_hours} hours"
    return flag("F4", zh, en, [matter])


def unproved(told: Gathered, limits: Limits) -> Flag | None:
    """F7: no evidence, agreed at once, and the court's paper asked for at once."""
    matter = told.matter
    if matter.evidence or matter.yuan < limits.stake_yuan or not _within(matter, limits.unproved_hours):
        return None
    if matter.applied is None or matter.agreed is None:
        return None
    if matter.applied - matter.agreed > timedelta(hours=limits.applied_hours):
        return None
    zh = "没有证据材料,登记后即达成协议并随即申请司法确认"
    return flag("F7", zh, "no evidence on file, agreed at once, confirmation asked for at once", [matter])


def stayed_away(told: Gathered, _limits: Limits) -> Flag | None:
    """L3: money lent; a party was in none of the sessions, an agent spoke."""
    matter = told.matter
    away = [n for n in matter.absent if matter.persons[n].represented and matter.persons[n].side != "other"]
    if not is_loan(matter) or not away:
        return None
    zh = "民间借贷纠纷中有当事人从未到场,仅由代理人参加"
    return flag("L3", zh, "money lent: a party was never there, only an agent", [matter])


def admitted(told: Gathered, limits: Limits) -> Flag | None:
    """L4: money lent; all of it admitted in writing, nothing in dispute."""
    matter = told.matter
    if not (is_loan(matter) and matter.admitted and _quiet(matter, limits)):
        return None
    zh = "民间借贷纠纷中双方对借贷事实毫无争议并书面确认"
    return flag("L4", zh, "money lent: nothing is disputed, all of it admitted in writing", [matter])


def gives_up(told: Gathered, _limits: Limits) -> Flag | None:
    """L7: money lent; a right of substance is given up."""
    matter = told.matter
    if not (is_loan(matter) and waives(matter)):
        return None
    zh = "民间借贷纠纷的协议中放弃实体权利"
    return flag("L7", zh, "money lent: the agreement gives up a right of substance", [matter])


def wage_list(told: Gathered, limits: Limits) -> Flag | None:
    """H7: wages of many, without attendance or wage papers."""
    matter = told.matter
    people = max(matter.people_count, sum(p.gets for p in matter.persons))
    if matter.type != WAGES or matter.evidence or people < limits.wage_people:
        return None
    zh = f"{people}人的农民工工资协议没有考勤、工资凭证等材料"
    en = f"wages of {people} people without papers on attendance or pay"
    return flag("H7", zh, en, [matter])
