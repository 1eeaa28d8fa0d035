"""Types in which the writer hands over a batch; the SQL beside this file says more."""

from hub.store.migrations import run_sql

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Run the SQL."""
    run_sql(__file__)
