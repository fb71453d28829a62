"""The cards that come to a desk, by what is unusual about them."""

from enum import StrEnum
from typing import Final

from kaihoken.card.layout import TokenKind
from kaihoken.card.virtual.personalisation import KeyPair, Memory, Personalisation, Secret, label_of

PIN: Final = "1234"
"""Of every virtual card, unless another is given. It protects nothing: the key lies readable in the card's file."""

SIGNATURE_PIN: Final = "KAIHOKEN1234"
"""署名用パスワード of every virtual card, and as little of a secret."""


class Profile(StrEnum):
    """What is on the reader."""

    CARD = "card"
    ANDROID = "android"
    IPHONE = "iphone"
    PIN_LOCKED = "pin-locked"
    """Also a 顔認証マイナンバーカード, whose PIN is locked on purpose."""
    EXPIRING = "expiring"
    """Within 60 days."""
    IN_GRACE = "in-grace"
    """Expired ten days ago: it still answers, with coverage only."""
    EXPIRED = "expired"
    """Four months ago."""
    REVOKED = "revoked"
    CHILD = "child"
    """Under 15: no 署名用 certificate."""
    OLD_JUKI = "old-juki"
    """住民基本台帳カード: it is refused."""
    OTHER = "other"
    """診察券 or whatever else has no JPKI application."""

    @property
    def has_application(self) -> bool:
        return self is not Profile.OTHER

    @property
    def has_signature_key(self) -> bool:
        return self not in (Profile.CHILD, Profile.OTHER)


_KINDS: Final = {
    Profile.ANDROID: TokenKind.ANDROID,
    Profile.IPHONE: TokenKind.IPHONE,
    Profile.OLD_JUKI: TokenKind.OLD_JUKI,
}


def personalise(
    profile: Profile,
    authentication: KeyPair,
    signature: KeyPair | None,
    pin: str = PIN,
    signature_pin: str = SIGNATURE_PIN,
) -> Personalisation:
    """A card of that profile with these keys; what a certificate says, and whether it is revoked, is for whoever
    issued it. ValueError for OTHER, for a PIN that no card takes, for a signature key on a child's card."""
    if not profile.has_application or (signature is not None and not profile.has_signature_key):
        raise ValueError(f"no such card of profile {profile}")
    tries = {
        Secret.AUTHENTICATION: 0 if profile is Profile.PIN_LOCKED else Secret.AUTHENTICATION.most_tries,
        Secret.SIGNATURE: Secret.SIGNATURE.most_tries if signature else 0,
    }
    return Personalisation(
        label=label_of(_KINDS.get(profile, TokenKind.CARD)),
        authentication=authentication,
        signature=signature,
        memory=Memory({Secret.AUTHENTICATION: pin.encode(), Secret.SIGNATURE: signature_pin.encode()}, tries),
        certificate_needs_pin=profile is Profile.ANDROID,
        opened_by_holder=profile is Profile.IPHONE,
    )
