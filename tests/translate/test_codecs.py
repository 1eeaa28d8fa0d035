"""Every codec word: reads the dirt of its family, writes one form, keeps its limits."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.port import (
    Amount,
    Code,
    CodeList,
    Count,
    Day,
    Decimal,
    Flag,
    IdNumber,
    Items,
    Kept,
    Label,
    LegalDate,
    Moment,
    Name,
    Native,
    Numbered,
    Phones,
    Text,
    Unlisted,
    Unreadable,
    When,
    Whole,
)
from hub.port.codecs import MOST_CANDIDATES, EmbeddedFile, FileIds
from hub.translate import codecs_told, files  # noqa: F401 - importing registers their codecs
from hub.translate.codecs import build
from hub.translate.records import FileRef, Origin, Run

SEX = CodeList("EM_XB", "OtherLink", "sex", (("1", "1", "男"), ("0", "2", "女")))
OPEN = CodeList(
    "type", "here", "dispute_type", (("06", "2", "邻里"), ("07", "", "不用")), Unlisted.KEEP, "99"
)


def run() -> Run:
    known = {"505": FileRef("ab" * 32, "协议.pdf", "application/pdf", 12)}
    return Run(Origin("dispute", "1", datetime(2026, 11, 25, tzinfo=UTC), known))


READ = [
    (Text(), " 测\t", "测"),
    (Text(), "无", None),
    (Text(), "/", None),
    (Text(), "\ufeff\x07", None),
    (Text(), 12, "12"),
    (Text(), 12.0, "12"),
    (Text(), 1.5, "1.5"),
    (Text(), True, "true"),
    (Whole(), "12", 12),
    (Whole(), " １２ ", 12),
    (Whole(), 12.0, 12),
    (Whole(), "53岁", Kept(53)),
    (Whole(), "053", Kept(53)),
    (Decimal(), "106.5", "106.5"),
    (Decimal(), 29.5, "29.5"),
    (Flag(), "1", True),
    (Flag("yes", "no"), "no", False),
    (Flag(), True, Kept(True)),
    (Flag(), "否", Kept(False)),
    (Code(SEX), 0, "2"),
    (Code(SEX), "女", Kept("2")),
    (Code(SEX), "１", "1"),
    (Code(OPEN), "07", Kept(None)),
    (Code(OPEN), "55", Kept("99", "lossy")),
    (Label(OPEN), "邻里", "2"),
    (Label(SEX), "男", "1"),
    (Phones(), "10000000001", ["10000000001"]),
    (Phones(), 10000000001, ["10000000001"]),
    (Phones(), "10000000001/ 100****0005；023-1", Kept(["10000000001", "100****0005", "023-1"])),
    (Phones(), "10000000001,023-1", ["10000000001", "023-1"]),
    (Phones(), "1,2,3,4,5,6", Kept(["1", "2", "3", "4", "5"], "lossy")),
    (Phones(), f"打不通,{'找他叔叔' * 8}", Kept(["打不通"], "lossy")),
    (Count(), "30余人", {"value": 30, "precision": "at_least", "raw": "30余人"}),
    (Count(), "许多", Kept(None, "lossy")),
    (Count(), "10000000001", Kept(None, "lossy")),
    (Amount(), "300元", {"amount": "300", "precision": "exact", "raw": "300元"}),
    (Day(), "1968-03-05", {"value": "1968-03-05", "precision": "day"}),
    (Day(), "1968-3-5", {"value": "1968-03-05", "precision": "day", "raw": "1968-3-5"}),
    (Day(), "2021年4月", {"value": "2021-04", "precision": "month", "raw": "2021年4月"}),
    (Day(When.DAY_UNPADDED), "1968-03-05", Kept({"value": "1968-03-05", "precision": "day"})),
    (Day(), "4.19", Kept({"precision": "unknown", "raw": "4.19"})),
    (LegalDate(), "2021-04-19", "2021-04-19"),
    (LegalDate(), "2021年4月19日", Kept("2021-04-19")),
    (LegalDate(When.DAY_CHINESE), "2021年4月19日", "2021-04-19"),
    (LegalDate(), "2021年4月", Kept(None, "lossy")),
    (LegalDate(), "不久", Kept(None, "lossy")),
    (Moment(), "2021-04-18 09:30:11", "2021-04-18T09:30:11+08:00"),
    (Moment(When.DAY), "2021-04-18", "2021-04-18T00:00:00+08:00"),
    (Moment(), "20210418093011", Kept("2021-04-18T09:30:11+08:00")),
    (Moment(When.EPOCH_MS), 1618732800000, "2021-04-18T16:00:00+08:00"),
    (Moment(When.EPOCH_MS), 1618732800123, Kept("2021-04-18T16:00:00+08:00")),
    (Moment(When.EPOCH_MS), "2021-04-18 16:00:00", Kept("2021-04-18T16:00:00+08:00")),
    (Moment(When.EPOCH_SECONDS), "1618732800", "2021-04-18T16:00:00+08:00"),
    (Moment(When.EPOCH_SECONDS), "2021-04-18 16:00:00", Kept("2021-04-18T16:00:00+08:00")),
    (Moment(), "1618732800", Kept(None, "lossy")),
    (Moment(), "2021-04", Kept(None, "lossy")),
    (Moment(), "无", None),
    (Numbered("case_no"), "（2021）渝0199民特12号", {
        "system": "case_no", "value": "（2021）渝0199民特12号", "normal_form": "(2021)渝0199民特12号",
    }),
    (Items(), "彭测四,袁测五", ["彭测四", "袁测五"]),
    (Items(), "/upload/a.pdf;/upload/b.pdf;", Kept(["/upload/a.pdf", "/upload/b.pdf"])),
    (Items(), ["甲", " ", "乙"], ["甲", "乙"]),
    (Name(), "冯*二", {"name": "冯*二", "name_status": "masked"}),
    (IdNumber(), "5000 0019 6803 0590 10", Kept({
        "id_type": "resident_id", "id_number": "500000196803059010", "id_status": "valid",
    })),
    (IdNumber(), "'500000490712905", Kept({
        "id_type": "resident_id", "id_number": "500000490712905", "id_status": "fifteen",
    })),
    (IdNumber(), "500000197511209026/500000490712905", Kept({"id_status": "not_checked"}, "identity")),
    (IdNumber(), "５０００００４９０７１２９０５", {
        "id_type": "resident_id", "id_number": "500000490712905", "id_status": "fifteen",
    }),
]  # fmt: skip


@pytest.mark.parametrize(("word", "native", "expected"), READ)
def test_reads(word: object, native: object, expected: object) -> None:
    assert build(word).read(native, run()) == expected


@pytest.mark.parametrize(
    ("word", "native", "rule"),
    [
        (Text(), {}, "type"),
        (Text(), ["x"], "type"),
        (Whole(), "十二", "integer"),
        (Whole(), "²", "integer"),
        (Whole(high=150), "151", "integer"),
        (Whole(), "-1", "integer"),
        (Decimal(), "1.2.3", "decimal"),
        (Decimal(), "9" * 31, "decimal"),
        (Flag(), "2", "code"),
        (Code(SEX), "2", "code"),
        (EmbeddedFile("ruling"), {"n": "a.pdf", "c": "%%%"}, "base64"),
    ],
)
def test_what_cannot_be_read_names_its_rule(word: object, native: object, rule: str) -> None:
    with pytest.raises(Unreadable) as found:
        build(word).read(native, run())
    assert found.value.rule == rule


def test_a_code_that_is_not_listed_is_refused_with_what_the_list_holds() -> None:
    with pytest.raises(Unreadable) as found:
        build(Code(SEX)).read("7", run())
    assert found.value.fills == (SEX.candidates,)
    assert all(text in SEX.candidates for row in SEX.codes for text in (SEX.system, row[0], row[2]))
    long = CodeList("x", "a system", "", tuple((str(n), "", "词") for n in range(MOST_CANDIDATES + 1)))
    assert long.candidates.endswith(f"{MOST_CANDIDATES - 1} 词 …")


@pytest.mark.parametrize(
    ("word", "shared", "native"),
    [
        (Text(), "测", "测"),
        (Whole(), 12, 12),
        (Whole(native=Native.TEXT), 12, "12"),
        (Flag("1", "2", Native.INTEGER), False, 2),
        (Code(SEX), "2", "0"),
        (Code(SEX, Native.INTEGER), "2", 0),
        (Label(SEX), "2", "女"),
        (Phones(), ["1", "2"], "1,2"),
        (Amount("元"), {"amount": "300", "precision": "exact"}, "300元"),
        (Count(), 3, "3"),
        (Count(), {"value": 30, "precision": "at_least", "raw": "30余人"}, "30余人"),
        (Day(), {"value": "2021-04-09", "precision": "day"}, "2021-04-09"),
        (Day(When.DAY_UNPADDED), {"value": "2021-04-09", "precision": "day"}, "2021-4-9"),
        (Day(), {"value": "2021-04", "precision": "month"}, "2021-04"),
        (Day(), {"precision": "unknown", "raw": "4.19"}, "4.19"),
        (LegalDate(When.DAY_COMPACT), "2021-04-09", "20210409"),
        (Moment(When.SECOND_UNPADDED), "2021-04-19T01:05:07Z", "2021-04-19 9:5:7"),
        (Moment(When.EPOCH_MS), "2021-04-18T16:00:00+08:00", 1618732800000),
        (Moment(When.EPOCH_SECONDS), "2021-04-18T16:00:00+08:00", 1618732800),
        (Numbered("case_no"), {"system": "case_no", "value": "x"}, "x"),
        (Items(";"), ["a", "b"], "a;b"),
        (FileIds("agreement"), [{"ref": "505"}, {"name": "a.pdf"}], [505, "a.pdf"]),
    ],
)
def test_writes(word: object, shared: object, native: object) -> None:
    assert build(word).write(shared) == native


@pytest.mark.parametrize(
    ("word", "shared"),
    [
        (Text(3), "四个字的"),
        (Text(), 5),
        (Whole(high=9), 10),
        (Code(SEX), "9"),
        (Label(SEX), "9"),
        (Name(2), {"name": "测测测"}),
        (Phones(3), ["12345"]),
        (Phones(), "x"),
        (Items(), "x"),
        (FileIds("other"), "x"),
        (EmbeddedFile("ruling"), {}),
        (Numbered("case_no", 2), {"value": "abc"}),
        (Moment(), 5),
    ],
)
def test_what_does_not_fit_is_not_written(word: object, shared: object) -> None:
    with pytest.raises(Unreadable):
        build(word).write(shared)


def test_a_number_means_nothing_without_its_system() -> None:
    other = CodeList("sex", "older front end", "sex", (("0", "1", "男"), ("1", "2", "女")))
    assert build(Code(SEX)).read("1", run()) != build(Code(other)).read("1", run())


def test_files_are_those_the_envelope_names() -> None:
    notebook = run()
    found = build(FileIds("agreement")).read([505, "9"], notebook)
    assert found == [
        {
            "ref": "505",
            "digest": "ab" * 32,
            "catalogue": "agreement",
            "name": "协议.pdf",
            "media_type": "application/pdf",
            "size": 12,
        },
        {"ref": "9", "catalogue": "agreement"},
    ]
    assert [finding.code for finding in notebook.findings] == ["paper"]


def test_an_embedded_file_is_handed_on_with_its_digest() -> None:
    notebook = run()
    made = build(EmbeddedFile("ruling")).read({"文件名称": "裁定.pdf", "文件标识": " JVBE\nRi0= "}, notebook)
    assert notebook.embedded[0].content == b"%PDF-"
    assert made == {
        "digest": notebook.embedded[0].digest,
        "name": "裁定.pdf",
        "size": 5,
        "catalogue": "ruling",
    }


def test_of_several_embedded_files_only_the_chosen_one_is_handed_on() -> None:
    section = {"R": [{"n": "回证.pdf", "c": "AAAA"}, {"n": "裁定.pdf", "c": "JVBERi0="}]}
    notebook = run()
    made = build(EmbeddedFile("ruling", lambda s: (s["R"][1]["n"], s["R"][1]["c"]))).read(section, notebook)
    assert [(file.name, file.content) for file in notebook.embedded] == [("裁定.pdf", b"%PDF-")]
    assert made["digest"] == notebook.embedded[0].digest
    assert build(EmbeddedFile("ruling", lambda _: None)).read(section, notebook) is None
    with pytest.raises(Unreadable, match="content"):
        build(EmbeddedFile("ruling", lambda _: ("裁定.pdf", ""))).read(section, notebook)
    assert len(notebook.embedded) == 1


def test_no_word_is_no_codec() -> None:
    with pytest.raises(TypeError):
        build("text")


WORDS = [
    Text(), Whole(), Decimal(), Flag(), Code(SEX), Code(OPEN), Label(OPEN), Name(), IdNumber(), Phones(),
    Amount(), Count(), Day(), LegalDate(), Moment(), Numbered("case_no"), Items(), FileIds("other"),
]  # fmt: skip
SCALARS = st.text(min_size=1, max_size=40) | st.integers() | st.floats(allow_nan=False) | st.booleans()


@given(st.sampled_from(WORDS), SCALARS)
def test_whatever_is_read_can_be_written_and_is_read_the_same(word: object, native: object) -> None:
    codec = build(word)
    try:
        value = codec.read(native, run())
    except Unreadable:
        return
    if isinstance(value, Kept) or value is None:
        return
    again = codec.read(codec.write(value), run())
    assert (again.value if isinstance(again, Kept) else again) == value
