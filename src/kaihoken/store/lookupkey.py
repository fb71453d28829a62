"""The keyed hash under which a person is found.

The store holds no number in the clear outside the packed histories: a question about a number computes these
16 bytes and fetches the rows that stand under them. Several people may share a number and so a row's key; the
full fields are compared after the fetch.
"""

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hashlib import _Hash

KEY_BYTES: Final = 32
LOOKUP_BYTES: Final = 16

_BLOCK = 64  # of SHA-256
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


class LookupKey:
    """One version of the look-up key, for one version of the normalisation (`identity.NORMALISATION_VERSION`).

    `lookup_key(b"N", insurer, number)` is the first 16 bytes of HMAC-SHA-256 (RFC 2104) over

        kind ‖ normalisation version (2 bytes) ‖ key version (2 bytes) ‖ for each part: length (2 bytes) ‖ part

    big-endian, text as UTF-8, `kind` one byte: no two questions share an encoding. Parts are canonical already.
    About a microsecond, because both halves of the HMAC start from states that have absorbed what never changes.
    """

    __slots__ = ("_begun", "_inner", "_outer", "normalisation", "version")

    def __init__(self, key: bytes, version: int, normalisation: int) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a look-up key is {KEY_BYTES} bytes")
        self.version = version
        self.normalisation = normalisation
        padded = key.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(padded.translate(_INNER))
        self._outer = hashlib.sha256(padded.translate(_OUTER))
        self._begun: dict[bytes, _Hash] = {}

    def __call__(self, kind: bytes, *parts: bytes | str) -> bytes:
        """The 16 bytes for one thing. Raises OverflowError for a part over 65,535 bytes."""
        begun = self._begun.get(kind) or self._begin(kind)
        message = []
        for part in parts:
            raw = part.encode() if isinstance(part, str) else part
            message.append(len(raw).to_bytes(2, "big"))
            message.append(raw)
        return self._finish(begun.copy(), b"".join(message))

    def fingerprint(self) -> str:
        """By which a store recognises this version of the key: the same whatever the normalisation, and useless for
        finding anybody (no question is of kind zero)."""
        return self._finish(self._inner.copy(), b"\0" + self.version.to_bytes(2, "big")).hex()

    def _begin(self, kind: bytes) -> "_Hash":
        if len(kind) != 1 or kind == b"\0":
            raise ValueError("a kind is one byte, and not zero")
        begun = self._inner.copy()
        begun.update(kind + self.normalisation.to_bytes(2, "big") + self.version.to_bytes(2, "big"))
        self._begun[kind] = begun
        return begun

    def _finish(self, inner: "_Hash", message: bytes) -> bytes:
        inner.update(message)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()[:LOOKUP_BYTES]
