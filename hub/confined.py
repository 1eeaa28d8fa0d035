"""Processes that look at hostile files: how one is started, and how it gives up what it could harm.

Used by the parents (`command`) and inside the workers (`confine`). Knows nothing of what is looked at.
"""

import os
import resource
import sys
from pathlib import Path
from typing import Final

_ROOT: Final = str(Path(__file__).parents[1])
_RUN: Final = """
import runpy, sys
sys.path.insert(0, sys.argv[1])
sys.argv[:2] = []
runpy.run_module(sys.argv[0], {}, "__main__")
"""


def command(module: str, *arguments: str) -> tuple[str, ...]:
    """The command of a worker: this Python without the environment's settings, this copy of the hub."""
    return (sys.executable, "-I", "-B", "-c", _RUN, _ROOT, module, *arguments)


def confine(seconds: int, memory: int) -> None:
    """From here on this process has so much time and memory, writes no file and starts no process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # what a library prints could hold what the file says
        os.dup2(null, stream)
