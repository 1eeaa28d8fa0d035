"""Reference data with its history, and how a deadline was counted; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
