"""Tokens bound to a key or a certificate; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
