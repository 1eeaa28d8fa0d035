"""Keys for what a unit was told while two disputes were merged; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
