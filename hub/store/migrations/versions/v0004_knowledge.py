"""Answers kept as reusable knowledge; the SQL beside this file says what and why."""

from hub.store.migrations import run_sql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
