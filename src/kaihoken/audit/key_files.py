"""The public keys of a log as an auditor or a client holds them: a published key set, or a folder of keys."""

from collections.abc import Mapping
from pathlib import Path

from kaihoken.audit.head import Key, public_keys
from kaihoken.audit.verifier import RefusedError, keys_from_json
from kaihoken.problems import Problem
from kaihoken.store import FileKeys


def public_keys_at(path: Path) -> Mapping[str, Key]:
    """The public keys in a published key set, or of a folder of keys. Problem `audit.unreadable`."""
    if path.is_dir():
        return public_keys(FileKeys(path))
    return keys_of(text_of(path))


def keys_of(text: str) -> Mapping[str, Key]:
    """The public keys in a published key set. Problem `audit.unreadable`."""
    try:
        return keys_from_json(text)
    except RefusedError as refused:
        raise Problem("audit.unreadable", where="keys", reason=refused.detail) from refused


def text_of(path: Path) -> str:
    """The text of a file. Problem `audit.unreadable`."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem("audit.unreadable", where=path.name, reason=type(error).__name__) from error
