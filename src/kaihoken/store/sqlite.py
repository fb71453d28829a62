"""A store in one SQLite file."""

import apsw


class SqliteStore:
    reader: apsw.Connection
    """For statements that must not cost a coroutine: execute and exhaust at once, on the event loop's thread."""
