"""Alembic's entry: runs the versions on the connection that `hub.store.migrate` hands over.

One transaction for all of them, as `liantiao_owner`, under the migration lock. Alembic executes this
module to run migrations; that is why it acts when it is loaded.
"""

from alembic import context
from sqlalchemy import Connection, text

from hub.store.migrate import MIGRATION_LOCK

# Waiting for the other migrating process may take long; a lock or a statement on a table in use may not.
_BEGIN = (
    f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})",
    "SET LOCAL lock_timeout = '4s'",
    "SET LOCAL statement_timeout = '5s'",
    "SET LOCAL ROLE liantiao_owner",
)


def run(connection: Connection) -> None:
    """Bring the database of this connection to the version asked for."""
    for statement in _BEGIN:
        connection.execute(text(statement))
    context.configure(connection=connection, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
