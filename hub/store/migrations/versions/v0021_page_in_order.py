"""A page of messages costs what it shows, not what a unit was ever told; the SQL beside this file."""

from hub.store.migrations import run_sql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
