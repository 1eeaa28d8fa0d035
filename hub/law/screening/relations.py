"""Signs in who the people are to each other, and where they live: F3, H1, H2, H6. Pure."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import product

from hub.law.screening.record import FAMILY, Flag, Gathered, Limits, Matter, Person, flag


def _opponents(matter: Matter) -> Iterator[tuple[Person, Person]]:
    yield from product(matter.of("a"), matter.of("b"))


def related(told: Gathered, _limits: Limits) -> Flag | None:
    """F3: opponents with one home, one agent or one legal representative. Not in family matters: they are."""
    matter = told.matter
    if matter.type.partition(".")[0] == FAMILY:
        return None
    pairs = list(_opponents(matter))
    shared = [
        name
        for name, found in (
            (("住址", "home"), any(a.homes & b.homes for a, b in pairs)),
            (("代理人", "agent"), any(a.agents & b.agents for a, b in pairs)),
            (("法定代表人", "legal representative"), any(_one_head(a, b) for a, b in pairs)),
        )
        if found
    ]
    if not shared:
        return None
    zh, en = "、".join(z for z, _ in shared), ", ".join(e for _, e in shared)
    return flag("F3", f"双方当事人的{zh}相同", f"the two sides have the same {en}", [matter])


def _one_head(a: Person, b: Person) -> bool:
    heads = a.legal_representatives & b.legal_representatives
    return bool(heads) or a.name in b.legal_representatives or b.name in a.legal_representatives


def repeated(told: Gathered, limits: Limits) -> Flag | None:
    """H1: the same two in another agreement, by another organisation or with roles changed."""
    matter = told.matter
    since = matter.opened - timedelta(days=limits.pair_days)
    again = [
        other
        for other in told.others
        if other.agreed_in or other.applied_in
        if other.opened >= since and _repeats(matter, other)
    ]
    if not again:
        return None
    n = len(again)
    zh = f"相同双方另有{n}份调解协议,由不同组织主持或权利义务互换"
    en = f"the same two sides have {n} more agreement(s), by another organisation or with roles exchanged"
    return flag("H1", zh, en, [matter, *again])


def _repeats(matter: Matter, other: Matter) -> bool:
    for a, b in _opponents(matter):
        x, y = other.with_person(a), other.with_person(b)
        if x is None or y is None or x is y or x.side == y.side:
            continue
        mirrored = (a.owes and x.gets and y.owes) or (b.owes and y.gets and x.owes)
        if mirrored or matter.organisation != other.organisation:
            return True
    return False


def far_away(told: Gathered, _limits: Limits) -> Flag | None:
    """H2: nothing but the organisation lies in the district of the mediation."""
    matter = told.matter
    here = matter.organisation_place
    if matter.venue != "organisation_place" or not here or not matter.persons:
        return None
    if any(not p.divisions or p.divisions & here for p in matter.persons) or matter.place & here:
        return None
    zh = "双方当事人住所地均不在调解组织所在区县,管辖仅依调解组织所在地"
    return flag("H2", zh, "no party lives in the district of the mediation; venue by it alone", [matter])


def one_contact(told: Gathered, limits: Limits) -> Flag | None:
    """H6: one telephone or mail for both sides, or for people who have nothing else in common."""
    matter = told.matter
    if matter.type.partition(".")[0] == FAMILY:
        return None
    if any(a.phones & b.phones or a.mails & b.mails for a, b in _opponents(matter)):
        return flag("H6", "双方当事人使用同一联系方式", "both sides use one telephone or mail", [matter])
    for person in matter.persons:
        users = [] if person.represented else list(_users(person, told.others))
        people = _distinct(p for p, _ in users)
        if people >= limits.contact_people:
            zh = f"一方当事人的联系方式在其他纠纷中另有{people}名无关人员使用"
            en = f"a party's telephone or mail is used by {people} unrelated persons in other disputes"
            return flag("H6", zh, en, [matter, *(m for _, m in users)])
    return None


def _users(person: Person, others: Iterable[Matter]) -> Iterator[tuple[Person, Matter]]:
    for other in others:
        for user in other.persons:
            shares = user.phones & person.phones or user.mails & person.mails
            if shares and user.keys and not user.same(person) and not user.homes & person.homes:
                yield user, other


def _distinct(people: Iterable[Person]) -> int:
    known: list[Person] = []
    for person in people:
        if not any(person.same(other) for other in known):
            known.append(person)
    return len(known)
