"""The first schema; the SQL beside this file says what and why."""

from pathlib import Path

from alembic import op
from sqlalchemy import text
from sqlalchemy.util import await_only

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Run the file as it is: many statements in one message, within the transaction of Alembic."""
    connection = op.get_bind()
    # Nobody waits for tables that do not exist yet; a slow machine may take its time.
    connection.execute(text("SET LOCAL statement_timeout = '5min'"))
    script = Path(__file__).with_name("0001_initial.sql").read_text("utf-8")
    driver = connection.connection.driver_connection
    await_only(driver.execute(script))  # type: ignore[union-attr]  # asyncpg's, inside SQLAlchemy
