"""Runs of the nightly jobs; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
