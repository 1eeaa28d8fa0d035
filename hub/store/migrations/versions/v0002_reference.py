"""Reference data with its history, and how a deadline was counted; the SQL beside this file says more."""

from pathlib import Path

from alembic import op
from sqlalchemy.util import await_only

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the file as it is: many statements in one message, within the transaction of Alembic."""
    script = Path(__file__).with_name("0002_reference.sql").read_text("utf-8")
    driver = op.get_bind().connection.driver_connection
    await_only(driver.execute(script))  # type: ignore[union-attr]  # asyncpg's, inside SQLAlchemy
