"""A database in memory, and where it may write what memory cannot hold: never in clear on a disk.

DuckDB encrypts what it spills with the OpenSSL of its extension `httpfs` only; without it a spill fails in
the middle of a query. So it spills encrypted where that extension is installed, or into a folder that the
operator names as lying in memory or on an encrypted disk; else memory must suffice. Touches these folders.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from hub.settings import Settings


def safe_folder(settings: Settings) -> Path | None:
    """The folder that the operator names as safe to spill into."""
    return Path(settings.night_spill) if settings.night_spill else None


@contextmanager
def database(home: Path | None, memory: str, safe: Path | None = None) -> Iterator[Any]:
    """A connection limited to `memory` (as DuckDB writes it: `2GB`).

    It spills into a folder of mode 0700 in `safe` if given, else encrypted in `home`, else nowhere; the
    folder is gone at the end. Raises duckdb.OutOfMemoryException where neither memory nor spill suffices.
    """
    folder = Path(tempfile.mkdtemp(prefix="liantiao-night-", dir=safe or home))
    config: dict[str, Any] = {
        "memory_limit": memory,
        "preserve_insertion_order": "false",
        "temp_directory": str(folder),
        "temp_file_encryption": "false" if safe else "true",
    }
    try:
        with duckdb.connect(":memory:", config=config) as connection:
            connection.execute("SET enable_progress_bar = false")
            _close_in(connection, encrypting=safe is None)
            yield connection
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _close_in(connection: Any, *, encrypting: bool) -> None:  # noqa: ANN401  duckdb is not typed
    """Nothing is fetched from elsewhere, and nothing spilled that must be encrypted and cannot be."""
    connection.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
    if not encrypting:
        return
    try:
        connection.execute("LOAD httpfs")
    except duckdb.Error:
        connection.execute("SET temp_directory = ''")
