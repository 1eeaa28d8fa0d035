"""Plants each sign of the list and, beside it, what looks alike and is innocent. By the list's own words.

Each function plants one case in one of several ways; `odd_*` bears its sign in `labels`, `plain_*` none.
"""

import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from random import randrange
from typing import Any

from tests.nightly.screening.planting import ELSEWHERE, HERE, ORGANISATIONS, TODAY, Story, Told, World

LOAN: Told = {"type": "4", "cause": {"code": "108.3", "name": "民间借贷纠纷"}, "matter": "归还欠款"}
AREA = "测试镇沙湾村"
FLAT: list[Told] = [
    {
        "kind": "real_estate",
        "text": f"{AREA}3组房屋一处",
        "proof": {"catalogue": "property_right", "ref": "9"},
    }
]
TYPES_OF_SHARES = ("11", "13", "14", "15")


def loan(world: World, *parties: Told, **members: Any) -> Story:
    words: list[Told] = [LOAN, {**LOAN, "cause": "民间借贷纠纷"}, {**LOAN, "cause": {"code": "108.3"}}]
    words.append({"type": "4", "cause": None, "matter": "民间借款本息"})
    return world.story(*parties, **{**world.draw.choice(words), **members})


def pair(world: World) -> tuple[Told, Told]:
    return world.person("p1"), world.person("p2")


def at(person: Told, text: str, division: str = HERE) -> Told:
    return {**person, "addresses": [{"text": text, "division": division}]}


def gives(words: str, debtor: str = "p1", creditor: str = "p2") -> Told:
    """An item by which a right goes over."""
    due = {"value": "2026-12-20", "precision": "day"}
    told = {"no": 1, "kind": "transfer_right", "debtors": [debtor], "creditors": [creditor], "object": words}
    return {**told, "due": due, "manner": "other"}


def odd_f3(world: World) -> None:
    a, b = pair(world)
    home = world.address().split("测试镇")[1]
    match world.draw.randrange(4):
        case 0:
            a, b = at(a, f"重庆市示例区测试镇{home}"), at(b, f"测试镇{home}")
        case 1:
            a, b = at(a, f"示例区测试镇{home}2-1"), at(b, f"示例区 测试镇{home}2-1")
        case 2:
            agent = {"name": "卫代一", "id_number": "500000198001010019", "kind": "recommended"}
            a, b = ({**p, "agents": [agent]} for p in (a, b))
        case _:
            b = {**b, "kind": "legal_person", "name": "测试商贸有限公司", "legal_representative": a["name"]}
            b = {k: v for k, v in b.items() if k not in ("id_number", "birth_date")}
    world.story(a, b, type="4", labels={"F3"})


def plain_f3(world: World) -> None:
    a, b = pair(world)
    home = world.address()
    match world.draw.randrange(4):
        case 0:
            a, b = (at(p, "示例区测试镇一号村1组") for p in (a, b))
        case 1:
            a, b = at(a, f"{home}2-1"), at(b, f"{home}2-2")
        case 2:
            a, b = at(a, home), at(b, home)
        case _:
            a, b = (at(p, "测试镇阳光小区3栋") for p in (a, b))
    family = a["addresses"] == b["addresses"] and home in a["addresses"][0]["text"]
    world.story(a, b, type="1" if family else "2")


QUICK: Told = {"claims": None, "hours_to_agree": 3, "hours_to_apply": 24 * 6, "amount": 180_000, "type": "5"}


def odd_f4(world: World) -> None:
    hours = world.draw.uniform(0.5, 5)
    sessions = world.draw.choice([None, [["p1", "p2"]]])
    world.story(**{**QUICK, "hours_to_agree": hours, "sessions": sessions, "labels": {"F4"}})


def plain_f4(world: World) -> None:
    ways: list[Told] = [{"claims": "请求返还货款"}, {"calls": True}, {"hours_to_agree": 70}, {"amount": 900}]
    ways.append({"sessions": [["p1", "p2"], ["p1", "p2"]]})
    world.story(**{**QUICK, **world.draw.choice(ways)})


def _enforced(debtor: Told, creditor: Told, world: World, *, closed: bool = False) -> Story:
    told = {"phase": "enforcement_applied", "on": "2026-08-01", "case": {"kind": "enforcement"}}
    ended = {**told, "phase": "enforcement_closed"}
    after = [("case_status", told), *([("case_status", ended)] if closed else [])]
    return world.older(creditor, debtor, agreed=True, after=after, organisation="3107")


def _sued(person: Told, world: World) -> Story:
    told = {"phase": "filed", "on": "2026-08-01", "case": {"kind": "civil_first"}}
    parties = ({**world.person("p1"), "role": "plaintiff"}, {**person, "role": "defendant"})
    return world.older(*parties, after=[("case_status", told)])


def odd_f6(world: World) -> None:
    a, b = pair(world)
    if world.draw.random() < 0.5:
        _enforced(a, world.person(), world)
    else:
        _sued(a, world)
    ways: list[Told] = [
        {"items": [gives("龙溪街门面房一间")]},
        {"items": [gives("轻型货车一辆")], "rights": [{"kind": "vehicle", "text": "货车"}]},
        {"terms": "甲方自愿放弃对乙方的全部债权。"},
    ]
    world.story(a, b, type="5", labels={"F6"}, **world.draw.choice(ways))


def plain_f6(world: World) -> None:
    a, b = pair(world)
    match world.draw.randrange(4):
        case 0:
            _enforced(a, world.person(), world, closed=True)
            world.story(a, b, type="5", items=[gives("龙溪街门面房一间")])
        case 1:
            _enforced(a, world.person(), world)
            world.story(a, b, type="5")
        case 2:
            _enforced(world.person(), a, world)
            world.story(a, b, type="5", items=[gives("龙溪街门面房一间")])
        case _:
            _enforced(b, world.person(), world)
            world.story(a, b, type="5", items=[gives("龙溪街门面房一间")])


RUSHED: Told = {"evidence": False, "hours_to_agree": 9, "hours_to_apply": 12, "amount": 200_000}


def odd_f7(world: World) -> None:
    times = {"hours_to_agree": world.draw.uniform(7, 22), "hours_to_apply": world.draw.uniform(1, 40)}
    world.story(**{**RUSHED, **times, "labels": {"F7"}})


def plain_f7(world: World) -> None:
    ways: list[Told] = [
        {"evidence": True},
        {"amount": 700},
        {"hours_to_apply": 24 * 14},
        {"hours_to_agree": 24 * 6},
    ]
    world.story(**{**RUSHED, **world.draw.choice(ways)})


def odd_l2(world: World) -> None:
    a, b = pair(world)
    for _ in range(world.draw.randint(4, 6)):
        other = world.person("p2")
        world.older(*((a, other) if world.draw.random() < 0.7 else (other, a)), **LOAN)
    loan(world, a, b, labels={"L2"})


def plain_l2(world: World) -> None:
    a, b = pair(world)
    namesake = {**world.person("p1"), "name": a["name"]}
    match world.draw.randrange(4):
        case 0:
            for _ in range(2):
                world.older(a, world.person("p2"), **LOAN)
        case 1:
            for _ in range(6):
                world.older(a, world.person("p2"), type="2", matter="相邻通行")
        case 2:
            for n in range(5):
                world.older(a, world.person("p2"), days=500 + 20 * n, **LOAN)
        case _:
            for _ in range(5):
                world.older(namesake, world.person("p2"), **LOAN)
    loan(world, a, b)


AGENT = [{"name": "华律一", "kind": "lawyer"}]


def odd_l3(world: World) -> None:
    a, b = pair(world)
    who, there = world.draw.choice([("p2", "p1"), ("p1", "p2")])
    away, came = (a, b) if who == "p1" else (b, a)
    away["agents"] = AGENT
    seen = world.draw.choice([there, came["name"]])
    sessions = [[seen, "华律一"]] * world.draw.randint(1, 3)
    loan(world, a, b, sessions=sessions, labels={"L3"})


def plain_l3(world: World) -> None:
    a, b = pair(world)
    match world.draw.randrange(3):
        case 0:
            loan(world, a, {**b, "agents": AGENT}, sessions=[["p1", "华律一"], ["p1", "p2"]])
        case 1:
            loan(world, a, b, sessions=[["p1", "p2"]])
        case _:
            world.story(a, {**b, "agents": AGENT}, type="14", sessions=[["p1", "华律一"]])


ADMITS = "双方确认借款本金及交付事实,无任何争议"


def odd_l4(world: World) -> None:
    loan(world, claims=None, undisputed=ADMITS, amount=world.draw.choice((70_000, 400_000)), labels={"L4"})


def plain_l4(world: World) -> None:
    ways: list[Told] = [{"claims": "请求归还借款"}, {"amount": 3_000}, {"undisputed": None}]
    told = {"claims": None, "undisputed": ADMITS, "amount": 90_000}
    if world.draw.random() < 0.3:
        world.story(**{**told, "type": "5"})
    else:
        loan(world, **{**told, **world.draw.choice(ways)})


def _objection(by: str) -> tuple[str, Told]:
    third = {"ref": "p9", "kind": "person", "role": "third", "name": "许测外"}
    return (
        "objection",
        {"by": by, "objector": third, "filed_at": "2026-10-01T09:00:00+08:00", "grounds": "损害其权益"},
    )


def odd_l5(world: World) -> None:
    a, b = pair(world)
    who = world.draw.choice([a, b])
    world.older(who, world.person("p2"), type="3", after=[_objection("interested_person")])
    loan(world, a, b, labels={"L5"})


def plain_l5(world: World) -> None:
    a, b = pair(world)
    match world.draw.randrange(3):
        case 0:
            world.older(a, world.person("p2"), type="3", after=[_objection("party")])
            loan(world, a, b)
        case 1:
            world.older(type="3", after=[_objection("interested_person")])
            loan(world, a, b)
        case _:
            world.older(a, world.person("p2"), type="3", after=[_objection("interested_person")])
            world.story(a, b, type="14", matter="车辆损失")


def odd_l6(world: World) -> None:
    a, b = pair(world)
    words = world.draw.choice(("房屋低价转让给乙方", "以房抵债,房屋归乙方", "将房屋无偿过户给乙方"))
    world.older(b, world.person("p2"), type="3", agreed=True, terms=words, items=[gives("和平路房屋一套")])
    loan(world, a, b, labels={"L6"})


def plain_l6(world: World) -> None:
    a, b = pair(world)
    sold: Told = {"type": "3", "agreed": True, "items": [gives("和平路房屋一套")]}
    if world.draw.random() < 0.5:
        world.older(b, world.person("p2"), terms="房屋按评估价转让,乙方三十日内付清", **sold)
    else:
        world.older(world.person("p1"), b, terms="房屋低价转让给乙方", **sold)
    loan(world, a, b)


def odd_l7(world: World) -> None:
    words = (
        "甲方放弃剩余借款本金的权利",
        "甲方自愿免除丙方的担保责任",
        "甲方放弃对该房屋的抵押权",
        "甲方不再主张其余债权",
    )
    loan(world, terms=f"一、{world.draw.choice(words)};二、余款按期支付。", labels={"L7"})


def plain_l7(world: World) -> None:
    words = ("甲方放弃利息", "甲方免除逾期违约金", "甲方不再主张案件受理费", "乙方承诺不放弃清偿")
    loan(world, terms=f"一、{world.draw.choice(words)};二、借款本金分期归还。")


def odd_h1(world: World) -> None:
    a, b = pair(world)
    if world.draw.random() < 0.5:
        world.older(a, b, type="5", agreed=True, organisation="3105")
        world.story(a, b, type="5", organisation="3106", labels={"H1"})
    else:
        world.older(b, a, type="5", agreed=True, organisation="3105")
        world.story(a, b, type="5", organisation="3105", labels={"H1"})


def plain_h1(world: World) -> None:
    a, b = pair(world)
    match world.draw.randrange(4):
        case 0:
            world.older(a, b, type="5", agreed=True, organisation="3105")
        case 1:
            world.older(a, b, type="5", organisation="3106")
        case 2:
            world.older(a, world.person("p2"), type="5", agreed=True, organisation="3106")
        case _:
            world.older(a, b, type="5", agreed=True, organisation="3106", days=600)
    world.story(a, b, type="5", organisation="3105")


def _far(world: World) -> list[Told]:
    return [at(p, f"某区某镇{n}号", world.draw.choice(ELSEWHERE)) for n, p in enumerate(pair(world), 1)]


def odd_h2(world: World) -> None:
    place = {"text": "某镇", "division": world.draw.choice(ELSEWHERE)}
    world.story(*_far(world), venue="organisation_place", place=place, labels={"H2"})


def plain_h2(world: World) -> None:
    far, venue = _far(world), "organisation_place"
    place: Told = {"text": "某镇", "division": ELSEWHERE[0]}
    match world.draw.randrange(4):
        case 0:
            far[0] = world.person("p1")
        case 1:
            venue = "domicile"
        case 2:
            place = {"text": "测试镇", "division": HERE}
        case _:
            far[1]["addresses"] = [{"text": "地址不详"}]
    world.story(*far, venue=venue, place=place)


def shares(world: World) -> None:
    """H3, once a world: one hand in most large cases of a type; then types in which there is nothing odd."""
    lately: Told = {"registered": TODAY - timedelta(days=30), "claims": "请求赔偿", "amount": 120_000}
    others = [code for code in ORGANISATIONS if code != "3104"]
    by_mediator = world.draw.random() < 0.5
    for n in range(16):
        one = others[n % 3] if by_mediator else "3104"
        mediator = "M77" if by_mediator else f"M{n:02}"
        world.story(**lately, type="13", organisation=one, mediator=mediator, labels={"H3"})
    for n in range(5):
        world.story(**lately, type="13", organisation=others[n], mediator=f"M8{n}")
    for n in range(24):
        world.story(**lately, type="14", organisation=others[n % 4], mediator=f"M{n % 12:02}")
        world.story(**{**lately, "amount": 500}, type="15", organisation="3104", mediator="M01")
    for n in range(14):
        world.story(**lately, type="11", organisation="3104" if n else "3105", mediator=f"M{n:02}")


def odd_h4(world: World) -> None:
    causes = ({"code": "28", "name": "分家析产纠纷"}, {"code": "14", "name": "离婚纠纷"}, "房屋买卖合同纠纷")
    ways: list[Told] = [{"rights": FLAT}, {"items": [gives(f"{AREA}3组房屋")]}]
    world.story(type="3", cause=world.draw.choice(causes), labels={"H4"}, **world.draw.choice(ways))


def plain_h4(world: World) -> None:
    sale = {"code": "96", "name": "房屋买卖合同纠纷"}
    ways: list[Told] = [
        {"cause": {"code": "97", "name": "房屋租赁合同纠纷"}, "rights": FLAT},
        {"cause": sale, "rights": [{**FLAT[0], "text": "测试镇和平路房屋一处"}]},
        {"cause": "农产品买卖合同纠纷", "place": {"text": f"{AREA}5组", "division": HERE}},
    ]
    world.story(type="4", **world.draw.choice(ways))


def odd_h5(world: World) -> None:
    a, b = pair(world)
    who = world.draw.choice([a, b])
    if world.draw.random() < 0.4:
        who["flags"] = {"bankruptcy_or_enforcement": True}
    else:
        for _ in range(world.draw.randint(3, 5)):
            _enforced(who, world.person(), world)
    world.story(a, b, type="5", labels={"H5"})


def plain_h5(world: World) -> None:
    a, b = pair(world)
    match world.draw.randrange(3):
        case 0:
            for n in range(4):
                _enforced(b, world.person(), world, closed=n > 0)
        case 1:
            for _ in range(4):
                _enforced(world.person(), b, world)
        case _:
            b["flags"] = {"bankruptcy_or_enforcement": False}
    world.story(a, b, type="5")


def odd_h6(world: World) -> None:
    a, b = pair(world)
    phone = world.person("p1", phones=["10099" + f"{world.draw.randrange(10**6):06}"])["phones"]
    match world.draw.randrange(3):
        case 0:
            a, b = {**a, "phones": phone}, {**b, "phones": ["10098000000", *phone]}
        case 1:
            mail = {"service_address": {"e_service": True, "e_address": f"{phone[0]}@example.cn"}}
            a, b = {**a, **mail}, {**b, **mail}
        case _:
            a = {**a, "phones": phone}
            for _ in range(world.draw.randint(6, 8)):
                world.older({**world.person("p1"), "phones": phone}, world.person("p2"))
    b = {**b, "phones": b.get("phones", [])[-1:]}
    world.story(a, b, type="4", labels={"H6"})


def plain_h6(world: World) -> None:
    a, b = pair(world)
    phone = ["10097" + f"{world.draw.randrange(10**6):06}"]
    match world.draw.randrange(4):
        case 0:
            world.story({**a, "phones": phone}, {**b, "phones": phone}, type="4", clerk=phone[0])
        case 1:
            a = {**a, "phones": phone, "agents": AGENT}
            for _ in range(5):
                world.older({**world.person("p1"), "phones": phone, "agents": AGENT}, world.person("p2"))
            world.story(a, b, type="4")
        case 2:
            a = {**a, "phones": phone}
            for _ in range(5):
                world.older(a, world.person("p2"), type="2")
            world.story(a, b, type="2")
        case _:
            world.story({**a, "phones": phone}, {**b, "phones": phone}, type="1")


def odd_h7(world: World) -> None:
    _wages(world, world.draw.randint(6, 20), evidence=False, labels={"H7"})


def plain_h7(world: World) -> None:
    ways: list[Told] = [{"evidence": True}, {"workers": 2}, {"type": "10.2"}]
    told: Told = {"workers": 9, "evidence": False, **world.draw.choice(ways)}
    _wages(world, told.pop("workers"), **told)


def _wages(world: World, workers: int, **members: Any) -> None:
    told = [world.person("p1") for _ in range(workers)]
    firm = {
        "kind": "legal_person",
        "name": f"测试建筑劳务{world.draw.randrange(10**6)}有限公司",
        "role": "applicant",
    }
    if members.get("type") is None:
        members["type"] = "10.1"
    story = world.story(firm, *told, people=workers, amount=4_000, matter="劳务报酬", **members)
    story.items = [{**story.pays("p1", f"p{n}"), "no": n - 1} for n in range(2, workers + 2)]


def _named(head: str) -> dict[str, Callable[[World], None]]:
    """The functions whose names begin so, by sign."""
    found = {n.removeprefix(head).upper(): f for n, f in globals().items() if n.startswith(head)}
    return dict(sorted(found.items()))


ODD, PLAIN = _named("odd_"), _named("plain_")
EACH = 14


def fresh_seed() -> int:
    """Another in each run, unless `LIANTIAO_SIGNS_SEED` says which."""
    return int(os.environ.get("LIANTIAO_SIGNS_SEED", "0")) or randrange(10**9)


def world_of(seed: int, signs: Iterable[str] = ODD, each: int = EACH) -> World:
    """A district with these patterns planted, look-alikes beside them, and everyday business."""
    world = World(seed)
    for sign in signs:
        for plant in (ODD[sign], PLAIN[sign]):
            for _ in range(each):
                plant(world)
    shares(world)
    for _ in range(60):
        world.story()
    return world
