"""A form as DOCX, for a word processor. The same form at the same time makes the same bytes."""

import io
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Final

from hub.forms.model import Address, Closing, Form, Heading, NextSheet, Paragraph, Part, Table

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as Line

_FONT: Final = "SimSun"
"""A name only: the reader's word processor sets it, or its own where it has none of that name."""
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)


def docx(form: Form, made_at: datetime) -> bytes:
    """The file."""
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(12)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    normal.paragraph_format.line_spacing, normal.paragraph_format.space_after = 1.5, Pt(0)
    _title(document, form.title)
    for part in form.parts:
        _add(document, part, form.title)
    foot = document.sections[0].footer.paragraphs[0].add_run(form.note)
    foot.font.size = Pt(8)
    said = document.core_properties
    said.title, said.author, said.comments = form.title.partition("\n")[0], "", ""
    said.created = said.modified = made_at.replace(microsecond=0, tzinfo=None)
    kept = io.BytesIO()
    document.save(kept)
    return _settled(kept.getvalue())


def _title(document: "Document", text: str) -> "Line":
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for n, line in enumerate(text.split("\n")):
        run = title.add_run(line if n == 0 else f"\n{line}")
        run.bold, run.font.size = n == 0, Pt(19 if n == 0 else 10)
    return title


def _add(document: "Document", part: Part, title: str) -> None:
    match part:
        case Heading():
            _heading(document, part)
        case Paragraph(text):
            for line in text.split("\n"):
                _indented(document, line)
        case Table():
            _table(document, part)
        case Closing(lines):
            _closing(document, lines)
        case NextSheet():
            _title(document, title).paragraph_format.page_break_before = True
        case Address(salute, to):
            for added in (_indented(document, salute), document.add_paragraph(to)):
                added.paragraph_format.keep_with_next = True


def _heading(document: "Document", part: Heading) -> None:
    from docx.shared import Pt

    line = document.add_paragraph()
    line.add_run(part.text).bold = True
    line.paragraph_format.space_before, line.paragraph_format.keep_with_next = Pt(8), True


def _indented(document: "Document", line: str) -> "Line":
    from docx.shared import Pt

    added = document.add_paragraph(line)
    added.paragraph_format.first_line_indent = Pt(24)
    return added


def _table(document: "Document", part: Table) -> None:
    from docx.shared import Mm, Pt

    table = document.add_table(rows=0, cols=len(part.head), style="Table Grid")
    shares = [150 * width / sum(part.widths) for width in part.widths]
    for n, row in enumerate((part.head, *part.rows)):
        cells = table.add_row().cells
        for cell, words, share in zip(cells, row, shares, strict=True):
            cell.width = Mm(share)
            run = cell.paragraphs[0].add_run(words)
            run.bold, run.font.size = n == 0, Pt(10)


def _closing(document: "Document", lines: tuple[str, ...]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    for line in lines:
        document.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _settled(content: bytes) -> bytes:
    """The archive with one day for all its members: the writer's clock is not the form's."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w") as new:
        for info in old.infolist():
            member = zipfile.ZipInfo(info.filename, _FIRST_DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(info))
    return kept.getvalue()
