"""Makes disputes as agencies would tell them, each with the messages that a story leaves. Draws by seed.

Knows the shared form and nothing of the screening: patterns are planted in `patterns.py`, by hand. Clerks
leave things out: a number here, a birth date there. Persons are fictitious: names with 测, numbers beginning
with 500000, telephones with 100.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Any

Told = dict[str, Any]
ZONE = timezone(timedelta(hours=8))
TODAY = datetime(2026, 11, 25, 18, tzinfo=ZONE)
HERE, ELSEWHERE = "500199", ("500101", "500102", "500112")
ORGANISATIONS = {f"31{n:02}": HERE for n in range(8)}
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "安邦诚德恩芳刚海佳凯兰梅宁平强蓉山婷伟霞阳勇"
STREETS = ("双龙街", "和平路", "解放路", "龙溪街", "滨江路", "学府路")
KINDS_OF_QUARREL = ("2", "3", "4", "5", "6", "9")


@dataclass
class Story:
    """A dispute with all that a pattern may want to change before it is told."""

    parties: list[Told]
    registered: datetime
    labels: set[str] = field(default_factory=set)
    pending: bool = True
    type: str = "4"
    cause: Told | str | None = None
    matter: str = "货款支付"
    claims: str | None = "请求支付相应款项"
    calls: bool = False
    people: int | None = None
    place: Told = field(default_factory=lambda: {"text": "测试镇", "division": HERE})
    hours_to_agree: float = 24 * 9
    hours_to_apply: float = 24 * 5
    sessions: list[list[str]] | None = None
    """Who was there, each time."""
    undisputed: str | None = None
    amount: int = 20_000
    items: list[Told] | None = None
    terms: str = "一、乙方按期支付款项;二、双方再无其他争议。"
    rights: list[Told] = field(default_factory=list)
    evidence: bool = True
    venue: str = "domicile"
    organisation: str = "3100"
    mediator: str = "M00"
    clerk: str | None = None
    agreed: bool = True
    after: list[tuple[str, Told]] = field(default_factory=list)
    """Messages that come later: kind and document."""

    def pays(self, debtor: str = "p2", creditor: str = "p1") -> Told:
        return {
            "no": 1,
            "kind": "pay",
            "debtors": [debtor],
            "creditors": [creditor],
            "amount": {"amount": str(self.amount), "precision": "exact"},
            "due": {"value": "2026-12-20", "precision": "day"},
            "manner": "lump",
        }


class World:
    """Draws people and stories that have nothing to do with each other."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        self.stories: list[Story] = []
        self._n = 0

    def person(self, ref: str = "p1", **members: Any) -> Told:
        """Somebody new."""
        self._n += 1
        born = date(1950, 1, 1) + timedelta(days=self.draw.randrange(20_000))
        name = self.draw.choice(SURNAMES) + "测" + self.draw.choice(GIVEN)
        told = {
            "ref": ref,
            "kind": "person",
            "role": "applicant",
            "name": name,
            "id_number": _checked(f"500000{born:%Y%m%d}{self._n % 1000:03}"),
            "birth_date": {"value": born.isoformat(), "precision": "day"},
            "phones": [f"100{self._n:08}"],
            "addresses": [{"text": self.address(), "division": HERE}],
            "capacity": "full",
        }
        if self.draw.random() < 0.2:
            del told["phones"]
        return {**told, **members}

    def address(self) -> str:
        """A door nobody else has."""
        self._n += 1
        head = self.draw.choice(("重庆市示例区测试镇", "示例区测试镇", "测试镇"))
        return f"{head}{self.draw.choice(STREETS)}{self._n}号"

    def story(self, *parties: Told, **members: Any) -> Story:
        """An everyday story of two people, or of these; added to the world."""
        two = list(parties) or [self.person("p1"), self.person("p2")]
        days = self.draw.uniform(30, 80)
        made = Story(
            parties=[{**deepcopy(p), "ref": f"p{n}"} for n, p in enumerate(two, 1)],
            registered=TODAY - timedelta(days=days),
            type=self.draw.choice(KINDS_OF_QUARREL),
            hours_to_agree=self.draw.uniform(24 * 3, 24 * 15),
            hours_to_apply=self.draw.uniform(6, 24 * 12),
            amount=self.draw.choice((800, 6_000, 30_000, 90_000)),
            organisation=self.draw.choice(list(ORGANISATIONS)),
            mediator=f"M{self.draw.randrange(40):02}",
        )
        for name, value in members.items():
            setattr(made, name, value)
        self.stories.append(made)
        return made

    def older(self, *parties: Told, days: float | None = None, **members: Any) -> Story:
        """Another matter of these people from before, of which no application is under review."""
        back = self.draw.uniform(90, 300) if days is None else days
        told = {"pending": False, "registered": TODAY - timedelta(days=back), "agreed": False, **members}
        return self.story(*parties, **told)


def _checked(head: str) -> str:
    """With the last place of GB 11643."""
    total = sum(
        int(c) * w for c, w in zip(head, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    return head + "10X98765432"[total % 11]


def messages(story: Story, draw: Random, inline_share: float = 0.7) -> list[tuple[str, str, datetime, Told]]:
    """What the story leaves: kind, sender, when, document. In order.

    `inline_share`: how often an application brings its agreement instead of naming the mediation's.
    """
    at = story.registered
    out = [("dispute", story.organisation, at, _registration(story, draw))]
    if story.agreed:
        at += timedelta(hours=story.hours_to_agree)
        agreement = _agreement(story, at)
        inline = story.pending and draw.random() < inline_share
        if not inline or story.sessions is not None:
            out.append(("mediation_result", story.organisation, at, _result(story, at, agreement)))
        if story.pending:
            at += timedelta(hours=story.hours_to_apply)
            asked = _application(story, at, agreement if inline else "0198a000-0000-7000-8000-000000000000")
            out.append(("confirmation_application", story.organisation, at, asked))
    for kind, document in story.after:
        at += timedelta(hours=5)
        out.append((kind, "50019901", at, {"schema": "liantiao/1", "business_time": _text(at), **document}))
    return out


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _document(at: datetime, **members: Any) -> Told:
    said = {k: v for k, v in members.items() if v is not None}
    return {"schema": "liantiao/1", "business_time": _text(at), **said}


def _noted(person: Told, side: str, draw: Random) -> Told:
    """The party as a clerk who registers takes it down."""
    gap = draw.choice(("id_number", "birth_date", "phones", "addresses", "", "", "", "", "", ""))
    role = side if draw.random() < 0.6 and person["role"] == "applicant" else person["role"]
    return {k: v for k, v in person.items() if k != gap} | {"role": role}


def _registration(story: Story, draw: Random) -> Told:
    sides = ("side_a", *("side_b" for _ in story.parties[1:]))
    origin = "police_call" if story.calls else "application"
    calls = (
        [{"identifier": {"system": "jjdbh", "value": f"JQ{story.registered:%m%d%H%M%S%f}"}}]
        if story.calls
        else None
    )
    return _document(
        story.registered,
        action="register",
        origin=origin,
        reported_at=_text(story.registered),
        dispute_type=story.type,
        cause=story.cause,
        matters=[{"no": 1, "text": story.matter}],
        facts="双方因此发生纠纷",
        claims=story.claims,
        calls=calls,
        people_count=story.people,
        place=story.place,
        parties=[_noted(p, side, draw) for p, side in zip(story.parties, sides, strict=True)],
        amount={"amount": str(story.amount), "precision": "exact"},
    )


def _agreement(story: Story, at: datetime) -> Told:
    told = {
        "form": "written",
        "mediation_type": "people",
        "organisation": story.organisation,
        "mediators": [story.mediator],
        "facts": "双方因此发生纠纷",
        "matters": [{"no": 1, "text": story.matter}],
        "terms": story.terms,
        "items": [story.pays()] if story.items is None else story.items,
        "signatures": [
            {"by": p["name"], "role": "party", "at": _text(at - timedelta(minutes=9)), "how": "handwritten"}
            for p in story.parties
        ],
        "organisation_seal_at": _text(at),
        "effective_on": at.date().isoformat(),
        "performed_on_spot": False,
    }
    return told | ({"undisputed_facts": story.undisputed} if story.undisputed else {})


def _result(story: Story, at: datetime, agreement: Told) -> Told:
    sessions = None
    if story.sessions is not None:
        sessions = [{"at": _text(at), "present": there, "mode": "on_site"} for there in story.sessions]
    ended = at.date().isoformat()
    return _document(
        at,
        outcome="agreed_written",
        ended_on=ended,
        agreements=[agreement],
        agreed_matters=[1],
        sessions=sessions,
    )


def _application(story: Story, at: datetime, agreement: Told | str) -> Told:
    papers = ["agreement", "identity", *(["evidence"] if story.evidence else [])]
    by = {"name": "沈调一", "phone": story.clerk} if story.clerk else None
    return _document(
        at,
        route="on_site",
        agreement=agreement,
        applicants=story.parties,
        venue_basis=story.venue,
        request="请求确认协议有效",
        papers=[{"catalogue": name, "ref": name} for name in papers],
        property_rights=story.rights or None,
        submitted_by_person=by,
        effective_on=at.date().isoformat(),
    )
