"""What a backup says of itself: which files with which digests, which keys open it, where the log was.

    FOLDER/database.dump     the database; files, messages and keys in it are sealed
    FOLDER/checkpoint        the log's latest signed note, for whoever keeps it elsewhere
    FOLDER/keys/             only if asked for: kek, sftp_key, liantiao.toml
    FOLDER/manifest.json     written last: a folder without it is no backup

The digests find damage, not malice: what stands in the log is proved by its own checkpoint. Touches the
folder.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from hub.errors import Misconfigured, Refused
from hub.strictjson import Json, load_object

FORMAT: Final = 1
NAME: Final = "manifest.json"
DUMP: Final = "database.dump"
CHECKPOINT: Final = "checkpoint"
KEYS: Final = "keys"
KEY_FILES: Final = ("kek", "sftp_key", "liantiao.toml")
_PIECE: Final = 1024 * 1024
_MAX: Final = 1024 * 1024
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Stored:
    """One file of a backup."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`database`: version of its tables; `kek`, `keks`: ids of the key in use and of all that were held."""

    id: str
    made_at: str
    program: str
    database: str
    kek: str
    keks: tuple[str, ...]
    checkpoint: str | None
    files: Mapping[str, Stored]
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write it, closed to others and on disk."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"
        write_private(folder / NAME, text.encode())

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """That of a folder. Raises Misconfigured when it is no backup, or one of a newer program."""
        file = folder / NAME
        try:
            if file.stat().st_size > _MAX:
                raise _unreadable(file)
            told = load_object(file.read_bytes())
        except FileNotFoundError as e:
            raise Misconfigured(
                f"{file}: 缺失,此目录不是完整的备份 · is missing: the folder is no complete backup"
            ) from e
        except (OSError, Refused) as e:
            raise _unreadable(file) from e
        if told.get("format") != FORMAT:
            raise Misconfigured(f"{file}: 由更新的版本所作 · was made by a newer version")
        try:
            return _manifest(told)
        except (KeyError, TypeError, AttributeError, ValueError) as e:
            raise _unreadable(file) from e


def _manifest(told: Mapping[str, Json]) -> Manifest:
    files, keks, note = told["files"], told["keks"], told["checkpoint"]
    if not isinstance(files, dict) or not isinstance(keks, list):
        raise TypeError
    return Manifest(
        id=str(told["id"]),
        made_at=str(told["made_at"]),
        program=str(told["program"]),
        database=str(told["database"]),
        kek=str(told["kek"]),
        keks=tuple(str(kek) for kek in keks),
        checkpoint=None if note is None else str(note),
        files={_inside(name): _stored(value) for name, value in files.items()},
    )


def _stored(value: Json) -> Stored:
    if not isinstance(value, dict) or not isinstance(value["size"], int):
        raise TypeError
    return Stored(value["size"], str(value["sha256"]))


def _inside(name: str) -> str:
    known = {DUMP, CHECKPOINT, *(f"{KEYS}/{file}" for file in KEY_FILES)}
    if name not in known:
        raise ValueError
    return name


def stored(file: Path, told: Told = lambda _: None) -> Stored:
    """Size and digest of a file; `told` hears the bytes read so far."""
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            told(size)
    return Stored(size, digest.hexdigest())


def check_files(folder: Path, manifest: Manifest, told: Told) -> None:
    """Raises Misconfigured for the first file that is missing or not as it was written."""
    for name, expected in manifest.files.items():
        try:
            found = stored(folder / name, told)
        except OSError as e:
            raise Misconfigured(f"{folder / name}: 缺失或无法读取 · is missing or cannot be read") from e
        if found != expected:
            raise Misconfigured(f"{folder / name}: 与清单的摘要不符,已损坏 · is damaged: its digest differs")


def write_private(file: Path, content: bytes) -> None:
    """A new file of mode 0600, on disk when this returns."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _unreadable(file: Path) -> Misconfigured:
    return Misconfigured(f"{file}: 无法读取 · cannot be read")
