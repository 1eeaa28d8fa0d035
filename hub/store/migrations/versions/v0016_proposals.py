"""Proposals for discrepancies move to where all proposals are; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
