"""ZIP archives, looked at before they are believed: directory first, then one entry at a time, never to disk.

For exchange packages and for workbooks (which are ZIPs). Pure work on bytes. A refusal names an entry by its
number in the directory, never by its name: file names hold what people wrote.
"""

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from hub.errors import Fault, Refused

MAX_NAME: Final = 255

_START: Final = b"PK\x03\x04"
_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\x05\x06"
_WIDE_MARK: Final = b"PK\x06\x07"
_LONGEST_TAIL: Final = _END.size + 0xFFFF
_DIRECTORY_ROW: Final = 46 + 3 * MAX_NAME
"""Bytes of an entry in the directory: its fixed part, a name in four-byte letters or with some extra."""
_LOCAL_HEADER: Final = 30
_SEALED: Final = 0x1 | 0x40 | 0x2000
_IN_UTF8: Final = 0x800
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BAD_NAME: Final = re.compile(r"[\x00-\x1f\x7f\\:]|^/|(?:^|/)\.{1,2}(?:/|$)|//")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may have. `nested`: endings of files that are archives themselves and stay shut."""

    entries: int = 1000
    unpacked: int = 50 * 1024 * 1024
    ratio: int = 100
    nested: frozenset[str] = frozenset()


class Archive:
    """An archive whose directory is within its limits."""

    __slots__ = ("_entries", "_file", "_nested", "_numbers")

    def __init__(self, file: zipfile.ZipFile, names: list[str], limits: Limits) -> None:
        listed = dict(zip(names, file.infolist(), strict=True))
        self._file = file
        self._entries = {name: entry for name, entry in listed.items() if not name.endswith("/")}
        self._numbers = {name: n for n, name in enumerate(names, start=1)}
        self._nested = tuple(limits.nested)

    @property
    def names(self) -> tuple[str, ...]:
        """The files in it, in the order of the directory; folders are none."""
        return tuple(self._entries)

    def size(self, name: str) -> int:
        """Bytes of a file of it, unpacked. KeyError if there is none of that name."""
        return self._entries[name].file_size

    def place(self, name: str) -> str:
        """How a refusal names a file of it."""
        return f"entry {self._numbers[name]}"

    def read(self, name: str) -> bytes:
        """The content of a file, checked against its length and checksum. KeyError if there is none.

        Raises Refused `malformed`: `archive-syntax`, or `archive-nested` for another archive in it.
        """
        entry = self._entries[name]
        try:
            with self._file.open(entry) as source:
                content = source.read(entry.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as e:
            raise Refused("malformed", Fault("archive-syntax", native=self.place(name))) from e
        if len(content) != entry.file_size:
            raise Refused("malformed", Fault("archive-syntax", native=self.place(name)))
        if content.startswith(_START) and not name.lower().endswith(self._nested):
            raise Refused("malformed", Fault("archive-nested", native=self.place(name)))
        return content


def open_archive(body: bytes, limits: Limits) -> Archive:
    """The archive, its directory checked and nothing unpacked yet.

    Raises Refused `malformed` (`archive-syntax`, `archive-encrypted`, `archive-method`, `archive-name`) or
    `too-large` (`archive-entries`, `archive-unpacked`, `archive-ratio`).
    """
    _check_tail(body, limits)
    try:
        file = zipfile.ZipFile(BytesIO(body))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error) as e:
        raise Refused("malformed", Fault("archive-syntax")) from e
    listed = file.infolist()
    if len(listed) > limits.entries:
        raise _too_many(limits)
    names = _checked_names(listed)
    _check_extent(listed, body)
    _check_sizes(listed, len(body), limits)
    return Archive(file, names, limits)


def _check_tail(body: bytes, limits: Limits) -> None:
    """The end record says how long the directory is: a library would read all of it before one can count."""
    at = body.rfind(_END_MARK, max(0, len(body) - _LONGEST_TAIL))
    if not body.startswith(_START) or at < 0 or at + _END.size > len(body):
        raise Refused("malformed", Fault("archive-syntax"))
    _, disk, of_directory, here, entries, length, _, comment = _END.unpack_from(body, at)
    whole = at + _END.size + comment == len(body) and disk == of_directory == 0 and here == entries
    if not whole or body[max(0, at - 20) : at].startswith(_WIDE_MARK):
        raise Refused("malformed", Fault("archive-syntax"))
    if entries > limits.entries or length > limits.entries * _DIRECTORY_ROW:
        raise _too_many(limits)


def _too_many(limits: Limits) -> Refused:
    return Refused("too-large", Fault("archive-entries", args=(str(limits.entries),)))


def _checked_names(listed: list[zipfile.ZipInfo]) -> list[str]:
    """Their names; two that a file system, or another reader, takes for one would hide one of them."""
    names: list[str] = []
    taken: set[str] = set()
    for n, entry in enumerate(listed, start=1):
        names.append(_checked_name(entry, n))
        same = unicodedata.normalize("NFC", names[-1]).casefold()
        if same in taken:
            raise Refused("malformed", Fault("archive-name", native=f"entry {n}"))
        taken.add(same)
    return names


def _checked_name(entry: zipfile.ZipInfo, n: int) -> str:
    """The entry's name, in the charset it is in; only plain files and folders below the archive's root."""
    place = f"entry {n}"
    if entry.flag_bits & _SEALED:
        raise Refused("malformed", Fault("archive-encrypted", native=place))
    if entry.compress_type not in _METHODS:
        raise Refused("malformed", Fault("archive-method", native=place))
    name = entry.orig_filename
    if not entry.flag_bits & _IN_UTF8:
        name = _decoded(name.encode("cp437"))
    linked = stat.S_ISLNK(entry.external_attr >> 16)
    if not name or len(name) > MAX_NAME or linked or _BAD_NAME.search(name):
        raise Refused("malformed", Fault("archive-name", native=place))
    return name


def _decoded(raw: bytes) -> str:
    """Programs write names in the charset of their machine and do not say so."""
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return ""


def _check_extent(listed: list[zipfile.ZipInfo], body: bytes) -> None:
    """Entries that share bytes unpack to more than their directory's ratio tells."""
    end = 0
    for entry in sorted(listed, key=lambda e: e.header_offset):
        if entry.header_offset < end:
            raise Refused("malformed", Fault("archive-syntax"))
        end = entry.header_offset + _LOCAL_HEADER + entry.compress_size
    if end > len(body):
        raise Refused("malformed", Fault("archive-syntax"))


def _check_sizes(listed: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
    unpacked = sum(entry.file_size for entry in listed)
    if unpacked > limits.unpacked:
        raise Refused("too-large", Fault("archive-unpacked", args=(str(limits.unpacked),)))
    if unpacked > limits.ratio * packed:
        raise Refused("too-large", Fault("archive-ratio", args=(str(limits.ratio),)))
