"""Snapshots of the agencies, findings of the comparison, what was decided; see the SQL beside this file."""

from hub.store.migrations import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
