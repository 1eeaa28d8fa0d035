"""Exchange packages: a ZIP with one XML record and the record's files beside it, under a name that tells all.

`archives` guards the ZIP, `readers_xml` the XML. No source says which bytes the MD5 of the name covers, so it
decides nothing: what it is found to be of is noted. Places are told, never names: a file's name is content.
"""

import base64
import binascii
import hashlib
import re
import unicodedata
from typing import Final

from hub.errors import Fault, Refused
from hub.port import Doc, Package
from hub.translate.archives import Archive, Limits, open_archive
from hub.translate.readers_xml import XmlRead, read_xml
from hub.translate.records import Noted

MAX_RECORD: Final = 24 * 1024 * 1024
"""Bytes of the XML: a body of the largest size holds as much in Base64."""

_LIMITS: Final = Limits(entries=200, nested=frozenset({".ofd"}))
_HEX: Final = re.compile(r"[0-9A-Fa-f]{32}")
_NOTE: Final = "checksum"


class PackageRead:
    """A package: its record's XML, what its name says, the files beside the record, what is to be noted."""

    __slots__ = ("_beside", "_md5", "_name", "_record_name", "notes", "xml")

    def __init__(self, xml: XmlRead, names: tuple[str, str], beside: dict[str, bytes], md5: str) -> None:
        self.xml = xml
        self.notes: list[Noted] = []
        self._name, self._record_name = names
        self._beside = beside
        self._md5 = md5

    def record(self, carrier: Package, repeats: frozenset[str]) -> Doc:
        """The record with the parts of the package's name, and its files' content where it lay beside."""
        self.notes = []
        whole = self.xml.tree(repeats)
        documents = self._filled(carrier, whole)
        named = self._named(carrier)
        if named:
            whole[carrier.name] = named
        self._compare(carrier, str(named.get(carrier.parts[-1], "")).upper(), documents)
        return whole

    def _named(self, carrier: Package) -> Doc:
        """The parts of the envelope's name; if it has none, of the record's own name, which has no MD5."""
        place, count = f"/{carrier.name}", len(carrier.parts)
        told = _parts(self._name, count, 2)
        inner = _parts(self._record_name, count - 1, 1)
        if not told:
            self.notes.append(Noted("completeness", native=place))
        elif inner and inner != told[:-1]:
            self.notes.append(Noted(_NOTE, native=place, detail="name"))
        return dict(zip(carrier.parts, told or inner, strict=False))

    def _filled(self, carrier: Package, whole: Doc) -> set[str]:
        """Fills in what lay beside, and answers the MD5s of the files. Two contents of one file are noted."""
        path, name, content = carrier.files
        found: set[str] = set()
        waiting = dict(self._beside)
        for n, row in enumerate(_rows(whole, path)):
            called = _key(str(row.get(name, "")))
            there = waiting.pop(called, None)
            inside = _bytes(row.get(content))
            if not inside and there is not None:
                row[content] = base64.b64encode(there).decode()
            elif there is not None and there != inside:
                self.notes.append(Noted(_NOTE, native=f"/{path}/{n}/{content}", detail="beside"))
            kept = inside or there
            if kept:
                found.add(_md5(kept))
        if waiting:
            self.notes.append(Noted("dropped", native=f"/{path}", detail="beside"))
        return found

    def _compare(self, carrier: Package, told: str, documents: set[str]) -> None:
        if told and told not in documents:
            detail = "package" if told == self._md5 else "nothing"
            self.notes.append(Noted(_NOTE, native=f"/{carrier.name}/{carrier.parts[-1]}", detail=detail))


def read_package(body: bytes, name: str | None, max_bytes: int) -> PackageRead:
    """The package. Raises Refused `malformed` or `too-large`, and `untranslatable` without a record."""
    if len(body) > max_bytes:
        raise Refused("too-large", Fault("size", args=(str(max_bytes),)))
    archive = open_archive(body, _LIMITS)
    record = _record_of(archive, (name or "").rpartition("_")[0])
    if archive.size(record) > MAX_RECORD:
        raise Refused("too-large", Fault("size", native=archive.place(record), args=(str(MAX_RECORD),)))
    xml = read_xml(archive.read(record), None, MAX_RECORD)
    beside = {_key(one): archive.read(one) for one in archive.names if one != record}
    return PackageRead(xml, (name or "", record), beside, _md5(body))


def _record_of(archive: Archive, wanted: str) -> str:
    """The one XML file, of several the one that bears the package's name without its MD5."""
    found = [name for name in archive.names if name.lower().endswith(".xml")]
    named = [name for name in found if wanted and wanted.endswith(_stem(name))]
    chosen = found if len(found) == 1 else named
    if len(chosen) != 1:
        raise Refused("untranslatable", Fault("package-record"))
    return chosen[0]


def _parts(name: str, count: int, hexadecimal: int) -> tuple[str, ...]:
    """The last `count` parts of a name, if so many of its last ones are numbers of 32 digits; else none."""
    parts = tuple(_stem(name).split("_"))[-count:]
    whole = len(parts) == count and all(_HEX.fullmatch(part) for part in parts[-hexadecimal:])
    return parts if whole else ()


def _stem(name: str) -> str:
    last = name.rpartition("/")[2]
    return last.rpartition(".")[0] or last


def _key(name: str) -> str:
    """A file's name as it is compared: without folders, in one form of Unicode."""
    return unicodedata.normalize("NFC", name.strip().rpartition("/")[2])


def _rows(whole: Doc, path: str) -> list[Doc]:
    here: object = whole
    for part in path.split("/"):
        here = here.get(part) if isinstance(here, dict) else None
    listed = here if isinstance(here, list) else [here]
    return [row for row in listed if isinstance(row, dict)]


def _bytes(content: object) -> bytes:
    """The content of a row; empty if it is no Base64, which its own codec then says."""
    try:
        return base64.b64decode("".join(str(content or "").split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest().upper()
