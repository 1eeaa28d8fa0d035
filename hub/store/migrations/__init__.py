"""Alembic's folder: `env.py` and the versions. Run by `hub.store.migrate` only."""

from pathlib import Path

from alembic import op
from sqlalchemy.util import await_only


def run_sql(version: str) -> None:
    """Run the SQL beside a version's module as it is: many statements at once, in Alembic's transaction.

    `version` is its `__file__`: `v0002_reference.py` goes with `0002_reference.sql`.
    """
    module = Path(version)
    script = module.with_name(module.stem.removeprefix("v") + ".sql").read_text("utf-8")
    driver = op.get_bind().connection.driver_connection
    await_only(driver.execute(script))  # type: ignore[union-attr]  # asyncpg's, inside SQLAlchemy
