"""The data directory and the secrets in it: keys and database passwords. Touches those files only.

    kek         the key-encryption keys by id and the key of the blind indexes (0600)
    passwords   the passwords of the database's roles (0600)

They live outside the database and its backups (security.md, At rest) and are made once, whole or not
at all, by whichever process comes first; only a rotation writes `kek` again (`add_kek`, `remove_kek`), and
replaces it whole. Whoever has neither can read nothing that is sealed.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from hub.errors import Misconfigured

Role = Literal["admin", "owner", "hub", "reader"]
ROLES: Final[tuple[Role, ...]] = ("admin", "owner", "hub", "reader")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the files hold. `keks` has the current key and those before it, 32 bytes each."""

    kek_id: str
    keks: Mapping[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)
    passwords: Mapping[Role, str] = field(repr=False)

    @property
    def kek(self) -> bytes:
        """The key-encryption key in use."""
        return self.keks[self.kek_id]


def prepare(data_dir: Path) -> Secrets:
    """Make the data directory (0700) and its secrets where missing, and read them.

    A key file that was there once is never made anew: what was sealed would stay closed for ever.
    Raises Misconfigured.
    """
    try:
        _make_private(data_dir)
        if (data_dir / "passwords").exists() and not (data_dir / "kek").exists():
            raise Misconfigured(
                f"{data_dir / 'kek'}: 缺失,请从备份恢复;没有它,已密封的内容无法启封"
                " · is missing: restore it from its backup; without it nothing sealed can be opened"
            )
        for name, make in (("kek", _new_keys), ("passwords", _new_passwords)):
            if not (data_dir / name).exists():
                _write_once(data_dir / name, make())
    except OSError as e:
        raise Misconfigured(f"{data_dir}: 无法建立数据目录 · cannot be made a data directory") from e
    return load(data_dir)


def load(data_dir: Path) -> Secrets:
    """Read the secrets of a data directory. Raises Misconfigured when one is missing or open to others."""
    keys, passwords = _read(data_dir / "kek"), _read(data_dir / "passwords")
    try:
        keks = {name: base64.b64decode(key) for name, key in keys["keys"].items()}
        found = Secrets(
            keys["current"],
            keks,
            base64.b64decode(keys["index"]),
            {role: passwords[role] for role in ROLES},
        )
        fits = found.kek_id in keks and all(len(key) == 32 for key in keks.values())
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        raise Misconfigured(f"{data_dir}: kek 或 passwords 已损坏 · is damaged") from e
    if not fits:
        raise Misconfigured(f"{data_dir / 'kek'}: 已损坏 · is damaged")
    return found


def new_kek_id() -> str:
    """An id for a key-encryption key that is still to be made."""
    return f"k-{secrets.token_hex(6)}"


def add_kek(data_dir: Path, kek_id: str) -> None:
    """Make a key-encryption key of this id the current one; those before it stay. Raises Misconfigured.

    The caller keeps others from writing the file meanwhile.
    """
    load(data_dir)
    content = _read(data_dir / "kek")
    _write_anew(
        data_dir / "kek",
        {**content, "current": kek_id, "keys": {**content["keys"], kek_id: _new_key()}},
    )


def remove_kek(data_dir: Path, kek_id: str) -> None:
    """Forget a key-encryption key that is not the current one. Raises Misconfigured. As `add_kek`."""
    if load(data_dir).kek_id == kek_id:
        raise Misconfigured(f"{kek_id}: 现用主密钥不可删除 · is the key in use")
    content = _read(data_dir / "kek")
    _write_anew(
        data_dir / "kek",
        {**content, "keys": {name: key for name, key in content["keys"].items() if name != kek_id}},
    )


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _new_keys() -> dict[str, object]:
    name = new_kek_id()
    return {"current": name, "keys": {name: _new_key()}, "index": _new_key()}


def _new_passwords() -> dict[str, object]:
    return {role: secrets.token_urlsafe(24) for role in ROLES}


def _make_private(data_dir: Path) -> None:
    try:
        data_dir.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        # A folder that was there before is closed only while it is empty: it may be somebody's home.
        if not any(data_dir.iterdir()):
            data_dir.chmod(0o700)


def _write_once(path: Path, content: Mapping[str, object]) -> None:
    part = _written(path, content)
    try:
        os.link(part, path)  # fails when another process was first: then its file counts
    except FileExistsError:
        pass
    finally:
        part.unlink()
    _sync(path.parent)


def _write_anew(path: Path, content: Mapping[str, object]) -> None:
    try:
        part = _written(path, content)
        try:
            keep_owner(part, path)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        _sync(path.parent)
    except OSError as e:
        raise Misconfigured(f"{path}: 无法写入 · cannot be written") from e


def keep_owner(path: Path, like: Path) -> None:
    """Give a file to the owner of another: root may rotate keys of a service that runs as somebody else."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _written(path: Path, content: Mapping[str, object]) -> Path:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    return part


def _sync(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_mode & 0o077:
            raise Misconfigured(f"{path}: 他人可读,请执行 chmod 600 · is open to others: chmod 600")
        content = json.loads(path.read_text("ascii"))
    except FileNotFoundError as e:
        raise Misconfigured(
            f"{path}: 缺失,请先 liantiao init 或恢复该文件 · is missing: liantiao init, or restore it"
        ) from e
    except (OSError, ValueError) as e:
        raise Misconfigured(f"{path}: 无法读取 · cannot be read") from e
    if not isinstance(content, dict):
        raise Misconfigured(f"{path}: 已损坏 · is damaged")
    return content
