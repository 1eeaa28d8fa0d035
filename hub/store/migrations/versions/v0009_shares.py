"""Extracts for units and reports; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
