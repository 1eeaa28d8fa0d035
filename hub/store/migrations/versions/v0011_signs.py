"""Flags of the nightly screening for false litigation; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
