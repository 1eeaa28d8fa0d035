"""An Airflow whose tasks run on a Celery worker, fed by Redis: its parts, on loopback."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

from hub.cli.airflow.parts import AIRFLOW, COMPONENTS
from tests.live import free_port

T = TypeVar("T")
WORKER = ("celery", "worker", "--skip-serve-logs", "--concurrency", "2", "--celery-hostname", "night@%h")
PATIENCE = 240


@dataclass
class Programs:
    """What runs for a test, each in a process group of its own, with its log in a folder."""

    folder: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, words: tuple[str, ...], environment: Mapping[str, str]) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                words,
                env=dict(environment),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def until(self, condition: Callable[[], T | None]) -> T:
        """What the condition comes to, once it comes to something; a program that ended has failed."""
        ends = time.monotonic() + PATIENCE
        while not (found := condition()):
            dead = [name for name, process in self.running.items() if process.poll() is not None]
            assert not dead, self.said(dead)
            assert time.monotonic() < ends, self.said(list(self.running))
            time.sleep(0.2)
        return found

    def said(self, names: list[str]) -> str:
        """The end of what they wrote."""
        return "\n".join(f"== {name}\n{(self.folder / f'{name}.log').read_text()[-2000:]}" for name in names)

    def end(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def programs(folder: Path) -> Iterator[Programs]:
    """Nothing yet; ended with the test."""
    started = Programs(folder)
    try:
        yield started
    finally:
        started.end()


def redis_program() -> str:
    """Where Redis is; its absence is a skip, and a failure where it is required."""
    found = shutil.which("redis-server")
    if found is None:
        if os.environ.get("LIANTIAO_REQUIRE_REDIS"):
            pytest.fail("Redis is required here and is not installed")
        pytest.skip("no Redis: apt-get install redis-server")
    return found


def broker(started: Programs, program: str) -> str:
    """A Redis that keeps nothing: its address."""
    port = free_port()
    words = (program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no")
    started.start("redis", words, os.environ)

    def answers() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    started.until(answers)
    return f"redis://127.0.0.1:{port}/0"


def airflow(started: Programs, environment: Mapping[str, str]) -> None:
    """Its tables, then API server, scheduler, DAG processor and one worker."""
    migrate = subprocess.run(
        (*AIRFLOW, "db", "migrate"),
        env=dict(environment),
        cwd=started.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert migrate.returncode == 0, migrate.stderr[-3000:]
    for name in ("api-server", "scheduler", "dag-processor"):
        started.start(name, (*AIRFLOW, *COMPONENTS[name]), environment)
    started.start("worker", (*AIRFLOW, *WORKER), environment)
