"""Virtual cards: what a マイナンバーカード, a phone or any other card answers at a reader, made by ourselves.

`make_card` makes one of the profiles with certificates of the TEST authority, `VirtualJpkiCard` speaks for it,
`KeptCard` keeps it in a private file, `personalise` writes keys that somebody else has issued onto a card.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.card.virtual.card import VirtualCard, VirtualJpkiCard
    from kaihoken.card.virtual.keeping import KeptCard, SavedPair
    from kaihoken.card.virtual.making import MadeCard, make_card
    from kaihoken.card.virtual.other import OtherCard
    from kaihoken.card.virtual.personalisation import KeyPair, Memory, Personalisation, Secret
    from kaihoken.card.virtual.profiles import PIN, SIGNATURE_PIN, Profile, personalise

__all__ = [
    "PIN",
    "SIGNATURE_PIN",
    "KeptCard",
    "KeyPair",
    "MadeCard",
    "Memory",
    "OtherCard",
    "Personalisation",
    "Profile",
    "SavedPair",
    "Secret",
    "VirtualCard",
    "VirtualJpkiCard",
    "make_card",
    "personalise",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
