"""The staff of one desk. A sign is the clinic's own word for somebody (受付A), as records of consents name them; no
name. A password is kept as scrypt (RFC 7914) makes it, and guessing is slowed down by sign."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec
from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.problems import Problem

SHELF = "staff"
SHORTEST_PASSWORD: Final = 8
LONGEST_SIGN: Final = 40
_WORK: Final = 1 << 15
_MOST_WRONG: Final = 5
_WAIT_SECONDS: Final = 300
_SECOND: Final = 1_000_000_000


class Hashed(msgspec.Struct, frozen=True):
    """A password as it is kept."""

    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> "Hashed":
        """Problem `desk.password-short`."""
        if len(password) < SHORTEST_PASSWORD:
            raise Problem("desk.password-short", where="password", least=SHORTEST_PASSWORD)
        salt = secrets.token_bytes(16)
        return cls(salt, _scrypt(salt).derive(password.encode()))

    def is_of(self, password: str) -> bool:
        """Whether that is the password."""
        try:
            _scrypt(self.salt).verify(password.encode(), self.digest)
        except InvalidKey:
            return False
        return True


class Member(msgspec.Struct, frozen=True):
    """Somebody of the staff. `key` is the desk's own for them."""

    key: str
    sign: str
    password: Hashed


@dataclass(slots=True)
class _Guesses:
    wrong: int = 0
    since: int = 0


class Staff:
    """Everybody who may sign in at a desk. `ticks` is a clock that never goes back, in nanoseconds."""

    def __init__(self, safe: Safe, ticks: Callable[[], int], shelf: str = SHELF) -> None:
        """`shelf`: another one has passwords that let nobody sign in."""
        self._safe = safe
        self._ticks = ticks
        self._shelf = shelf
        self._all = {one.sign: one for one in safe.all(shelf, Member)}
        self._guesses: dict[str, _Guesses] = {}

    def signs(self) -> list[str]:
        """Their signs."""
        return sorted(self._all)

    def put(self, sign: str, password: str) -> None:
        """Take somebody in, or give them another password. Problems `desk.sign`, `desk.password-short`."""
        plain = sign.strip()
        if not 0 < len(plain) <= LONGEST_SIGN or not plain.isprintable():
            raise Problem("desk.sign", where="sign", most=LONGEST_SIGN)
        key = self._all[plain].key if plain in self._all else secrets.token_hex(8)
        member = Member(key, plain, Hashed.of(password))
        self._safe.write([Put(self._shelf, key, member)])
        self._all[plain] = member

    def drop(self, sign: str) -> None:
        """Let somebody in no more. Problem `desk.sign-unknown`."""
        member = self._all.get(sign)
        if member is None:
            raise Problem("desk.sign-unknown", where="sign")
        self._safe.write([Drop(self._shelf, member.key)])
        del self._all[sign]

    def require(self, sign: str, password: str) -> Member:
        """Who signs in. Problems `desk.sign-in` (whatever is wrong), `desk.sign-in-wait` after five wrong ones."""
        guesses, now = self._guesses.setdefault(sign, _Guesses()), self._ticks()
        if guesses.wrong >= _MOST_WRONG:
            left = _WAIT_SECONDS - (now - guesses.since) // _SECOND
            if left > 0:
                raise Problem("desk.sign-in-wait", minutes=-(-left // 60))
            guesses.wrong = 0
        member = self._all.get(sign)
        if member is None or not member.password.is_of(password):
            guesses.wrong, guesses.since = guesses.wrong + 1, now
            raise Problem("desk.sign-in")
        del self._guesses[sign]
        return member


def _scrypt(salt: bytes) -> Scrypt:
    return Scrypt(salt=salt, length=32, n=_WORK, r=8, p=1)
