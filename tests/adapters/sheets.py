"""Workbooks and DBF tables for tests: taken apart to rows of texts and put together again, by hand.

XLSX is written here as plain XML, so that a test decides what is in it; spreadsheet programs write the same.
"""

import io
import re
import struct
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XLSX = f"{BOOK_TYPE}.sheet"
TITLES = (("示例区测试镇矛盾纠纷排查化解台账",), ("填报单位:测试镇司法所", "", "填报人:沈调二"))
JOINED = ("序号", "事件名称", "事件简述")
"""Columns whose cells the sample merges over the people of its first dispute."""
DAY = 1
"""The style of a day."""

Value = str | int | float | None
Cells = Sequence[Sequence[object]]


class Xml(str):
    """A cell as it stands in the file, its place filled in for `{r}`."""

    __slots__ = ()


def reference(row: int, column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return f"{name}{row + 1}"


def day(serial: float) -> Xml:
    """A number that the sheet shows as a day."""
    return Xml(f'<c r="{{r}}" s="{DAY}"><v>{serial}</v></c>')


def cell(value: object, row: int, column: int) -> str:
    at = reference(row, column)
    match value:
        case Xml():
            return value.replace("{r}", at)
        case bool():
            return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{at}"><v>{value!r}</v></c>'
        case None | "":
            return ""
        case _:
            text = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", str(value))
            return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def sheet(rows: Cells, merges: Iterable[str] = (), dimension: str = "") -> str:
    """The XML of a sheet."""
    lines = "".join(
        f'<row r="{r + 1}">{"".join(cell(v, r, c) for c, v in enumerate(row))}</row>'
        for r, row in enumerate(rows)
    )
    merged = "".join(f"<mergeCell ref={quoteattr(ref)}/>" for ref in merges)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}">'
        + (f'<dimension ref="{dimension}"/>' if dimension else "")
        + f"<sheetData>{lines}</sheetData>"
        + (f"<mergeCells>{merged}</mergeCells>" if merged else "")
        + "</worksheet>"
    )


def book(
    *sheets: str,
    hidden: Sequence[int] = (),
    late_start: bool = False,
    method: int = zipfile.ZIP_DEFLATED,
    more: dict[str, bytes | str] | None = None,
) -> bytes:
    """A workbook of these sheets; `more` are parts to add, or to put in the place of others."""
    state = dict.fromkeys(hidden, ' state="hidden"')
    listed = "".join(
        f'<sheet name="表{n}" sheetId="{n}" r:id="r{n}"{state.get(n, "")}/>'
        for n in range(1, len(sheets) + 1)
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    links += f'<Relationship Id="s" Type="{LINKS}/styles" Target="styles.xml"/>'
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{BOOK_TYPE}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="b" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">'
        f'<workbookPr date1904="{int(late_start)}"/><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(sheets, start=1)},
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def ledger_rows(body: bytes) -> list[list[str]]:
    """The headings and rows of the sample ledger as texts, without titles, sums and empty rows."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()
    rows = []
    for line in re.findall(r"<row [^>]*>(.*?)</row>", text, re.DOTALL):
        found = re.findall(
            r'<c r="([A-Z]+)\d+"[^>]*>(?:<is><t[^>]*>(.*?)</t></is>|<v>(.*?)</v>)</c>', line, re.DOTALL
        )
        at = {letters: _unescaped(inline or number) for letters, inline, number in found}
        rows.append([at.get(reference(0, c)[:-1], "") for c in range(60)])
    first = next(n for n, row in enumerate(rows) if "事件名称" in row)
    width = 1 + max(c for c, name in enumerate(rows[first]) if name)
    return [row[:width] for row in rows[first:] if any(row) and row[0] != "合计"]


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def ledger(rows: Sequence[Sequence[str]]) -> bytes:
    """The ledger of these rows, with titles above, the first dispute's cells merged, a sum below."""
    width = len(rows[0])
    names = [str(name).strip() for name in rows[0]]
    merges = [f"A1:{reference(0, width - 1)}"]
    merges += [
        f"{reference(3, names.index(name))}:{reference(5, names.index(name))}"
        for name in JOINED
        if name in names and len(rows) > 3
    ]
    total = ["合计" if name == "序号" else 35 if name == "涉及人数" else None for name in names]
    return book(sheet([*TITLES, *rows, (), total], merges))


def dbf_rows(body: bytes) -> list[list[str]]:
    """The names and live rows of a table of texts in GBK."""
    count, start, width = struct.unpack_from("<IHH", body, 4)
    columns, at = [], 1
    for place in range(32, start - 1, 32):
        name = body[place : place + 11].split(b"\0")[0].decode()
        columns.append((name, at, body[place + 16]))
        at += body[place + 16]
    lines = [body[start + n * width :][:width] for n in range(count)]
    live = [line for line in lines if line[:1] == b" "]
    return [
        [name for name, _, _ in columns],
        *([line[a : a + w].decode("gb18030", "ignore").strip() for _, a, w in columns] for line in live),
    ]


def dbf(
    rows: Sequence[Sequence[object]],
    *,
    version: int = 3,
    language: int = 0,
    charset: str = "gb18030",
    kinds: Sequence[tuple[str, int]] = (),
    deleted: Sequence[int] = (),
) -> bytes:
    """A table of these rows under their names. Columns are texts, wide enough up to 254 bytes, or `kinds`."""
    raw = [[v if isinstance(v, bytes) else str(v).encode(charset) for v in row] for row in rows[1:]]
    columns = [
        (str(name).encode("gb18030")[:10], *(kinds[c] if c < len(kinds) else ("C", _wide(raw, c))))
        for c, name in enumerate(rows[0])
    ]
    record = 1 + sum(width for _, _, width in columns)
    start = 32 + 32 * len(columns) + 1
    head = struct.pack("<B3sIHH16xBB2x", version, b"\x79\x04\x13", len(raw), start, record, 0, language)
    head += b"".join(struct.pack("<11sc4xB15x", name, kind.encode(), width) for name, kind, width in columns)
    body = b"".join(
        (b"*" if n in deleted else b" ")
        + b"".join(v[:width].ljust(width) for v, (_, _, width) in zip(line, columns, strict=True))
        for n, line in enumerate(raw, start=1)
    )
    return head + b"\r" + body + b"\x1a"


def _wide(raw: list[list[bytes]], column: int) -> int:
    return min(254, max((len(line[column]) for line in raw), default=0) + 1)
