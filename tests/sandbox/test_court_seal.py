"""The sandbox court: its certificate, its page, its signature, and that the hub accepts what it signs."""

import stat
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.reader import PdfFileReader

from hub.errors import Misconfigured
from hub.sandbox.court_pdf import LABEL, Ruling, ruling_pdf
from hub.sandbox.court_seal import load_seal, make_seal, signed_ruling
from hub.trust.rulings import CourtCertificate, RulingChecker

AT = datetime(2026, 11, 20, 1, tzinfo=UTC)
RULING = Ruling(
    "渝测区人民法院",
    "(2026)渝0199民特12号",
    ["申请人：郑测一。", "申请人郑测一与冯测二于2026年11月18日达成的调解协议有效。"],
    ["审判员　贺审一", "二〇二六年十一月二十日"],
)


def pages(pdf: bytes) -> list[str]:
    """The text drawn on each page."""
    out = []
    for page in PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Kids"]:
        content = page.get_object()["/Contents"].data
        strings = [part.split(b">", 1)[0] for part in content.split(b"<")[1:]]
        out.append("\n".join(bytes.fromhex(s.decode()).decode("utf-16-be") for s in strings))
    return out


def test_the_page_says_what_the_ruling_says_and_that_it_is_a_sample() -> None:
    (page,) = pages(ruling_pdf(RULING))
    said = page.replace("\n", "")
    for text in (RULING.court, RULING.case_number, *RULING.body, *RULING.closing, LABEL):
        assert text in said


def test_a_long_ruling_goes_on_over_pages_and_loses_no_line() -> None:
    body = [f"第{n}项：" + "双方自愿达成如下协议，" * 9 for n in range(30)]
    long = Ruling(RULING.court, RULING.case_number, body, RULING.closing)
    drawn = pages(ruling_pdf(long))
    assert len(drawn) > 2
    said = "".join(drawn).replace("\n", "").replace(LABEL, "")
    assert all(paragraph in said for paragraph in body)


def test_no_line_begins_with_a_closing_mark() -> None:
    body = ["甲" * n + "，乙" for n in range(20, 34)]
    drawn = "\n".join(pages(ruling_pdf(Ruling("院", "号", body, []))))
    assert drawn.replace(LABEL, "").count("，") == len(body)
    assert not any(line.startswith("，") for line in drawn.splitlines())


async def test_the_hub_accepts_what_the_court_signs() -> None:
    seal = make_seal(RULING.court, AT - timedelta(days=1))
    der = seal.certificate.public_bytes(serialization.Encoding.DER)
    checker = RulingChecker(workers=1)
    registered = CourtCertificate(der, AT - timedelta(days=1), AT + timedelta(days=365))
    verdict = await checker.check_ruling(await signed_ruling(seal, RULING, AT), [registered], AT)
    await checker.close()
    assert verdict.verified
    assert verdict.signed_at == AT


def test_a_seal_survives_its_file_and_nobody_else_reads_it(tmp_path: Path) -> None:
    seal = make_seal(RULING.court, AT)
    path = tmp_path / "court.pem"
    seal.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = load_seal(path)
    assert again.court == seal.court
    assert again.certificate == seal.certificate
    assert again.key.private_numbers() == seal.key.private_numbers()


def test_another_file_is_no_seal(tmp_path: Path) -> None:
    path = tmp_path / "court.pem"
    path.write_text("no key")
    with pytest.raises(Misconfigured, match=r"court\.pem"):
        load_seal(path)
