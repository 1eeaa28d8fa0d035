"""What a unit must do today, over HTTP: whose it is, in which order, with which form, filled in."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from docx import Document

from hub.law.owed import english
from hub.law.tables import load_tables
from hub.store.address import Address
from tests.conftest import _data_dir
from tests.contract.kit import Hub, Key, System, b64, packed, problem
from tests.contract.words import (
    COMMITTEE,
    COMMITTEE_AS,
    COURT,
    OFFICE,
    PARTIES,
    STATION,
    TRIBUNAL,
    agreement,
    application,
)
from tests.http.clockwork import Clockwork, due, referred, registered, said
from tests.paper_text import needs_font, pages


@pytest.fixture(scope="module")
def works(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clockwork]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("todo")) as own:
        made = Clockwork(Hub(own.data_dir, own.database_url))
        made.begin()
        yield made
        made.hub.close()


@pytest.fixture(scope="module")
def case(works: Clockwork) -> str:
    """A court's case that waits for the committee to sign for its papers."""
    home = registered(works.court, COURT, "adjudication", filing_requested=False)
    opened = referred(
        works.court, COURT, "adjudication", dispute=home, track="entrusted_summary",
        mediation_type="court_entrusted",
    )  # fmt: skip
    return str(opened["case"]["id"])


@pytest.fixture(scope="module")
def mediating(works: Clockwork) -> str:
    """Another that the committee mediates."""
    home = registered(works.court, COURT, "adjudication", filing_requested=False)
    opened = referred(
        works.court, COURT, "adjudication", dispute=home, track="entrusted_summary",
        mediation_type="court_entrusted",
    )  # fmt: skip
    found = str(opened["case"]["id"])
    for kind, told in (
        ("referral_answer", {"answer": "signed"}),
        ("referral_answer", {"answer": "accepted", "mediators": ["M1"]}),
        ("mediation_progress", {"event": "started"}),
    ):
        works.justice.accepted(kind, said(works.justice, about_case=found, **told), **COMMITTEE_AS)
    return found


def secret(key: Key) -> bytes:
    return packed({**key.public(), "d": b64(key.private.private_bytes_raw())})


def todo(system: System, **params: Any) -> dict[str, Any]:
    answer = system.get("/v1/todo", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def of(system: System, case: str) -> dict[str, dict[str, Any]]:
    return {item["rule"]: item for item in todo(system)["todo"] if item["case"] == case}


def test_who_must_sign_is_told_by_when_on_which_article(works: Clockwork, case: str):
    item = of(works.justice, case)["REF_SIGN"]
    running = {d["rule"]: d for d in works.justice.get(f"/v1/cases/{case}").json()["deadlines"]}
    assert [(who["unit"], who["role"]) for who in item["who"]] == [(COMMITTEE, "mediation_unit")]
    assert (item["due"], item["basis"]) == (running["REF_SIGN"]["due"], running["REF_SIGN"]["basis"])
    assert item["what"] == {"zh": "签收委托(移送)材料", "en": "sign for the referred papers"}
    assert {form["form"] for form in item["forms"]} == {"notice_of_rights", "declined"}
    assert not item["overdue"]


def test_it_is_not_the_senders_to_sign_nor_anyone_elses(works: Clockwork, case: str):
    assert "REF_SIGN" not in of(works.court, case)
    assert not of(works.police, case)


def test_what_was_done_is_gone_and_the_period_is_next(works: Clockwork, mediating: str):
    mine = of(works.justice, mediating)
    assert "REF_SIGN" not in mine
    assert {form["form"] for form in mine["XIANXING_SUM"]["forms"]} == {"terminated"}


@pytest.mark.usefixtures("case", "mediating")
def test_pages_together_are_the_list_in_order_of_the_day(works: Clockwork):
    whole = todo(works.justice)
    paged, after = [], None
    while True:
        page = todo(works.justice, limit=1, **({"after": after} if after else {}))
        paged += page["todo"]
        after = page["next"]
        if not page["more"]:
            break
    assert paged == whole["todo"]
    assert [i["due_at"] for i in paged] == sorted(i["due_at"] for i in paged)
    assert len(paged) >= 2
    problem(works.justice.get("/v1/todo", params={"after": "bm9uZQ"}), 400, "malformed")


@pytest.mark.usefixtures("case")
def test_the_page_has_no_script_and_nothing_from_outside(works: Clockwork):
    answer = works.justice.get("/v1/todo", headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "签收委托(移送)材料" in answer.text
    assert "sign for the referred papers" in answer.text
    assert not re.search(r"<script|src=|@import|https?://", answer.text)
    assert not any(p["name"] in answer.text or p["id_number"] in answer.text for p in PARTIES)
    assert works.hub.get("/v1/todo").status_code == 401


@needs_font
@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("declined", ["不予调解函", "重庆市示例区人民法院", "测试镇人民调解委员会"]),
        ("terminated", ["终止调解通知书", "重庆市示例区人民法院"]),
        ("transfer_letter", ["委托(移送)调解函", "测试镇人民调解委员会", "已查明", "适宜调解"]),
        (
            "notice_of_rights",
            ["人民调解当事人权利义务告知书", "接受调解、拒绝调解或者要求终止调解", "2026.11"],
        ),
    ],
)
def test_a_form_is_filled_in_from_what_was_exchanged(
    works: Clockwork, case: str, form: str, words: list[str]
):
    answer = works.justice.get(f"/v1/cases/{case}/forms/{form}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    (text,) = pages(answer.content)
    assert not [word for word in [*words, *(p["name"] for p in PARTIES)] if word not in text]


HANDED: dict[str, Any] = {
    "letter_no": {"system": "letter_no", "value": "示调函〔2026〕7号"},
    "own_case": {"identifier": {"system": "case_no", "value": "(2026)渝0199民初7号"}, "kind": "civil_first"},
    "consents": [
        {"about": "mediation", "answer": "yes", "by": "p1", "how": "written"},
        {"about": "mediation", "answer": "yes", "by": "p2", "how": "oral_noted"},
    ],
    "materials": [{"name": "起诉状副本", "copies": 2}, {"name": "证据目录", "copies": 1}],
    "proposed_days": 7,
    "contact": {"name": "贺审二", "phone": "10000000188"},
}


@needs_font
def test_a_letter_says_all_that_a_letter_of_referral_must(works: Clockwork):
    """Consents, number, facts, papers, period, contact (宁波市人民调解条例 19), once each was told."""
    home = registered(works.court, COURT, "adjudication", filing_requested=False)
    opened = referred(
        works.court, COURT, "adjudication", dispute=home, track="entrusted_summary",
        mediation_type="court_entrusted", **HANDED,
    )  # fmt: skip
    address = f"/v1/cases/{opened['case']['id']}/forms/transfer_letter"
    (before,) = pages(works.court.get(address).content)
    wanted = (
        "示调函〔2026〕7号", "(2026)渝0199民初7号", "郑测一:同意(书面)", "冯测二:同意(口头记录)", "已查明",
        "1.起诉状副本2份", "2.证据目录1份", "7日", "贺审二10000000188",
    )  # fmt: skip
    assert [word for word in wanted if word not in before] == []
    assert "调解组织意见____" in before
    for answer in ({"answer": "signed"}, {"answer": "accepted", "mediators": ["M1"]}):
        told = said(works.justice, about_case=opened["case"]["id"], **answer)
        works.justice.accepted("referral_answer", told, **COMMITTEE_AS)
    (after,) = pages(works.court.get(address).content)
    assert "调解组织意见接受" in after
    last = date.fromisoformat(due(works.court, opened["case"]["id"])["XIANXING_SUM"])
    assert f"至{last.year}年{last.month}月{last.day}日" in after


@needs_font
def test_a_letter_is_ready_before_a_dispute_is_handed_over(works: Clockwork):
    home = registered(works.court, COURT, "adjudication", filing_requested=True)
    (item,) = [i for i in todo(works.court)["todo"] if i["dispute"] == home and i["rule"] == "FILE_CASE"]
    (form,) = item["forms"]
    assert (form["form"], form["href"]) == ("transfer_letter", f"/v1/disputes/{home}/forms/transfer_letter")
    (text,) = pages(works.court.get(form["href"]).content)
    wanted = ("委托(移送)调解函", "重庆市示例区人民法院", "相邻排水", "堵塞共用排水沟", PARTIES[0]["name"])
    assert [word for word in wanted if word not in text] == []
    assert "致____" in text
    problem(works.police.get(form["href"]), 404, "unknown")
    problem(works.court.get(f"/v1/disputes/{home}/forms/declined"), 404, "unknown")
    theirs = registered(works.justice, COMMITTEE, "mediation", origin="application")
    letter = works.justice.get(f"/v1/disputes/{theirs}/forms/transfer_letter")
    assert "测试镇人民调解委员会" in pages(letter.content)[0]


@needs_font
def test_each_reads_in_a_form_what_it_may_read(works: Clockwork, case: str):
    """The court told what the dispute is about, and never the committee: its form is blank there."""
    address = f"/v1/cases/{case}/forms/transfer_letter"
    read = {system.id: pages(system.get(address).content)[0] for system in (works.court, works.justice)}
    assert {client: "相邻排水" in text for client, text in read.items()} == {
        "court-sys": True,
        "justice-sys": False,
    }


@pytest.fixture(scope="module")
def agreed(works: Clockwork) -> tuple[str, str]:
    """A station's case that ended in an agreement, and the application to confirm it."""
    home = registered(works.police, STATION, "police_handling")
    opened = referred(works.police, STATION, "police_handling", dispute=home, track="police_people")
    found = str(opened["case"]["id"])
    for kind, told in (
        ("referral_answer", {"answer": "signed"}),
        ("referral_answer", {"answer": "accepted", "mediators": ["M1"]}),
        ("mediation_progress", {"event": "started"}),
        ("mediation_result", {"outcome": "agreed_written", "agreements": [agreement()]}),
    ):
        works.justice.accepted(kind, said(works.justice, about_case=found, **told), **COMMITTEE_AS)
    applied = works.justice.accepted(
        "confirmation_application", application(), COMMITTEE, "confirmation", to=TRIBUNAL, dispute=home
    )
    return found, str(applied["case"]["id"])


@needs_font
def test_the_application_is_drafted_from_the_agreement_that_was_reported(works: Clockwork):
    """Who must apply finds it filled in, and no notice that a mediation ended which came to an agreement."""
    home = registered(works.police, STATION, "police_handling")
    opened = referred(works.police, STATION, "police_handling", dispute=home, track="police_people")
    case = str(opened["case"]["id"])
    for kind, told in (
        ("referral_answer", {"answer": "signed"}),
        ("referral_answer", {"answer": "accepted", "mediators": ["M1"]}),
        ("mediation_progress", {"event": "started"}),
    ):
        works.justice.accepted(kind, said(works.justice, about_case=case, **told), **COMMITTEE_AS)
    address = f"/v1/cases/{case}/forms/application"
    problem(works.justice.get(address), 404, "unknown")
    result = {"outcome": "agreed_written", "agreements": [agreement()]}
    works.justice.accepted("mediation_result", said(works.justice, about_case=case, **result), **COMMITTEE_AS)
    mine = of(works.justice, case)
    assert [form["href"] for form in mine["JC_APPLY"]["forms"]] == [address]
    assert mine["RESULT_REPORT"]["forms"] == []
    text = "".join(pages(works.justice.get(address).content))
    wanted = (
        "司法确认申请书",
        "申请人：郑测一",
        "申请人：冯测二",
        "测试镇人民调解委员会",
        "补偿三百元",
        "300元",
    )
    assert [word for word in wanted if word not in text] == []
    problem(works.police.get(address), 404, "unknown")  # it did not mediate


@needs_font
def test_the_file_has_the_agreement_in_words(works: Clockwork, agreed: tuple[str, str]):
    person = {"name": "沈调九", "id_number": "500000197511209026", "photo_consent": False}
    joined = said(
        works.justice, action="join", mediator="M1", organisations=[{"unit": COMMITTEE, "role": "member"}],
        full_time=True, **person,
    )  # fmt: skip
    works.justice.accepted("mediator", joined, OFFICE, "mediation")
    address = f"/v1/cases/{agreed[0]}/mediation-file"
    parts = works.justice.get(address, headers={"Accept": "application/json"}).json()["parts"]
    assert [part["zh"] for part in parts if part["messages"]] == [
        "人民调解申请书或受理登记表",
        "调解协议书",
        "司法确认材料",
    ]
    answer = works.justice.get(address)
    assert answer.status_code == 200, answer.text
    text = "".join(pages(answer.content))
    assert all(word in text for word in ("书面协议", "补偿三百元", "给付金钱"))
    assert "1.义务人郑测一,权利人冯测二,给付金钱,300元" in text
    assert "郑测一(一方)" in text
    assert "调解员沈调九" in text
    others = "".join(pages(works.police.get(address).content))
    assert "沈调九" not in others  # who did not agree to be published is a number to other units
    assert not re.search(r"agreed_written|p1|effective_on|sha-256", text)


@needs_font
def test_the_court_has_a_receipt_for_each_applicant(works: Clockwork, agreed: tuple[str, str]):
    copies = pages(works.court.get(f"/v1/cases/{agreed[1]}/forms/service_receipt").content)
    assert len(copies) == len(PARTIES)
    for copy, party in zip(copies, PARTIES, strict=True):
        assert all(word in copy for word in ("送达回证", "示例人民法庭", party["name"]))


def test_the_court_must_decide_on_acceptance_and_the_committee_must_not(
    works: Clockwork, agreed: tuple[str, str]
):
    item = of(works.court, agreed[1])["JC_ACCEPT"]
    assert [who["unit"] for who in item["who"]] == [TRIBUNAL]
    assert [by["kind"] for by in item["by"]] == ["confirmation_answer", "confirmation_ruling"]
    assert "JC_ACCEPT" not in of(works.justice, agreed[1])


@needs_font
def test_the_file_is_in_order_and_says_what_is_missing(works: Clockwork, mediating: str):
    address = f"/v1/cases/{mediating}/mediation-file"
    parts = works.justice.get(address, headers={"Accept": "application/json"}).json()["parts"]
    missing = [part["zh"] for part in parts if part["missing"]]
    assert missing == ["权利义务告知书", "当事人身份证明", "调解记录", "调解协议书"]
    assert [part["no"] for part in parts if part["messages"]] == [1]
    cover, first, back = pages(works.justice.get(address).content)
    assert [cover.index(part["zh"]) for part in parts] == sorted(cover.index(part["zh"]) for part in parts)
    assert "缺少材料：" + "、".join(missing) in cover
    assert all(word in first for word in ("已查明", "适宜调解", PARTIES[0]["name"]))
    assert "封底" in back
    problem(works.police.get(address), 404, "unknown")


def test_another_units_case_answers_as_one_that_is_not(works: Clockwork, case: str):
    answers = [works.police.get(f"/v1/cases/{which}/forms/declined") for which in (case, uuid4())]
    for answer in answers:
        problem(answer, 404, "unknown")
    kept = [{k: v for k, v in a.json().items() if k not in {"instance", "trace"}} for a in answers]
    assert kept[0] == kept[1]
    problem(works.justice.get(f"/v1/cases/{case}/forms/service_receipt"), 404, "unknown")


@needs_font
def test_the_command_keeps_the_page_and_its_forms(works: Clockwork, case: str, tmp_path: Path):
    key = tmp_path / "key.jwk"
    key.write_bytes(secret(works.justice.key))
    works.hub.ok(
        "todo", str(tmp_path / "today"), "--key", str(key), "--id", works.justice.id,
        "--issuer", works.hub.issuer,
    )  # fmt: skip
    page = (tmp_path / "today" / "todo.html").read_text("utf-8")
    linked = set(re.findall(r'href="([^"]+)"', page))
    assert f"{case}-declined.pdf" in linked
    assert linked == {file.name for file in (tmp_path / "today").glob("*.pdf")}
    written = Document(str(tmp_path / "today" / f"{case}-declined.docx"))
    said = {cell.text for row in written.tables[0].rows for cell in row.cells}
    assert "测试镇人民调解委员会" in said


@pytest.mark.usefixtures("case")
def test_a_task_waits_for_its_owner_and_then_for_who_accepts_it(works: Clockwork, tmp_path: Path):
    told = {"kind": "supervision", "title": "逾期 <清单>", "owner": OFFICE, "due": "2099-01-05"}
    opened = works.police.accepted("task", said(works.police, **told), STATION, "supervision")["message"]
    undated = said(works.police, kind="circular", title="通报", owner=OFFICE)
    works.police.accepted("task", undated, STATION, "supervision")
    mine = todo(works.justice)["tasks"]
    assert [(t["title"], t["due"], t["overdue"]) for t in mine] == [
        ("逾期 <清单>", "2099-01-05", False),
        ("通报", None, False),
    ]
    assert (mine[0]["task"], mine[0]["kind_zh"], [w["unit"] for w in mine[0]["who"]]) == (
        opened, "挂牌督办", [OFFICE],
    )  # fmt: skip
    assert mine[0]["by"] == {"kind": "task_reply", "actions": ["accepted", "progress", "done", "rejected"]}
    assert todo(works.police)["tasks"] == todo(works.court)["tasks"] == []
    assert todo(works.justice, after=todo(works.justice, limit=1)["next"])["tasks"] == []

    file = tmp_path / "justice.jwks"
    file.write_bytes(secret(works.justice.key))
    told = works.hub.run("todo", str(tmp_path / "out"), "--key", str(file), "--id", works.justice.id,
                         "--max", "1", LIANTIAO_ISSUER=works.hub.issuer)  # fmt: skip
    assert told.returncode == 0, told.stderr
    page = (tmp_path / "out" / "todo.html").read_text("utf-8")
    assert "逾期 &lt;清单&gt;" in page
    assert "act on the task and report" in page

    done = said(works.justice, action="done", result="已办结")
    works.justice.accepted("task_reply", done, OFFICE, "supervision", re=opened)
    assert opened not in [t["task"] for t in todo(works.justice)["tasks"]]
    (theirs,) = todo(works.police)["tasks"]
    assert (theirs["task"], [w["unit"] for w in theirs["who"]]) == (opened, [STATION])
    assert theirs["by"]["actions"] == ["accepted_result", "rejected"]
    closed = said(works.police, action="accepted_result")
    works.police.accepted("task_reply", closed, STATION, "supervision", re=opened)
    assert todo(works.police)["tasks"] == []


def test_every_rule_has_english():
    assert set(english()) == set(load_tables().rules)
