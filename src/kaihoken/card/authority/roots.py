"""The roots of the TEST authority with their keys: three generations under one name for 利用者証明用, one for 署名用.

Made once per installation; the keys lie in a private folder and never in the repository.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kaihoken.card.authority.profile import Purpose, root_builder
from kaihoken.card.certificate import EXPONENT, KEY_BITS, Root
from kaihoken.identity import birthday
from kaihoken.problems import Problem
from kaihoken.store import make_private_folder, path_problems, require_private, write_private

FILE = "authority.json"
_YEARS = 10

_DEMO = "O=Kaihoken Demo,C=JP"
USERS_KNOWN_AS = (
    f"CN=架空利用者証明用認証局 第1世代,{_DEMO}",
    f"CN=架空利用者証明用認証局 第2世代,{_DEMO}",
    f"CN=架空利用者証明用認証局,{_DEMO}",
)
"""Under which coverage knows the certificates of each generation, oldest first. The fictional nation's are all of the
newest."""

SIGNERS_KNOWN_AS = f"CN=架空署名用認証局,{_DEMO}"
"""Coverage knows no certificate of it: it is pinned so that one that is offered is refused for what it is."""

# Which purpose, under which text, and how many years before the authority was made it began. The spacing is that of the
# three real generations in 2026: the oldest has ended.
_PLAN = (
    *((Purpose.AUTHENTICATION, text, age) for text, age in zip(USERS_KNOWN_AS, (11, 7, 3), strict=True)),
    (Purpose.SIGNATURE, SIGNERS_KNOWN_AS, 3),
)


@dataclass(frozen=True, slots=True)
class SigningRoot:
    """A root that can issue."""

    purpose: Purpose
    known_as: str
    document: x509.Certificate = field(repr=False, compare=False)
    key: rsa.RSAPrivateKey = field(repr=False, compare=False)

    @property
    def public(self) -> Root:
        """What is pinned of it."""
        return Root(self.known_as, self.document.public_bytes(serialization.Encoding.DER))


class _SavedRoot(msgspec.Struct, frozen=True):
    purpose: Purpose
    known_as: str
    certificate: bytes
    key: bytes


class _Saved(msgspec.Struct, frozen=True):
    roots: tuple[_SavedRoot, ...]
    responder_key: bytes


def new_key() -> rsa.RSAPrivateKey:
    """A key as every certificate here has one. It takes some tenth of a second."""
    return rsa.generate_private_key(EXPONENT, KEY_BITS)


def make_roots(folder: Path, now: datetime) -> None:
    """Makes the roots and the key of the responder in a folder of mode 0700. Problems `card.authority-exists`,
    `store.keys_open`, `store.path`, `store.full`."""
    make_private_folder(folder)
    if (folder / FILE).exists():
        raise Problem("card.authority-exists", where=str(folder))
    saved = _Saved(tuple(_made(*plan, now) for plan in _PLAN), _pkcs8(new_key()))
    try:
        write_private(folder / FILE, msgspec.json.encode(saved))
    except FileExistsError:
        raise Problem("card.authority-exists", where=str(folder)) from None


def load_roots(folder: Path) -> tuple[tuple[SigningRoot, ...], rsa.RSAPrivateKey]:
    """The roots in the order of the plan, and the responder's key. Problems `card.authority-missing`,
    `card.authority-unreadable`, `store.keys_open`, `store.path`."""
    file = folder / FILE
    with path_problems(file):
        if not file.exists():
            raise Problem("card.authority-missing", where=str(folder))
        require_private(file)
        content = file.read_bytes()
    try:
        saved = msgspec.json.decode(content, type=_Saved)
        roots = tuple(
            SigningRoot(
                one.purpose, one.known_as, x509.load_der_x509_certificate(one.certificate), _key(one.key)
            )
            for one in saved.roots
        )
        return roots, _key(saved.responder_key)
    except (msgspec.MsgspecError, ValueError, TypeError):
        raise Problem("card.authority-unreadable", where=FILE) from None


def _made(purpose: Purpose, known_as: str, age: int, now: datetime) -> _SavedRoot:
    key = new_key()
    first = birthday(now.date(), -age)
    begins, ends = (datetime.combine(day, time(), UTC) for day in (first, birthday(first, _YEARS)))
    document = root_builder(purpose, key.public_key(), 1 + secrets.randbits(31), begins, ends).sign(
        key, hashes.SHA256()
    )
    certificate = document.public_bytes(serialization.Encoding.DER)
    return _SavedRoot(purpose, known_as, certificate, _pkcs8(key))


def _pkcs8(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _key(der: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)  # our own file
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("another sort of key")
    return key
