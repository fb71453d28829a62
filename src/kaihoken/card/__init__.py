"""マイナンバーカード at a reader: its commands, a virtual one to try everything with, and what proves its presence.

`apdu` commands and answers; `layout` what lies on a card; `jpki` our client of the card's 公的個人認証; `virtual` the
card that we make ourselves; `readers` where cards lie, with a bridge to a PC/SC daemon; `authority` the TEST authority
that issues and revokes; `certificate` and `revocation` what is asked of a certificate; `presence` challenge and
response.

A certificate of any other authority than the pinned TEST one is refused before any PIN is asked for: whether a real
certificate was revoked is told to registered verifiers only, so real cards are never taken.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.card.apdu import emptied
    from kaihoken.card.examination import Examined, examine
    from kaihoken.card.jpki import PIN_DIGITS, JpkiClient, PinAnswer, PinResult
    from kaihoken.card.layout import TokenKind
    from kaihoken.card.transport import Transport

__all__ = [
    "PIN_DIGITS",
    "Examined",
    "JpkiClient",
    "PinAnswer",
    "PinResult",
    "TokenKind",
    "Transport",
    "emptied",
    "examine",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
