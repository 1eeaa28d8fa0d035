"""就地预检 over HTTP: from the sender's file to findings, papers and the draft; each rule in and out."""

import io
import json
import subprocess
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from docx import Document

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.errors import Problem
from hub.law.precheck.book import load_book
from tests.http.administering import Admin
from tests.http.agreements import AGREEMENT, DAY, PAPERS, PARTIES, SIGNED, Told, changed, clean, paper, result
from tests.http.saying import COMMITTEE, COURT, STATION, TRIBUNAL, body, dispute, now, referral, say
from tests.live import LIANTIAO, LiveHub
from tests.paper_text import needs_font, pages

EXAMPLES = Path(__file__).parents[2] / "adapters/justice/examples"
JSON = "application/json"
ASKED = {"unit": COMMITTEE, "on": DAY}
ELSEWHERE = [p | {"addresses": [{"text": "万州区", "division": "500101"}]} for p in PARTIES]


async def look(agent: Agent, told: Told, **asked: str) -> dict[str, Any]:
    """The one agreement of a document of the shared form, looked at."""
    answer: dict[str, Any] = await agent.precheck(body(told), SHARED_FORM, {**ASKED, **asked})
    (one,) = answer["agreements"]
    return dict(one)


async def checks(agent: Agent, told: Told, **asked: str) -> list[str]:
    return [f["check"] for f in (await look(agent, told, **asked))["findings"]]


async def test_a_clean_agreement_has_no_finding(justice: Agent) -> None:
    one = await look(justice, clean(), court=TRIBUNAL)
    assert one["findings"] == []
    assert one["precheck"]["findings"] == []
    assert one["window"] == {"effective_on": DAY, "due": "2026-12-25", "days_left": 30}
    assert {(c["basis"], c["division"]) for c in one["courts"]} == {
        ("domicile", "500199"),
        ("organisation_place", "500199"),
    }
    assert {p["paper"]: p["state"] for p in one["papers"]} == {
        "application": "drafted",
        "agreement": "enclosed",
        "organisation_proof": "enclosed",
        "identity": "enclosed",
        "property_right": "not_needed",
        "service_address": "enclosed",
        "proxy": "not_needed",
        "e_service": "not_needed",
    }
    assert {g["ground"] for g in one["not_computed"]} == {"355-2", "358-1", "358-3", "358-6"}


def item(**members: Any) -> Told:
    """The application with one item that is incomplete or odd."""
    first = {k: v for k, v in {**AGREEMENT["items"][0], **members}.items() if v is not None}
    return changed("agreement/items/0", first)


def person(**members: Any) -> Told:
    return changed("applicants/0", {k: v for k, v in {**PARTIES[0], **members}.items() if v is not None})


def terms(words: str, **more: Any) -> Told:
    return {**changed("agreement/terms", words), **more}


def born(years: int, days: int = 0) -> dict[str, str]:
    """The birthday of somebody who is so old on the day of the check, `days` days younger."""
    day = date.fromisoformat(DAY).replace(year=int(DAY[:4]) - years) + timedelta(days)
    return {"value": day.isoformat(), "precision": "day"}


def papers(*names: str) -> list[Told]:
    return [paper(name) for name in names]


def signed(how: str) -> Told:
    return {"by": "郑测一", "role": "party", "at": SIGNED, "how": how}


GUARDIAN = {"name": "王测三", "relation": "parent"}
AGENT = {"name": "沈调一", "kind": "lawyer"}
E_ADDRESS = {"e_service": True, "e_address": "10000000001"}
YES = {"about": "e_service", "answer": "yes", "given_at": SIGNED, "how": "written", "by": "p1"}
HOUSE = "位于一号村的房屋归冯测二所有。"
PAIRS: list[tuple[str, Told, Told, dict[str, str]]] = [
    # check, just in, just out, asked
    ("parties-unknown", result(), clean(), {}),
    ("agreement-unknown", clean(agreement="01990000-0000-7000-8000-000000000001"), clean(), {}),
    ("venue-unsaid", clean(venue_basis="undecided"), clean(venue_basis="domicile"), {}),
    (
        "venue-elsewhere",
        clean(applicants=ELSEWHERE, agreement={**AGREEMENT, "organisation": "unknown"}),
        clean(applicants=ELSEWHERE),
        {"court": COURT},
    ),
    (
        "venue-basis",
        clean(applicants=ELSEWHERE, venue_basis="domicile"),
        clean(applicants=[PARTIES[0], ELSEWHERE[1]], venue_basis="domicile"),
        {"court": COURT},
    ),
    (
        "venue-place-unknown",
        clean(
            agreement={**AGREEMENT, "organisation": "unknown"},
            applicants=[{**p, "addresses": [{"text": "某地"}]} for p in PARTIES],
        ),
        clean(agreement={**AGREEMENT, "organisation": "unknown"}),
        {"court": COURT},
    ),
    (
        "venue-inviting-case",
        clean(venue_basis="inviting"),
        clean(
            venue_basis="inviting", inviting_court_case={"system": "case_no", "value": "(2026)渝0199民初1号"}
        ),
        {},
    ),
    (
        "venue-division-changed",
        clean(
            applicants=[{**PARTIES[0], "addresses": [{"text": "江北区", "division": "500105"}]}, PARTIES[1]]
        ),
        clean(applicants=[ELSEWHERE[0], PARTIES[1]]),
        {"court": COURT},
    ),
    ("other-applications", clean(other_applications=True), clean(other_applications=False), {}),
    (
        "organisation-kind",
        changed("agreement/mediation_type", "administrative"),
        changed("agreement/mediation_type", "industry"),
        {},
    ),
    (
        "effective-differs",
        changed("agreement/effective_on", "2026-11-24"),
        changed("agreement/effective_on", "2026-11-25"),
        {},
    ),
    (
        "signature-party",
        changed("agreement/signatures", [signed("handwritten")]),
        changed("agreement/signatures", [signed("handwritten"), {**signed("seal"), "by": "p2"}]),
        {},
    ),
    ("seal-none", changed("agreement/organisation_seal_at", None), clean(), {}),
    (
        "oral-record",
        clean(agreement={**AGREEMENT, "form": "oral"}, papers=papers("identity", "service_address")),
        clean(
            agreement={**AGREEMENT, "form": "oral"}, papers=papers("identity", "service_address", "record")
        ),
        {},
    ),
    ("performed", changed("agreement/performed_on_spot", True), clean(), {}),
    ("not-civil", terms("赔偿后免除其治安处罚。"), terms("赔偿后不再追究其民事责任。"), {}),
    ("status", terms("双方自愿离婚。"), terms("返还离婚时的彩礼三万元。"), {}),
    ("other-procedure", terms("申请宣告其失踪。"), terms("寻找失踪的耕牛。"), {}),
    (
        "bankruptcy-flag",
        person(flags={"bankruptcy_or_enforcement": True}),
        person(flags={"bankruptcy_or_enforcement": False}),
        {},
    ),
    (
        "title",
        terms(HOUSE),
        terms(HOUSE, property_rights=[{"kind": "real_estate", "proof": paper("property_right")}]),
        {},
    ),
    ("unlawful-words", terms("归还赌债三百元。"), terms("归还借款三百元。"), {}),
    ("third-person", item(debtors=["p3"]), item(debtors=["p2"], creditors=["p1"]), {}),
    ("joint-few", clean(applicants=PARTIES[:1]), clean(), {}),
    (
        "joint-statement",
        clean(joint_statement=[{"party": "p1"}]),
        clean(
            joint_statement=[{"party": "p1"}],
            applicants=[
                PARTIES[0],
                {**PARTIES[1], "consents": [{**YES, "about": "joint_application", "by": "p2"}]},
            ],
        ),
        {},
    ),
    ("items-none", changed("agreement/items", []), changed("agreement/items", [AGREEMENT["items"][0]]), {}),
    ("item-debtor", item(debtors=None), clean(), {}),
    ("item-creditor", item(creditors=None), clean(), {}),
    ("item-amount", item(amount=None), clean(), {}),
    (
        "item-amount-vague",
        item(amount={"amount": "300", "precision": "about"}),
        item(amount={"amount": "300.00", "precision": "exact"}),
        {},
    ),
    (
        "item-object",
        item(kind="deliver", amount=None),
        item(kind="deliver", amount=None, object="水泵一台"),
        {},
    ),
    ("item-due", item(due=None), item(due={"value": "2026-12", "precision": "month"}), {}),
    ("item-manner", item(manner=None), item(manner="on_spot"), {}),
    ("item-acceleration", item(manner="instalment"), item(manner="instalment", acceleration=False), {}),
    ("guardian", person(capacity="limited"), person(capacity="limited", guardians=[GUARDIAN]), {}),
    (
        "working-minor",
        person(capacity=None, birth_date=born(18, 1)),
        person(capacity=None, birth_date=born(18)),
        {},
    ),
    (
        "working-minor",
        person(capacity=None, birth_date=None, id_number="500000200911269010"),
        person(capacity=None, birth_date=None, id_number="500000200811259010"),
        {},
    ),
    (
        "guardian-conflict",
        person(capacity="limited", guardians=[{**GUARDIAN, "name": "冯测二"}]),
        person(capacity="limited", guardians=[GUARDIAN]),
        {},
    ),
    (
        "electronic-form",
        clean(agreement={**AGREEMENT, "terms": "遗产由双方均分。", "signatures": [signed("e_signature")]}),
        clean(agreement={**AGREEMENT, "signatures": [signed("e_signature")]}),
        {},
    ),
    ("paper-agreement", clean(papers=papers(*PAPERS[1:])), clean(), {}),
    ("paper-organisation-proof", changed("organisation_proof", None), clean(), {}),
    ("paper-identity", clean(papers=papers("agreement", "service_address")), clean(), {}),
    (
        "paper-property-right",
        clean(property_rights=[{"kind": "vehicle"}]),
        clean(property_rights=[{"kind": "vehicle", "proof": paper("property_right")}]),
        {},
    ),
    ("paper-service-address", person(phones=None), clean(), {}),
    (
        "paper-proxy",
        person(agents=[AGENT]),
        person(agents=[{**AGENT, "proxy_document": paper("proxy")}]),
        {},
    ),
    (
        "paper-oral",
        changed("joint_statement/0/how", "oral_record"),
        {**changed("joint_statement/0/how", "oral_record"), "oral": paper("record")},
        {},
    ),
    (
        "e-service-consent",
        person(service_address=E_ADDRESS),
        person(service_address=E_ADDRESS, consents=[YES]),
        {},
    ),
]
ELSE = {"window-late", "window-unknown", "venue-intermediate", "interest"}
"""Checks with a test of their own below."""


@pytest.mark.parametrize(
    ("check", "inside", "outside", "asked"),
    PAIRS,
    ids=lambda v: v if isinstance(v, str) else "",
)
async def test_just_in_and_just_out(
    justice: Agent, check: str, inside: Told, outside: Told, asked: dict[str, str]
) -> None:
    found = [f for f in (await look(justice, inside, **asked))["findings"] if f["check"] == check]
    assert len({f["pointer"] for f in found}) == len(found) >= 1
    assert check not in await checks(justice, outside, **asked)
    rule = load_book().rules[check]
    for each in found:
        assert (each["law"], each["status"], each["ground"]) == (rule.law, rule.status, rule.ground)
        assert each["version"]
        assert each["article"]
        assert each["zh"]
        assert each["en"]
        assert each["way_out"]["zh"]
        assert each["way_out"]["en"]
        assert "{" not in each["zh"] + each["en"]


def test_every_rule_has_its_pair() -> None:
    tested = {check for check, *_ in PAIRS} | ELSE
    assert tested == set(load_book().rules)


@pytest.mark.parametrize(
    ("effective", "last", "late"),
    [("2026-11-25", "2026-12-25", "2026-12-26"), ("2026-09-01", "2026-10-08", "2026-10-09")],
    ids=["plain", "the last day is a holiday"],
)
async def test_the_thirty_days(justice: Agent, effective: str, last: str, late: str) -> None:
    told = clean(effective_on=effective)
    told["agreement"] |= {"effective_on": effective, "signatures": [], "organisation_seal_at": None}
    del told["agreement"]["organisation_seal_at"]
    assert "window-late" not in await checks(justice, told, on=last)
    one = await look(justice, told, on=late)
    assert one["window"] == {"effective_on": effective, "due": last, "days_left": -1}
    (found,) = [f for f in one["findings"] if f["check"] == "window-late"]
    assert (found["law"], found["version"], found["article"]) == ("民事诉讼法", "2023修正", "205")
    assert "支付令" in found["way_out"]["zh"]


async def test_without_any_day_the_window_is_unknown(justice: Agent) -> None:
    told = changed("agreement/effective_on", None)
    del told["effective_on"], told["agreement"]["organisation_seal_at"], told["agreement"]["signatures"]
    assert "window-unknown" in await checks(justice, told)
    assert "window-unknown" not in await checks(justice, {**told, "effective_on": DAY})


async def test_an_article_is_cited_as_it_was_numbered_on_the_day(justice: Agent) -> None:
    told = clean(venue_basis="undecided")
    for on, version, article in (("2023-12-31", "2021修正", "201"), ("2024-01-01", "2023修正", "205")):
        (found,) = [f for f in (await look(justice, told, on=on))["findings"] if f["check"] == "venue-unsaid"]
        assert (found["version"], found["article"]) == (version, article)


async def test_numbers_that_no_source_gives_are_the_districts(admin: Admin, justice: Agent) -> None:
    told = terms("年利率15%,月利率1.5%。")
    numbers = {"2031-01-01": (300, 17.9), "2032-01-01": (300.01, 18)}
    for day, (amount, percent) in numbers.items():
        value = {"intermediate_from": amount, "interest_cap_percent": percent}
        await admin.post("config", [{"name": "precheck", "valid_from": day, "value": value}])

    one = await look(justice, told, on="2031-06-01")
    assert {"interest", "venue-intermediate"} <= {f["check"] for f in one["findings"]}
    assert {f["status"] for f in one["findings"] if f["check"] == "interest"} == {"configuration"}
    assert {g["ground"] for g in one["not_computed"]} == {"358-3", "358-6"}
    assert not {"interest", "venue-intermediate"} & set(await checks(justice, told, on="2032-06-01"))
    assert not {"interest", "venue-intermediate"} & set(await checks(justice, told))


async def test_native_files_are_looked_at_as_they_are(justice: Agent) -> None:
    told = (EXAMPLES / "06_confirmation_application.json").read_bytes()
    (one,) = (await justice.precheck(told, JSON, {"unit": COMMITTEE}))["agreements"]
    assert one["kind"] == "confirmation_application"
    found = {f["check"] for f in one["findings"]}
    assert {"window-late", "venue-unsaid", "items-none", "paper-organisation-proof"} <= found

    told = (EXAMPLES / "04_agreement.json").read_bytes()
    (one,) = (await justice.precheck(told, JSON, {"unit": COMMITTEE, "on": "2022-06-01"}))["agreements"]
    assert one["kind"] == "mediation_result"
    found = {f["check"] for f in one["findings"]}
    assert {"parties-unknown", "item-debtor", "item-creditor", "item-object", "item-due"} <= found
    assert "paper-identity" not in found  # nobody applies yet


@pytest.mark.parametrize(
    ("agency", "name", "unit"),
    [
        ("police", "07_medoffice_agreed.json", STATION),
        ("justice", "05_archive_harbin.json", COMMITTEE),
        ("justice", "14_conclusion_ucuxin_agreed.json", COMMITTEE),
    ],
)
async def test_every_agencys_own_agreements_are_read(hub: LiveHub, agency: str, name: str, unit: str) -> None:
    told = (EXAMPLES.parents[1] / agency / "examples" / name).read_bytes()
    async with Agent(hub.identity(f"{agency}-sys")) as agent:
        (one,) = (await agent.precheck(told, JSON, {"unit": unit}))["agreements"]
    assert one["kind"] == "mediation_result"
    assert one["findings"]


async def test_the_dispute_tells_parties_and_cause(police: Agent, justice: Agent, court: Agent) -> None:
    divorce = {"code": "14", "version": "2026"}
    opened = await say(police, STATION, "dispute", dispute(parties=PARTIES, cause=divorce))
    sent = await say(
        police, STATION, "referral", referral(parties=PARTIES), to=COMMITTEE, dispute=opened.dispute
    )
    assert sent.dispute
    found = await checks(justice, result(), dispute=sent.dispute)
    assert "parties-unknown" not in found
    with pytest.raises(Problem) as refused:
        await look(court, result(), dispute=sent.dispute, unit=COURT)
    assert (refused.value.status, refused.value.code) == (404, "unknown")
    assert "status" in await checks(police, result(), dispute=sent.dispute, unit=STATION)
    again = await say(police, STATION, "dispute", dispute(parties=PARTIES, cause={"code": "12"}))
    assert again.dispute
    assert "status" not in await checks(police, result(), dispute=again.dispute, unit=STATION)


async def test_nothing_is_kept(hub: LiveHub, justice: Agent) -> None:
    await look(justice, clean())  # the token is fetched
    sql = await asyncpg.connect(hub.settings.database_url)
    try:
        before = await _rows(sql)
        await look(justice, result())
        await justice.application_pack(body(clean()), SHARED_FORM, ASKED)
        with pytest.raises(Problem):
            await look(justice, clean(route="none"))
        assert await _rows(sql) == before
    finally:
        await sql.close()
    assert not any(name in hub.log() for name in ("郑测一", "冯测二", "500000196803059010"))


async def _rows(sql: asyncpg.Connection) -> dict[str, int]:
    """Rows of every table; the log's own are moved on by its sequencer and counted as one."""
    tables = await sql.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    counted = {t[0]: await sql.fetchval(f'SELECT count(*) FROM "{t[0]}"') for t in tables}
    return {name: n for name, n in counted.items() if not name.startswith("log_")}


async def test_an_application_carries_what_the_check_said(justice: Agent) -> None:
    one = await look(justice, clean(venue_basis="undecided"))
    told = clean(precheck=one["precheck"], business_time=now())
    envelope = Envelope(COMMITTEE, "confirmation_application", "confirmation", SHARED_FORM, to=COURT)
    answer = await justice.dry_run(justice.sign(envelope, body(told)))
    assert "problem" not in answer


@pytest.mark.parametrize(
    ("asked", "content_type", "told", "status", "code"),
    [
        ({"unit": COURT}, SHARED_FORM, clean(), 403, "unit-not-yours"),
        ({"unit": COMMITTEE, "court": "nowhere"}, SHARED_FORM, clean(), 422, "schema"),
        ({"unit": COMMITTEE, "on": "2022-04-09"}, SHARED_FORM, clean(), 400, "malformed"),
        ({"unit": COMMITTEE, "kind": "dispute"}, SHARED_FORM, clean(), 400, "malformed"),
        ({"unit": COMMITTEE}, "text/html", clean(), 415, "media-type"),
        ({"unit": COMMITTEE}, JSON, clean(), 422, "untranslatable"),
        ({"unit": COMMITTEE}, SHARED_FORM, clean(route="none"), 422, "schema"),
        ({"unit": COMMITTEE}, SHARED_FORM, result(agreements=[]), 422, "rule"),
        ({"unit": COMMITTEE}, SHARED_FORM, clean(facts="长" * 1_100_000), 413, "too-large"),
    ],
)
async def test_what_cannot_be_looked_at_is_refused(
    justice: Agent, asked: Told, content_type: str, told: Told, status: int, code: str
) -> None:
    with pytest.raises(Problem) as refused:
        await justice.precheck(body(told), content_type, asked)
    assert (refused.value.status, refused.value.code) == (status, code)


async def test_it_asks_for_the_scope_to_send(hub: LiveHub) -> None:
    async with Agent(hub.identity("justice-sys", "messages:read")) as reader:
        with pytest.raises(Problem) as refused:
            await look(reader, clean())
    assert (refused.value.status, refused.value.code) == (403, "scope")


@needs_font
async def test_the_pack_has_the_draft_as_docx_and_pdf(justice: Agent) -> None:
    told = person(guardians=[GUARDIAN], capacity="limited", phones=None)
    content = await justice.application_pack(body(told), SHARED_FORM, ASKED | {"court": TRIBUNAL})
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        assert sorted(pack.namelist()) == ["precheck.json", "司法确认申请书.docx", "司法确认申请书.pdf"]
        said = json.loads(pack.read("precheck.json"))
        draft, printed = (pack.read(f"司法确认申请书.{form}") for form in ("docx", "pdf"))
    assert [f["check"] for f in said["agreements"][0]["findings"]] == ["paper-service-address"]

    document = Document(io.BytesIO(draft))
    lines = [p.text for p in document.paragraphs]
    assert lines[0] == "司法确认申请书"
    assert "申请人：郑测一，男，1968年3月5日出生，公民身份号码：500000196803059010" in lines[1]
    assert "联系电话：____________" in lines[1]
    assert lines[2] == "法定代理人：王测三（父母）。"
    assert {"请求确认协议有效。", "此致", "重庆市示例区人民法院"} <= set(lines)
    items, listed = document.tables
    assert [c.text for c in items.rows[1].cells] == [
        "1", "郑测一", "冯测二", "300元", "2026年12月10日", "一次性",
    ]  # fmt: skip
    states = {row.cells[1].text: row.cells[2].text for row in listed.rows[1:]}
    assert states["双方送达地址、电话"] == "待补"
    assert states["调解协议"] == "已附"

    first, second = pages(printed)
    for said in ("司法确认申请书", "申请人：郑测一", "重庆市示例区人民法院"):
        assert said in first + second


@needs_font
async def test_a_draft_of_an_organisation_and_of_nobody_known(justice: Agent) -> None:
    firm = {"ref": "p2", "kind": "legal_person", "role": "applicant", "name": "测试商行有限公司"}
    firm |= {"credit_code": "91500000MA00000000", "legal_representative": "吴测四"}
    for told, line in (
        (clean(applicants=[PARTIES[0], firm]), "法定代表人（负责人）：吴测四"),
        (result(), "申请人：____________，住____________"),
    ):
        content = await justice.application_pack(body(told), SHARED_FORM, ASKED)
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            document = Document(io.BytesIO(pack.read("司法确认申请书.docx")))
        assert any(line in p.text for p in document.paragraphs)
        assert "____________人民法院" in {p.text for p in document.paragraphs}


@needs_font
def test_the_command_line_tells_the_way_out_and_writes_the_pack(hub: LiveHub, tmp_path: Path) -> None:
    key, file, out = tmp_path / "key.json", tmp_path / "agreement.json", tmp_path / "out"
    key.write_text(json.dumps(hub.keys["justice-sys"]))
    out.mkdir()
    options = ["--key", str(key), "--id", "justice-sys", "--unit", COMMITTEE, "--on", DAY]
    file.write_bytes(body(clean()))
    assert "没有发现问题" in hub.command("precheck", str(file), *options)
    file.write_bytes(body(item(due=None)))
    words = [*LIANTIAO, "precheck", str(file), *options, "--out", str(out)]
    done = subprocess.run(words, env=hub.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert "第1项没有写明履行日期" in done.stdout
    assert "民诉法解释(2022修正)358(5)" in done.stdout
    assert {f.name for f in out.iterdir()} == {
        "precheck.json", "司法确认申请书.docx", "司法确认申请书.pdf",
    }  # fmt: skip
