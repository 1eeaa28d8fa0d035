"""The server's processes: start, stop, and the question whether any is left. Used by `embedded` only.

The server's processes inherit a lock on the file `pg.server`. Free means that none of them is left,
whatever `postmaster.pid` says (a number used again, a zombie nobody collects).
"""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from hub.errors import Broken, Misconfigured
from hub.store.cluster import SOCKET, Cluster

Progress = Callable[[float], None]
"""Called now and then with the seconds waited so far while the server recovers or stops."""

_TICK = 0.05
_NO_LIMIT = str(365 * 24 * 3600)  # pg_ctl wants a number
_ORPHANS_GO = 5.0  # seconds the children of a killed server get to leave by themselves
State = Literal["ready", "busy", "down"]


class Wait:
    """Sleeps in small steps and tells how long it has been, at most once a second."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._began = self._told = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has been."""
        return time.monotonic() - self._began

    def tick(self) -> None:
        """Sleep a little."""
        time.sleep(_TICK)
        now = time.monotonic()
        if self._progress and now - self._told >= 1:
            self._told = now
            self._progress(now - self._began)


def try_exclusive(handle: int) -> bool:
    """Take a lock exclusively if nobody else has it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def open_lock(path: Path) -> int:
    """A lock file's handle. Raises Misconfigured when it cannot be opened, with the system's reason."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as e:
        raise Misconfigured(f"{path}: 无法打开 · cannot be opened: {e.strerror}") from e


def start(cluster: Cluster, data_dir: Path, progress: Progress | None) -> None:
    """Start the server unless it runs; the caller holds `pg.start`. Raises Broken."""
    waited = Wait(progress)
    while (now := state(cluster, data_dir)) == "busy":
        waited.tick()
        if waited.seconds > _ORPHANS_GO:
            _end_orphans(cluster)
    if now == "ready":
        return
    socket_dir = cluster.socket_dir()
    # No process of the server is left, so these notes of its number are stale. PostgreSQL would see
    # that too, unless the number belongs to somebody else by now, as after a container's restart.
    (cluster.data / "postmaster.pid").unlink(missing_ok=True)
    (socket_dir / f"{SOCKET}.lock").unlink(missing_ok=True)
    held = open_lock(data_dir / "pg.server")
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        log, options = str(cluster.start_log), cluster.options(socket_dir)
        code = _pg_ctl(cluster, waited, ["start", "-l", log, "-o", options], held)
    finally:
        os.close(held)  # from here on the lock is the server's alone
    if code:
        raise Broken(
            f"内置数据库未能启动,见 {cluster.home}/start.log 与 log/ · "
            f"the embedded database did not start, see {cluster.home}/start.log and log/: "
            + _last_line(cluster.start_log)
        )


def stop(cluster: Cluster, data_dir: Path, progress: Progress | None) -> None:
    """Stop the server if it runs, until its last process is gone; the caller holds `pg.start`."""
    waited = Wait(progress)
    if not cluster.data.exists() or state(cluster, data_dir) == "down":
        return
    # A failure of pg_ctl means that the server ended by itself meanwhile: the lock tells.
    _pg_ctl(cluster, waited, ["stop", "-m", "fast"])
    while state(cluster, data_dir) != "down":
        waited.tick()
        if waited.seconds > _ORPHANS_GO:
            _end_orphans(cluster)


def _pg_ctl(cluster: Cluster, waited: Wait, words: list[str], held: int | None = None) -> int:
    child = subprocess.Popen(  # noqa: S603  our own program, fixed words
        [str(cluster.programs / "pg_ctl"), "-D", str(cluster.data), "-w", "-t", _NO_LIMIT, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=() if held is None else (held,),
        start_new_session=True,  # Ctrl-C is for the hub, which then stops the server in order
        **cluster.account.process(),
    )
    while child.poll() is None:
        waited.tick()
    return child.returncode


def state(cluster: Cluster, data_dir: Path) -> State:
    """`busy`: starting, stopping, or the children of a killed server on their way out."""
    held = open_lock(data_dir / "pg.server")
    try:
        if try_exclusive(held):
            return "down"
    finally:
        os.close(held)
    lines = _pid_file(cluster)
    ready = len(lines) > 7 and lines[7].strip() == "ready"
    return "ready" if ready and _answers(cluster.socket_dir() / SOCKET) else "busy"


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as tried:
        try:
            tried.connect(str(path))
        except OSError:
            return False
    return True


def _pid_file(cluster: Cluster) -> list[str]:
    try:
        return (cluster.data / "postmaster.pid").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []


def noted_pid(cluster: Cluster) -> int | None:
    """Process id that the server wrote down when it started."""
    lines = _pid_file(cluster)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _end_orphans(cluster: Cluster) -> None:
    """Tell the children of a killed server to quit, should one not have noticed its death."""
    inside, found = str(cluster.data.resolve()), []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str((entry / "cwd").readlink()) == inside:  # all of PostgreSQL's work there
                found.append(int(entry.name))
    if noted_pid(cluster) in found:
        return
    for pid in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    except FileNotFoundError:
        return ""
    return lines[-1] if lines else ""
