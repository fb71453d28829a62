"""What a desk keeps: small documents, each sealed, in one SQLite file. Nothing in the file says whom it is about."""

from kaihoken.desk.safe.safe import KEY_BYTES, Drop, Put, Safe

__all__ = ["KEY_BYTES", "Drop", "Put", "Safe"]
