"""Under which account the embedded server runs, and which folders that account can enter.

PostgreSQL refuses to run as root. As root the server gets the system account `liantiao-pg`, made when
missing; `nobody` is never used (other services share it and could read the files). No folder is
opened to the world: the data directory becomes 0710 with the account's group, and what the account
cannot reach at all goes under `/var/lib/liantiao`. Touches the account table and the file system.
"""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.errors import Misconfigured

NAME = "liantiao-pg"
SYSTEM_DIR = Path("/var/lib/liantiao")
_MAKERS = (
    ("useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/bin/false"),
    ("adduser", "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/bin/false"),  # busybox
)


@dataclass(frozen=True, slots=True)
class Account:
    """Who the server runs as. `switch`: this process is root and changes to it in its children."""

    uid: int
    gid: int
    switch: bool

    def process(self) -> dict[str, Any]:
        """Arguments for `subprocess` that make a child run under this account."""
        common = {"cwd": "/", "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}}
        if not self.switch:
            return common
        return common | {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to the account."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def barrier(self, folder: Path) -> Path | None:
        """The outermost part of the path that the account may not enter, None if it can reach it."""
        if not self.switch:
            return None
        absolute = folder.resolve()
        for part in [*reversed(absolute.parents), absolute]:
            if not self._may_enter(part.stat()):
                return part
        return None

    def _may_enter(self, found: os.stat_result) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def account_for(data_dir: Path) -> Account:
    """Who runs the server of this (existing) data directory: its owner, or as root a system account."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    owner = data_dir.stat()
    if owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, switch=True)
    entry = _lookup() or _make()
    return Account(entry.pw_uid, entry.pw_gid, switch=True)


def system_dir() -> Path:
    """`/var/lib/liantiao`, made when missing: root's, the account may pass through it and not list it."""
    try:
        SYSTEM_DIR.mkdir(mode=0o711, parents=True, exist_ok=True)
        SYSTEM_DIR.chmod(0o711)
    except OSError as e:
        raise Misconfigured(
            f"{SYSTEM_DIR}: 无法建立;请将数据目录放在账户 {NAME} 可进入之处,或以普通用户运行 · "
            f"cannot be made: put the data directory where the account {NAME} may enter, "
            "or run as an ordinary user"
        ) from e
    return SYSTEM_DIR


def _lookup() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None


def _make() -> pwd.struct_passwd:
    for command in _MAKERS:
        if shutil.which(command[0]) is None:
            continue
        # Two processes may both try: what counts is whether the account is there afterwards.
        subprocess.run([*command, NAME], check=False, capture_output=True, stdin=subprocess.DEVNULL)  # noqa: S603  fixed words
        if entry := _lookup():
            return entry
    raise Misconfigured(
        f"以 root 运行时内置数据库需要系统账户 {NAME},无法自动建立;请先建立该账户、以普通用户运行,"
        "或设置 LIANTIAO_DATABASE_URL · "
        f"as root the embedded database needs the system account {NAME}, which could not be made: "
        "make it, run as an ordinary user, or set LIANTIAO_DATABASE_URL"
    )
