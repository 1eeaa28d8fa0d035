"""Answers kept as reusable knowledge; the SQL beside this file says what and why."""

from pathlib import Path

from alembic import op
from sqlalchemy.util import await_only

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the file as it is, within the transaction of Alembic."""
    script = Path(__file__).with_name("0004_knowledge.sql").read_text("utf-8")
    driver = op.get_bind().connection.driver_connection
    await_only(driver.execute(script))  # type: ignore[union-attr]  # asyncpg's, inside SQLAlchemy
