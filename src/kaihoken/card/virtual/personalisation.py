"""What is written onto a virtual card before it is given out: label, keys, certificates, PINs, tries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

from kaihoken.card.layout import LABELS, TokenKind

CONTACTLESS_ATR: Final = bytes.fromhex("3BE000FF8131FE4514")
"""The one that common software lists. Readers make up the ATR of a contactless card, so real ones differ."""

_PIN_DIGITS: Final = 4
_PASSWORD_SIZES: Final = range(6, 17)
_PASSWORD_CHARACTERS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


class Secret(StrEnum):
    """What opens a key: 利用者証明用電子証明書の暗証番号, 署名用電子証明書のパスワード."""

    AUTHENTICATION = "authentication"
    SIGNATURE = "signature"

    @property
    def most_tries(self) -> int:
        return 3 if self is Secret.AUTHENTICATION else 5

    def admits(self, value: bytes) -> bool:
        """Whether the card lets it be set: four digits, or six to sixteen capitals and digits."""
        if self is Secret.AUTHENTICATION:
            return len(value) == _PIN_DIGITS and value.isdigit()
        return len(value) in _PASSWORD_SIZES and _PASSWORD_CHARACTERS.issuperset(value)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A key, its certificate and that of the authority which issued it (both DER)."""

    certificate: bytes = field(repr=False)
    authority: bytes = field(repr=False)
    key: rsa.RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Memory:
    """What changes on a card and stays without power: the secrets, and the tries that each has left."""

    secrets: Mapping[Secret, bytes] = field(repr=False)
    tries: Mapping[Secret, int]


@dataclass(frozen=True, slots=True)
class Personalisation:
    """One card. `authentication` is 利用者証明用, `signature` 署名用 (children have none).

    `certificate_needs_pin`: the authentication certificate is read after its PIN only, as on an Android phone.
    `opened_by_holder`: the phone has asked its holder before it came near the reader, so no PIN is sent (iPhone).
    """

    label: str
    authentication: KeyPair
    signature: KeyPair | None
    memory: Memory
    certificate_needs_pin: bool = False
    opened_by_holder: bool = False
    atr: bytes = CONTACTLESS_ATR

    def __post_init__(self) -> None:
        for secret, value in self.memory.secrets.items():
            if not secret.admits(value) or not 0 <= self.memory.tries[secret] <= secret.most_tries:
                raise ValueError(f"no such {secret.value} or no such number of tries")
        if self.signature is None and self.memory.tries[Secret.SIGNATURE]:
            raise ValueError("a password that opens nothing has no tries")

    @property
    def pairs(self) -> Mapping[Secret, KeyPair]:
        """The keys that there are, by what opens them."""
        both = {Secret.AUTHENTICATION: self.authentication, Secret.SIGNATURE: self.signature}
        return MappingProxyType({secret: pair for secret, pair in both.items() if pair is not None})


def label_of(kind: TokenKind) -> str:
    """The label in the token information of a kind."""
    return next(label for label, one in LABELS.items() if one is kind)
