"""The parts of a workbook, looked at before a library opens them; runs in the confined process.

No macros, no other file's content, no DTD, no cell outside the limits. Only the XML parts that passed go on,
packed anew, so that what was checked is what is read.
"""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from posixpath import join, normpath
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from hub.errors import Fault, Refused
from hub.translate.archives import Archive, Limits, open_archive

MAX_SHEETS: Final = 50
LIMITS: Final = Limits(entries=500)

_COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0"
_TYPES: Final = "[Content_Types].xml"
_ROOT: Final = "_rels/.rels"
_BOOK_TYPE: Final = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACROS: Final = re.compile(rb"macroEnabled|vbaProject|xlMacrosheet|macrosheet", re.IGNORECASE)
_OUTSIDE: Final = re.compile(
    rb"externalLink|connections\+xml|queryTable|oleObject|activeX|control\+xml", re.IGNORECASE
)
_FORBIDDEN: Final = re.compile(rb"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|\x00", re.IGNORECASE)
_KEPT: Final = (".xml", ".rels")
_LINKS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Listed(NamedTuple):
    """A sheet in the workbook's list: its number, whether it is a table of cells, whether it is shown."""

    number: int
    part: str
    shown: bool


class Parts(NamedTuple):
    """A workbook that passed: its sheets of cells in order, its calendar, its parts by name."""

    sheets: tuple[Listed, ...]
    late_start: bool
    content: Mapping[str, bytes]

    def packed(self) -> bytes:
        """The workbook without what was not looked at."""
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.content.items():
                archive.writestr(name, content)
        return out.getvalue()


def open_parts(body: bytes) -> Parts:
    """Raises Refused `malformed` or `too-large`."""
    if body.startswith(_COMPOUND_FILE):
        raise malformed("book-encrypted")  # a sealed XLSX, or an XLS, which is not taken either
    archive = open_archive(body, LIMITS)
    if _TYPES not in archive.names or _ROOT not in archive.names:
        raise malformed("book-form")
    _check_types(archive.read(_TYPES))
    content = {name: _part(archive, name) for name in archive.names if name.endswith(_KEPT)}
    try:
        return _listed(content)
    except (ET.ParseError, KeyError, StopIteration) as e:
        raise malformed("book-form") from e


def malformed(rule: str, native: str | None = None) -> Refused:
    """A workbook that is not taken."""
    return Refused("malformed", Fault(rule, native=native))


def _check_types(types: bytes) -> None:
    if _MACROS.search(types):
        raise malformed("book-macros")
    if _OUTSIDE.search(types):
        raise malformed("book-outside")
    if _BOOK_TYPE not in types:
        raise malformed("book-form")


def _part(archive: Archive, name: str) -> bytes:
    content = archive.read(name)
    if _FORBIDDEN.search(content):
        raise malformed("xml-forbidden", archive.place(name))
    return content


def _listed(content: Mapping[str, bytes]) -> Parts:
    """The workbook's own list of sheets. ParseError, KeyError or StopIteration if none can be read."""
    path = next(target for kind, target in _links(content[_ROOT], "").values() if kind == "officeDocument")
    folder, _, name = path.rpartition("/")
    links = _links(content[f"{folder}/_rels/{name}.rels".lstrip("/")], folder)
    book = ET.fromstring(content[path])  # noqa: S314  without a DTD, in a confined process
    sheets: list[Listed] = []
    late_start = False
    for element in book.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "workbookPr":
            late_start = element.get("date1904") in ("1", "true")
        elif tag == "sheet":
            link = next(value for key, value in element.items() if key.endswith("}id"))
            kind, part = links[link]
            sheets.append(Listed(len(sheets) + 1, part if kind == "worksheet" else "", _is_shown(element)))
    if len(sheets) > MAX_SHEETS:
        raise Refused("too-large", Fault("book-sheets", args=(str(MAX_SHEETS),)))
    return Parts(tuple(sheets), late_start, content)


def _is_shown(element: ET.Element) -> bool:
    return element.get("state", "visible") == "visible"


def _links(content: bytes, folder: str) -> dict[str, tuple[str, str]]:
    """Id of a link → (kind, name of the part) as OPC writes them."""
    links: dict[str, tuple[str, str]] = {}
    for link in ET.fromstring(content).iter(_LINKS):  # noqa: S314  as above
        target = link.get("Target", "")
        part = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
        links[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], part)
    return links
