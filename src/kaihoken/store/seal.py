"""Texts that open to nobody but the facility to which they were told: ids of resources, cursors of pages, presences.

Such a text says nothing, opens nothing to another facility and cannot be made up (AES-SIV, RFC 5297, with keys that
come out of the hub's look-up key). It needs no row: what lies in it is all that there is, so it outlives a restart.
"""

from base64 import b64decode
from binascii import Error, b2a_base64
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from kaihoken.store.lookupkey import LookupKey

_PURPOSE: Final = b"F"
_TO_TEXT, _FROM_TEXT = bytes.maketrans(b"+/", b"-."), bytes.maketrans(b"-.", b"+/")


class Seal:
    """Seals texts for a facility under the newest look-up key and opens them under each that is in use. `lookup_keys`
    may be a ring: a rotation puts another key into it, and what was sealed under one that was destroyed opens nothing
    any more. `use` keeps texts of one use from being taken for those of another; each has `length` characters. Who
    seals says in a class of its own what lies in such a text, and when it ends."""

    def __init__(self, lookup_keys: Sequence[LookupKey], use: str, length: int) -> None:
        self._keys = lookup_keys
        self._use = use
        self._length = length
        self._made: tuple[tuple[LookupKey, ...], list[AESSIV]] = ((), [])

    @property
    def _ciphers(self) -> list[AESSIV]:
        keys = tuple(self._keys)
        if keys != self._made[0]:
            made = [AESSIV(key(_PURPOSE, self._use, "1") + key(_PURPOSE, self._use, "2")) for key in keys]
            self._made = keys, made
        return self._made[1]

    def _sealed(self, content: bytes, facility: str) -> str:
        return _written(self._ciphers[0].encrypt(content, [facility.encode()]))

    def _opened(self, text: str, facility: str) -> bytes | None:
        if len(text) != self._length or not text.isascii():
            return None
        try:
            sealed = b64decode(text.encode().translate(_FROM_TEXT) + b"=" * (-len(text) % 4), validate=True)
        except Error:
            return None
        if _written(sealed) != text:
            return None  # another text for the same bytes is no name of ours
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(sealed, [facility.encode()])
            except InvalidTag:
                continue
        return None


def _written(sealed: bytes) -> str:
    """Sealed bytes as letters, digits, `-` and `.`, which an id may have and an address leaves as they are."""
    return b2a_base64(sealed, newline=False).rstrip(b"=").translate(_TO_TEXT).decode()
