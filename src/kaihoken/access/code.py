"""One-time codes: what somebody types who opens an account, or enrols a desk. 130 bits, no letters that look alike.

A desk's code is a key: the seed of an Ed25519 pair whose public half an operator enrols. It opens nothing but the
exchange for the desk's own key, once, and ends by itself.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ed25519

from kaihoken.access.issuer import PrivateKey

LONGEST_CODE_LIFE: Final = timedelta(days=14)
"""An operator may give a desk's code so long at most."""

_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH: Final = 26
_GROUP: Final = 4
_PURPOSE: Final = b"kaihoken one-time code of a client, version 1\n"


def new_code() -> str:
    """A fresh code, in groups as it is read aloud."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return "-".join(code[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def typed_code(text: str) -> str:
    """A code as somebody typed it: letters of either case, with or without what sets the groups apart."""
    return "".join(text.upper().replace("-", " ").split())


def key_of_code(text: str, *, demo: bool = False) -> PrivateKey:
    """The key that a desk's code is."""
    seed = hashlib.sha256(_PURPOSE + typed_code(text).encode()).digest()
    return PrivateKey(ed25519.Ed25519PrivateKey.from_private_bytes(seed), demo=demo)
