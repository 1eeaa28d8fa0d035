"""The next version of this program, made from this one: a copy with one more migration (P11).

The planted migration adds a column and a table, as a next version would, and takes its time, so that a kill
falls into it.
"""

import shutil
import sys
from pathlib import Path
from typing import Final

from hub.store.migrate import head
from tests.faults.ground import ROOT, Ground
from tests.faults.processes import Program
from tests.faults.waiting import until

SLOW: Final = 3.0
_VERSION: Final = '''"""Planted by a fault run."""

from alembic import op

revision = "{next}"
down_revision = "{head}"


def upgrade() -> None:
    op.execute("ALTER TABLE installation ADD COLUMN planted text")
    op.execute("CREATE TABLE planted (id int PRIMARY KEY)")
    op.execute("SELECT pg_sleep({slow})")
'''
_STATE: Final = "SELECT version_num, to_regclass('planted')::text AS planted FROM alembic_version"


def build(folder: Path) -> Path:
    """The copy's folder: run `python -m hub.cli` in it."""
    copy = folder / "next"
    for package in ("hub", "adapters", "schemas"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    number = f"{int(head()) + 1:04}"
    file = copy / "hub/store/migrations/versions" / f"v{number}_planted.py"
    file.write_text(_VERSION.format(next=number, head=head(), slow=SLOW), "utf-8")
    return copy


async def kill_in_migration(ground: Ground, copy: Path) -> str:
    """Kill -9 a migration under way: the version before must be there, and nothing of the new one."""
    program = Program(
        (sys.executable, "-m", "hub.cli", "migrate"),
        ground.environment(),
        ground.folder / "migrate.log",
        copy,
    )
    program.start()

    async def sleeping() -> bool:
        return bool(await ground.rows("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"))

    async def gone() -> bool:
        return not await sleeping()

    assert await until(sleeping, 60, 0.05), ground.logs()
    program.kill()
    assert await until(gone, 60)
    (state,) = await ground.rows(_STATE)
    assert tuple(state) == (head(), None), tuple(state)
    return f"killed in migration after {head()}"
