"""Papers bound into a file by the confined process: turned pages, stamps, photos, and what is hostile."""

import io
import zlib
from collections.abc import Sequence
from typing import Any

import pytest
from pypdf import PdfReader

from hub.exchange.bound import Binder

AREA = [50, 60, 400, 500]
CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, offsets = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(
        out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    )


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), more, content)


def paper(text: str, *, page: bytes = b"", pages: bytes = b"", more: Sequence[bytes] = ()) -> bytes:
    """One page with a line of text; `page`, `pages`: more members of the page and of the node above it."""
    words = stream(f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode())
    node = b"<</Type/Pages/Count 1/Kids[4 0 R]/MediaBox[0 0 600 800]%s>>" % pages
    leaf = b"<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</Font<</F1 3 0 R>>>>%s>>" % page
    return pdf(CATALOGUE, node, FONT, leaf, words, *more)


def bound(*papers: bytes) -> tuple[list[int], list[Any]]:
    """How many pages each paper has, and the sheets of a file with the first page of each."""
    with Binder(papers) as binder:
        places = [
            {"paper": n, "page": 0, "at": 0, "area": AREA}
            for n, pages in enumerate(binder.pages[:1])
            if pages
        ]
        made = binder.bind(paper("the sheet itself"), places)
        return binder.pages, list(PdfReader(io.BytesIO(made)).pages)


def matrix(sheet: Any) -> list[float]:
    """How the paper is turned, scaled and moved."""
    drawn = sheet["/Contents"][0].get_object().get_data().decode()
    return [float(n) for n in drawn.split(" cm ")[0].removeprefix("q ").split()]


def test_a_page_is_drawn_within_its_area_under_what_stood_there():
    (pages,), (sheet,) = bound(paper("signed"))
    assert pages == 1
    text = sheet.extract_text()
    assert "signed" in text
    assert "the sheet itself" in text
    a, b, c, d, x, y = matrix(sheet)
    assert (a, b, c, d) == pytest.approx((0.625, 0, 0, 0.625))  # 500 of 800 points are there
    assert AREA[0] <= x
    assert x + 600 * a <= AREA[0] + AREA[2]
    assert y + 800 * d == pytest.approx(AREA[1] + AREA[3])


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_page_stands_upright(turned: int):
    """Said of the page or, inherited, of the node above it: the corners come to lie within the area."""
    for members in ({"page": b"/Rotate %d" % turned}, {"pages": b"/Rotate %d" % turned}):
        _, (sheet,) = bound(paper("turned", **members))
        a, b, c, d, x, y = matrix(sheet)
        corners = [(a * i + c * j + x, b * i + d * j + y) for i in (0, 600) for j in (0, 800)]
        assert (a == d == 0) == (turned != 180)
        assert b * {90: -1, 180: 0, 270: 1}[turned] >= 0
        assert (b == 0) == (turned == 180)
        assert min(i for i, _ in corners) >= AREA[0] - 0.01
        assert max(i for i, _ in corners) <= AREA[0] + AREA[2] + 0.01
        assert min(j for _, j in corners) >= AREA[1] - 0.01
        assert max(j for _, j in corners) == pytest.approx(AREA[1] + AREA[3], abs=0.01)


def stamped(flags: int) -> bytes:
    look = stream(b"1 0 0 rg 0 0 10 10 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 10 10]")
    seal = (
        b"<</Type/Annot/Subtype/Widget/Rect[300 300 400 400]/F %d/AP<</N 7 0 R>>/A<</S/JavaScript>>>>" % flags
    )
    return paper("ruled", page=b"/Annots[6 0 R]", more=(seal, look))


def test_a_courts_stamp_is_seen_and_what_is_hidden_is_not():
    _, (sheet,) = bound(stamped(4))
    assert "/Bound0" in sheet["/Resources"]["/XObject"]
    assert "q 10.00000 0 0 10.00000 300.00000 300.00000 cm /Bound0 Do Q" in (
        sheet["/Contents"][0].get_object().get_data().decode()
    )
    _, (plain,) = bound(stamped(2))
    assert "/Bound0" not in plain["/Resources"]["/XObject"]
    for made in (sheet, plain):
        assert "JavaScript" not in str(made)
        assert "/Annots" not in made


def tree(count: bytes, below: bytes = b"/Count 2") -> bytes:
    """Three pages: one, and two below a node of their own."""
    node = b"<</Type/Pages%s/Kids[3 0 R 4 0 R]/MediaBox[0 0 600 800]>>" % count
    inner = b"<</Type/Pages%s/Parent 2 0 R/Kids[5 0 R 6 0 R]>>" % below
    leaves = [b"<</Type/Page/Parent %d 0 R/Resources<<>>>>" % above for above in (2, 4, 4)]
    return pdf(CATALOGUE, node, leaves[0], inner, *leaves[1:])


BOMB = zlib.compress(bytes(200 * 1024 * 1024))
HOSTILE = {
    "no file": b"",
    "no PDF": b"PK\x03\x04",
    "cut off": paper("x")[:200],
    "a tree that bites its tail": pdf(CATALOGUE, b"<</Type/Pages/Count 1/Kids[2 0 R]>>"),
    "more pages than there are": paper("x").replace(b"/Count 1", b"/Count 9"),
    "fewer pages than there are": tree(b"/Count 1"),
    "fewer pages than there are, below": tree(b"/Count 3", below=b"/Count 1"),
    "too many pages": paper("x").replace(b"/Count 1", b"/Count 9999999"),
    "no box": paper("x").replace(b"/MediaBox", b"/MediaBax"),
    "a page blown up": pdf(
        CATALOGUE,
        b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 600 800]>>",
        b"<</Type/Page/Parent 2 0 R/Contents[4 0 R 4 0 R]/Resources<<>>>>",
        stream(BOMB, b"/Filter/FlateDecode"),
    ),
    "turned by no quarter": paper("x", page=b"/Rotate 45"),
    "no width": paper("x").replace(b"[0 0 600 800]", b"[0 0 000 800]"),
    "encrypted": paper("x").replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Standard/V 1>>"),
    "a photograph without a size": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(40),
}


def test_what_cannot_be_read_has_no_pages_and_takes_nothing_from_the_others():
    pages, (sheet,) = bound(paper("good"), *HOSTILE.values())
    assert dict(zip(HOSTILE, pages[1:], strict=True)) == dict.fromkeys(HOSTILE, 0)
    assert pages[0] == 1
    assert "good" in sheet.extract_text()


def test_pages_are_those_of_the_whole_tree():
    with Binder([tree(b"/Count 3")]) as binder:
        assert binder.pages == [3]


def test_a_blank_page_is_a_page():
    (pages,), (sheet,) = bound(paper("x").replace(b"/Contents 5 0 R", b"/Nothing  5 0 R"))
    assert pages == 1
    assert sheet.extract_text() == "the sheet itself"


def test_a_cropped_page_shows_what_was_left_of_it():
    _, (sheet,) = bound(paper("cropped", page=b"/CropBox[0 400 600 900]"))
    assert "0.0 400.0 600.0 400.0 re W n" in sheet["/Contents"][0].get_object().get_data().decode()


def test_what_pages_share_is_there_once():
    font = b"%" + bytes(range(1, 256)) * 4000
    leaves = [
        b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>" for _ in range(39)
    ]
    kids = b" ".join(b"%d 0 R" % n for n in (4, *range(6, 6 + len(leaves) - 1)))
    node = b"<</Type/Pages/Count 39/Kids[%s]/MediaBox[0 0 600 800]>>" % kids
    words = stream(b"BT /F1 12 Tf 72 720 Td (shared) Tj ET")
    many = pdf(CATALOGUE, node, stream(font), leaves[0], words, *leaves[1:])
    with Binder([many]) as binder:
        assert binder.pages == [39]
        places = [{"paper": 0, "page": n, "at": n, "area": AREA} for n in range(39)]
        assert len(binder.bind(many, places)) < 3 * len(font), "of the file itself, and of the paper"


def test_files_within_a_page_and_files_elsewhere_stay_behind():
    """As a drawing of a page may carry them: attached, or drawn from another file."""
    drawing = stream(
        b"0 0 10 10 re f",
        b"/Type/XObject/Subtype/Form/BBox[0 0 10 10]/AF[6 0 R]/Ref<</F(http://elsewhere.example)/Page 0>>",
    )
    attached = b"<</Type/Filespec/F(a.exe)/EF<</F 7 0 R>>>>"
    node = b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 600 800]>>"
    leaf = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"
    carrying = pdf(CATALOGUE, node, leaf, stream(b"/X Do"), drawing, attached, stream(b"PAYLOAD"))
    with Binder([carrying]) as binder:
        assert binder.pages == [1]
        made = binder.bind(paper("the sheet itself"), [{"paper": 0, "page": 0, "at": 0, "area": AREA}])
    assert b"PAYLOAD" not in made
    assert b"elsewhere" not in made


def test_a_stamp_that_its_own_matrix_turns_fills_its_place():
    look = stream(
        b"1 0 0 rg 0 0 100 50 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 100 50]/Matrix[0 1 -1 0 0 0]"
    )
    seal = b"<</Type/Annot/Subtype/Stamp/Rect[300 300 350 400]/F 4/AP<</N 7 0 R>>>>"
    _, (sheet,) = bound(paper("turned scan", page=b"/Annots[6 0 R]", more=(seal, look)))
    drawn = sheet["/Contents"][0].get_object().get_data().decode()
    # Turned it lies at x from -50 to 0, y from 0 to 100: moved only.
    assert "q 1.00000 0 0 1.00000 350.00000 300.00000 cm /Bound0 Do Q" in drawn
