"""Assessments of mediators, appeals, case subsidies, honours; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
