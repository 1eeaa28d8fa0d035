"""The zip around a bundle: written the same way every time, read within limits. Bytes in, bytes out.

Stored, not deflated, with fixed times: the same evidence gives the same archive on every machine. A
bundle that somebody packed anew is read too, as long as it holds nothing but the files it should.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

MAX_ARCHIVE: Final = 64 * 1024 * 1024
MAX_UNPACKED: Final = 64 * 1024 * 1024
MAX_FILES: Final = 1024
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)?(\.[a-z]{2,5})?")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_END_RECORD: Final = 22
_ENCRYPTED: Final = 0x1


class BadArchive(ValueError):
    """The archive cannot be what the hub gave out. `where` is the file in it, or the archive itself."""

    def __init__(self, where: str, text: str) -> None:
        super().__init__(text)
        self.where = where


def write(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3  # the same on every system
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return out.getvalue()


def read(raw: bytes) -> dict[str, bytes]:
    """The files of a bundle by name. Raises BadArchive."""
    if len(raw) > MAX_ARCHIVE:
        raise _bad("压缩包过大 · the archive is too large")
    # A zip may hide bytes before its first file and after its end record; ours has none there.
    if raw[:4] != b"PK\x03\x04" or raw[-_END_RECORD:-18] != b"PK\x05\x06":
        raise _bad("不是完整的 ZIP,或前后有多余字节 · not a whole zip, or bytes before or after it")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            infos = archive.infolist()
            _check(infos)
            return {info.filename: _content(archive, info) for info in infos}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as e:
        if isinstance(e, BadArchive):
            raise
        raise _bad("压缩包损坏 · the archive is damaged") from e


def _check(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_FILES or sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise _bad("解压后过大 · too many files, or too large unpacked")
    seen: set[str] = set()
    for info in infos:
        if not _NAME.fullmatch(info.filename):
            raise _bad("文件名不合规 · a file has a name that no bundle has")
        if info.filename in seen:
            raise BadArchive(info.filename, "文件重复 · the file is in the archive twice")
        if info.compress_type not in _METHODS or info.flag_bits & _ENCRYPTED:
            raise BadArchive(info.filename, "压缩方法不受支持 · encrypted, or packed in an unknown way")
        seen.add(info.filename)


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as file:
            content = file.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError) as e:
        raise BadArchive(info.filename, "文件损坏(CRC)· the file is damaged (CRC)") from e
    if len(content) != info.file_size:
        raise BadArchive(info.filename, "长度不符 · the length is not as stated")
    return content


def _bad(text: str) -> BadArchive:
    return BadArchive("zip", text)
