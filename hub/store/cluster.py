"""The files of one embedded database cluster: where it lies, how it is made, with which settings it runs.

    home/data       the cluster itself, owned by the server's account
    home/run        the socket, 0700 (a short folder under the temporary one when the path is too long)
    home/log        the server's log, a week of it; it never shows statements or values

`home` is `<data_dir>/pg`, or as root, where the account cannot enter that, a folder under
`/var/lib/liantiao` that the file `<data_dir>/pg-home` names. Touches the file system, runs `initdb`.
"""

import os
import secrets
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hub.errors import Broken, Misconfigured
from hub.store.account import Account, account_for, system_dir
from hub.store.binaries import server_bin_dir

SUPERUSER = "liantiao_admin"
PORT = 5432
SOCKET = f".s.PGSQL.{PORT}"
# sun_path holds 108 bytes on Linux, 104 elsewhere, with its final NUL.
_LONGEST_SOCKET_DIR = 103 - len(f"/{SOCKET}")
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_compression": "off",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "io_method": "sync",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    # The log is for operators: no statement, no parameter, no key value, no text of an error that
    # could quote one. Errors reach the client that made them.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "logging_collector": "on",
    "log_filename": "server-%a.log",
    "log_file_mode": "0600",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster on disk, whether running or not. `tuning` overrides settings at its next start."""

    home: Path
    account: Account
    programs: Path
    tuning: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.home / "data"

    @property
    def start_log(self) -> Path:
        """What the server says before its own log is open."""
        return self.home / "start.log"

    def options(self, socket_dir: Path) -> str:
        """The server's settings as one string for `pg_ctl -o`."""
        settings = {
            **_SETTINGS,
            **self.tuning,
            "unix_socket_directories": '"' + str(socket_dir).replace('"', '""') + '"',
            "port": str(PORT),
            "log_directory": str(self.home / "log"),
        }
        return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())

    def socket_dir(self) -> Path:
        """The folder of the socket, made when missing; stays the same over restarts."""
        usual = self.home / "run"
        if len(os.fsencode(usual)) <= _LONGEST_SOCKET_DIR:
            return self._private(usual)
        note = self.home / "run-dir"
        if note.exists():
            return self._private(Path(note.read_text("utf-8")))
        short = Path(tempfile.mkdtemp(prefix="liantiao-", dir="/tmp"))
        replace_text(note, str(short))
        return self._private(short)

    def make(self, password: str) -> None:
        """Run initdb. A kill on the way leaves nothing that looks like a cluster."""
        for left in self.home.glob("new-*"):
            shutil.rmtree(left)
        new = self.home / f"new-{secrets.token_hex(4)}"
        password_file = self._private(new) / "password"
        password_file.touch(0o600)
        self.account.own(password_file)
        password_file.write_text(password, "utf-8")
        words = [
            str(self.programs / "initdb"), "--pgdata", str(new / "data"), "--username", SUPERUSER,
            "--pwfile", str(password_file), "--auth", "scram-sha-256", "--encoding", "UTF8",
            "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
            "--no-instructions",
        ]  # fmt: skip
        done = subprocess.run(  # noqa: S603  our own program, fixed words
            words, check=False, capture_output=True, text=True, **self.account.process()
        )
        if done.returncode:
            raise Broken(f"initdb: {done.stderr.strip()[-500:]}")
        (new / "data").rename(self.data)
        shutil.rmtree(new)

    def remove(self) -> None:
        """Delete the cluster and its socket folder; it must not be running."""
        note = self.home / "run-dir"
        if note.exists():
            shutil.rmtree(note.read_text("utf-8"), ignore_errors=True)
        shutil.rmtree(self.home)

    def _private(self, folder: Path) -> Path:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self.account.own(folder)
        return folder


def cluster_of(data_dir: Path, tuning: Mapping[str, str] | None = None) -> Cluster:
    """The cluster of a data directory, its home made when missing. Raises Misconfigured."""
    account = account_for(data_dir)
    home = _home(data_dir, account)
    home.mkdir(mode=0o700, exist_ok=True)
    if account.switch and home.stat().st_uid == 0:
        account.own(home)
    return Cluster(home, account, server_bin_dir(account), tuning or {})


def _home(data_dir: Path, account: Account) -> Path:
    inside, pointer = data_dir / "pg", data_dir / "pg-home"
    if pointer.exists():
        home = Path(pointer.read_text("utf-8"))
        if not home.is_dir():
            raise Misconfigured(
                f"{pointer}: 指向的数据库目录不存在 {home};请恢复该目录,或删除此文件以新建数据库 · "
                f"names a database folder that is gone: {home}. Restore it, or delete this file to "
                "begin with an empty database"
            )
        return home
    if not account.switch:
        return inside
    barrier = account.barrier(data_dir.parent)
    if barrier is None:
        if data_dir.stat().st_uid == 0:
            os.chown(data_dir, 0, account.gid)
            data_dir.chmod(0o710)
        return inside
    if inside.exists():
        raise Misconfigured(
            f"{barrier}: 数据库账户无法进入,请执行 chmod o+x,或移动数据目录 · "
            "the database's account may not enter it: chmod o+x, or move the data directory"
        )
    home = system_dir() / secrets.token_hex(8)
    home.mkdir(mode=0o700)
    replace_text(pointer, str(home))
    return home


def replace_text(path: Path, text: str) -> None:
    """Write a file whole, 0600 and on disk, or not at all."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
