"""The index of certificates of voluntary performance; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
