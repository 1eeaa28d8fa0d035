"""PostgreSQL's own `pgbench` on the same server: one-row inserts, a transaction each, at so many clients."""

import os
import re
import subprocess
from pathlib import Path

from bench.ground import DATABASE, Ground
from hub.store.binaries import bin_dir
from hub.store.cluster import PORT, SUPERUSER

_TABLE = """
CREATE TABLE IF NOT EXISTS one_row (id bigserial PRIMARY KEY, at timestamptz NOT NULL, body text NOT NULL)
"""
_INSERT = (
    "INSERT INTO one_row (at, body) VALUES (now(), 'one row of a hundred characters' || repeat('.', 69));\n"
)
_RATE = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)


async def set_up(ground: Ground) -> Path:
    """Make the table; answers the script."""
    admin = await ground.address.named(DATABASE).connect("admin")
    try:
        await admin.execute(_TABLE)
    finally:
        await admin.close()
    script = ground.folder / "insert.sql"
    script.write_text(_INSERT, "utf-8")
    return script


def rate(ground: Ground, script: Path, clients: int, seconds: int) -> float:
    """Transactions per second."""
    server = ground.address.server
    if server is None:
        raise RuntimeError("pgbench needs the embedded server")
    login = {
        "PGHOST": server.host,
        "PGPORT": str(PORT),
        "PGUSER": SUPERUSER,
        "PGPASSWORD": ground.address.secrets.passwords["admin"],
    }
    words = [
        str(bin_dir() / "pgbench"), "--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=2",
        f"--time={seconds}", f"--file={script}", DATABASE,
    ]  # fmt: skip
    done = subprocess.run(words, check=True, capture_output=True, text=True, env={**os.environ, **login})
    found = _RATE.search(done.stdout)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])
