"""Lists of cases: the answer of a query service in Base64 twice over, and the rows of a buffer table."""

import base64
import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import schemas
from hub.errors import Refused
from hub.translate.conformance import load_folder
from hub.translate.conformance_examples import SIGNED_AT
from hub.translate.records import Noted, Origin, Reading, Record
from hub.translate.registry import MAX_LIST, Translator
from tests.adapters.court.case_files import EXAMPLES, HOME

KIND, TDH = "case_status", "soap_b64"
INNER = (EXAMPLES / "09_snapshot_tdh_response_inner.xml").read_bytes()
WIRE = (EXAMPLES / "10_snapshot_tdh_response_wire.b64").read_bytes()
COURT = Translator([load_folder(HOME)])
CSV = "text/csv;charset=GB18030"

Row = dict[str, str]


def listed(body: bytes) -> Reading:
    return COURT.read_list("court", TDH, body, Origin("snapshot", "500199", SIGNED_AT))


def refused(body: bytes) -> tuple[str, str, str | None]:
    with pytest.raises(Refused) as found:
        listed(body)
    fault = found.value.faults[0]
    return found.value.code, fault.rule, fault.native


def coded(text: str, charset: str = "utf-8") -> str:
    return base64.b64encode(text.encode(charset)).decode()


def answer(*rows: Row, code: str = "0", count: str | None = None, charset: str = "utf-8") -> bytes:
    """An answer of the service as it goes over the wire."""
    root = etree.Element("Response")
    result = etree.SubElement(root, "Result")
    etree.SubElement(result, "Code").text = coded(code)
    etree.SubElement(result, "Msg")
    data = etree.SubElement(root, "Data", Count=coded(str(len(rows)) if count is None else count))
    for row in rows:
        made = etree.SubElement(data, "R")
        for name, text in row.items():
            etree.SubElement(made, name).text = coded(text, charset)
    return base64.b64encode(etree.tostring(root))


def row(number: int = 1, **members: str) -> Row:
    told = {"AHDM": f"5001992021{number:05}", "AH": f"(2021)渝0199民初{number}号", "FY": "H99"}
    return {**told, "LARQ": "20210419", "JARQ": "", "AJZTMS": "审理", **members}


def state(record: Record) -> tuple[object, object]:
    assert record.document is not None, record.fault and record.fault.faults
    return record.document["phase"], record.document.get("on")


class TestTheAnswerOfTheService:
    @pytest.mark.parametrize(
        "body", [WIRE, INNER, WIRE + b"\n", b"\n".join(WIRE[i : i + 76] for i in range(0, len(WIRE), 76))]
    )
    def test_a_snapshot_s_blob_holds_three_cases(self, body: bytes) -> None:
        records = listed(body).records
        assert [[n.normal for n in record.own] for record in records] == [
            ["500199202100012"],
            ["500199202100013"],
            ["500199202100014"],
        ]
        assert [[n.normal for n in record.case] for record in records] == [
            ["(2021)渝0199民特12号"],
            ["(2021)渝0199民初301号"],
            ["(2021)渝0199诉前调88号"],
        ]
        assert [state(record) for record in records] == [
            ("closed_other", "2021-04-20"),
            ("hearing", None),
            ("filed", "2021-04-21"),
        ]
        assert [bool(record.findings) for record in records] == [False, False, True]
        for record in records:
            assert schemas.faults(KIND, record.document) == ()

    @pytest.mark.parametrize("told", ["csv", "xml", "json", "zip", "xlsx", "", "tdh_cases"])
    def test_another_word_for_its_format_is_refused(self, told: str) -> None:
        with pytest.raises(Refused) as found:
            COURT.read_list("court", told, WIRE, Origin("snapshot", "500199", SIGNED_AT))
        assert found.value.code in ("untranslatable", "malformed")

    def test_nobody_is_told_to_send_it_as_a_message(self) -> None:
        assert all(media != "text/plain" for media, _, _ in COURT.media_types())

    def test_no_message_is_one(self) -> None:
        with pytest.raises(Refused) as found:
            COURT.read("court", "text/plain", WIRE, Origin(KIND, "500199", SIGNED_AT))
        assert found.value.faults[0].rule == "no-format"

    def test_ok_is_zero_and_nothing_else(self) -> None:
        assert len(listed(answer(row())).records) == 1
        for code in ("1", "200", "成功"):
            fault = listed(answer(row(), code=code)).records[0].fault
            assert fault is not None
            assert [(f.rule, f.native) for f in fault.faults] == [("answer-not-ok", "/Result/Code")]

    @pytest.mark.parametrize("count", ["2", "0", "x"])
    def test_a_list_that_was_cut_off_is_none(self, count: str) -> None:
        assert refused(answer(row(), count=count)) == ("untranslatable", "count-of-records", "/Data/Count")

    def test_a_list_without_rows_has_no_records(self) -> None:
        assert refused(answer()) == ("untranslatable", "no-records", None)

    def test_texts_in_gbk_are_read(self) -> None:
        record = listed(answer(row(AJZTMS="结案"), charset="gb18030")).records[0]
        assert state(record)[0] == "closed_other"

    def test_an_unknown_state_is_refused_by_its_place_and_the_others_are_read(self) -> None:
        first, second = listed(answer(row(1, AJZTMS="卷宗丢失"), row(2))).records
        assert first.fault is not None
        assert [(f.rule, f.native) for f in first.fault.faults] == [("code", "/Data/R/LARQ")]
        assert "卷宗" not in repr(first.fault.faults)
        assert second.fault is None

    @pytest.mark.parametrize(
        ("body", "code", "rule"),
        [
            (b"", "malformed", "syntax"),
            (b"%%%", "malformed", "base64"),
            (
                base64.b64encode(b"<Response><Result><Code>x</Code></Result></Response>"),
                "malformed",
                "base64",
            ),
            (base64.b64encode(b"<!DOCTYPE a><Response/>"), "malformed", "xml-forbidden"),
            (base64.b64encode(b"<Other/>"), "untranslatable", "no-format"),
            (
                base64.b64encode(b"<Response><Result><Code>AAA=</Code></Result></Response>"),
                "malformed",
                "nul",
            ),
            (
                base64.b64encode(b"<Response><Result><Code>AQ==</Code></Result></Response>"),
                "malformed",
                "syntax",
            ),
            (b"<a>" * 2_000, "malformed", "syntax"),
            (b"A" * (MAX_LIST + 4), "too-large", "size"),
        ],
    )
    def test_what_is_no_answer(self, body: bytes, code: str, rule: str) -> None:
        assert refused(body)[:2] == (code, rule)

    def test_more_rows_than_a_message_may_have(self) -> None:
        rows = [row(n) for n in range(1, 2_502)]
        assert len(listed(answer(*rows)).records) == 2_501

    @settings(max_examples=40, deadline=None)
    @given(
        texts=st.lists(
            st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=60),
            min_size=5,
            max_size=5,
        )
    )
    def test_whatever_the_texts_a_row_is_read_or_refused(self, texts: list[str]) -> None:
        names = ("AHDM", "AH", "LARQ", "JARQ", "AJZTMS")
        (record,) = listed(answer(row(**dict(zip(names, texts, strict=True))))).records
        if record.fault is not None:
            assert not any(len(text) > 3 and text in repr(record.fault.faults) for text in texts)


def table(*rows: Row) -> bytes:
    """The buffer table; the stage.s column has a blank after its name, as in the vendor's own."""
    with (EXAMPLES / "18_cases_EAJ_gbk.csv").open(encoding="gb18030", newline="") as file:
        columns, first, *_ = list(csv.reader(file))
    out = io.StringIO(newline="")
    made = csv.writer(out)
    made.writerow(columns)
    plain = [column.strip() for column in columns]
    for told in rows:
        made.writerow([told.get(name, cell) for name, cell in zip(plain, first, strict=True)])
    return out.getvalue().encode("gb18030")


def rows_of(*rows: Row) -> tuple[Record, ...]:
    return COURT.read("court", CSV, table(*rows), Origin(KIND, "500199", SIGNED_AT)).records


class TestTheBufferTable:
    def test_a_column_with_a_blank_after_its_name_is_that_column(self) -> None:
        assert "AJJZJD ," in table().decode("gb18030")
        (record,) = rows_of({})
        assert [n.value for n in record.own] == ["500199202100012/7"]

    @pytest.mark.parametrize(
        ("told", "expected"),
        [
            ({"AJJZJD": "7", "AJZTMS": "", "JARQ": ""}, ("closed_other", None)),
            ({"AJJZJD": "9", "AJZTMS": "审理", "JARQ": ""}, ("closed_other", None)),
            ({"AJJZJD": "3", "AJZTMS": "", "JARQ": ""}, ("hearing", None)),
            ({"AJJZJD": "3", "AJZTMS": "归档", "JARQ": "20210420"}, ("archived", "2021-04-20")),
            ({"AJJZJD": "", "AJZTMS": "", "JARQ": ""}, ("filed", "2021-04-19")),
            ({"AJJZJD": "1", "AJZTMS": "已立案", "JARQ": ""}, ("filed", "2021-04-19")),
        ],
    )
    def test_where_a_case_stands(self, told: Row, expected: tuple[str, str | None]) -> None:
        (record,) = rows_of(told)
        assert state(record) == expected

    def test_a_stage_without_a_known_meaning_is_refused(self) -> None:
        (record,) = rows_of({"AJJZJD": "5", "AJZTMS": "", "JARQ": ""})
        assert record.fault is not None
        assert [(f.rule, f.native) for f in record.fault.faults] == [("code", "/AJJZJD")]

    @pytest.mark.parametrize("court", ["H99", "500199"])
    def test_either_code_of_a_court_is_kept_and_decides_nothing(self, court: str) -> None:
        (record,) = rows_of({"FYDM": court})
        assert record.document is not None
        assert record.document["native_extras"]["/FYDM"] == court

    def test_two_vendors_numbers_of_one_length_are_two_numbers(self) -> None:
        (record,) = rows_of({"AHDM": "500199202100099"})
        assert {(n.system, n.value) for n in record.case} >= {
            ("ajbs", "500199202100012"),
            ("ahdm", "500199202100099"),
        }
        assert Noted("encoding") not in record.findings

    def test_it_comes_as_a_snapshot_too(self) -> None:
        origin = Origin("snapshot", "500199", SIGNED_AT)
        (record,) = COURT.read_list("court", "csv", table({}), origin).records
        assert record.document == rows_of({})[0].document
        with pytest.raises(Refused) as found:
            COURT.read_list("court", "csv", table({}), origin, "dispute")
        assert found.value.faults[0].rule == "kind-not-in-format"

    def test_a_format_of_two_kinds_needs_to_be_told_which(self) -> None:
        body, origin = (
            (EXAMPLES / "01_case_filed_2009data_gbk.xml").read_bytes(),
            Origin("snapshot", "500199", SIGNED_AT),
        )
        with pytest.raises(Refused) as found:
            COURT.read_list("court", "xml", body, origin)
        assert found.value.faults[0].rule == "kind-not-in-format"
        (record,) = COURT.read_list("court", "xml", body, origin, "dispute").records
        assert record.own[0].system == "ajbs"
