"""Processes that serve a hub, forked from one that has the hub's modules loaded and nothing else.

A Python of its own takes more than a second to load them, and the tests start some hundreds of hubs. The
forked one is a process like any: it runs `python -m hub.cli …` from its first line, with the environment,
the output and the signals it would have. What a test starts otherwise has a Python of its own.
"""

import atexit
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeAlias

LOADED: Final = ("hub.cli.main", "hub.cli.serve", "uvicorn.protocols.http.httptools_impl", "uvloop")
"""What `serve` comes to import before it serves, by what imports it."""
_LARGEST: Final = 65_536
_HOME: Final = Path(__file__).parents[1]


class Forked:
    """A process of `liantiao`: of `subprocess.Popen` what tests ask of it."""

    def __init__(self, mother: "_Mother", pid: int) -> None:
        self._mother, self.pid = mother, pid
        self._handle = os.pidfd_open(pid)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status; None while it runs."""
        if self.returncode is None and select.select([self._handle], [], [], 0)[0]:
            self._ended()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, once it has ended. Raises subprocess.TimeoutExpired."""
        if self.returncode is None and not select.select([self._handle], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("liantiao", timeout or 0)
        return self._ended()

    def send_signal(self, sig: int) -> None:
        """A signal, if it runs."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, sig)

    def kill(self) -> None:
        """The end, at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """The end, in order."""
        self.send_signal(signal.SIGTERM)

    def _ended(self) -> int:
        if self.returncode is None:
            self.returncode = self._mother.asked({"ended": self.pid})["status"]
            os.close(self._handle)
        return self.returncode


Served: TypeAlias = Forked | subprocess.Popen[bytes]


def started(arguments: Sequence[str], environment: Mapping[str, str], log: int) -> Served:
    """`liantiao ARGUMENTS`, begun; its error output goes to the file `log`."""
    if environment.get("PYTHONPATH") != os.environ.get("PYTHONPATH") or Path.cwd() != _HOME:
        # Other modules than are loaded.
        words = [sys.executable, "-m", "hub.cli", *arguments]
        return subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=log)
    mother = _mother()
    told = mother.asked({"arguments": list(arguments), "environment": dict(environment)}, log)
    return Forked(mother, told["pid"])


class _Mother:
    """The process that forks; it ends when the tests' process does."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._turn = Lock()
        with theirs:
            words = [sys.executable, "-m", "tests.forked", str(theirs.fileno())]
            self._process = subprocess.Popen(words, pass_fds=[theirs.fileno()])

    def asked(self, question: dict[str, Any], *files: int) -> dict[str, Any]:
        """Ask, and wait for the answer."""
        with self._turn:
            socket.send_fds(self._line, [json.dumps(question).encode()], files)
            answer: dict[str, Any] = json.loads(self._line.recv(_LARGEST))
            return answer

    def end(self) -> None:
        """Let it end; what it forked is for those who asked for it."""
        self._line.close()
        self._process.wait()


@cache
def _mother() -> _Mother:
    mother = _Mother()
    atexit.register(mother.end)
    return mother


def _serve(line: socket.socket) -> None:
    """Fork and tell of ends, as asked, until nobody is there to ask."""
    for module in LOADED:
        __import__(module)
    while True:
        words, files, _, _ = socket.recv_fds(line, _LARGEST, 1)
        if not words:
            return
        question = json.loads(words)
        if "ended" in question:
            _, status = os.waitpid(question["ended"], 0)
            line.send(json.dumps({"status": os.waitstatus_to_exitcode(status)}).encode())
            continue
        if not (pid := os.fork()):
            line.close()
            _become(question, files[0])
        os.close(files[0])
        line.send(json.dumps({"pid": pid}).encode())


def _become(question: dict[str, Any], log: int) -> None:
    """Be `python -m hub.cli …` from here on."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for ours, theirs in ((nothing, 0), (nothing, 1), (log, 2)):
        os.dup2(ours, theirs)
    os.close(nothing)
    os.close(log)
    os.environ.clear()
    os.environ.update(question["environment"])
    sys.argv = ["liantiao", *question["arguments"]]
    runpy.run_module("hub.cli", run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
