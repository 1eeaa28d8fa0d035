"""Registers of mediation organisations and mediators; the SQL beside this file says what and why."""

from pathlib import Path

from alembic import op
from sqlalchemy.util import await_only

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Run the file as it is, within the transaction of Alembic."""
    script = Path(__file__).with_name("0003_registers.sql").read_text("utf-8")
    driver = op.get_bind().connection.driver_connection
    await_only(driver.execute(script))  # type: ignore[union-attr]  # asyncpg's, inside SQLAlchemy
