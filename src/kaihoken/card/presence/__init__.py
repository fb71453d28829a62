"""Presence: challenge and response between a hub and a card that lies on a terminal's reader.

A terminal needs `message_of` and `agreed`; a hub the book of `Challenges`, `prove`, the seal `Presences` and the two
records. See docs/card-presence.md.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.card.presence.challenges import Challenges
    from kaihoken.card.presence.message import (
        LINKING,
        Agreement,
        Bound,
        Challenge,
        Purpose,
        agreed,
        message_of,
    )
    from kaihoken.card.presence.method import AnsweredBy, Kind, Method
    from kaihoken.card.presence.proof import CardAnswer, Findings, Proved, prove
    from kaihoken.card.presence.recorded import (
        CARD_PROVED,
        CARD_REFUSED,
        Attempt,
        proved_entry,
        refused_entry,
    )
    from kaihoken.card.presence.sealed import Presence, Presences
    from kaihoken.card.presence.terms import PresenceTerms, presence_terms

__all__ = [
    "CARD_PROVED",
    "CARD_REFUSED",
    "LINKING",
    "Agreement",
    "AnsweredBy",
    "Attempt",
    "Bound",
    "CardAnswer",
    "Challenge",
    "Challenges",
    "Findings",
    "Kind",
    "Method",
    "Presence",
    "PresenceTerms",
    "Presences",
    "Proved",
    "Purpose",
    "agreed",
    "message_of",
    "presence_terms",
    "prove",
    "proved_entry",
    "refused_entry",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
