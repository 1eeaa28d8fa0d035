"""The page of a sandbox ruling: a small PDF 1.5 writer for one Chinese text, unsigned.

Pure bytes in, bytes out. The font is the standard CID font STSong-Light, named and not embedded
(ISO 32000-1, 9.7.5.2: predefined CMap UniGB-UTF16-H over Adobe-GB1), so no font file is shipped.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

WIDTH, HEIGHT = 595, 842
LEFT, RIGHT, TOP, BOTTOM = 85, 505, 770, 90
BODY, LEADING = 15, 27
# Marks that may not begin a line (行首禁则): they hang into the margin instead.
CLOSING_MARKS = frozenset("，。；：、！？）》〉”’】〕")
LABEL = "沙箱示例文书，不具法律效力 · Sandbox sample, not a real document"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What stands on the page: `body` paragraphs flow, `closing` lines stand at the right, under the seal."""

    court: str
    case_number: str
    body: Sequence[str]
    closing: Sequence[str]
    title: str = "民 事 裁 定 书"


def ruling_pdf(ruling: Ruling) -> bytes:
    """The unsigned document, one or more A4 pages."""
    pages = [zlib.compress(b"\n".join(page)) for page in _pages(ruling)]
    first = 7
    kids = b" ".join(b"%d 0 R" % (first + 2 * n) for n in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids),
        (
            b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light-UniGB-UTF16-H"
            b"/Encoding/UniGB-UTF16-H/DescendantFonts[4 0 R]>>"
        ),
        # CIDs 1 to 95 of Adobe-GB1 are the proportional Latin glyphs; half an em serves for all of them.
        (
            b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/FontDescriptor 5 0 R"
            b"/DW 1000/W[1 95 500]/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>"
        ),
        (
            b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
            b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>"
        ),
        b"<</Title<%s>/Producer(Liantiao sandbox)>>" % _utf16("民事裁定书", bom=True),
    ]
    for n, content in enumerate(pages):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R>>>>>>" % (WIDTH, HEIGHT, first + 2 * n + 1)
        )
        objects.append(b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content))
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        xref,
    )
    return bytes(out)


def _pages(ruling: Ruling) -> Iterator[list[bytes]]:
    page = [
        _centred(ruling.court, 20, TOP),
        _centred(ruling.title, 26, TOP - 42),
        _right(ruling.case_number, BODY, TOP - 84),
    ]
    y = TOP - 124
    for line in (line for paragraph in ruling.body for line in _wrapped("　　" + paragraph)):
        if y < BOTTOM:
            yield [*page, _centred(LABEL, 8, 40)]
            page, y = [], TOP
        page.append(_text(line, BODY, LEFT, y))
        y -= LEADING
    if y - LEADING * (len(ruling.closing) + 3) < BOTTOM:
        yield [*page, _centred(LABEL, 8, 40)]
        page, y = [], TOP
    page.append(_seal(ruling.court, 400, y - 52))
    for line in ruling.closing:
        y -= LEADING
        page.append(_right(line, BODY, y))
    yield [*page, _centred(LABEL, 8, 40)]


def _wrapped(paragraph: str) -> Iterator[str]:
    room = (RIGHT - LEFT) / BODY
    line, used = "", 0.0
    for char in paragraph:
        width = _em(char)
        if used + width > room and char not in CLOSING_MARKS:
            yield line
            line, used = "", 0.0
        line += char
        used += width
    yield line


def _seal(court: str, x: float, y: float) -> bytes:
    """A red ring with a star and the court's name, as on a paper ruling."""
    k, r = 0.5523, 52.0  # four Bézier quarters make the ring
    ring = [f"{x + r:.1f} {y:.1f} m"]
    for a in range(4):
        ux, uy = round(cos(a * pi / 2)), round(sin(a * pi / 2))
        vx, vy = -uy, ux
        points = [
            (r * ux + k * r * vx, r * uy + k * r * vy),
            (r * vx + k * r * ux, r * vy + k * r * uy),
            (r * vx, r * vy),
        ]
        ring.append(" ".join(f"{x + px:.1f} {y + py:.1f}" for px, py in points) + " c")
    star = [(x + 18 * sin(a * 4 * pi / 5), y + 10 + 18 * cos(a * 4 * pi / 5)) for a in range(5)]
    path = " ".join(f"{sx:.1f} {sy:.1f} {'l' if n else 'm'}" for n, (sx, sy) in enumerate(star))
    size = min(9.0, 90 / max(1.0, _ems(court)))
    name = _text(court, size, x - _ems(court) * size / 2, y - 24)
    drawing = f"q 0.8 0 0 RG 0.8 0 0 rg 2.5 w {' '.join(ring)} s {path} f"
    return b"%s %s Q" % (drawing.encode(), name)


def _centred(text: str, size: float, y: float) -> bytes:
    return _text(text, size, (WIDTH - _ems(text) * size) / 2, y)


def _right(text: str, size: float, y: float) -> bytes:
    return _text(text, size, RIGHT - _ems(text) * size, y)


def _text(text: str, size: float, x: float, y: float) -> bytes:
    return b"BT /F1 %.1f Tf %.1f %.1f Td <%s> Tj ET" % (size, x, y, _utf16(text))


def _ems(text: str) -> float:
    return sum(map(_em, text))


def _em(char: str) -> float:
    return 0.5 if " " <= char <= "~" else 1.0


def _utf16(text: str, *, bom: bool = False) -> bytes:
    return (b"\xfe\xff" if bom else b"").hex().encode() + text.encode("utf-16-be").hex().encode()
