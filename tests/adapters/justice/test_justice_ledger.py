"""Ledgers as spreadsheets keep them: merged, moved, hidden, computed, summed; each with what comes of it."""

from collections.abc import Sequence

import pytest

from hub.errors import Refused
from hub.translate.conformance import load_folder
from hub.translate.conformance_examples import SIGNED_AT
from hub.translate.records import Origin, Reading, Record
from hub.translate.registry import Translator
from tests.adapters.conftest import ADAPTERS
from tests.adapters.sheets import XLSX, Xml, book, day, sheet

HEADINGS = (
    "序号",
    "事件名称",
    "发生日期\t",
    "事件简述\t",
    "主要当事人姓名",
    "主要当事人证件号码",
    "主要当事人性别",
)
FIRST = ("1", "排水纠纷", "2021年4月19日", "共用排水沟堵塞", "郑测一", "500000196803059010", "男")
SECOND = ("2", "口角", "2021.5.19", "现场已和解", "袁测五", "无", "女")
MORE = (None, None, None, None, "冯测二", "500000197511209026", "2")
TOTAL = ("合计", None, None, None, "2")
JOINED = ("A2:A3", "B2:B3", "D2:D3")


@pytest.fixture(scope="module")
def justice() -> Translator:
    return Translator([load_folder(ADAPTERS / "justice")])


def read(justice: Translator, body: bytes) -> Reading:
    return justice.read("justice", XLSX, body, Origin("dispute", "5001990100", SIGNED_AT))


def of(
    justice: Translator, rows: Sequence[Sequence[object]], merges: Sequence[str] = ()
) -> tuple[Record, ...]:
    return read(justice, book(sheet(rows, merges))).records


def told(record: Record) -> tuple[object, ...]:
    """Title, facts and names: what a dispute is about and whose it is."""
    assert record.document is not None, record.fault and record.fault.faults
    parties = record.document["parties"]
    assert isinstance(parties, list)
    return (record.document.get("title"), record.document.get("facts"), *(p["name"] for p in parties))


def faults(record: Record) -> list[tuple[str, str | None]]:
    assert record.fault is not None
    return [(f.rule, f.native) for f in record.fault.faults]


ONE = ("排水纠纷", "共用排水沟堵塞", "郑测一", "冯测二")
TWO = ("口角", "现场已和解", "袁测五")


class TestWhoBelongsToWhat:
    @pytest.mark.parametrize("merges", [JOINED, ("A2:A3",), ("B2:B3", "C2:C3"), ()])
    def test_several_people_under_one_dispute(self, justice: Translator, merges: Sequence[str]) -> None:
        one, two = of(justice, [HEADINGS, FIRST, MORE, SECOND], merges)
        assert (told(one), told(two)) == (ONE, TWO)
        assert (one.label, two.label) == ("row 2", "row 4")

    def test_a_merge_over_several_disputes_joins_none(self, justice: Translator) -> None:
        rows = [(*HEADINGS, "化解组织"), (*FIRST, "测试镇人民调解委员会"), (*SECOND, None)]
        one, two = of(justice, rows, ["H2:H3"])
        assert told(two) == TWO
        for record in (one, two):
            assert record.document is not None
            assert record.document["native_extras"]["/化解组织"] == "测试镇人民调解委员会"

    def test_an_empty_row_ends_a_dispute(self, justice: Translator) -> None:
        one, lost = of(justice, [HEADINGS, FIRST, (), MORE])
        assert told(one) == (*ONE[:2], "郑测一")
        assert faults(lost) == [("record-start", "row 4")]

    def test_one_person_over_two_rows_is_one(self, justice: Translator) -> None:
        (one,) = of(justice, [HEADINGS, FIRST, ()], [*JOINED, "E2:E3", "F2:F3", "G2:G3"])
        assert told(one) == (*ONE[:2], "郑测一")

    def test_two_things_in_one_column_are_refused_by_their_cell(self, justice: Translator) -> None:
        other = (None, None, "2021年5月1日", *MORE[3:])
        one, two = of(justice, [HEADINGS, FIRST, other, SECOND], JOINED)
        assert faults(one) == [("second-value", "C3 发生日期")]
        assert told(two) == TWO

    def test_what_a_merged_cell_hides_is_refused(self, justice: Translator) -> None:
        hidden = (None, "另一纠纷", *MORE[2:])
        (one,) = of(justice, [HEADINGS, FIRST, hidden], JOINED)
        assert faults(one) == [("covered-value", "B3 事件名称")]


class TestWhereTheTableIs:
    def test_titles_sums_and_notes_are_no_records(self, justice: Translator) -> None:
        rows = [
            ("台账(2021年4月)",), ("填报单位:测试镇司法所", None, "填报人:沈调二"), HEADINGS, FIRST,
            ("本页小计", *TOTAL[1:]), HEADINGS, SECOND, (), ("合 计:", *TOTAL[1:]), (None, "备注：无新增"),
        ]  # fmt: skip
        one, two = of(justice, rows, ["A1:G1"])
        assert (told(one), told(two)) == ((*ONE[:2], "郑测一"), TWO)
        dropped = [f.native for f in one.findings if f.code == "dropped"]
        assert dropped == ["A1", "A2", "C2", "A5", "E5", "A9", "E9", "B10"]

    def test_empty_leading_columns_and_another_order(self, justice: Translator) -> None:
        order = (5, 1, 0, 3, 6, 4, 2)
        rows = [(None, None, *(row[i] for i in order)) for row in (HEADINGS, FIRST, SECOND)]
        one, two = of(justice, [(), *rows])
        assert (told(one), told(two)) == ((*ONE[:2], "郑测一"), TWO)

    def test_headings_of_two_levels(self, justice: Translator) -> None:
        top = (*HEADINGS[:4], "主要当事人", None, None)
        below = (None, None, None, None, *HEADINGS[4:])
        merges = [*(f"{c}1:{c}2" for c in "ABCD"), "E1:G1"]
        assert told(of(justice, [top, below, FIRST], merges)[0]) == (*ONE[:2], "郑测一")

    def test_several_sheets_are_read_and_hidden_ones_named(self, justice: Translator) -> None:
        notes, april, may = sheet([("填表说明",)]), sheet([HEADINGS, FIRST]), sheet([HEADINGS, SECOND])
        reading = read(justice, book(notes, april, may, sheet([HEADINGS, SECOND]), hidden=[4]))
        assert [r.label for r in reading.records] == ["sheet 2 row 2", "sheet 3 row 2"]
        dropped = [f.native for f in reading.records[0].findings if f.code == "dropped"]
        assert dropped == ["sheet 1", "sheet 4"]

    def test_a_column_nobody_knows_is_refused_where_it_is_filled(self, justice: Translator) -> None:
        one, two = of(justice, [(*HEADINGS, "郑测一的备注", None), (*FIRST, "x", "y"), SECOND])
        assert faults(one) == [("unknown-field", "H2"), ("unknown-field", "I2")]
        assert told(two) == TWO

    def test_a_heading_that_is_there_twice(self, justice: Translator) -> None:
        with pytest.raises(Refused) as refused:
            of(justice, [(*HEADINGS, "事件简述"), (*FIRST, "x")])
        assert (refused.value.code, refused.value.faults[0].native) == ("malformed", "sheet 1 H1")

    @pytest.mark.parametrize("rows", [[], [HEADINGS[:3], FIRST[:3]], [()] * 40 + [HEADINGS, FIRST]])
    def test_a_workbook_without_the_headings_is_in_no_format(
        self, justice: Translator, rows: Sequence[Sequence[object]]
    ) -> None:
        with pytest.raises(Refused) as refused:
            of(justice, rows)
        assert (refused.value.code, refused.value.faults[0].rule) == ("untranslatable", "no-format")

    def test_too_many_records(self, justice: Translator) -> None:
        with pytest.raises(Refused) as refused:
            of(justice, [HEADINGS, *[("1", "x", None, None, "郑测一")] * 2001])
        assert (refused.value.code, refused.value.faults[0].rule) == ("too-large", "records")


APRIL = {"value": "2021-04-19", "precision": "day"}
CALENDARS = [
    (day(44305), False, APRIL | {"raw": "44305"}),
    (44305, False, APRIL | {"raw": "44305"}),
    ("2021年4月19日", False, APRIL | {"raw": "2021年4月19日"}),
    ("2021.4.19", False, APRIL | {"raw": "2021.4.19"}),
    (20210419, False, APRIL | {"raw": "20210419"}),
    (day(42843), True, APRIL),
    (42843, True, APRIL),
    ("2021年4月", False, {"value": "2021-04", "precision": "month", "raw": "2021年4月"}),
    (4.19, False, {"precision": "unknown", "raw": "4.19"}),
    (Xml('<c r="{r}" s="1"><f>TODAY()</f><v>44305</v></c>'), False, APRIL | {"raw": "44305"}),
    (Xml('<c r="{r}" t="d"><v>2021-04-19T00:00:00</v></c>'), False, APRIL),
]


class TestCells:
    @pytest.mark.parametrize(("cell", "late_start", "happened"), CALENDARS)
    def test_days(
        self, justice: Translator, cell: object, late_start: bool, happened: dict[str, str]
    ) -> None:
        body = book(sheet([HEADINGS, (*FIRST[:2], cell, *FIRST[3:])]), late_start=late_start)
        document = read(justice, body).records[0].document
        assert document is not None
        assert {k: v for k, v in document["happened"].items() if k in happened} == happened

    @pytest.mark.parametrize(
        ("cell", "rule"),
        [
            (500000196803059010, "digits-lost"),
            ("5.00000196803059E+17", "digits-lost"),
            (Xml('<c r="{r}"><f>VLOOKUP(A2,B:C,2)</f></c>'), "cell-formula"),
            (Xml('<c r="{r}" t="e"><v>#REF!</v></c>'), "cell-error"),
        ],
    )
    def test_what_cannot_be_read_is_refused_by_its_cell_and_the_others_stay(
        self, justice: Translator, cell: object, rule: str
    ) -> None:
        ruined = (*MORE[:5], cell, MORE[6])
        one, two = of(justice, [HEADINGS, FIRST, ruined, SECOND], JOINED)
        assert faults(one) == [(rule, "F3 主要当事人证件号码")]
        assert told(two) == TWO

    def test_a_number_of_fifteen_digits_is_whole(self, justice: Translator) -> None:
        (one,) = of(justice, [HEADINGS, (*FIRST[:5], 500000490712905, 1)])
        assert one.document is not None
        (person,) = one.document["parties"]
        assert (person["id_number"], person["id_status"], person["sex"]) == (
            "500000490712905",
            "fifteen",
            "1",
        )

    def test_a_code_that_lost_its_zero_and_one_that_nobody_lists(self, justice: Translator) -> None:
        good, bad = of(justice, [(*HEADINGS, "事件规模"), (*FIRST, 2), (*SECOND, "04")])
        assert good.document is not None
        assert good.document["scale"] == "02"
        assert faults(bad) == [("code", "H3 事件规模")]

    @pytest.mark.parametrize(
        ("cell", "people"),
        [
            ("30余人", {"value": 30, "precision": "at_least", "raw": "30余人"}),
            ("二人", {"value": 2, "precision": "exact", "raw": "二人"}),
            (3, {"value": 3, "precision": "exact"}),
        ],
    )
    def test_people_are_counted_as_they_were_told(
        self, justice: Translator, cell: object, people: dict[str, object]
    ) -> None:
        (one,) = of(justice, [(*HEADINGS, "涉及人数"), (*FIRST, cell)])
        assert one.document is not None
        assert one.document["people_count"] == people

    def test_nothing_is_said_in_many_ways(self, justice: Translator) -> None:
        heading = (*HEADINGS, "发生地点", "主要当事人居住详址")
        said = []
        for nothing in (None, "", " ", "无", "/", "-", "　"):
            row = (*FIRST[:2], nothing, nothing, FIRST[4], nothing, nothing, nothing, nothing)
            (one,) = of(justice, [heading, row])
            assert one.document is not None
            said.append({k: v for k, v in one.document.items() if k != "native_extras"})
        assert all(document == said[0] for document in said)
        assert said[0].keys().isdisjoint({"happened", "facts", "place"})
