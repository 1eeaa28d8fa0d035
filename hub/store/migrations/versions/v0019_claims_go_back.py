"""A claim for a subsidy goes back with its mediation when a merge is undone; the SQL beside this file."""

from hub.store.migrations import run_sql

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
