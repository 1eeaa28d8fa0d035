"""Reports of completeness, sums of the deadline watch, retention; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
