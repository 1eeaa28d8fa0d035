"""Exchange packages: their name is their number, their XML decides, what is in them is looked at first."""

import hashlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import schemas
from hub.errors import Refused
from hub.translate.conformance import load_folder
from hub.translate.conformance_examples import SIGNED_AT
from hub.translate.records import Noted, Origin, Record
from hub.translate.registry import Translator
from tests.adapters.court.case_files import HOME
from tests.adapters.court.packages import (
    GUID,
    MD5,
    NAME,
    RECORD,
    RULING,
    SAMPLE,
    ZIP,
    called,
    package,
    record,
    zipped,
)

KIND = "confirmation_ruling"
PDF, OTHER = b"%PDF-1.5 a ruling", b"%PDF-1.5 another"
COURT = Translator([load_folder(HOME)])


def read(body: bytes, name: str | None = NAME) -> Record:
    (found,) = COURT.read("court", ZIP, body, Origin(KIND, "500199", SIGNED_AT, name=name)).records
    assert found.fault is None
    return found


def refused(body: bytes) -> tuple[str, str, str | None]:
    with pytest.raises(Refused) as found:
        read(body)
    fault = found.value.faults[0]
    return found.value.code, fault.rule, fault.native


def checksums(found: Record) -> list[tuple[str | None, str | None]]:
    return [(note.native, note.detail) for note in found.findings if note.code == "checksum"]


def md5(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest().upper()


def test_the_sample_is_read_and_its_checksum_is_not_that_of_the_ruling() -> None:
    found = read(SAMPLE.read_bytes())
    assert [(n.system, n.value) for n in found.own] == [("exchange_id", GUID)]
    assert {n.system for n in found.case} == {"case_no", "ajbs"}
    assert md5(SAMPLE.read_bytes()) == MD5
    assert checksums(found) == [("/包名/MD5校验码", "package")]
    (file,) = found.embedded
    assert file.content.startswith(b"%PDF-1.4")
    assert schemas.faults(KIND, found.document) == ()


@pytest.mark.parametrize(
    ("inside", "beside", "notes"),
    [
        (PDF, PDF, []),
        (PDF, None, []),
        (None, PDF, []),
        (PDF, OTHER, [("/文件信息/R/0/文件标识", "beside")]),
    ],
)
def test_the_record_decides_and_what_it_leaves_out_lies_beside(
    inside: bytes | None, beside: bytes | None, notes: list[object]
) -> None:
    found = read(package(inside, beside), called(md5=md5(PDF)))
    assert [file.content for file in found.embedded] == [PDF]
    assert checksums(found) == notes


def test_a_checksum_of_nothing_is_noted_and_decides_nothing() -> None:
    body = package(PDF, PDF)
    assert checksums(read(body, called(md5="0" * 32))) == [("/包名/MD5校验码", "nothing")]
    assert checksums(read(body, called(md5=md5(body).lower()))) == [("/包名/MD5校验码", "package")]


@pytest.mark.parametrize("name", [NAME, f"06_{NAME}", f"重发_{NAME}", NAME.lower()])
def test_the_name_tells_the_number_whatever_stands_before_it(name: str) -> None:
    assert [n.normal for n in read(SAMPLE.read_bytes(), name).own] == [GUID]


@pytest.mark.parametrize("name", [None, "裁定书.zip", "1608_1608A_5001_500199_GUID_MD5.zip"])
def test_without_a_name_the_record_s_own_tells_the_number(name: str | None) -> None:
    found = read(SAMPLE.read_bytes(), name)
    assert [n.value for n in found.own] == [GUID]
    assert Noted("completeness", native="/包名") in found.findings
    assert read(package(PDF, None, named="记录.xml"), name).own == ()


def test_two_names_that_differ_are_noted_and_the_signed_one_counts() -> None:
    other = "F" * 32
    found = read(SAMPLE.read_bytes(), called(guid=other))
    assert [n.value for n in found.own] == [other]
    assert ("/包名", "name") in checksums(found)


def test_a_file_that_the_record_does_not_name_stays_in_the_package() -> None:
    found = read(zipped((RECORD, record(PDF)), ("合议庭评议笔录.pdf", OTHER)))
    assert [file.content for file in found.embedded] == [PDF]
    assert Noted("dropped", native="/文件信息/R", detail="beside") in found.findings
    assert "评议" not in repr(found.findings)


def test_a_name_in_gbk_and_in_a_folder_is_the_name() -> None:
    named = "附件/民事裁定书.pdf".encode("gb18030")
    unflagged = zipped((RECORD, record(None)), ("a" * len(named), PDF)).replace(b"a" * len(named), named)
    assert [file.content for file in read(unflagged).embedded] == [PDF]


def test_of_two_files_of_one_name_the_path_tells_and_else_neither_is_meant() -> None:
    both = (("正卷/裁定书.pdf", PDF), ("副卷/裁定书.pdf", OTHER))
    found = read(zipped((RECORD, record(None, name="正卷/裁定书.pdf")), *both))
    assert [file.content for file in found.embedded] == [PDF]
    with pytest.raises(Refused) as refusal:
        read(zipped((RECORD, record(None, name="裁定书.pdf")), *both))
    assert refusal.value.faults[0].rule == "content"


def test_of_several_records_the_one_with_the_package_s_name_is_meant() -> None:
    two = zipped((RECORD, record(PDF)), ("目录.xml", record(OTHER)))
    assert [file.content for file in read(two).embedded] == [PDF]
    assert refused(zipped(("a.xml", record(PDF)), ("b.xml", record(OTHER))))[:2] == (
        "untranslatable",
        "package-record",
    )
    assert refused(zipped((RULING, PDF)))[:2] == ("untranslatable", "package-record")


def test_another_record_than_a_dossier_fits_no_format() -> None:
    assert refused(zipped(("a.xml", b"<x/>")))[:2] == ("untranslatable", "no-format")


def bomb() -> bytes:
    return zipped((RECORD, record(PDF)), ("a.bin", b"\0" * 40_000_000))


def encrypted() -> bytes:
    """The example with the flag of encryption set on its entries."""
    raw = bytearray(package(PDF, PDF))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = raw.find(mark)
        while start >= 0:
            raw[start + at] |= 1
            start = raw.find(mark, start + 4)
    return bytes(raw)


def many() -> bytes:
    return zipped((RECORD, record(PDF)), *((f"{n}.txt", b"") for n in range(300)))


def nested() -> bytes:
    return zipped((RECORD, record(PDF)), ("裁定书.pdf", zipped(("a", b"b"))))


@pytest.mark.parametrize(
    ("body", "code", "rule"),
    [
        (b"", "malformed", "archive-syntax"),
        (b"PK\x03\x04 no zip", "malformed", "archive-syntax"),
        (package(PDF, PDF)[:-1], "malformed", "archive-syntax"),
        (b"%PDF" + package(PDF, PDF), "malformed", "archive-syntax"),
        (bomb(), "too-large", "archive-ratio"),
        (encrypted(), "malformed", "archive-encrypted"),
        (many(), "too-large", "archive-entries"),
        (nested(), "malformed", "archive-nested"),
        (zipped((RECORD, record(PDF)), ("../x.pdf", PDF)), "malformed", "archive-name"),
        (zipped((RECORD, b"<!DOCTYPE a><a/>")), "malformed", "xml-forbidden"),
    ],
    ids=["empty", "no", "cut", "before", "bomb", "sealed", "many", "nested", "path", "dtd"],
)
def test_what_is_no_package(body: bytes, code: str, rule: str) -> None:
    assert refused(body)[:2] == (code, rule)


def test_an_ofd_is_a_zip_and_no_nested_archive() -> None:
    ofd = zipped(("OFD.xml", b"<ofd/>"))
    found = read(zipped((RECORD, record(None, name="裁定书.ofd")), ("裁定书.ofd", ofd)))
    assert [file.content for file in found.embedded] == [ofd]
    assert found.document is not None
    assert found.document["seal_kind"] == "ofd"


def test_a_package_is_read_up_to_its_limit_and_not_beyond() -> None:
    noise = hashlib.shake_256(b"noise").digest(11_000_000)
    found = read(package(noise, None))
    assert found.embedded[0].content == noise
    body = zipped((RECORD, record(PDF)), ("附件.bin", hashlib.shake_256(b"more").digest(17_000_000)))
    assert refused(body)[:2] == ("too-large", "size")


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 10_000), mask=st.integers(1, 255))
@example(at=1729, mask=128)  # a name in the file's own header that is not in the charset it claims
def test_a_damaged_package_is_read_or_refused(at: int, mask: int) -> None:
    raw = bytearray(SAMPLE.read_bytes())
    raw[at % len(raw)] ^= mask
    outcome: Record | Refused
    try:
        outcome = read(bytes(raw))
    except Refused as found:
        outcome = found
    if isinstance(outcome, Refused):
        assert outcome.code in ("malformed", "too-large", "untranslatable")
        assert "裁定" not in repr(outcome.faults)
