"""A database written into one file and read back, by PostgreSQL's own `pg_dump` and `pg_restore`.

Touches those programs and that file. What is sealed stays sealed: the file opens nothing without the keys.
The password goes by the environment, because everyone on a machine can see a command line; of what the
programs say only the error itself is shown, never the row it was about.
"""

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

import asyncpg

from hub.errors import Broken, Misconfigured
from hub.store.address import Address
from hub.store.binaries import bin_dir

Told = Callable[[int], None]
"""Hears now and then, while a program works, how many bytes the file has."""

_Program = Literal["pg_dump", "pg_restore"]
_EVERY: Final = 1.0
_MAJOR: Final = re.compile(r"\(PostgreSQL\) (\d+)")
_LONGEST: Final = 300
_HAS_TABLES: Final = "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace)"


async def dump(address: Address, server: int, snapshot: str, file: Path, told: Told) -> None:
    """Write the database as `snapshot` (an exported one) sees it; `server`: its major version.

    Raises Misconfigured without a program as new as the server, Broken when it fails.
    """
    target, environment = address.program("owner")
    words = ("--format=custom", "--compress=1", f"--snapshot={snapshot}")
    await _run("pg_dump", server, [*words, f"--file={file}", f"--dbname={target}"], environment, file, told)


async def load(address: Address, server: int, file: Path, told: Told) -> None:
    """Read a dump into an empty database whose roles exist, whole or not at all. Raises as `dump`."""
    target, environment = address.program("admin")
    words = ("--single-transaction", "--exit-on-error", f"--dbname={target}", str(file))
    await _run("pg_restore", server, words, environment, file, told)


async def major_version(connection: asyncpg.Connection) -> int:
    """Of the server behind a connection."""
    return int(await connection.fetchval("SHOW server_version_num")) // 10_000


async def is_empty(connection: asyncpg.Connection) -> bool:
    """Whether the database has no table of anyone."""
    return not await connection.fetchval(_HAS_TABLES)


async def _run(
    name: _Program,
    server: int,
    words: Sequence[str],
    environment: dict[str, str],
    file: Path,
    told: Told,
) -> None:
    program = await asyncio.to_thread(_program, name, server)
    child = await asyncio.create_subprocess_exec(
        program,
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C", **environment},
    )
    said = asyncio.create_task(child.communicate())
    try:
        while not (await asyncio.wait({said}, timeout=_EVERY))[0]:
            told(_size(file))
    finally:
        if child.returncode is None:  # this process is being stopped
            child.kill()
    _, errors = await said
    if child.returncode:
        raise Broken(f"{name}: {_error(name, errors.decode(errors='replace'))}")


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _error(name: str, text: str) -> str:
    """The first error without what follows it: `CONTEXT` and `DETAIL` quote rows."""
    for line in text.splitlines():
        if line.startswith(f"{name}: error:"):
            return line.removeprefix(f"{name}: error:").strip()[:_LONGEST]
    return "-"


def _program(name: _Program, server: int) -> Path:
    """The oldest one that is as new as the server: a newer one may say what the server does not know."""
    fitting = {major: path for path in _installed(name) if (major := _major(path)) >= server}
    if not fitting:
        raise Misconfigured(
            f"需要 PostgreSQL {server} 以上的 {name} · {name} of PostgreSQL {server} or newer is needed"
        )
    return fitting[min(fitting)]


def _installed(name: _Program) -> Iterator[Path]:
    with contextlib.suppress(Misconfigured):  # without the wheel the server's own client does
        yield bin_dir() / name
    if found := shutil.which(name):
        yield Path(found)


def _major(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  fixed words
    found = _MAJOR.search(said)
    return int(found[1]) if found else 0
