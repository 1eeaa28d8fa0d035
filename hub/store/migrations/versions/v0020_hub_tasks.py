"""Tasks that the hub gives after a comparison have rows of their own; the SQL beside this file."""

from hub.store.migrations import run_sql

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
