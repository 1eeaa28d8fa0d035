"""Registers of mediation organisations and mediators; the SQL beside this file says what and why."""

from hub.store.migrations import run_sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
