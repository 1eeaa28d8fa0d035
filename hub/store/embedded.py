"""Start, share and stop the embedded PostgreSQL server; touches its files, locks and processes only.

Any number of processes use one server. Each holds a shared advisory lock on `pg.users` for as long as
it does; who leaves last (gets the lock exclusively) stops the server. The lock is the kernel's
(`flock`): it ends with its process, also after kill -9, and it survives a crash of the server, which
a lock inside the database would not. `pg.start` lets one process at a time start or stop.

A handle belongs to the process that joined: a forked child joins for itself.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, Self

from hub.errors import Broken, Misconfigured
from hub.store.cluster import Cluster, cluster_of

Progress = Callable[[float], None]
"""Called now and then with the seconds waited so far while the server recovers or stops."""

_TICK = 0.05
_NO_LIMIT = str(365 * 24 * 3600)  # pg_ctl wants a number
_ORPHANS_GO = 5.0  # seconds the children of a killed server get to leave by themselves
State = Literal["ready", "busy", "down"]


class Embedded:
    """The share of one process in the running server of a data directory."""

    def __init__(self, data_dir: Path, cluster: Cluster, users: int) -> None:
        self._data_dir = data_dir
        self._cluster = cluster
        self._users = users

    @classmethod
    def join(cls, data_dir: Path, password: str, progress: Progress | None = None) -> Self:
        """Start the server of this (existing) data directory or join the one that runs.

        `password` becomes that of the superuser when the cluster is made. Waits for crash recovery
        without limit. Raises Misconfigured, or Broken when the server does not start.
        """
        with _starting(data_dir, progress):
            cluster = cluster_of(data_dir)
            users = _open(data_dir / "pg.users")
            try:
                alone = _try_exclusive(users)
                fcntl.flock(users, fcntl.LOCK_SH)
                if not cluster.data.exists():
                    cluster.make(password)
                _start(cluster, progress, alone=alone)
            except BaseException:
                os.close(users)
                raise
        return cls(data_dir, cluster, users)

    @property
    def host(self) -> str:
        """The folder of the server's socket, as `host` of a connection."""
        return str(self._cluster.socket_dir())

    def revive(self, progress: Progress | None = None) -> None:
        """Start the server again if it died under us; does nothing when it runs."""
        with _starting(self._data_dir, progress):
            _start(self._cluster, progress, alone=False)

    def leave(self, progress: Progress | None = None) -> None:
        """Give the share back; the last one stops the server. A second call does nothing."""
        if self._users < 0:
            return
        with _starting(self._data_dir, progress):
            if _try_exclusive(self._users):
                _stop(self._cluster, progress)
            os.close(self._users)
            self._users = -1


def server_pid(data_dir: Path) -> int | None:
    """Process id of the running server of a data directory, None when it is down."""
    cluster = cluster_of(data_dir)
    return None if _state(cluster) == "down" else _noted_pid(cluster)


def destroy(data_dir: Path) -> bool:
    """Stop the server if nobody uses it and delete its cluster. False when somebody does."""
    if not data_dir.exists():
        return True
    with _starting(data_dir, None):
        users = _open(data_dir / "pg.users")
        try:
            if not _try_exclusive(users):
                return False
            cluster = cluster_of(data_dir)
            _stop(cluster, None)
            cluster.remove()
            (data_dir / "pg-home").unlink(missing_ok=True)
        finally:
            os.close(users)
    return True


def _start(cluster: Cluster, progress: Progress | None, *, alone: bool) -> None:
    waited = _Wait(progress)
    while (state := _state(cluster)) == "busy":
        waited.tick()
    if state == "ready":
        return
    _clear_away(cluster, waited, alone=alone)
    socket_dir = cluster.socket_dir()
    code = _pg_ctl(cluster, waited, "start", "-l", str(cluster.start_log), "-o", cluster.options(socket_dir))
    if code:
        raise Broken(
            f"内置数据库未能启动,见 {cluster.home}/start.log 与 log/ · "
            f"the embedded database did not start, see {cluster.home}/start.log and log/: "
            + _last_line(cluster.start_log)
        )


def _stop(cluster: Cluster, progress: Progress | None) -> None:
    waited = _Wait(progress)
    if not cluster.data.exists() or _state(cluster) == "down":
        return
    # A failure here means that it ended by itself meanwhile; if it still runs, that is a fault.
    if _pg_ctl(cluster, waited, "stop", "-m", "fast") and _state(cluster) != "down":
        raise Broken("内置数据库未能停止 · the embedded database did not stop")


def _pg_ctl(cluster: Cluster, waited: "_Wait", action: str, *words: str) -> int:
    command = [str(cluster.programs / "pg_ctl"), action, "-D", str(cluster.data)]
    child = subprocess.Popen(  # noqa: S603  our own program, fixed words
        [*command, "-w", "-t", _NO_LIMIT, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the hub, which then stops the server in order
        **cluster.account.process(),
    )
    while child.poll() is None:
        waited.tick()
    return child.returncode


def _state(cluster: Cluster) -> State:
    pid = _noted_pid(cluster)
    if pid is None or not _is_server(pid, cluster):
        return "down"
    lines = _pid_file(cluster)
    return "ready" if len(lines) > 7 and lines[7].strip() == "ready" else "busy"


def _pid_file(cluster: Cluster) -> list[str]:
    try:
        return (cluster.data / "postmaster.pid").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []


def _noted_pid(cluster: Cluster) -> int | None:
    lines = _pid_file(cluster)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _is_server(pid: int, cluster: Cluster) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False  # a number used again, by somebody else
    if not Path("/proc/self").exists():
        return True
    return pid in _processes_in(cluster.data)


def _processes_in(folder: Path) -> list[int]:
    """Server processes of this cluster: PostgreSQL's have its data directory as working folder."""
    inside, found = str(folder.resolve()), []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str((entry / "cwd").readlink()) == inside:
                found.append(int(entry.name))
    return found


def _clear_away(cluster: Cluster, waited: "_Wait", *, alone: bool) -> None:
    """What a killed server left: its children, which end by themselves, and a note of its number.

    PostgreSQL itself does away with a stale `postmaster.pid`, unless the number belongs to another
    process of the same user meanwhile, as after the restart of a container. We do that only while
    nobody else uses the cluster: a server in another container could not be seen from here.
    """
    orphans_until = time.monotonic() + _ORPHANS_GO
    while orphans := _processes_in(cluster.data):
        if time.monotonic() > orphans_until:
            for pid in orphans:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGQUIT)
        waited.tick()
    if alone and Path("/proc/self").exists():
        (cluster.data / "postmaster.pid").unlink(missing_ok=True)


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    except FileNotFoundError:
        return ""
    return lines[-1] if lines else ""


class _Wait:
    """Sleeps in small steps and tells how long it has been, at most once a second."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._began = self._told = time.monotonic()

    def tick(self) -> None:
        time.sleep(_TICK)
        now = time.monotonic()
        if self._progress and now - self._told >= 1:
            self._told = now
            self._progress(now - self._began)


@contextlib.contextmanager
def _starting(data_dir: Path, progress: Progress | None) -> Iterator[None]:
    handle = _open(data_dir / "pg.start")
    waited = _Wait(progress)
    try:
        while not _try_exclusive(handle):
            waited.tick()
        yield
    finally:
        os.close(handle)


def _try_exclusive(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as e:
        raise Misconfigured(f"{path}: 无法打开 · cannot be opened by this user") from e


def remove_data_dir(data_dir: Path) -> bool:
    """Delete a data directory with its cluster, wherever that lies. False when somebody uses it."""
    if not destroy(data_dir):
        return False
    shutil.rmtree(data_dir, ignore_errors=True)
    return True
