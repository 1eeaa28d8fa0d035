"""DBF tables (dBASE III to Visual FoxPro) to native records, from the bytes alone.

Nothing a header says is believed before it fits the file. Names of columns are cut to ten bytes by the format
and texts to the width of their column: an adapter says what its columns are called in full, and what was cut
is noted.
"""

import codecs
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from hub.errors import Fault, Refused
from hub.port import DbfTable, Doc, Unreadable
from hub.translate.dbf_values import Column, is_known, value
from hub.translate.readers_csv import MAX_COLUMNS, MAX_ROWS
from hub.translate.records import Noted

NAME_BYTES: Final = 10

_HEADER: Final = struct.Struct("<B3xIHH3xB13xB2x")
_COLUMN: Final = struct.Struct("<11sc4xBB14x")
_END_OF_HEADER: Final = 0x0D
_VERSIONS: Final = frozenset({0x03, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0xCB, 0xF5, 0xFB})
_CHINESE: Final = frozenset({0x4D, 0x7A})
_NOT_CHINESE: Final = frozenset({0x4E, 0x4F, 0x50, 0x13, 0x78, 0x79, 0x7B, 0x7C})
"""Language drivers of Big5, Japanese, Korean and Thai; the Western ones are what programs write unasked."""
_GB: Final = frozenset({"gbk", "gb2312", "gb18030", "cp936"})
_UTF8: Final = frozenset({"utf-8", "utf8"})
_FIRST_CJK: Final = "\u2e80"
_LIVE: Final = 0x20
_DELETED: Final = 0x2A
_SYSTEM: Final = "0"
_PADDING: Final = b"\x1a\x00\r\n "


@dataclass(frozen=True, slots=True)
class DbfRow:
    """A row that is not deleted: its number in the table, its values or why there are none, what was cut."""

    number: int
    values: Doc | Refused
    cut: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DbfRead:
    """A table as read; names are those of the file."""

    columns: tuple[str, ...]
    rows: tuple[DbfRow, ...]
    label_lied: bool

    def fits(self, carrier: DbfTable) -> bool:
        """Whether all columns the format asks for are there, as far as ten bytes tell."""
        return {cut_name(name) for name in carrier.requires} <= set(self.columns) and {
            cut_name(name) for name in carrier.forbids
        }.isdisjoint(self.columns)

    def records(self, carrier: DbfTable) -> Iterator[tuple[DbfRow, tuple[Noted, ...]]]:
        """The rows under the full names of their columns, each with what is to be noted of it."""
        full = {cut_name(name): name for name in carrier.columns}
        names = {name: full.get(name, name) for name in self.columns}
        of_all = tuple(Noted("truncated", native=f"/{n}", detail="name") for c, n in names.items() if c != n)
        for row in self.rows:
            of_row = tuple(Noted("truncated", native=f"/{names[c]}", detail="text") for c in row.cut)
            values = row.values
            if isinstance(values, Refused):
                faults = (Fault(f.rule, native=f"/{names[str(f.native)]}") for f in values.faults)
                yield DbfRow(row.number, Refused(values.code, *faults)), ()
            else:
                yield DbfRow(row.number, {names[c]: v for c, v in values.items()}), of_all + of_row


def cut_name(name: str) -> str:
    """A column's name as a table has it."""
    return name.encode("gb18030")[:NAME_BYTES].decode("gb18030", "ignore")


def read_dbf(body: bytes, charset: str | None, max_bytes: int) -> DbfRead:
    """Raises Refused `malformed` (`dbf-header`, `dbf-length`, `dbf-type`, `encoding`, …) or `too-large`."""
    if len(body) > max_bytes:
        raise Refused("too-large", Fault("size", args=(str(max_bytes),)))
    if len(body) < _HEADER.size:
        raise _malformed("dbf-header")
    version, count, start, width, sealed, language = _HEADER.unpack_from(body)
    if version not in _VERSIONS:
        raise _malformed("dbf-header")
    if sealed:
        raise _malformed("dbf-encrypted")
    columns = _columns(body[:start], width)
    rest = body[start + count * width :]
    if start > len(body) or start + count * width > len(body) or rest.strip(_PADDING):
        raise _malformed("dbf-length")
    live = list(islice(_live(body, start, width, count), MAX_ROWS + 1))
    if len(live) > MAX_ROWS:
        raise Refused("too-large", Fault("records", args=(str(MAX_ROWS),)))
    found, lied = _charset([line for _, line in live], columns, charset, language)
    shown = [c for c in columns if c.type != _SYSTEM]
    rows = tuple(_row(n, line, shown, found) for n, line in live)
    return DbfRead(tuple(c.name for c in shown), rows, lied)


def _malformed(rule: str, native: str | None = None) -> Refused:
    return Refused("malformed", Fault(rule, native=native))


def _columns(header: bytes, width: int) -> list[Column]:
    """The columns the header describes; together they are as wide as it says a record is."""
    columns: list[Column] = []
    at, place = 1, _HEADER.size
    while place < len(header) and header[place] != _END_OF_HEADER:
        if place + _COLUMN.size > len(header) or len(columns) >= MAX_COLUMNS:
            raise _malformed("dbf-header")
        raw, kind, length, high = _COLUMN.unpack_from(header, place)
        name = raw.split(b"\x00")[0].strip().decode("gb18030", "replace")
        letter = kind.decode("latin-1")
        wide = length + 256 * high if letter == "C" else length
        columns.append(Column(name, letter, at, wide))
        at, place = at + wide, place + _COLUMN.size
    if place >= len(header) or at != width or not columns:
        raise _malformed("dbf-header")
    for n, column in enumerate(columns, start=1):
        if column.type != _SYSTEM and not is_known(column):
            raise _malformed("dbf-type", f"column {n}")
    names = [column.name for column in columns if column.type != _SYSTEM]
    if len(set(names)) != len(names) or "" in names:
        raise _malformed("heading")
    return columns


def _live(body: bytes, start: int, width: int, count: int) -> Iterator[tuple[int, bytes]]:
    """The records that are not deleted, each with its number; no more is held than is asked for."""
    for n in range(count):
        line = body[start + n * width : start + (n + 1) * width]
        if _is_live(line):
            yield n + 1, line


def _is_live(line: bytes) -> bool:
    if line[0] not in (_LIVE, _DELETED):
        raise _malformed("dbf-length")  # records are not where the header says
    return line[0] == _LIVE


def _charset(
    lines: Sequence[bytes], columns: Sequence[Column], label: str | None, language: int
) -> tuple[str, bool]:
    """The charset of all texts, and whether a label (media type, language driver) said another."""
    if language in _NOT_CHINESE or (label is not None and label not in _GB | _UTF8):
        raise _malformed("encoding")
    texts = [line[c.at : c.at + c.width].rstrip(b" \x00") for line in lines for c in columns if c.type == "C"]
    said = {"gb18030"} if language in _CHINESE else set()
    said |= {"gb18030" if label in _GB else "utf-8"} if label else set()
    if all(text.isascii() for text in texts):
        return "utf-8", False
    found = "utf-8" if _are_utf8(texts) else "gb18030"
    return found, bool(said - {found})


def _are_utf8(texts: Sequence[bytes]) -> bool:
    """Whether the texts are UTF-8, and Chinese as such: a few GBK characters (一) pass for Cyrillic."""
    try:
        read = [codecs.utf_8_decode(text)[0] for text in texts]  # half a character at the end is let be
    except UnicodeDecodeError:
        return False
    return any(letter >= _FIRST_CJK for text in read for letter in text)


def _row(number: int, line: bytes, columns: Sequence[Column], charset: str) -> DbfRow:
    values: Doc = {}
    faults: list[Fault] = []
    cut: list[str] = []
    for column in columns:
        try:
            cell = value(column, line[column.at : column.at + column.width], charset)
        except Unreadable as e:
            faults.append(Fault(e.rule, native=column.name))
            continue
        values[column.name] = cell.text
        if cell.cut:
            cut.append(column.name)
    return DbfRow(number, Refused("untranslatable", *faults) if faults else values, tuple(cut))
