"""Signs that rest on what others did before: a court enforces, an outsider objects, a party stays away.

Each story goes by HTTP from its senders' files, beside one that looks alike and is innocent; the night's
command screens them once; the reviewing tribunal reads, and nobody else does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hub.store.address import Address
from tests.conftest import _data_dir
from tests.contract.kit import Hub, problem
from tests.contract.words import COMMITTEE_AS, COURT, TRIBUNAL_AS
from tests.http.clockwork import registered, said
from tests.http.confirming import Confirming, number
from tests.nightly.screening.patterns import gives
from tests.nightly.screening.planting import World

LOAN = {"dispute_type": "4", "cause": {"code": "108.3"}, "matters": [{"no": 1, "text": "归还借款"}]}
GOODS = {"dispute_type": "5", "matters": [{"no": 1, "text": "货款"}]}
LAWYER = [{"name": "华律一", "kind": "lawyer"}]
CHEAP = {"terms": "房屋低价转让给乙方", "items": [gives("和平路房屋一套")]}
SHOP = {"items": [gives("龙溪街门面房一间")]}


@dataclass
class Told:
    """The confirming hub with who lives in its district. `cases` and what they rest on, by story."""

    hub: Confirming
    world: World = field(default_factory=lambda: World(5))
    cases: dict[str, str] = field(default_factory=dict)
    rests: dict[str, list[str]] = field(default_factory=dict)
    people: list[dict[str, Any]] = field(default_factory=list)

    def pair(self, one: dict[str, Any], other: dict[str, Any]) -> list[dict[str, Any]]:
        return [{**one, "ref": "p1", "role": "side_a"}, {**other, "ref": "p2", "role": "side_b"}]

    def person(self) -> dict[str, Any]:
        self.people.append(self.world.person(phones=[]))
        return self.people[-1]

    def apply(self, story: str, parties: list[dict[str, Any]], about: dict[str, Any], **told: Any) -> None:
        """Registered and applied for at once; `told` are members of the agreement."""
        home = registered(
            self.hub.justice,
            **COMMITTEE_AS,
            origin="application",
            parties=parties,
            claims="请求给付",
            **about,
        )
        agreement = self.hub.agreement((20,), matters=about["matters"], **told)
        self.cases[story] = self.hub.applied(home, applicants=parties, agreement=agreement)

    def enforced(self, creditor: dict[str, Any], debtor: dict[str, Any]) -> tuple[str, str]:
        """A confirmed agreement that the court enforces: its case, the message that says so."""
        parties = self.pair(creditor, debtor)
        owes = {**self.hub.agreement((5,))["items"][0], "debtors": ["p2"], "creditors": ["p1"]}
        home = self.hub.mediated(self.hub.agreement((5,), items=[owes]), parties)
        case = self.hub.effective(home, applicants=parties)
        return case, self.status(case, "enforcement_applied")

    def status(self, case: str, phase: str) -> str:
        at = {"system": "case_no", "value": f"(2026)渝0199执{int(case[-4:], 16)}号"}
        told = said(
            self.hub.court, about_case=case, phase=phase, on=self.hub.day(),
            enforcement={"number": at, "court": COURT},
        )  # fmt: skip
        return str(self.hub.court.accepted("case_status", told, **TRIBUNAL_AS)["message"])

    def flags(self, story: str) -> dict[str, dict[str, Any]]:
        """What the tribunal reads of a story's application: sign → flag."""
        read = self.hub.court.get(f"/v1/cases/{self.cases[story]}/flags")
        assert read.status_code == 200, read.text
        return {flag["sign"]: flag for flag in read.json()["flags"]}


def in_debt(told: Told) -> None:
    """Three enforcements of one debtor; of another, three that are closed but for one; a creditor of all."""
    creditor, debtor, calm = (told.person() for _ in range(3))
    told.rests["three enforced"] = [told.enforced(creditor, debtor)[1] for _ in range(3)]
    _, one = told.enforced(creditor, calm)
    told.rests["one enforced"] = [one]
    told.apply("debtor", told.pair(debtor, told.person()), GOODS)
    told.apply("debtor gives", told.pair(debtor, told.person()), GOODS, **SHOP)
    told.apply("creditor gives", told.pair(creditor, told.person()), GOODS, **SHOP)
    told.apply("owes once, gives", told.pair(calm, told.person()), GOODS, **SHOP)
    told.apply("owes once", told.pair(calm, told.person()), GOODS)
    paid = told.person()
    case, _ = told.enforced(creditor, paid)
    told.status(case, "enforcement_closed")
    told.apply("paid, gives", told.pair(paid, told.person()), GOODS, **SHOP)


def in_court(told: Told) -> None:
    """A suit is filed: its defendant gives up a claim, its plaintiff does."""
    plaintiff, defendant = told.person(), told.person()
    parties = [
        {**one, "ref": ref, "role": role}
        for one, ref, role in ((plaintiff, "p1", "plaintiff"), (defendant, "p2", "defendant"))
    ]
    home = registered(told.hub.court, **TRIBUNAL_AS, parties=parties)
    filed = said(
        told.hub.court, phase="filed", on=told.hub.day(),
        case={"kind": "civil_first", "identifier": {"system": "case_no", "value": "(2026)渝0199民初41号"}},
    )  # fmt: skip
    told.rests["sued"] = [
        told.hub.court.accepted("case_status", filed, **TRIBUNAL_AS, dispute=home)["message"]
    ]
    for story, one in (("defendant waives", defendant), ("plaintiff waives", plaintiff)):
        owed = told.pair(told.person(), one)
        told.apply(story, owed, GOODS, terms="乙方自愿放弃对甲方的其余债权。")


def objected_to(told: Told) -> None:
    """An outsider objects in a party's matter; a party does in another's."""
    for story, by in (("outsider objected", "interested_person"), ("party objected", "party")):
        borrower = told.person()
        parties = told.pair(told.person(), borrower)
        case = told.hub.effective(told.hub.mediated(told.hub.agreement((5,)), parties), applicants=parties)
        objector = {
            "ref": "p9" if by != "party" else "p2",
            "kind": "person",
            "role": "third",
            "name": "许测外",
        }
        objection = said(
            told.hub.court, about_case=case, filed_at=said(told.hub.court)["business_time"], by=by,
            objector=objector, grounds="损害其权益", known_since=told.hub.day(), case_number=number(case),
        )  # fmt: skip
        told.rests[story] = [told.hub.court.accepted("objection", objection, **TRIBUNAL_AS)["message"]]
        told.apply(story, told.pair(told.person(), borrower), LOAN)
    told.apply("outsider objected, no loan", told.pair(told.person(), borrower), GOODS)


def sold(told: Told) -> None:
    """A house goes for little in another matter: who gave it borrows, who got it does."""
    giver, buyer = told.person(), told.person()
    told.hub.mediated(told.hub.agreement((5,), **CHEAP), told.pair(giver, buyer))
    told.apply("sold cheap", told.pair(told.person(), giver), LOAN)
    told.apply("bought cheap", told.pair(told.person(), buyer), LOAN)


def stayed_away(told: Told) -> None:
    """A party of a loan is never there, only its lawyer; of another it comes once."""
    for story, came in (("never there", ["p1", "华律一"]), ("there once", ["p1", "p2"])):
        parties = told.pair(told.person(), {**told.person(), "agents": LAWYER})
        sessions = [
            {"at": said(told.hub.justice)["business_time"], "present": there, "mode": "on_site"}
            for there in (["p1", "华律一"], came)
        ]
        agreement = told.hub.agreement((20,), matters=LOAN["matters"])
        home = told.hub.mediated(agreement, parties, about=LOAN, sessions=sessions)
        told.cases[story] = told.hub.applied(home, applicants=parties)


@pytest.fixture(scope="module")
def told(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Every story told, and the night's screening gone over them."""
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("later")) as own:
        made = Told(Confirming(Hub(own.data_dir, own.database_url)))
        try:
            for plant in (in_debt, in_court, objected_to, sold, stayed_away):
                plant(made)
            assert made.flags("debtor") == {}
            made.hub.hub.furnish("screen")
            yield made
        finally:
            made.hub.hub.close()


SHOWN = {
    "debtor": {"H5"},
    "debtor gives": {"F6", "H5"},
    "creditor gives": set(),
    "owes once, gives": {"F6"},
    "owes once": set(),
    "paid, gives": set(),
    "defendant waives": {"F6"},
    "plaintiff waives": set(),
    "outsider objected": {"L5"},
    "outsider objected, no loan": set(),
    "party objected": set(),
    "sold cheap": {"L6"},
    "bought cheap": set(),
    "never there": {"L3"},
    "there once": set(),
}
"""Which of these signs each story bears; others may show beside them."""
LATER = {"F6", "H5", "L3", "L5", "L6"}


@pytest.mark.parametrize("story", SHOWN)
def test_what_bears_a_sign_shows_it_and_what_looks_alike_does_not(told: Told, story: str):
    assert set(told.flags(story)) & LATER == SHOWN[story]


@pytest.mark.parametrize(
    ("story", "sign", "of"),
    [
        ("debtor", "H5", "three enforced"),
        ("owes once, gives", "F6", "one enforced"),
        ("defendant waives", "F6", "sued"),
        ("outsider objected", "L5", "outsider objected"),
    ],
)
def test_a_flag_names_the_messages_of_the_other_matters(told: Told, story: str, sign: str, of: str):
    assert set(told.rests[of]) <= set(told.flags(story)[sign]["messages"])


def test_the_tribunal_is_told_why_and_nobody_else_that(told: Told):
    assert told.flags("debtor")["H5"]["reason"]["zh"] == "当事人另有3件未结执行案件"
    assert not any(person["name"] in str(told.flags(story)) for story in SHOWN for person in told.people)
    for system in (told.hub.justice, told.hub.police):
        problem(system.get(f"/v1/cases/{told.cases['debtor']}/flags"), 404, "unknown")
