"""Signs in what else the people owe and do: F6, L2, L5, L6, H5. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from hub.law.screening.record import Flag, Gathered, Limits, Matter, Person, flag
from hub.law.screening.words import is_cheap, is_loan, transfers, waives


def _owing(person: Person, told: Gathered) -> Iterator[tuple[Matter, tuple[str, ...]]]:
    """Matters in which the person is the debtor of an open enforcement or the defendant of an open case."""
    for other in told.others:
        found = other.with_person(person)
        if found is not None and found.side == "b":
            messages = other.enforced_in + other.sued_in
            if messages:
                yield other, messages


def gives_away(told: Gathered, _limits: Limits) -> Flag | None:
    """F6: who is enforced against, bankrupt or sued transfers property or gives up rights."""
    matter = told.matter
    givers = {n for item in transfers(matter) for n in item.debtors}
    if waives(matter):
        givers |= {n for n, p in enumerate(matter.persons) if p.gets or p.side == "a"}
    for n in sorted(givers):
        person = matter.persons[n]
        owing = list(_owing(person, told))
        if owing or person.broke:
            zh = "负债、被执行或被起诉的当事人在协议中转让财产或者放弃权利"
            en = "a party in debt, enforced against or sued, transfers property or gives up rights"
            messages = [m for _, found in owing for m in found]
            return flag("F6", zh, en, [matter, *(m for m, _ in owing)], messages)
    return None


def many_loans(told: Gathered, limits: Limits) -> Flag | None:
    """L2: one person in many loan matters within the window, whoever handled them."""
    matter = told.matter
    if not is_loan(matter):
        return None
    since = matter.opened - timedelta(days=limits.loan_days)
    loans = [o for o in told.others if o.opened >= since and is_loan(o)]
    for person in matter.persons:
        mine = [o for o in loans if o.with_person(person) is not None]
        if len(mine) + 1 >= limits.loan_matters:
            n = len(mine) + 1
            zh = f"同一当事人{limits.loan_days}日内参加{n}件民间借贷纠纷"
            en = f"one party has {n} loan matters within {limits.loan_days} days"
            return flag("L2", zh, en, [matter, *mine])
    return None


def objected(told: Gathered, _limits: Limits) -> Flag | None:
    """L5: money lent; an outsider objected in a matter of one of the parties."""
    if not is_loan(told.matter):
        return None
    matters = [told.matter, *(o for o in told.others if _shares_party(told.matter, o))]
    messages = [m for matter in matters for m in matter.outsiders]
    if not messages:
        return None
    zh = f"案外人在当事人的纠纷中提出过{len(messages)}次异议"
    en = f"outsiders objected {len(messages)} time(s) in matters of a party"
    return flag("L5", zh, en, [m for m in matters if m.outsiders or m is told.matter], messages)


def _shares_party(matter: Matter, other: Matter) -> bool:
    return any(other.with_person(person) is not None for person in matter.persons)


def sold_cheap(told: Gathered, _limits: Limits) -> Flag | None:
    """L6: money lent; a party let property go for little in another matter."""
    matter = told.matter
    if not is_loan(matter):
        return None
    found = [o for o in told.others if is_cheap(o) and any(_gave(p, o) for p in matter.persons)]
    if not found:
        return None
    zh = f"当事人在另外{len(found)}件纠纷中低价或无对价转让财产"
    en = f"a party let property go for little or nothing in {len(found)} other matter(s)"
    return flag("L6", zh, en, [matter, *found])


def _gave(person: Person, other: Matter) -> bool:
    return any(other.persons[n].same(person) for item in transfers(other) for n in item.debtors)


def insolvent(told: Gathered, limits: Limits) -> Flag | None:
    """H5: a party is bankrupt or under enforcement, or has many enforcements open."""
    matter = told.matter
    if any(p.broke for p in matter.persons):
        zh = "当事人已被标明处于破产或被执行状态"
        return flag("H5", zh, "a party is said to be bankrupt or under enforcement", [matter])
    for person in matter.persons:
        owing = [o for o, _ in _owing(person, told) if o.enforced_in]
        if len(owing) >= limits.enforcements:
            zh = f"当事人另有{len(owing)}件未结执行案件"
            en = f"a party has {len(owing)} enforcements open"
            return flag("H5", zh, en, [matter, *owing], [m for o in owing for m in o.enforced_in])
    return None
