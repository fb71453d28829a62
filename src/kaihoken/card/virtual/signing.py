"""The signatures of a card's RSA key, by the scheme that P1 names.

P1 00 is agreed on by several implementations and is what unmodified tools send: the input is padded as it stands, so
the caller gives a DigestInfo. P1 01 to 05 are known from one source only, measured there on test cards.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

LONGEST_INPUT: Final = 245
"""What PKCS#1 v1.5 can pad to 256 bytes."""

SIGNATURE_SIZE: Final = 256

_SHA256 = hashes.SHA256()
_DIGESTS = range(_SHA256.digest_size, _SHA256.digest_size + 1)
_ANY = range(1, LONGEST_INPUT + 1)


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a signature is made of the data, and how many bytes the data may have."""

    sizes: range
    sign: Callable[[rsa.RSAPrivateKey, bytes], bytes]


def _bare(key: rsa.RSAPrivateKey, data: bytes) -> bytes:
    return key.sign(data, padding.PKCS1v15(), utils.NoDigestInfo())


def _hashed_bare(key: rsa.RSAPrivateKey, data: bytes) -> bytes:
    return _bare(key, hashlib.sha256(data).digest())


def _of_digest(key: rsa.RSAPrivateKey, data: bytes) -> bytes:
    return key.sign(data, padding.PKCS1v15(), utils.Prehashed(_SHA256))


def _hashed(key: rsa.RSAPrivateKey, data: bytes) -> bytes:
    return key.sign(data, padding.PKCS1v15(), _SHA256)


def _pss_of_digest(key: rsa.RSAPrivateKey, data: bytes) -> bytes:
    return key.sign(data, _pss(), utils.Prehashed(_SHA256))


def _pss_hashed(key: rsa.RSAPrivateKey, data: bytes) -> bytes:
    return key.sign(data, _pss(), _SHA256)


def _pss() -> padding.PSS:
    return padding.PSS(mgf=padding.MGF1(_SHA256), salt_length=padding.PSS.DIGEST_LENGTH)


SCHEMES: Final[Mapping[int, Scheme]] = MappingProxyType(
    {
        0x00: Scheme(_ANY, _bare),
        0x01: Scheme(_ANY, _hashed_bare),
        0x02: Scheme(_DIGESTS, _of_digest),
        0x03: Scheme(_ANY, _hashed),
        0x04: Scheme(_DIGESTS, _pss_of_digest),
        0x05: Scheme(_ANY, _pss_hashed),
    }
)
"""By P1."""
