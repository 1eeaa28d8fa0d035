"""What the forms on performance say of the items of agreements, by the law's facts and what was told."""

from typing import Any

from hub.exchange.forms.items import certified, enforced

NAMES = {"p1": "郑测一", "p2": "冯测二"}
PARTIES = [{"ref": ref, "kind": "person", "name": name} for ref, name in NAMES.items()]
HELD = {"message": "m9", "on": "2026-12-20", "unit": "3105"}


def item(no: int, amount: str, debtor: str = "p1", due: str = "2026-12-10") -> dict[str, Any]:
    return {
        "no": no,
        "kind": "pay",
        "debtors": [debtor],
        "creditors": [ref for ref in NAMES if ref != debtor],
        "amount": {"amount": amount, "precision": "exact"},
        "due": {"value": due, "precision": "day"},
    }


def agreement(name: str, *items: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"id": name, "items": list(items), **members}


def told(message: str, replaces: str | None = None, **document: Any) -> dict[str, Any]:
    return {"message": message, "replaces": replaces, "document": document}


def home(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"messages": list(messages)}


def fact(agreement: str, no: int, state: str, debtor: str = "p1") -> dict[str, Any]:
    return {"agreement": agreement, "no": no, "state": state, "debtors": [debtor]}


def test_of_two_agreements_each_number_is_its_own():
    one, two = agreement("A", item(1, "300")), agreement("B", item(1, "500", "p2"))
    read = home(told("m1", agreements=[one]), told("m2", agreements=[two]))
    facts = [fact("A", 1, "performed"), fact("B", 1, "breached", "p2")]
    owed = enforced(read, facts, PARTIES)
    assert owed == {"owed": "1. 500元,期限2026年12月10日", "respondent": "冯测二", "applicant": "郑测一"}
    done = certified(read, HELD, facts, NAMES)
    assert (done["done"], done["performers"]) == ("1. 300元,期限2026年12月10日", "郑测一")


def test_without_an_id_an_agreement_is_known_by_the_first_message_that_brought_it():
    first = told("m1", agreements=[{"items": [item(1, "300")]}])
    again = told("m2", "m1", agreements=[{"items": [item(1, "350")]}])
    other = told("m3", agreements=[{"items": [item(1, "500")]}])
    facts = [fact("m1", 1, "breached"), fact("m3", 1, "breached")]
    owed = enforced(home(first, again, other), facts, PARTIES)["owed"]
    assert owed.split("\n") == ["1. 350元,期限2026年12月10日", "1. 500元,期限2026年12月10日"]


def test_an_item_that_no_message_words_stands_with_its_number_and_who_owes_it():
    read = home(told("m1", agreements=[agreement("A", item(1, "300")), agreement("B", item(1, "500"))]))
    owed = enforced(read, [fact("C", 1, "breached")], PARTIES)
    assert owed == {"owed": "1. ", "respondent": "郑测一", "applicant": ""}


def test_changed_terms_are_put_over_what_stood_there_in_the_agreement_they_name():
    read = home(
        told("m1", agreements=[agreement("A", item(1, "300")), agreement("B", item(1, "500"))]),
        told("m2", agreement="B", change={"items": [{"no": 1, "due": {"value": "2027-01-31"}}]}),
        told("m3", agreement="B", change={"items": [item(2, "40", due="2027-02-28")]}),
    )
    facts = [fact("A", 1, "breached"), fact("B", 1, "breached"), fact("B", 2, "breached")]
    assert enforced(read, facts, PARTIES)["owed"].split("\n") == [
        "1. 300元,期限2026年12月10日",
        "1. 500元,期限2027年1月31日",
        "2. 40元,期限2027年2月28日",
    ]


def test_changed_terms_that_name_no_agreement_known_are_the_items_of_that_number():
    change = {"items": [{"no": 1, "amount": {"amount": "250", "precision": "exact"}}]}
    read = home(told("m1", agreements=[agreement("A", item(1, "300"))]), told("m2", change=change))
    assert enforced(read, [fact("A", 1, "breached")], PARTIES)["owed"] == "1. 250元,期限2026年12月10日"


def test_all_performed_after_a_breach_is_certified_whole_and_nothing_is_owed():
    """The breach was told and made good: the law's state counts, not what a message once said of the item."""
    numbered = {"number": {"value": "测调〔2026〕12号"}, "effective_on": "2026-11-20"}
    read = home(
        told("m1", agreements=[agreement("A", item(1, "300"), item(2, "200", "p2"), **numbered)]),
        told("m2", event="item_breached", item=1, agreement="A"),
        told("m9", event="all_performed", agreement="A", certificate={"issued_no": "履证3号"}),
    )
    facts = [fact("A", 1, "performed"), fact("A", 2, "performed", "p2"), fact("A", 3, "waived")]
    assert enforced(read, facts, PARTIES) == {"owed": "", "respondent": "", "applicant": ""}
    assert certified(read, HELD, facts, NAMES) == {
        "certificate_no": "履证3号",
        "issued": "2026年12月20日",
        "performers": "郑测一、冯测二",
        "agreement": "2026年11月20日达成的调解协议(测调〔2026〕12号)",
        "done": "1. 300元,期限2026年12月10日\n2. 200元,期限2026年12月10日",
    }
