"""What differs from one operating system to another: where things lie, and where a key is kept. Each has a portable
fallback: a folder below the user's home, a file that its owner alone may read."""

import os
import secrets
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Final, Protocol, TypeVar

from kaihoken.desk.safe import KEY_BYTES
from kaihoken.problems import Problem
from kaihoken.store import make_private_folder, require_private, write_private

APPLICATION: Final = "kaihoken-desk"
_KEY_FILE: Final = "safe.key"

T = TypeVar("T")


class KeyStore(Protocol):
    """Where the key of a desk's safe is kept. `where` says it in words for a page."""

    where: str

    def read(self) -> bytes | None:
        """The key, or None where none was made."""

    def make(self) -> bytes:
        """A new key. Problem `desk.key-exists`: a key that something is sealed with is never written over."""


class FileKeyStore:
    """The fallback: a file of mode 0600 in the desk's folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _KEY_FILE
        self.where = str(self._file)

    def read(self) -> bytes | None:
        """Problem `store.keys_open` where others may read it."""
        if not self._file.is_file():
            return None
        require_private(self._file)
        return self._file.read_bytes()

    def make(self) -> bytes:
        make_private_folder(self._file.parent)
        key = secrets.token_bytes(KEY_BYTES)
        try:
            write_private(self._file, key)
        except FileExistsError:
            raise Problem("desk.key-exists", where=self.where) from None
        return key


class SystemKeyStore:
    """The operating system's own: Windows Credential Manager, macOS Keychain, Secret Service. `account` is the desk's
    folder: two desks of one user have two keys."""

    def __init__(self, account: str) -> None:
        self._account = account
        self.where = "OS"

    def read(self) -> bytes | None:
        """Problem `desk.key-store` where it is locked, or holds what is no key."""
        import keyring

        def read() -> bytes | None:
            held = keyring.get_password(APPLICATION, self._account)
            return bytes.fromhex(held) if held is not None else None

        return _of_key_store(read)

    def make(self) -> bytes:
        """Problem `desk.key-store`, too."""
        import keyring

        if self.read() is not None:
            raise Problem("desk.key-exists", where=self._account)
        key = secrets.token_bytes(KEY_BYTES)
        _of_key_store(lambda: keyring.set_password(APPLICATION, self._account, key.hex()))
        return key


def _of_key_store(question: Callable[[], T]) -> T:
    """What a system's key store answers. What it raises is its own, of any kind, and may hold what it keeps: none of it
    is told. Problem `desk.key-store`."""
    with suppress(Exception):
        return question()
    raise Problem("desk.key-store")


def key_store(folder: Path) -> KeyStore:
    """The system's key store where it has one that can be used, the file where not, or where a key lies in it."""
    file = FileKeyStore(folder)
    return file if file.read() is not None or not _has_keyring() else SystemKeyStore(str(folder.resolve()))


def _has_keyring() -> bool:
    with suppress(Exception):  # whatever a system's key store does: without it the file is used
        import keyring
        from keyring.backends import fail

        return not isinstance(keyring.get_keyring(), fail.Keyring)
    return False


def home() -> Path:
    """Where a desk keeps its things unless another folder is named."""
    return Path(home_on(sys.platform, os.environ, Path.home()))


def home_on(platform: str, environment: Mapping[str, str], user: PurePath) -> PurePath:
    """The same on a system: its `sys.platform`, its environment, the user's home. A system that is not known is taken
    for one that follows the XDG base directories.

    >>> home_on("darwin", {}, PurePath("home")).parts[-2:]
    ('Kaihoken', 'desk')
    """
    if platform == "win32":
        local = environment.get("LOCALAPPDATA")
        return (type(user)(local) if local else user / "AppData/Local") / "Kaihoken" / "desk"
    if platform == "darwin":
        return user / "Library/Application Support/Kaihoken/desk"
    data = environment.get("XDG_DATA_HOME")
    return (type(user)(data) if data else user / ".local/share") / "kaihoken" / "desk"
