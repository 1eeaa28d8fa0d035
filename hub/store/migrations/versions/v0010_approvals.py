"""Approvals by a second administrator, and merged disputes; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
