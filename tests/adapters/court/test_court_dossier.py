"""档案信息: the ruling and nothing else leaves a dossier, and its file's name says what it decides."""

import hashlib

import pytest

import schemas
from hub.errors import Refused
from hub.translate.conformance import load_folder
from hub.translate.records import Noted
from hub.translate.registry import Translator
from tests.adapters.court.case_files import EXAMPLES, HOME, document, dossier, only, read, xml

KIND = "confirmation_ruling"
RULING, OTHER = b"%PDF-1.5 a ruling", b"%PDF-1.5 minutes of the panel"


@pytest.fixture(scope="module")
def court() -> Translator:
    return Translator([load_folder(HOME)])


def test_the_ruling_is_handed_on_as_it_is(court: Translator) -> None:
    record = only(court, KIND, (EXAMPLES / "05_ruling_dossier_gbk.xml").read_bytes())
    (file,) = record.embedded
    assert file.content.startswith(b"%PDF-1.4")
    assert record.document["document"]["digest"] == file.digest == hashlib.sha256(file.content).hexdigest()
    assert record.document["case_number"]["normal_form"] == "(2021)渝0199民特12号"
    assert record.own == ()
    assert {number.system for number in record.case} == {"case_no", "ajbs"}
    assert Noted("completeness", "/outcome") in record.findings
    assert not any("JVBER" in text for text in record.document["native_extras"].values())


@pytest.mark.parametrize(
    ("name", "outcome", "seal"),
    [
        ("民事裁定书.pdf", "confirmed", "pdf_cms"),
        ("确认调解协议有效裁定书.ofd", "confirmed", "ofd"),
        ("驳回申请裁定书.PDF", "rejected_358", "pdf_cms"),
        ("准许撤回申请裁定书.pdf", "withdrawn", "pdf_cms"),
        ("按撤回申请处理裁定书.pdf", "deemed_withdrawn", "pdf_cms"),
        ("终结特别程序裁定书.pdf", "terminated", "pdf_cms"),
        ("补正裁定书.pdf", "corrected", "pdf_cms"),
        ("驳回异议裁定书.pdf", "objection_rejected", "pdf_cms"),
        ("12号", "confirmed", None),
    ],
)
def test_what_the_name_tells(court: Translator, name: str, outcome: str, seal: str | None) -> None:
    record = only(court, KIND, dossier((name, RULING)))
    assert (record.document["outcome"], record.document.get("seal_kind")) == (outcome, seal)
    guessed = name in ("民事裁定书.pdf", "12号")
    assert (Noted("completeness", "/outcome") in record.findings) is guessed
    assert schemas.faults(KIND, record.document) == ()


@pytest.mark.parametrize(
    ("files", "volumes", "handed_on"),
    [
        ((("合议庭评议笔录.pdf", OTHER), ("民事裁定书.pdf", RULING)), "01", [RULING]),
        ((("民事裁定书.pdf", RULING), ("送达回证.pdf", OTHER)), "11", [RULING]),
        ((("民事裁定书(合议稿).pdf", OTHER), ("民事裁定书.pdf", RULING)), "01", [RULING]),
        ((("一.pdf", RULING), ("评议.pdf", OTHER)), "10", [RULING]),
        ((("一.pdf", OTHER), ("二.pdf", OTHER)), "11", []),
        ((("评议.pdf", OTHER),), "0", []),
    ],
)
def test_nothing_but_the_ruling_leaves_the_dossier(
    court: Translator, files: tuple[tuple[str, bytes], ...], volumes: str, handed_on: list[bytes]
) -> None:
    record = only(court, KIND, dossier(*files, volumes=volumes))
    assert [file.content for file in record.embedded] == handed_on
    assert ("document" in record.document) is bool(handed_on)
    assert "attachments" not in record.document
    assert (Noted("dropped", native="/文件信息") in record.findings) is (len(files) > 1)


def test_a_large_ruling(court: Translator) -> None:
    content = b"%PDF-1.7" + b"\x00\xff" * 1_000_000
    record = only(court, KIND, dossier(("民事裁定书.pdf", content), ("清单.pdf", OTHER)))
    assert record.document["document"]["size"] == len(content) == len(record.embedded[0].content)
    assert record.dropped == ("/文件信息",)


def test_only_what_may_hold_documents_may_be_large(court: Translator) -> None:
    body = xml("01_case_filed_2009data_gbk.xml", {"审判组织成员/R:0/姓名": "贺" * 600_000})
    with pytest.raises(Refused) as refused:
        read(court, "dispute", body)
    assert refused.value.code == "too-large"
    assert only(court, KIND, dossier(("民事裁定书.pdf", b"%PDF" * 400_000))).document is not None


@pytest.mark.parametrize(("content", "rule"), [("%%%不是", "base64"), ("", "content"), (" \n", "content")])
def test_content_that_is_none(court: Translator, content: str, rule: str) -> None:
    body = xml("05_ruling_dossier_gbk.xml", {"文件信息/R:0/文件标识": content})
    with pytest.raises(Refused) as refused:
        read(court, KIND, body)
    assert (refused.value.code, refused.value.faults[0].rule) == ("untranslatable", rule)


def test_without_files_there_is_no_document(court: Translator) -> None:
    made = document(court, KIND, xml("05_ruling_dossier_gbk.xml", {"文件信息": None, "结案日期": ""}))
    assert "document" not in made
    assert made["business_time"] == "2026-11-25T12:00:00+08:00"
    assert "ruled_on" not in made
