"""Reasons of administrators lie sealed; the SQL beside this file."""

from hub.store.migrations import run_sql

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
