"""Hostile files for every reader: bombs, deep nesting, huge counts, broken lengths, quadratic cases.

A case is a name and what builds its bytes; which door it goes through stands in `doors`. All are as large as
that door lets in, where size is what hurts.
"""

import base64
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

MIB = 1024 * 1024
Case = tuple[str, Callable[[], bytes]]


def json_cases() -> Iterator[Case]:
    """One megabyte is let in."""
    yield "deep-arrays", lambda: b"[" * 500_000 + b"]" * 500_000
    yield "deep-objects", lambda: b'{"a":' * 170_000 + b"1" + b"}" * 170_000
    yield "open-brackets", lambda: b"[" * MIB
    yield "many-values", lambda: b"[" + b"0," * 500_000 + b"0]"
    yield "many-names", lambda: json.dumps({f"a{n}": 0 for n in range(70_000)}).encode()
    yield "same-names", lambda: b"{" + b'"a":0,' * 170_000 + b'"a":0}'
    yield "nested-same-names", lambda: b"[" + b'{"a":0,"a":0},' * 70_000 + b"0]"
    yield "long-integer", lambda: b"1" * MIB
    yield "long-fraction", lambda: b"0." + b"1" * (MIB - 2)
    yield "many-infinities", lambda: b"[" + b"1e999," * 170_000 + b"0]"
    yield "escapes", lambda: b'"' + b"\\u0022" * 170_000 + b'"'
    yield "open-escapes", lambda: b'"' + b'\\"' * 500_000
    yield "lone-surrogates", lambda: b'"' + b"\\ud800" * 170_000 + b'"'
    yield "nul", lambda: b'["' + b'\\u0000","' * 100_000 + b'"]'
    yield "too-long", lambda: b'"' + b"a" * (16 * MIB) + b'"'
    yield "one-wide-letter", lambda: b'"' + b"a" * (MIB - 8) + "😀".encode() + b'"'
    yield "utf-16", lambda: json.dumps({"a": "b" * 400_000}).encode("utf-16")


def form_cases() -> Iterator[Case]:
    """JSON in one parameter of a form."""
    yield "percent", lambda: b"data=" + b"%5B" * 300_000
    yield "parameters", lambda: b"data=1&" * 150_000
    yield "plus", lambda: b"data=%22" + b"+" * MIB


def xml_cases() -> Iterator[Case]:
    """Sixteen megabytes are let in, as documents may lie inside; `resource` is the root of a format."""
    yield "billion-laughs", _laughs
    yield "external-entity", lambda: b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    yield "many-elements", lambda: _root(b"<b/>" * (4 * MIB - 8))
    yield "many-texts", lambda: _root(b"<b>1</b>" * (2 * MIB - 8))
    yield "most-elements", lambda: _root(b"<b>1</b>" * 199_000)
    yield "open-elements", lambda: _root(b"<a>" * 2_000_000)
    yield "deep", lambda: b"<resource>" + b"<a>" * 1_000_000 + b"</a>" * 1_000_000 + b"</resource>"
    yield "deep-attributes", lambda: _root(b"<a>" * 200 + b'<b c="1"/>' * 90_000 + b"</a>" * 200)
    yield "less-deep", lambda: _root(b"<a>" * 29 + b'<b c="1"/>' * 90_000 + b"</a>" * 29)
    yield "deep-texts", lambda: _root(b"<a>" * 29 + b"<b/>x" * 90_000 + b"</a>" * 29)
    yield "attributes", lambda: _root(_attributes(b"b%d='1' "))
    yield "other-attributes", lambda: _root(b"".join(b'<b%d c="1"/>' % n for n in range(80_000)))
    yield (
        "spaced-attributes",
        lambda: _root(b"<a " + b"".join(b"b%d = '' " % n for n in range(300_000)) + b"/>"),
    )
    yield (
        "long-name",
        lambda: _root(b"<" + b"a" * 49_000 + b">" + b'<b c="1"/>' * 90_000 + b"</" + b"a" * 49_000 + b">"),
    )
    yield "long-namespace", lambda: b'<a xmlns="' + b"u" * MIB + b'">' + b"<b/>" * 90_000 + b"</a>"
    yield "long-prefix", lambda: b'<b:a xmlns:b = "' + b"u" * MIB + b'">' + b"<b:b/>" * 90_000 + b"</b:a>"
    yield "own-namespaces", lambda: _root(b"".join(b'<b xmlns="u%d"/>' % n for n in range(90_000)))
    yield "comments", lambda: _root(b"<b><!---->1</b>" * 90_000)
    yield "empty-comments", lambda: _root(b"<!---->" * (2 * MIB))
    yield "instructions", lambda: _root(b"<?b?>" * 100_000)
    yield "long-declaration", lambda: b"<?xml " + b" " * (15 * MIB) + b"<a/>"
    yield "open-tag", lambda: b"<a " * (5 * MIB)
    yield "open-comment", lambda: b"<a><!--" * (2 * MIB)
    yield "references", lambda: _root(b"&#65;" * (3 * MIB))
    yield "unknown-elements", lambda: _root(b"".join(b"<b%d>1</b%d>" % (n, n) for n in range(90_000)))
    yield "gbk", lambda: _root("测".encode("gbk") * (7 * MIB))
    yield "one-wide-letter", lambda: _root(b"x" * (15 * MIB) + "😀".encode())
    yield "many-wide-letters", lambda: _root("😀".encode() * (3 * MIB))
    yield "wide-gb18030", lambda: _root(b"x" * (15 * MIB) + "测😀".encode("gb18030"))


def _attributes(pattern: bytes) -> bytes:
    return b"<a " + b"".join(pattern % n for n in range(300_000)) + b"/>"


def _long_name(name: bytes) -> bytes:
    return b"<" + name + b">" + b'<b c="1"/>' * 90_000 + b"</" + name + b">"


def _root(inside: bytes) -> bytes:
    return b"<resource>" + inside + b"</resource>"


def coded_cases() -> Iterator[Case]:
    """XML whose texts are Base64; one megabyte is let in."""
    yield "deep", lambda: base64.b64encode(b"<a>" * 200 + b"<b>!</b>" * 60_000 + b"</a>" * 200)
    yield "many", lambda: b"<a>" + b"<b>MQ==</b>" * 90_000 + b"</a>"
    yield "attributes", lambda: b"<a>" + b'<b c="MQ=="/>' * 75_000 + b"</a>"
    yield "twice", lambda: base64.b64encode(base64.b64encode(b"<a/>" * 100_000))


def _laughs() -> bytes:
    names = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12)]
    return ('<!DOCTYPE a [<!ENTITY e0 "ha">' + "".join(names) + "]><a>&e11;</a>").encode()


def csv_cases() -> Iterator[Case]:
    """One megabyte is let in."""
    yield "one-row", lambda: b"a,b\n" + b"," * (MIB - 4)
    yield "heading", lambda: b"," * MIB
    yield "headings", lambda: ",".join(f"c{n}" for n in range(100_000)).encode()
    yield "rows", lambda: b"a\n" + b"1\n" * 500_000
    yield "wide-rows", lambda: b"a\n" + (b"," * 500 + b"x\n") * 2_000
    yield "blank-rows", lambda: b"a\n" + b"\n" * (MIB - 2)
    yield "open-quote", lambda: b'a\n"' + b'""' * 500_000
    yield "quotes", lambda: b"a\n" + b'""",' * 250_000
    yield "nul", lambda: b"a\n" + b"\x00" * 100_000
    yield "long-cell", lambda: b"a\n" + b"x" * (MIB - 2)
    yield "carriage-returns", lambda: b"a\r" + b"\r" * (MIB - 2)


def _dbf(count: int, width: int, columns: bytes, rows: bytes, version: int = 3) -> bytes:
    head = struct.pack("<B3xIHH3xB13xB2x", version, count, 33 + len(columns), width, 0, 0)
    return head + columns + b"\x0d" + rows


def _column(name: bytes, kind: bytes, wide: int) -> bytes:
    return struct.pack("<11sc4xBB14x", name, kind, wide, 0)


def dbf_cases() -> Iterator[Case]:
    """One megabyte is let in; a header may promise anything."""
    empty = _column(b"A", b"C", 0)
    yield "huge-count", lambda: _dbf(2**32 - 1, 2, _column(b"A", b"C", 1), b" 1")
    yield "no-width", lambda: _dbf(2**32 - 1, 0, b"", b"")
    yield "empty-rows", lambda: _dbf(MIB - 70, 1, empty, b" " * (MIB - 70))
    yield "deleted-rows", lambda: _dbf(MIB - 70, 1, empty, b"*" * (MIB - 70))
    yield "columns", lambda: _dbf(1, 1, _column(b"A", b"C", 0) * 2_000, b" ")
    yield "same-columns", lambda: _dbf(1, 3, _column(b"A", b"C", 1) * 2, b" 12")
    yield "open-header", lambda: _dbf(0, 1, b"", b"")[:32]
    yield "beyond", lambda: _dbf(10, 60_000, _column(b"A", b"C", 250), b" " * 100)
    yield "numbers", lambda: _dbf(1, 255, _column(b"A", b"N", 254), b" " + b"9" * 254)
    yield "days", lambda: _dbf(1, 9, _column(b"A", b"T", 8), b" " + b"\xff" * 8, 0x30)
    yield "doubles", lambda: _dbf(1, 9, _column(b"A", b"B", 8), b" " + b"\xff" * 8, 0x30)


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def zip_cases() -> Iterator[Case]:
    """Sixteen megabytes are let in."""
    yield "bomb", lambda: zipped(("a.xml", b"0" * (60 * MIB)))
    yield "bombs", lambda: zipped(*((f"{n}.xml", b"0" * (5 * MIB)) for n in range(40)))
    yield "nested", lambda: zipped(("a.zip", zipped(("b.zip", zipped(("c.xml", b"<a/>"))))))
    yield "many", lambda: zipped(*((f"{n}.txt", b"") for n in range(20_000)))
    yield "climbing", lambda: zipped(("../../etc/passwd", b"x"), ("a.xml", b"<a/>"))
    yield "overlapping", _overlapping
    yield "lying-size", lambda: _lying(zipped(("a.xml", b"<a>" + b"b" * MIB + b"</a>")))
    yield (
        "huge-count",
        lambda: (
            zipped(("a.xml", b"<a/>"))[:-22]
            + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 2**32 - 1, 0, 0)
        ),
    )
    yield "comment", lambda: zipped(("a.xml", b"<a/>"))[:-2] + b"\xff\xff" + b"PK\x05\x06" * 16_000
    yield "xml-bomb", lambda: zipped(("a.xml", _laughs()))
    yield (
        "xml-many",
        lambda: zipped(("a.xml", b"<a>" + b"<b/>" * 3_000_000 + b"</a>"), method=zipfile.ZIP_STORED),
    )


def _overlapping() -> bytes:
    """Two entries of the directory that show the same bytes."""
    body = zipped(("a.xml", b"<a/>"))
    at = body.index(b"PK\x01\x02")
    row, end = body[at:-22], bytearray(body[-22:])
    struct.pack_into("<4H2L", end, 4, 0, 0, 2, 2, 2 * len(row), at)
    return body[:at] + row + row.replace(b"a.xml", b"b.xml") + bytes(end)


def _lying(body: bytes) -> bytes:
    """The directory and the entry tell a size that is not what comes out."""
    size = struct.pack("<L", MIB + 7)
    return body.replace(size, struct.pack("<L", 100))


def _book(sheet: bytes, shared: bytes = b"<sst/>") -> bytes:
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    return zipped(
        (
            "[Content_Types].xml",
            f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/s.xml" ContentType="{main}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{main}.sharedStrings+xml"/>'
            "</Types>".encode(),
        ),
        ("_rels/.rels", f'<Relationships xmlns="{rels}"><Relationship Id="r" Type="{kinds}/officeDocument" '
         f'Target="xl/workbook.xml"/></Relationships>'.encode()),
        ("xl/workbook.xml", f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
         f'xmlns:r="{kinds}"><sheets><sheet name="s" sheetId="1" r:id="a"/></sheets></workbook>'.encode()),
        ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{rels}"><Relationship Id="a" '
         f'Type="{kinds}/worksheet" Target="worksheets/s.xml"/>'
         f'<Relationship Id="b" Type="{kinds}/sharedStrings" '
         f'Target="sharedStrings.xml"/></Relationships>'.encode()),
        ("xl/worksheets/s.xml", b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
         + sheet + b"</worksheet>"),
        ("xl/sharedStrings.xml", shared),
    )  # fmt: skip


def _cells(inside: bytes) -> bytes:
    return b"<sheetData>" + inside + b"</sheetData>"


def _long_strings() -> bytes:
    """One long text, shown by many cells."""
    string = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 9_000))
    return _book(_cells(cells), string + bytes(range(65, 91)) * 1_000 + b"</t></si></sst>")


def xlsx_cases() -> Iterator[Case]:
    """One megabyte is let in; read in a process of its own."""
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    yield "last-cell", lambda: _book(_cells(far))
    yield "far-corner", lambda: _book(_cells(b'<row r="9999"><c r="GQ9999"><v>1</v></c></row>'))
    yield "bomb", lambda: _book(_cells(b"<row>" + b" " * (60 * MIB) + b"</row>"))
    yield "entities", lambda: _book(b"<!DOCTYPE a>" + _cells(b""))
    yield "rows", lambda: _book(_cells(b"<row/>" * 500_000))
    yield "cells", lambda: _book(_cells(b"<row>" + b"<c><v>1</v></c>" * 400_000 + b"</row>"))
    yield "same-cell", lambda: _book(_cells(b'<row><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'))
    yield (
        "merges",
        lambda: _book(
            _cells(b"") + b"<mergeCells>" + b'<mergeCell ref="A1:B2"/>' * 200_000 + b"</mergeCells>"
        ),
    )
    yield "long-strings", _long_strings
    yield "deep", lambda: _book(b"<a>" * 500_000)
    yield "column", lambda: _book(_cells(b'<row><c r="ZZZ9999999"><v>1</v></c></row>'))
    yield "number", lambda: _book(_cells(b"<row><c><v>" + b"1" * MIB + b"</v></c></row>"))


def token_cases() -> Iterator[Case]:
    """The value of a header, or a form's parameter."""
    deep = base64.urlsafe_b64encode(b'{"a":' * 600 + b"1" + b"}" * 600).rstrip(b"=")
    yield "dots", lambda: b"." * 60_000
    yield "long", lambda: b"e30." + b"A" * (5 * MIB) + b"." + b"A" * 86
    yield "deep-header", lambda: deep + b"..AAAA"
    yield "deep-claims", lambda: b"e30." + deep + b".AAAA"
    yield "padding", lambda: b"e30=" * 1_000 + b"..AAAA"
    yield "letters", lambda: "é".encode() * 4_000
    yield (
        "many-files",
        lambda: (
            base64.urlsafe_b64encode(
                json.dumps({"files": [{"ref": str(n)} for n in range(150)]}).encode()
            ).rstrip(b"=")
            + b"..AAAA"
        ),
    )


def media_cases() -> Iterator[Case]:
    """The value of `Content-Type`."""
    yield "slashes", lambda: b"application/json;" + b"/" * 60_000 + b"\xe9"
    yield "spaces", lambda: b"application/json" + b" " * 60_000 + b"x"
    yield "charset", lambda: b"application/json; charset=" + b"a" * 60_000


def pdf_cases() -> Iterator[Case]:
    """Sixteen megabytes; ten seconds and 512 MB are given."""
    yield (
        "streams",
        lambda: _pdf(
            b"<< /Length 99999999 /Filter /FlateDecode >> stream\n" + zlib.compress(b"0" * (60 * MIB))
        ),
    )
    yield "filters", lambda: _pdf(_filtered(b"0" * (40 * MIB), 4))
    yield "deep-arrays", lambda: _pdf(b"[" * 2_000_000)
    yield "deep-dictionaries", lambda: _pdf(b"<< /A " * 500_000)
    yield "parentheses", lambda: _pdf(b"(" * 5_000_000)
    yield "hexadecimal", lambda: _pdf(b"<" + b"4" * (2 * MIB))
    yield "objects", lambda: _pdf(b"".join(b"%d 0 obj null endobj\n" % n for n in range(2, 300_000)))
    yield (
        "lying-xref",
        lambda: (
            b"%PDF-1.7\nxref\n0 4294967295\n0000000000 65535 f \n"
            b"trailer << /Size 4294967295 >>\nstartxref\n9\n%%EOF"
        ),
    )
    yield (
        "xref-loop",
        lambda: (
            b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer << /Size 1 /Prev 9 >>\nstartxref\n9\n%%EOF"
        ),
    )
    yield "long-lines", lambda: b"%PDF-1.7\n" + b"%" * (4 * MIB)
    yield "no-end", lambda: b"%PDF-1.7\n" + b"startxref\n" * 1_500_000
    yield "zip", lambda: zipped(("OFD.xml", b"0" * (60 * MIB)))
    yield "zip-many", lambda: zipped(*((f"{n}", b"") for n in range(30_000)))


def _filtered(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = zlib.compress(data)
    names = b" ".join([b"/FlateDecode"] * times)
    return b"<< /Length %d /Filter [%s] >> stream\n" % (len(data), names) + data


def _pdf(inside: bytes) -> bytes:
    body = b"%PDF-1.7\n1 0 obj\n" + inside + b"\nendobj\n"
    trailer = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer << /Size 2 /Root 1 0 R >>\n"
    return body + trailer + b"startxref\n%d\n%%%%EOF" % len(body)
