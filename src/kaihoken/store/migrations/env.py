"""What Alembic runs: the connection comes from `migration.upgrade`, which owns the transaction."""

from alembic import context
from sqlalchemy import Connection

from kaihoken.store.schema import metadata

connection = context.config.attributes["connection"]
assert isinstance(connection, Connection)
context.configure(connection=connection, target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
