"""The first schema; the SQL beside this file says what and why."""

from alembic import op
from sqlalchemy import text

from hub.store.migrations import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Run the SQL."""
    # Nobody waits for tables that do not exist yet; a slow machine may take its time.
    op.get_bind().execute(text("SET LOCAL statement_timeout = '5min'"))
    run_sql(__file__)
