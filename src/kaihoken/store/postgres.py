"""A store in a PostgreSQL database."""

import asyncpg


class PostgresStore:
    pool: asyncpg.Pool
    """Connections for reading, with prepared statements kept per connection."""
