"""The root keys as one process holds them: it follows the key file and shows which key it wraps under.

Touches the key file and, beside it, one lock file for each key, `kek.ID.used`. Who wraps under a key holds
its lock shared, so that nobody takes away a key under which something may still be written. The locks are
the kernel's (ADR 0009): they end with their process, also after kill -9.

    kek.ID.used     shared by every process whose current key it is; exclusive to who drops the key
    kek.changing    exclusive to who rotates or drops keys
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Self

from hub.errors import Misconfigured
from hub.store.postmaster import open_lock
from hub.store.secrets import Secrets, keep_owner, load
from hub.trust.seal import Sealer

LINGER: Final = 5.0
"""Seconds a key stays marked as used after another one took over: what was just wrapped gets written."""
_TRIES: Final = 10


@dataclass(frozen=True, slots=True)
class _Use:
    """A key file that was read, and the lock that shows its current key in use."""

    secrets: Secrets
    version: tuple[int, int]
    lock: int


class HeldKeys:
    """Keys of a data directory, its sealer always at the current one; made by `open`. Safe over threads."""

    def __init__(self, data_dir: Path, use: _Use) -> None:
        self._data_dir = data_dir
        self._use = use
        self._left: list[tuple[float, int]] = []
        self._turn = Lock()
        found = use.secrets
        self.sealer = Sealer(found.kek_id, found.keks, found.index_key, self.follow)

    @classmethod
    @contextlib.contextmanager
    def open(cls, data_dir: Path) -> Iterator[Self]:
        """Hold the keys. Raises Misconfigured."""
        held = cls(data_dir, _take(data_dir))
        try:
            yield held
        finally:
            for _, lock in held._left:
                os.close(lock)
            os.close(held._use.lock)

    def follow(self) -> None:
        """Take in what a rotation wrote; a file that cannot be read now changes nothing here."""
        with self._turn:
            now = time.monotonic()
            for since, lock in self._left:
                if now - since > LINGER:
                    os.close(lock)
            self._left = [(since, lock) for since, lock in self._left if now - since <= LINGER]
            with contextlib.suppress(Misconfigured, OSError):
                if _version(self._data_dir) != self._use.version:
                    self._switch(_take(self._data_dir), now)

    def _switch(self, use: _Use, now: float) -> None:
        self.sealer.adopt(use.secrets.kek_id, use.secrets.keks)
        self._left.append((now, self._use.lock))
        self._use = use


@contextlib.contextmanager
def changing(data_dir: Path) -> Iterator[None]:
    """The right to write the key file. Raises Misconfigured while another process has it."""
    with _locked(data_dir, data_dir / "kek.changing") as mine:
        if not mine:
            raise Misconfigured("另一进程正在轮换主密钥 · another process is changing the root keys")
        yield


@contextlib.contextmanager
def unused(data_dir: Path, kek_id: str) -> Iterator[bool]:
    """Whether no process wraps under this key; none can begin to while this is open."""
    with _locked(data_dir, _lock_file(data_dir, kek_id)) as mine:
        yield mine


def forget_lock(data_dir: Path, kek_id: str) -> None:
    """Remove the lock file of a key that is gone."""
    _lock_file(data_dir, kek_id).unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(data_dir: Path, path: Path) -> Iterator[bool]:
    lock = _opened(data_dir, path)
    try:
        yield _try(lock, fcntl.LOCK_EX)
    finally:
        os.close(lock)


def _take(data_dir: Path) -> _Use:
    for _ in range(_TRIES):
        version, found = _version(data_dir), load(data_dir)
        lock = _opened(data_dir, _lock_file(data_dir, found.kek_id))
        # Only what is current after the lock was had: before, a rotation might have passed us by.
        if _try(lock, fcntl.LOCK_SH) and _version(data_dir) == version:
            return _Use(found, version, lock)
        os.close(lock)
    raise Misconfigured(f"{data_dir / 'kek'}: 正在变动,请再试 · is changing, try again")


def _try(lock: int, how: int) -> bool:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _opened(data_dir: Path, path: Path) -> int:
    lock = open_lock(path)
    keep_owner(path, data_dir / "kek")
    return lock


def _lock_file(data_dir: Path, kek_id: str) -> Path:
    return data_dir / f"kek.{kek_id}.used"


def _version(data_dir: Path) -> tuple[int, int]:
    found = (data_dir / "kek").stat()
    return found.st_ino, found.st_mtime_ns
