"""Candidates of the nightly linking; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
