"""The key that seals named careers, and the sealing itself: AES-256-GCM (NIST SP 800-38D).

The key lies in the folder of keys beside the others, so that the sealed copy of the folder (`kaihoken keys backup`)
holds it; a backup of the store does not. A row is bound to its store, its participant and its version: one that was
put in another's place does not open.
"""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kaihoken.clock import Clock
from kaihoken.problems import Problem
from kaihoken.store import make_private_folder, require_private, sync_folder, write_private

_KEY_BYTES: Final = 32
_NONCE: Final = 12
_FILES: Final = "careers-*.json"


class _KeyFile(msgspec.Struct, frozen=True):
    version: int
    created: datetime
    key: bytes


class CareerKeys:
    """Every version of the key; new rows are sealed under the newest."""

    def __init__(self, keys: dict[int, bytes]) -> None:
        self._ciphers = {version: AESGCM(key) for version, key in keys.items()}
        self.newest = max(keys)

    @classmethod
    def open(cls, folder: Path) -> "CareerKeys":
        """The keys of a folder. Problems `workforce.career-key` (none, or unreadable), `store.keys_open` (others can
        read them)."""
        keys: dict[int, bytes] = {}
        for path in sorted(folder.glob(_FILES)):
            require_private(path)
            try:
                file = msgspec.json.decode(path.read_bytes(), type=_KeyFile)
            except (OSError, msgspec.MsgspecError):
                raise Problem("workforce.career-key", where=path.name) from None
            keys[file.version] = file.key
        if not keys or any(len(key) != _KEY_BYTES for key in keys.values()):
            raise Problem("workforce.career-key", where=folder.name)
        return cls(keys)

    @classmethod
    def add(cls, folder: Path, clock: Clock) -> "CareerKeys":
        """Makes a first or a further version; rows under the older ones still open. Problems `store.keys_open`,
        `store.keys_exist`, `store.path`."""
        make_private_folder(folder)
        version = max((_version(path) for path in folder.glob(_FILES)), default=0) + 1
        file = _KeyFile(version, clock.now(), secrets.token_bytes(_KEY_BYTES))
        try:
            write_private(folder / f"careers-{version}.json", msgspec.json.encode(file))
        except FileExistsError:
            raise Problem("store.keys_exist", where=f"careers-{version}.json") from None
        return cls.open(folder)

    def without(self, folder: Path, version: int) -> "CareerKeys":
        """These keys when an older version, under which no row stands any more, is destroyed."""
        (folder / f"careers-{version}.json").unlink(missing_ok=True)
        sync_folder(folder)
        return CareerKeys.open(folder)

    @property
    def versions(self) -> tuple[int, ...]:
        """Every version, oldest first."""
        return tuple(sorted(self._ciphers))

    def seal(self, content: bytes, *bound: str) -> bytes:
        """The content under the newest key and a new nonce, bound to these words."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._ciphers[self.newest].encrypt(nonce, content, _bound(self.newest, bound))

    def unseal(self, version: int, sealed: bytes, *bound: str) -> bytes:
        """What was sealed. Problem `workforce.career-sealed` where it does not open: another key, changed, or moved."""
        cipher = self._ciphers.get(version)
        if cipher is None:
            raise Problem("workforce.career-key", where=f"careers-{version}.json")
        try:
            return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(version, bound))
        except (InvalidTag, ValueError):
            raise Problem("workforce.career-sealed", where=bound[1]) from None


def exist(folder: Path) -> bool:
    """Whether a folder holds a key of careers."""
    return any(folder.glob(_FILES))


def _version(path: Path) -> int:
    digits = path.stem.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


def _bound(version: int, words: tuple[str, ...]) -> bytes:
    return "\n".join(("kaihoken careers 1", str(version), *words)).encode()
