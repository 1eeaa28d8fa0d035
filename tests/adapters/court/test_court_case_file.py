"""民事案件: registrations and statuses as courts write them, and what a registration becomes in that form."""

import pytest

import schemas
from hub.errors import Refused
from hub.translate.conformance import load_folder, native_fields
from hub.translate.records import Noted, Number
from hub.translate.registry import Translator
from tests.adapters.court.case_files import EXAMPLES, GBK, HOME, UTF8, document, listed, only, read, xml

FILED = "01_case_filed_2009data_gbk.xml"
CLOSED = "04_case_closed_with_service_gbk.xml"
BASIC = "民事案件基本信息"
ROOT = '<民事案件 xmlns="http://dataexchange.court.gov.cn/2009/data">'


@pytest.fixture(scope="module")
def court() -> Translator:
    return Translator([load_folder(HOME)])


def money(amount: str, raw: str, precision: str = "exact") -> dict[str, str]:
    return {"amount": amount, "precision": precision, "raw": raw}


class TestRegistration:
    def test_three_files_of_one_case_are_one_record(self, court: Translator) -> None:
        first, stray, lying = (
            only(court, "dispute", (EXAMPLES / name).read_bytes(), media)
            for name, media in (
                (FILED, GBK),
                ("02_case_filed_2009data_utf8_strayone.xml", UTF8),
                ("03_case_filed_mislabelled.xml", UTF8),
            )
        )
        assert first.own == stray.own == lying.own == (Number("ajbs", *["500199202100012"] * 2),)
        assert [n.normal for n in stray.case] == [n.normal for n in first.case]
        assert stray.case[0].value != first.case[0].value
        assert lying.document == first.document
        assert Noted("encoding") in lying.findings
        assert Noted("dropped", native=f"/{BASIC}/审判程序名称") in stray.findings
        assert f"/{BASIC}/审判程序名称" in stray.dropped

    @pytest.mark.parametrize(
        ("code", "label", "role"),
        [
            ("1", "原告", "plaintiff"), ("2", "被告", "defendant"), ("3", "第三人", "third"),
            ("4", "申请人", "applicant"), ("5", "被申请人", "respondent"), ("", "被申请人", "respondent"),
            ("５", None, "respondent"), ("99", "申请人", "applicant"), ("4", "被申请人", "respondent"),
            ("77", "上诉人", "other"), (None, None, "other"), ("", "无", "other"),
        ],
    )  # fmt: skip
    def test_the_label_says_the_place_in_the_suit(
        self, court: Translator, code: str | None, label: str | None, role: str
    ) -> None:
        at = "当事人/R:1/诉讼地位"
        made = document(court, "dispute", xml(FILED, {f"{at}代码": code, f"{at}名称": label}))
        assert made["parties"][1]["role"] == role
        assert schemas.faults("dispute", made) == ()

    @pytest.mark.parametrize("field", ["诉讼地位", "当事人类型"])
    def test_a_bare_unknown_code_is_refused_by_its_place(self, court: Translator, field: str) -> None:
        body = xml(FILED, {f"当事人/R:2/{field}代码": "77", f"当事人/R:2/{field}名称": ""})
        with pytest.raises(Refused) as refused:
            read(court, "dispute", body)
        assert refused.value.code == "untranslatable"
        assert [(f.rule, f.native) for f in refused.value.faults] == [("code", f"/当事人/R/2/{field}代码")]

    def test_an_unknown_label_is_kept_and_noted(self, court: Translator) -> None:
        record = only(court, "dispute", xml(FILED, {"当事人/R:0/诉讼地位名称": "利害关系人"}))
        assert Noted("lossy", native="/当事人/R/0/诉讼地位代码") in record.findings
        assert record.document["native_extras"]["/当事人/R/0/诉讼地位名称"] == "利害关系人"

    def test_a_company_with_its_representative(self, court: Translator) -> None:
        company = {
            "当事人/R:1/当事人类型代码": "2",
            "当事人/R:1/当事人类型名称": "法人",
            "当事人/R:1/名称": "重庆测试八建筑劳务有限公司",
            "当事人/R:1/法定代表人": "潘测九",
        }
        person = document(court, "dispute", xml(FILED, company))["parties"][1]
        assert (person["kind"], person["legal_representative"]) == ("legal_person", "潘测九")

    @pytest.mark.parametrize(
        ("field", "text", "place", "value"),
        [
            ("诉讼标的金额", "1.2万元", "amount", money("12000", "1.2万元")),
            ("诉讼标的金额", "12,000.00", "amount", money("12000.00", "12,000.00")),
            ("诉讼标的金额", "3万余元", "amount", money("30000", "3万余元", "at_least")),
            ("立案日期", "2021-04-19 00:00:00.0", "business_time", "2021-04-19T00:00:00+08:00"),
            ("立案日期", "20210419", "business_time", "2021-04-19T00:00:00+08:00"),
            ("立案日期", "2021年4月19日", "business_time", "2021-04-19T00:00:00+08:00"),
            ("立案日期", "2021-04-19T10:02:33", "business_time", "2021-04-19T10:02:33+08:00"),
            ("立案日期", "", "business_time", "2026-11-25T12:00:00+08:00"),
            ("立案案由代码", "", "cause", "申请司法确认调解协议"),
            ("立案案由名称", None, "cause", {"code": "140901"}),
            ("承办人", "无", "handler", None),
        ],
    )  # fmt: skip
    def test_values_as_courts_write_them(
        self, court: Translator, field: str, text: str | None, place: str, value: object
    ) -> None:
        made = document(court, "dispute", xml(FILED, {f"{BASIC}/{field}": text}))
        assert made.get(place) == value

    @pytest.mark.parametrize(
        ("kind", "cause_code", "cause", "expected"),
        [
            ("民事特别程序", "140901", "申请司法确认调解协议", "special_confirmation"),
            ("民事特别程序", "", "申请司法确认调解协议", "special_confirmation"),
            ("民事特别程序", "140902", "申请实现担保物权", "other"),
            ("民事一审", "9108", "民间借贷纠纷", "civil_first"),
            ("", "9108", "民间借贷纠纷", None),
        ],
    )
    def test_a_confirmation_is_told_by_its_cause(
        self, court: Translator, kind: str, cause_code: str, cause: str, expected: str | None
    ) -> None:
        names = ("案件类型标识名称", "立案案由代码", "立案案由名称")
        changes = dict(zip((f"{BASIC}/{name}" for name in names), (kind, cause_code, cause), strict=True))
        assert document(court, "dispute", xml(FILED, changes))["own_case"].get("kind") == expected

    def test_characters_outside_gbk(self, court: Translator) -> None:
        made = document(court, "dispute", xml(FILED, {"当事人/R:0/名称": "郑测𠮷㛃"}))
        assert made["parties"][0]["name"] == "郑测𠮷㛃"

    def test_next_to_nothing_is_still_a_registration(self, court: Translator) -> None:
        body = f"{ROOT}<当事人><R><名称>郑测一</名称></R><R><名称/><编号/></R></当事人></民事案件>".encode()
        record = only(court, "dispute", body, UTF8)
        assert [p["name"] for p in record.document["parties"]] == ["郑测一"]
        assert (record.own, record.case) == ((), ())
        assert schemas.faults("dispute", record.document) == ()

    def test_an_original_case_is_a_link(self, court: Translator) -> None:
        body = xml(
            FILED,
            {"原案情况/R:0/案号": "（2020）渝0199民初7号", "原案情况/R:1/案号": "(2019)渝0199民初008号"},
        )
        record = only(court, "dispute", body)
        assert [n.normal for n in record.links] == ["(2020)渝0199民初7号", "(2019)渝0199民初8号"]
        assert [n["value"] for n in record.document["explicit_links"]] == [n.value for n in record.links]
        assert len(record.case) == 1
        assert again(court, record.document) == record.document

    def test_sections_may_repeat_and_come_back(self, court: Translator) -> None:
        panel = {f"审判组织成员/R:{i}/姓名": name for i, name in enumerate(("贺审一", "贺审二", "贺审三"))}
        made = document(court, "dispute", xml(FILED, panel))
        assert made["native_extras"]["/审判组织成员"].count("贺审") == 3
        assert again(court, made) == made


def again(court: Translator, made: dict[str, object]) -> dict[str, object]:
    written = court.write("court", "data2009_civil_case", "dispute", made, "data2009_civil_case")
    assert written.dropped == ()
    return document(court, "dispute", written.body, written.media_type)


class TestStatus:
    @pytest.mark.parametrize(
        ("code", "stage", "way", "closed_on", "expected"),
        [
            ("1", "立案", "", "", ("filed", None)),
            ("3", "审理", "", "", ("hearing", None)),
            ("3", "", "", "", ("hearing", None)),
            ("", "恢复审理", "", "", ("trial_resumed", None)),
            ("", "委托调解", "", "", ("entrusted", None)),
            ("7", "", "", "", ("closed_other", None)),
            ("07", "已结案", "判决", "2021-05-01", ("judgment", "judgment")),
            ("9", "", "调解", "", ("mediation_document_issued", "mediation")),
            ("7", "已结案", "准许撤诉", "", ("withdrawn_after_settlement", "withdrawal")),
            ("7", "已结案", "按撤诉处理", "", ("closed_other", "deemed_withdrawal")),
            ("7", "已结案", "裁定调解协议有效", "", ("closed_other", "ruling")),
            ("7", "已结案", "移送其他法院", "", ("closed_other", "other")),
            ("", "", "", "2021-05-01", ("closed_other", None)),
            ("8", "已归档", "判决", "2021-05-01", ("archived", "judgment")),
        ],
    )
    def test_stage_and_way_of_closing(
        self,
        court: Translator,
        code: str,
        stage: str,
        way: str,
        closed_on: str,
        expected: tuple[str, str | None],
    ) -> None:
        names = ("案件进展阶段代码", "案件进展阶段名称", "结案方式名称", "结案日期")
        changes = dict(zip((f"{BASIC}/{name}" for name in names), (code, stage, way, closed_on), strict=True))
        made = document(court, "case_status", xml(CLOSED, changes))
        assert (made["phase"], made.get("closed_how")) == expected
        assert made.get("on") == (closed_on or None)
        assert schemas.faults("case_status", made) == ()

    def test_the_newer_way_of_closing_wins(self, court: Translator) -> None:
        made = document(court, "case_status", xml(CLOSED, {f"{BASIC}/新结案方式名称": "撤回申请"}))
        assert made["closed_how"] == "withdrawal"

    @pytest.mark.parametrize(("code", "stage"), [("5", ""), ("", "某阶段")])
    def test_an_unknown_stage_is_refused(self, court: Translator, code: str, stage: str) -> None:
        changes = {
            f"{BASIC}/案件进展阶段代码": code,
            f"{BASIC}/案件进展阶段名称": stage,
            f"{BASIC}/结案日期": "",
        }
        with pytest.raises(Refused) as refused:
            read(court, "case_status", xml(CLOSED, changes))
        assert [f.rule for f in refused.value.faults] == ["code"]

    def test_a_later_stage_is_no_revision_of_an_earlier_one(self, court: Translator) -> None:
        closed = only(court, "case_status", xml(CLOSED, {}))
        archived = only(court, "case_status", xml(CLOSED, {f"{BASIC}/案件进展阶段代码": "8"}))
        assert closed.own != archived.own
        assert closed.case == archived.case == only(court, "dispute", xml(FILED, {})).own + closed.case[1:]

    @pytest.mark.parametrize(
        ("signed", "day", "result", "at"),
        [
            ("2021-04-20T16:05:00", "2021-04-20", "served", "2021-04-20T16:05:00+08:00"),
            ("2021-04-20 16:05:00.0", "", "served", "2021-04-20T16:05:00+08:00"),
            ("", "2021-04-20", "served", "2021-04-20T00:00:00+08:00"),
            ("", "2021年4月20日", "served", "2021-04-20T00:00:00+08:00"),
            ("", "", None, None),
        ],
    )
    def test_service_rows(
        self, court: Translator, signed: str, day: str, result: str | None, at: str | None
    ) -> None:
        changes = {"送达信息/R:1/签收时间": signed, "送达信息/R:1/送达日期": day}
        made = document(court, "case_status", xml(CLOSED, changes))
        row = made["services"][1]
        assert (row.get("result"), row.get("served_at")) == (result, at)
        assert [r["party_name"] for r in made["services"]] == ["郑测一", "冯测二", "余测三"]

    def test_without_service_rows(self, court: Translator) -> None:
        made = document(court, "case_status", xml(CLOSED, {"送达信息": None}))
        assert "services" not in made
        assert made["phase"] == "closed_other"


CODED = frozenset(
    f"{field}代码" for field in ("当事人/R/诉讼地位", "当事人/R/当事人类型", f"{BASIC}/案件进展阶段")
)


@pytest.mark.parametrize("kind", ["dispute", "case_status"])
def test_every_published_field_is_read_or_kept(court: Translator, kind: str) -> None:
    stage = {f"{BASIC}/案件进展阶段名称": "结案", f"{BASIC}/案件进展阶段代码": "7"}
    filled = {path: f"值{i}" for i, path in enumerate(listed("民事案件/")) if path not in CODED} | stage
    assert len(filled) > 250
    record = only(court, kind, xml(CLOSED, filled))
    assert record.dropped == ()
    kept, (fmt, *_) = record.document["native_extras"], court.agencies["court"].formats
    rows = next(m.rows for m in fmt.maps if m.kind == kind)
    read_fields = {field.path for field in native_fields(rows) if field.fate != "dropped"}
    for path in filled:
        section, pointer = path.partition("/")[0], "/" + path.replace("/R/", "/R/0/")
        assert path in read_fields or pointer in kept or f"/{section}" in kept, path


class TestWriting:
    def test_a_police_registration_in_the_court_form(self, court: Translator) -> None:
        sent = {
            "schema": "liantiao/1",
            "business_time": "2021-04-18T09:05:07+08:00",
            "action": "register",
            "origin": "police_visit",
            "facts": "因排水发生争执",
            "identifiers": [{"system": "jf_bh", "value": "JF2021040012"}],
            "parties": [
                {"ref": "p1", "kind": "person", "role": "side_a", "name": "郑测一", "name_status": "full"},
                {"ref": "p2", "kind": "person", "role": "respondent", "name": "冯测𠮷"},
            ],
        }  # fmt: skip
        written = court.write("court", "data2009_civil_case", "dispute", sent, "fwqz_jftjdj")
        assert written.media_type == "application/xml;charset=GB18030"
        assert "JF2021040012" not in written.body.decode("gb18030")
        assert {"/facts", "/parties/0/role", "/identifiers/0/value", "/business_time"} <= set(written.dropped)
        assert "/parties/1/role" not in written.dropped
        back = document(court, "dispute", written.body, written.media_type)
        assert [p["name"] for p in back["parties"]] == ["郑测一", "冯测𠮷"]
        assert [p["role"] for p in back["parties"]] == ["other", "respondent"]

    def test_what_has_no_place_in_the_suit_is_not_written_as_one(self, court: Translator) -> None:
        links = [
            {"system": "jjdbh", "value": "5001990001"},
            {"system": "case_no", "value": "(2020)渝0199民初7号"},
        ]
        made = document(court, "dispute", xml(FILED, {})) | {"explicit_links": links}
        body = court.write("court", "data2009_civil_case", "dispute", made).body.decode("gb18030")
        assert "5001990001" not in body
        assert "(2020)渝0199民初7号" in body
