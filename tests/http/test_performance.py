"""Performance over HTTP: instalments, reminders, breach, enforcement, changed terms, certificates, names."""

from datetime import date
from typing import Any

from hub.errors import Misconfigured
from hub.forms.font import chinese_font
from tests.contract.kit import System, problem
from tests.contract.words import COMMITTEE, COMMITTEE_AS, COURT, PARTIES, TRIBUNAL
from tests.http.clockwork import due, said, state
from tests.http.confirming import Confirming, number
from tests.paper_text import pages

ENFORCING = {"unit": COURT, "purpose": "adjudication"}
BOTH = ["p1", "p2"]


def performed(
    confirming: Confirming, home: str, event: str, to: str | None = None, **members: Any
) -> dict[str, Any]:
    told = said(confirming.justice, event=event, **{"on": confirming.day(), "confirmed_by": BOTH, **members})
    return confirming.justice.accepted("performance", told, **COMMITTEE_AS, dispute=home, to=to)


def refused(confirming: Confirming, home: str, event: str, **members: Any) -> list[tuple[str, str]]:
    told = said(confirming.justice, event=event, on=confirming.day(), confirmed_by=BOTH, **members)
    answer = confirming.justice.say("performance", told, **COMMITTEE_AS, dispute=home)
    return [(e["rule"], e["pointer"]) for e in problem(answer, 422, "rule")["errors"]]


def enforcement(confirming: Confirming, case: str, phase: str, **members: Any) -> dict[str, Any]:
    number = {"system": "case_no", "value": f"(2026)渝0199执{int(case[-4:], 16)}号"}
    told = said(
        confirming.court, about_case=case, phase=phase, on=confirming.day(),
        enforcement={"number": number, "court": COURT, **members},
    )  # fmt: skip
    return confirming.court.accepted("case_status", told, **ENFORCING)


def chinese() -> bool:
    """Whether a Chinese font is here to print with."""
    try:
        return bool(chinese_font())
    except Misconfigured:
        return False


def dated(day: str) -> str:
    """As papers write a day."""
    found = date.fromisoformat(day)
    return f"{found.year}年{found.month}月{found.day}日"


def items(confirming: Confirming, home: str, rule: str = "PERF_ITEM") -> dict[str, str]:
    """Running deadlines of a rule: item → day."""
    read = confirming.justice.get(f"/v1/disputes/{home}").json()
    return {d["object"]: d["due"] for d in read["deadlines"] if d["rule"] == rule and d["state"] == "running"}


def standing(confirming: Confirming, home: str) -> str:
    return str(confirming.justice.get(f"/v1/disputes/{home}").json()["state"])


def reminded(confirming: Confirming, case: str, **document: Any) -> dict[str, Any]:
    """The hub's word on an item comes to the committee."""
    told = confirming.heard(confirming.justice, COMMITTEE, case, "deadline_notice", **document)
    return dict(told["document"])


def codes(answer: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(f["code"], f.get("detail")) for f in answer["findings"]}


def test_an_instalment_is_missed_enforced_and_made_good_and_no_certificate_follows(confirming: Confirming):
    home = confirming.agreed((5, 35))
    case = confirming.effective(home)
    run = confirming.justice.get(f"/v1/disputes/{home}").json()["cases"][0]["id"]
    assert items(confirming, home).keys() == items(confirming, home, "PERF_REMIND").keys() == {"1", "2"}
    last, named = items(confirming, home)["2"], confirming.day(35)
    (until,) = items(confirming, home, "ENFORCE_APPLY").values()
    years = date.fromisoformat(until) - date.fromisoformat(named)
    assert 730 <= years.days <= 745  # from the last instalment, not each for itself; rest days move the end
    confirming.move(days=3)
    assert reminded(confirming, run, rule="PERF_REMIND", phase="due", item="1")
    performed(confirming, home, "item_performed", item=1, amount={"amount": "1000", "precision": "exact"})
    assert items(confirming, home).keys() == {"2"}
    confirming.move(days=45)
    notice = reminded(confirming, run, rule="PERF_ITEM", phase="overdue", item="2")
    assert notice["due"] > last  # the end of that day
    listed = confirming.justice.get("/v1/todo", params={"limit": 500}).json()["todo"]
    late = {item["rule"] for item in listed if item["dispute"] == home and item["overdue"]}
    assert "PERF_ITEM" in late
    assert not late & {"PERF_REMIND", "PERF_VISIT"}  # nobody is late with a reminder
    assert standing(confirming, home) == "agreed"  # silence is no breach: a person looks and says so
    assert items(confirming, home, "PERF_VISIT")
    performed(
        confirming, home, "visit", visit={"on": confirming.day(), "by": "贺调一", "situation": "称无力支付"}
    )
    assert not items(confirming, home, "PERF_VISIT")
    told = performed(
        confirming,
        home,
        "item_breached",
        to=COURT,
        item=2,
        breach_reason="无力支付",
        next_step=["enforcement"],
    )
    assert (standing(confirming, home), state(confirming.court, case)) == ("breached", "effective")
    assert items(confirming, home, "ENFORCE_OPEN")["2"] > last
    assert {TRIBUNAL, COURT} <= {d["unit"] for d in told["deliveries"]}
    heard = confirming.heard(confirming.court, TRIBUNAL, home, "performance", event="item_breached")
    assert (heard["document"]["breach_reason"], heard["document"]["next_step"]) == (
        "无力支付",
        ["enforcement"],
    )
    if chinese():
        paper = pages(confirming.justice.get(f"/v1/cases/{case}/forms/enforcement").content)[0]
        wanted = ("强制执行申请书", f"2.1000元,期限{dated(named)}", number(case)["value"])
        assert [word for word in wanted if word not in paper] == []
        assert "1.1000元" not in paper  # paid
        owes, owed = PARTIES[0]["name"], PARTIES[1]["name"]
        sides = (f"申请执行人{owed}", f"被执行人{owes}", "致重庆市示例区人民法院")
        assert [word for word in sides if word not in paper] == []
        copies = pages(confirming.court.get(f"/v1/cases/{case}/forms/service_receipt").content)
        wanted = (number(case)["value"], "申请司法确认调解协议", "民事裁定书一份", "示例人民法庭")
        assert [word for word in wanted for copy in copies if word not in copy] == []
    begun = enforcement(confirming, case, "enforcement_applied", items=[2])
    assert begun["case"]["state"] == "enforcing"
    read = confirming.heard(confirming.justice, COMMITTEE, case, "case_status", phase="enforcement_applied")
    assert (read["document"]["enforcement"]["items"], read["document"]["enforcement"]["court"]) == (
        [2],
        COURT,
    )
    assert due(confirming.court, case)["EXEC_NOTICE"] >= confirming.day(10)
    performed(confirming, home, "breach_cured", item=2)
    assert (standing(confirming, home), items(confirming, home)) == ("agreed", {})
    assert (
        enforcement(confirming, case, "enforcement_closed", result="履行完毕")["case"]["state"] == "effective"
    )
    assert "EXEC_NOTICE" not in due(confirming.court, case)
    wanted = {"offered": True, "issued_no": "履证1号"}
    assert refused(confirming, home, "all_performed", certificate=wanted) == [("certificate", "/certificate")]
    assert refused(confirming, home, "all_performed", certificate={"offered": True})
    performed(confirming, home, "all_performed", certificate={"offered": False})
    assert (standing(confirming, home), state(confirming.court, case)) == ("performed", "performed")
    certified = {"phase": "closed_other", "document": {"kind": "certificate"}}
    paper = said(confirming.court, on=confirming.day(), **certified)
    answer = confirming.court.say("case_status", paper, unit=TRIBUNAL, purpose="confirmation", dispute=home)
    assert [e["rule"] for e in problem(answer, 422, "rule")["errors"]] == ["certificate"]


def consent(about: str, **answers: str) -> list[dict[str, str]]:
    return [
        {"about": about, "answer": answer, "by": ref, "how": "written"} for ref, answer in answers.items()
    ]


def listed(system: System, home: str) -> list[dict[str, Any]]:
    read = system.get("/v1/incentives", params={"limit": 100})
    assert read.status_code == 200, read.text
    return [entry for entry in read.json()["incentives"] if entry["dispute"] == home]


def test_changed_terms_a_certificate_and_only_who_agreed_is_named(confirming: Confirming):
    justice = confirming.justice
    home = confirming.agreed((10, 40))
    later = {"value": confirming.day(70), "precision": "day"}
    moved = {"no": 2, "kind": "pay", "due": later, "amount": {"amount": "500", "precision": "exact"}}
    added = {**moved, "no": 3, "due": {"value": confirming.day(100), "precision": "day"}}
    one = {"items": [moved, added], "consents": consent("performance_change", p1="yes")}
    assert ("change_all", None) in codes(performed(confirming, home, "terms_changed", change=one))
    both = {**one, "consents": consent("performance_change", p1="yes", p2="yes")}
    assert ("change_all", None) not in codes(performed(confirming, home, "terms_changed", change=both))
    days = items(confirming, home)
    assert days.keys() == {"1", "2", "3"}
    assert days["2"] >= later["value"]
    performed(confirming, home, "item_partly", item=1, amount={"amount": "400", "precision": "exact"})
    assert "1" in items(confirming, home)
    early = {"offered": True, "issued_no": "履证2号"}
    assert refused(confirming, home, "item_performed", item=1, certificate=early)
    performed(confirming, home, "item_performed", item=1, certificate={"offered": True})
    performed(confirming, home, "waived", item=3)
    assert items(confirming, home).keys() == {"2"}
    assert listed(justice, home) == []
    yes = {**early, "consents": consent("incentive_list", p1="yes", p2="yes")}
    performed(confirming, home, "all_performed", certificate=yes)
    (entry,) = listed(justice, home)
    assert entry["persons"] == [{"ref": "p1", "name": PARTIES[0]["name"]}]  # p2 was owed, and owed nothing
    assert (entry["unit"], entry["on"], entry["unnamed"]) == (COMMITTEE, confirming.day(), 0)
    certificate(confirming, home, entry["form"])
    assert justice.get(f"/v1/messages/{entry['certificate']}").status_code == 200
    assert listed(confirming.police, home) == listed(confirming.court, home) == []  # no part in the dispute
    run = justice.get(f"/v1/disputes/{home}").json()["cases"][0]["id"]
    closed = said(justice, phase="archived", on=confirming.day(), about_case=run)
    justice.accepted("case_status", closed, **COMMITTEE_AS)
    assert standing(confirming, home) == "archived"
    back = {"offered": True, "consents": consent("incentive_list", p1="withdrawn")}
    performed(confirming, home, "visit", certificate=back)
    (entry,) = listed(justice, home)
    assert (entry["persons"], entry["unnamed"]) == ([], 1)


def certificate(confirming: Confirming, home: str, address: str) -> None:
    """What the unit that issued it prints and seals, and nobody else."""
    problem(confirming.court.get(address), 404, "unknown")
    if chinese():
        (paper,) = pages(confirming.justice.get(address).content)
        code = confirming.justice.get(f"/v1/disputes/{home}").json()["code"]
        issuer = f"出具单位测试镇人民调解委员会出具日期{dated(confirming.day())}"
        done = ("1.1000元", "2.500元")
        wanted = ("自动履行证明书", "履证2号", code, PARTIES[0]["name"], issuer, *done, "特此证明")
        assert [word for word in wanted if word not in paper] == []
        assert "3.500元" not in paper  # it was waived


def test_what_turns_out_broken_leaves_the_list(confirming: Confirming):
    home = confirming.agreed((10,))
    consents = consent("incentive_list", p1="yes")
    performed(confirming, home, "item_breached", item=1, breach_reason="逾期", next_step=["people_mediation"])
    performed(confirming, home, "breach_cured", item=1)
    told = {"offered": True, "issued_no": "履证3号", "consents": consents}
    noted = performed(confirming, home, "all_performed", certificate=told)
    assert ("certificate", "breached") in codes(noted)  # made good by itself: the unit that issues it decides
    assert listed(confirming.justice, home)
    performed(confirming, home, "item_breached", item=1, breach_reason="支票退票", next_step=["suit"])
    assert listed(confirming.justice, home) == []
    run = confirming.justice.get(f"/v1/disputes/{home}").json()["cases"][0]["id"]
    problem(confirming.justice.get(f"/v1/cases/{run}/forms/certificate"), 404, "unknown")
    wrong = confirming.justice.get("/v1/incentives", params={"after": "?"})
    problem(wrong, 400, "malformed")
