"""Typical cases signed off and published, tasks and their replies; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
