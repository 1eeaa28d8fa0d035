"""Start, share and stop the embedded PostgreSQL server; touches its files, locks and processes only.

Any number of processes use one server. The locks are the kernel's (`flock`): they end with their
process, also after kill -9, and survive a crash of the server, which a lock inside it would not.

    pg.start    exclusive: one process at a time starts or stops
    pg.users    shared by every user; who leaves last gets it exclusively and stops the server
    pg.server   held by the server's own processes as long as one is left (see `postmaster`)

A handle belongs to the process that joined: a forked child joins for itself.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

from hub.store.cluster import Cluster, cluster_of
from hub.store.postmaster import (
    Progress,
    Wait,
    noted_pid,
    open_lock,
    start,
    state,
    stop,
    try_exclusive,
)


class Embedded:
    """The share of one process in the running server of a data directory."""

    def __init__(self, data_dir: Path, cluster: Cluster, users: int) -> None:
        self._data_dir = data_dir
        self._cluster = cluster
        self._users = users

    @classmethod
    def join(
        cls,
        data_dir: Path,
        password: str,
        progress: Progress | None = None,
        tuning: Mapping[str, str] | None = None,
    ) -> Self:
        """Start the server of this (existing) data directory or join the one that runs.

        `password` becomes that of the superuser when the cluster is made; `tuning` are settings of
        PostgreSQL for a server that is started here (throw-away ones need no `fsync`). Waits for crash
        recovery without limit. Raises Misconfigured, or Broken when the server does not start.
        """
        with _starting(data_dir, progress):
            cluster = cluster_of(data_dir, tuning)
            users = open_lock(data_dir / "pg.users")
            try:
                fcntl.flock(users, fcntl.LOCK_SH)
                if not cluster.data.exists():
                    cluster.make(password)
                start(cluster, data_dir, progress)
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
            start(self._cluster, self._data_dir, progress)

    def leave(self, progress: Progress | None = None) -> None:
        """Give the share back; the last one stops the server. A second call does nothing."""
        if self._users < 0:
            return
        with _starting(self._data_dir, progress):
            if try_exclusive(self._users):
                stop(self._cluster, self._data_dir, progress)
            os.close(self._users)
            self._users = -1


def server_pid(data_dir: Path) -> int | None:
    """Process id of the running server of a data directory, None when it is down."""
    cluster = cluster_of(data_dir)
    return None if state(cluster, data_dir) == "down" else noted_pid(cluster)


def destroy(data_dir: Path) -> bool:
    """Stop the server if nobody uses it and delete its cluster. False when somebody does."""
    if not data_dir.exists():
        return True
    with _starting(data_dir, None):
        users = open_lock(data_dir / "pg.users")
        try:
            if not try_exclusive(users):
                return False
            cluster = cluster_of(data_dir)
            stop(cluster, data_dir, None)
            cluster.remove()
            (data_dir / "pg-home").unlink(missing_ok=True)
        finally:
            os.close(users)
    return True


@contextlib.contextmanager
def _starting(data_dir: Path, progress: Progress | None) -> Iterator[None]:
    handle = open_lock(data_dir / "pg.start")
    waited = Wait(progress)
    try:
        while not try_exclusive(handle):
            waited.tick()
        yield
    finally:
        os.close(handle)


def remove_data_dir(data_dir: Path) -> bool:
    """Delete a data directory with its cluster, wherever that lies. False when somebody uses it."""
    if not destroy(data_dir):
        return False
    shutil.rmtree(data_dir, ignore_errors=True)
    return True
