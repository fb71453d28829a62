"""The files of a virtual card's JPKI application, made from its personalisation.

A key and a PIN are files too, that can be selected and never be read: their content is None. Files that other software
has seen and nobody has explained (0005, 0009, 0010, 0016, 0019, 001C, 001E) are not there. On a card without a 署名用
certificate its files are there and empty, and its password is blocked: our choice, so that tools which ask for both
secrets take the card.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kaihoken.card.layout import LABEL_SIZE, TOKEN_INFO_SIZE, File
from kaihoken.card.virtual.personalisation import Personalisation, Secret

KEYS: Final[Mapping[File, Secret]] = MappingProxyType(
    {File.AUTHENTICATION_KEY: Secret.AUTHENTICATION, File.SIGNATURE_KEY: Secret.SIGNATURE}
)
"""The keys, by what opens them."""

PINS: Final[Mapping[File, Secret]] = MappingProxyType(
    {File.AUTHENTICATION_PIN: Secret.AUTHENTICATION, File.SIGNATURE_PASSWORD: Secret.SIGNATURE}
)

_PRESENT, _ABSENT = b"\x8f", b"\x00"
_MAKER, _MODEL = "KAIHOKEN TEST", "VIRTUAL"


def files_of(card: Personalisation) -> Mapping[File, bytes | None]:
    """Every file that can be selected, with its content."""
    authentication, signature = card.authentication, card.signature
    return MappingProxyType(
        {
            File.SIGNATURE_CERTIFICATE: signature.certificate if signature else b"",
            File.SIGNATURE_AUTHORITY: signature.authority if signature else b"",
            File.TOKEN_INFO: token_info(card.label),
            # Two bytes by one implementation; that a child's card has 00 in the first is a guess of its tests.
            File.CERTIFICATES_PRESENT: (_PRESENT if signature else _ABSENT) + _PRESENT + _ABSENT,
            File.AUTHENTICATION_CERTIFICATE: authentication.certificate,
            File.AUTHENTICATION_AUTHORITY: authentication.authority,
            File.AUTHENTICATION_KEY: None,
            File.AUTHENTICATION_PIN: None,
            File.SIGNATURE_KEY: None,
            File.SIGNATURE_PASSWORD: None,
        }
    )


def token_info(label: str) -> bytes:
    """The token information (EF 0006), laid out as CK_TOKEN_INFO of PKCS#11 with numbers of four bytes, high first.
    Only its label is read by anybody; the numbers are 0."""
    texts = ((label, LABEL_SIZE), (_MAKER, 32), (_MODEL, 16), ("", 16))
    head = b"".join(text.encode("ascii").ljust(size) for text, size in texts)
    return head.ljust(TOKEN_INFO_SIZE, b"\0")
