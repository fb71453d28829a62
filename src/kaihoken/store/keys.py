"""Keys: who holds them (`KeyProvider`) and the holder that keeps them in files (`FileKeys`).

Two sorts. The look-up key finds people (`LookupKey`); log keys sign the heads of the log. A provider over an HSM
implements the same Protocol; only the look-up key must work at the speed of questions. Keys are never part of a data
backup (docs/keys.md).
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kaihoken.clock import Clock
from kaihoken.problems import Problem
from kaihoken.store.keyfiles import (
    FolderHold,
    make_private_folder,
    path_problems,
    require_private,
    write_private,
)
from kaihoken.store.lookupkey import KEY_BYTES, LookupKey

_LOG_FILES: Final = "log-*.json"
_LOOKUP_FILES: Final = "lookup-*.json"


class SigningKey(Protocol):
    """An Ed25519 key that signs heads of the log, from `valid_from` until `valid_to` (None: still)."""

    @property
    def key_id(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the public key."""
        ...

    @property
    def public(self) -> bytes:
        """The raw 32 bytes of the public key, for `/.well-known/`."""
        ...

    @property
    def valid_from(self) -> datetime:
        """The instant from which on it signs."""
        ...

    @property
    def valid_to(self) -> datetime | None:
        """The instant from which on another key signs; None: still this one."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the signature (about 20 microseconds from a file, more from an HSM)."""
        ...


class KeyProvider(Protocol):
    """Whoever holds the keys of one hub."""

    def lookup_keys(self, normalisation: int) -> tuple[LookupKey, ...]:
        """Every version in use, newest first. New rows are written under the first; questions ask all."""
        ...

    def log_keys(self) -> Sequence[SigningKey]:
        """Every log key there ever was, oldest first; the last one signs."""
        ...


class _LookupFile(msgspec.Struct, frozen=True):
    version: int
    created: datetime
    key: bytes


class _LogFile(msgspec.Struct, frozen=True):
    created: datetime
    seed: bytes


class _OtherFile(msgspec.Struct, frozen=True):
    version: int
    created: datetime


class FileLogKey:
    """A log key from a file. Its validity ends when the next one begins.

    From its first signature on it holds the folder: meanwhile nobody can begin another key, behind whose beginning a
    signature of this one would be void.
    """

    __slots__ = ("_folder", "_hold", "_known", "_sign", "key_id", "public", "valid_from", "valid_to")

    def __init__(
        self, seed: bytes, valid_from: datetime, valid_to: datetime | None, folder: Path, known: int
    ) -> None:
        """`known` is how many log keys the folder held when this one was read."""
        key = Ed25519PrivateKey.from_private_bytes(seed)
        self._sign = key.sign
        self._folder = folder
        self._known = known
        self._hold: FolderHold | None = None
        self.public = key.public_key().public_bytes_raw()
        self.key_id = hashlib.sha256(self.public).hexdigest()[:16]
        self.valid_from = valid_from
        self.valid_to = valid_to

    def hold(self) -> None:
        """Holds the folder already, before the first signature. Problem `store.keys_rotated`."""
        self._hold = self._hold or self._held()

    def let_go(self) -> None:
        """Lets the folder go until the next signature: whoever signs is about to replace the key."""
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    def sign(self, data: bytes) -> bytes:
        """See `SigningKey`. The first time: Problem `store.keys_rotated` when the key was replaced meanwhile."""
        if self._hold is None:
            self._hold = self._held()
        return self._sign(data)

    def _held(self) -> FolderHold:
        with path_problems(self._folder):
            try:
                hold = FolderHold(self._folder, alone=False)
            except BlockingIOError:  # somebody is replacing it now
                raise Problem("store.keys_rotated", where=str(self._folder)) from None
        if len(list(self._folder.glob(_LOG_FILES))) != self._known:
            hold.release()
            raise Problem("store.keys_rotated", where=str(self._folder))
        return hold


class FileKeys:
    """Keys in a folder of mode 0700: `lookup-<version>.json`, `log-<number>.json`, each 0600.

    A file is never changed: a rotation adds one, retiring a look-up key removes one. (Folders of earlier programs also
    hold a `token.json`, which nothing reads.)
    """

    def __init__(self, folder: Path) -> None:
        """Reads the keys. Problems: `store.keys_missing`, `store.keys_open`, `store.keys_unreadable`, `store.path`."""
        self._folder = folder
        with path_problems(folder):
            self._read(folder)

    def _read(self, folder: Path) -> None:
        if not folder.is_dir():
            raise Problem("store.keys_missing", where=str(folder))
        require_private(folder)
        self._lookup = sorted(_read_all(folder, _LOOKUP_FILES, _LookupFile), key=lambda file: -file.version)
        self._log = sorted(_read_all(folder, _LOG_FILES, _LogFile), key=lambda file: file.created)
        if not (self._lookup and self._log):
            raise Problem("store.keys_missing", where=str(folder))

    @classmethod
    def create(cls, folder: Path, clock: Clock) -> "FileKeys":
        """Makes a first key of each sort. Problem `store.keys_exist` when the folder holds keys."""
        make_private_folder(folder)
        if any(folder.glob("*.json")):
            raise Problem("store.keys_exist", where=str(folder))
        now = clock.now()
        _add(folder / "log-1.json", _LogFile(now, secrets.token_bytes(KEY_BYTES)))
        _add(folder / "lookup-1.json", _LookupFile(1, now, secrets.token_bytes(KEY_BYTES)))
        return cls(folder)

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._folder

    def lookup_keys(self, normalisation: int) -> tuple[LookupKey, ...]:
        """See `KeyProvider`."""
        return tuple(LookupKey(file.key, file.version, normalisation) for file in self._lookup)

    def lookup_created(self) -> list[tuple[int, datetime]]:
        """Each version in use with its birth, newest first."""
        return [(file.version, file.created) for file in self._lookup]

    def log_keys(self) -> tuple[FileLogKey, ...]:
        """See `KeyProvider`."""
        ends = [*(file.created for file in self._log[1:]), None]
        return tuple(
            FileLogKey(file.seed, file.created, end, self._folder, len(self._log))
            for file, end in zip(self._log, ends, strict=True)
        )

    def other_created(self) -> list[tuple[str, int, datetime]]:
        """The keys of other rooms in the folder, `<sort>-<version>.json`: sort, version, birth."""
        own = (_LOG_FILES.partition("*")[0], _LOOKUP_FILES.partition("*")[0])
        paths = [path for path in self._folder.glob("*-*.json") if not path.name.startswith(own)]
        files = [(path.stem.rpartition("-")[0], _read_one(path, _OtherFile)) for path in paths]
        return sorted((sort, file.version, file.created) for sort, file in files)

    def rotate_lookup(self, clock: Clock) -> "FileKeys":
        """Adds a version of the look-up key; the older ones stay readable until `retire_lookup`."""
        version = self._lookup[0].version + 1
        key = _LookupFile(version, clock.now(), secrets.token_bytes(KEY_BYTES))
        _add(self._folder / f"lookup-{version}.json", key)
        return FileKeys(self._folder)

    def retire_lookup(self, version: int) -> "FileKeys":
        """Destroys an older version of the look-up key, once no row stands under it. The newest stays. Problem
        `store.path` where it cannot be removed; one that is gone already is what was wanted."""
        if version >= self._lookup[0].version or version not in (file.version for file in self._lookup):
            raise Problem("store.keys_in_use", version=version)
        with path_problems(self._folder):
            (self._folder / f"lookup-{version}.json").unlink(missing_ok=True)
        return FileKeys(self._folder)

    def rotate_log(self, clock: Clock) -> "FileKeys":
        """Adds a log key, which signs from now on; the older ones stay, to verify what they signed.

        Problem `store.log_key_in_use` while anybody signs with these keys: what they sign from now on would be void.
        (Not on Windows: docs/keys.md.)
        """
        with path_problems(self._folder):
            try:
                hold = FolderHold(self._folder, alone=True)
            except BlockingIOError:
                raise Problem("store.log_key_in_use", where=str(self._folder)) from None
        try:
            self._begin_log_key(clock.now())
        finally:
            hold.release()
        return FileKeys(self._folder)

    def succeed_log(self, signing: SigningKey, begins: datetime) -> tuple["FileKeys", FileLogKey]:
        """`rotate_log` for the one who signs with `signing`, and the key that signs from `begins` on: no head that was
        signed before is later. Where somebody was quicker, it is theirs.

        Problem `store.log_key_in_use` while others sign with these keys; then, and after `store.full`, `signing` stays.
        """
        if isinstance(signing, FileLogKey):
            signing.let_go()
        with path_problems(self._folder):
            try:
                hold = FolderHold(self._folder, alone=True)
            except BlockingIOError:
                raise Problem("store.log_key_in_use", where=str(self._folder)) from None
        try:
            if FileKeys(self._folder)._log == self._log:
                self._begin_log_key(begins)
        finally:
            hold.release()
        after = FileKeys(self._folder)
        signer = after.log_keys()[-1]
        signer.hold()
        return after, signer

    def _begin_log_key(self, begins: datetime) -> None:
        path = self._folder / f"log-{len(self._log) + 1}.json"
        _add(path, _LogFile(begins, secrets.token_bytes(KEY_BYTES)))


def _add(path: Path, key: msgspec.Struct) -> None:
    try:
        write_private(path, msgspec.json.encode(key))
    except FileExistsError as error:
        raise Problem("store.keys_exist", where=path.name) from error


K = TypeVar("K", _LookupFile, _LogFile, _OtherFile)


def _read_all(folder: Path, pattern: str, kind: type[K]) -> list[K]:
    return [_read_one(path, kind) for path in folder.glob(pattern)]


def _read_one(path: Path, kind: type[K]) -> K:
    require_private(path)
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        # The cause is left out: it may quote what it could not read.
        raise Problem("store.keys_unreadable", where=path.name) from None
