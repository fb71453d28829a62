"""The JPKI application on a card: its name, its files, keys and PINs, and what its token information says.

Source: reference of this project on the card, from OpenSC and other public implementations; the specification itself is
not public. The label alone tells a マイナンバーカード from an old 住基カード and from a phone.
"""

from enum import IntEnum, StrEnum
from typing import Final

APPLICATION: Final = bytes.fromhex("D392F000260100000001")
"""The AID of 公的個人認証AP."""

TOKEN_INFO_SIZE: Final = 160
LABEL_SIZE: Final = 32


class File(IntEnum):
    """The elementary files, by their identifiers. A short identifier (SFI) is the lower five bits."""

    SIGNATURE_CERTIFICATE = 0x0001
    SIGNATURE_AUTHORITY = 0x0002
    TOKEN_INFO = 0x0006
    CERTIFICATES_PRESENT = 0x0008
    AUTHENTICATION_CERTIFICATE = 0x000A
    AUTHENTICATION_AUTHORITY = 0x000B
    AUTHENTICATION_KEY = 0x0017
    AUTHENTICATION_PIN = 0x0018
    SIGNATURE_KEY = 0x001A
    SIGNATURE_PASSWORD = 0x001B


class TokenKind(StrEnum):
    """What holds the application."""

    CARD = "card"
    ANDROID = "android"
    IPHONE = "iphone"
    OLD_JUKI = "old_juki"
    """住民基本台帳カード, whose certificates ended; no longer taken anywhere."""
    UNKNOWN = "unknown"


LABELS: Final = {
    "JPKIAPICCTOKEN2": TokenKind.CARD,
    "JPKIAPGPSETOKEN": TokenKind.ANDROID,
    "JPKIAPIOSTOKEN": TokenKind.IPHONE,
    "JPKIAPICCTOKEN": TokenKind.OLD_JUKI,
}


def kind_of(token_info: bytes) -> TokenKind:
    """What holds the application, by the label in its token information (EF 0006)."""
    label = token_info[:LABEL_SIZE].decode("ascii", "replace").rstrip(" \0")
    return LABELS.get(label, TokenKind.UNKNOWN)
