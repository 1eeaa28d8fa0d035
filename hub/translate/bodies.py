"""A body parsed as its media type says, before it is known which format it is in."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple, assert_never

from hub.errors import Fault, Refused
from hub.port import (
    CodedXml,
    DbfTable,
    Format,
    FormJson,
    HeaderRow,
    JsonKeys,
    Package,
    SheetTable,
    XmlRoot,
)
from hub.translate.books import Book, read_book
from hub.translate.readers_coded import read_coded
from hub.translate.readers_csv import MAX_ROWS, Table, read_csv
from hub.translate.readers_dbf import DbfRead, read_dbf
from hub.translate.readers_json import read_form, read_json
from hub.translate.readers_package import PackageRead, read_package
from hub.translate.readers_xml import XmlRead, read_xml
from hub.translate.sheet_table import tables

_WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TYPE: Final = re.compile(
    rf'({_WORD}/{_WORD})\s*(?:;\s*charset="?([A-Za-z0-9_.-]{{1,40}})"?\s*)?', re.ASCII | re.IGNORECASE
)
_PARTS_OF_A_RECORD: Final = 100
"""Elements and attributes of XML, so many for each record that is let in."""


class Body(NamedTuple):
    """The parsed body: a JSON value, an XML file, a table, a package or a workbook."""

    content: object

    def fits(self, fmt: Format) -> bool:
        """Whether the structure is that of the format. The content of fields decides nothing."""
        carrier = fmt.carrier
        match carrier:
            case JsonKeys() | FormJson():
                return _has_keys(self.content, carrier)
            case XmlRoot():
                return _has_root(self.content, carrier)
            case CodedXml(root=root):
                return _has_root(self.content, XmlRoot(root))
            case Package(record=record):
                return isinstance(self.content, PackageRead) and _has_root(self.content.xml, record)
            case HeaderRow():
                return (
                    isinstance(self.content, Table)
                    and carrier.requires.issubset(self.content.columns)
                    and carrier.forbids.isdisjoint(self.content.columns)
                )
            case DbfTable():
                return isinstance(self.content, DbfRead) and self.content.fits(carrier)
            case SheetTable():
                return isinstance(self.content, Book) and bool(tables(self.content, carrier))
            case _:
                assert_never(carrier)

    @property
    def text(self) -> XmlRead | Table | None:
        """What was decoded by a label: XML, the XML of a package, a table; not JSON."""
        content = self.content.xml if isinstance(self.content, PackageRead) else self.content
        return content if isinstance(content, XmlRead | Table) else None


@lru_cache(maxsize=64)
def split_type(content_type: str) -> tuple[str, str | None]:
    """(media type, charset) in lower case. Raises Refused `media-type` for what is none."""
    match = _TYPE.fullmatch(content_type.strip())
    if match is None:
        raise Refused("media-type", Fault("media-type"))
    return match[1].lower(), match[2].lower() if match[2] else None


def parse_body(
    charset: str | None,
    body: bytes,
    candidates: Sequence[Format],
    name: str | None = None,
    max_rows: int = MAX_ROWS,
) -> Body:
    """Parses by the carrier the candidate formats share; `name` is the file's own, if it has one.

    Raises Refused `malformed` or `too-large`, for a package also `untranslatable`.
    """
    limit = max(fmt.max_bytes for fmt in candidates)
    carrier = candidates[0].carrier
    match carrier:
        case JsonKeys():
            if charset not in (None, "utf-8", "utf8"):
                raise Refused("malformed", Fault("encoding"))
            return Body(read_json(body, limit))
        case FormJson(parameter=parameter):
            return Body(read_form(body, parameter, limit))
        case XmlRoot():
            return Body(read_xml(body, charset, limit, max_rows * _PARTS_OF_A_RECORD))
        case CodedXml():
            return Body(read_coded(body, limit))
        case Package():
            return Body(read_package(body, name, limit))
        case HeaderRow(delimiter=delimiter):
            return Body(read_csv(body, charset, limit, max_rows, delimiter))
        case DbfTable():
            return Body(read_dbf(body, charset, limit))
        case SheetTable():
            return Body(read_book(body, limit))
        case _:
            assert_never(carrier)


def _has_root(content: object, carrier: XmlRoot) -> bool:
    return isinstance(content, XmlRead) and content.root == (carrier.namespace, carrier.root)


def object_at(content: object, at: str) -> dict[str, object] | None:
    """The object, or the first of an array of them, whose names tell the format of a JSON body."""
    here = content
    for part in at.split("/") if at else ():
        here = here.get(part) if isinstance(here, dict) else None
    if isinstance(here, list):
        here = next((item for item in here if isinstance(item, dict)), None)
    return here if isinstance(here, dict) else None


def _has_keys(content: object, carrier: JsonKeys | FormJson) -> bool:
    here = object_at(content, carrier.at)
    if here is None:
        return False
    if carrier.requires <= here.keys() and carrier.forbids.isdisjoint(here):
        return True
    keys = {key.strip() for key in here}
    return carrier.requires <= keys and carrier.forbids.isdisjoint(keys)
