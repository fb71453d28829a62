"""A copy of the keys to put away: one file, sealed with a passphrase.

scrypt (RFC 7914) makes a key of the passphrase, ChaCha20-Poly1305 (RFC 8439) seals the files with it. The copy is
kept apart from the backups of the data: together they are everything.
"""

import secrets
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kaihoken.problems import Problem
from kaihoken.store.keyfiles import make_private_folder, write_private
from kaihoken.store.keys import FileKeys

SHORTEST_PASSPHRASE: Final = 8
"""In characters. Several words, not one."""

_HEADER: Final = b"kaihoken keys 1\n"
_SALT: Final = 16
_NONCE: Final = 12
_WORK: Final = 1 << 16  # 64 MB and a fifth of a second for each guess


def require_passphrase(passphrase: str) -> None:
    """Refuses a passphrase that seals nothing. Problem `store.passphrase`. (What scrypt costs makes guessing slow; it
    cannot make up for a passphrase that is guessed at once.)"""
    if len(passphrase.strip()) < SHORTEST_PASSPHRASE:
        raise Problem("store.passphrase", least=SHORTEST_PASSPHRASE)


def seal_keys(folder: Path, passphrase: str) -> bytes:
    """The sealed copy of a folder of keys. Problems as `FileKeys` and `require_passphrase`."""
    require_passphrase(passphrase)
    FileKeys(folder)
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    sealed = ChaCha20Poly1305(_key(passphrase, salt)).encrypt(nonce, msgspec.msgpack.encode(files), _HEADER)
    return _HEADER + salt + nonce + sealed


def unseal_keys(copy: bytes, passphrase: str, folder: Path) -> FileKeys:
    """Puts the keys of a sealed copy into an empty folder.

    Problems: `store.keys_unreadable` (another passphrase, or no such copy), `store.keys_exist`, `store.keys_open`.
    """
    salt, nonce = copy[len(_HEADER) :][:_SALT], copy[len(_HEADER) + _SALT :][:_NONCE]
    try:
        content = ChaCha20Poly1305(_key(passphrase, salt)).decrypt(
            nonce, copy[len(_HEADER) + _SALT + _NONCE :], copy[: len(_HEADER)]
        )
        files = msgspec.msgpack.decode(content, type=dict[str, bytes])
    except (InvalidTag, ValueError):
        raise Problem("store.keys_unreadable") from None
    make_private_folder(folder)
    if any(folder.glob("*.json")):
        raise Problem("store.keys_exist", where=str(folder))
    for name, file in files.items():
        write_private(folder / Path(name).name, file)
    return FileKeys(folder)


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_WORK, r=8, p=1).derive(passphrase.encode())
