"""A card at a terminal, over HTTP: its challenge, the proof of its presence, and questions that rest on it."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.coverage.cards.desk import CardDesk, CardTrust
    from kaihoken.coverage.cards.linking import CardLinks, Holders
    from kaihoken.coverage.cards.messages import (
        CardChallengeAnswer,
        CardChallengeRequest,
        CardLinkAnswer,
        CardLinkRequest,
        CardPresenceAnswer,
        CardPresenceRequest,
        TerminalName,
    )
    from kaihoken.coverage.cards.questions import CardQuestions

__all__ = [
    "CardChallengeAnswer",
    "CardChallengeRequest",
    "CardDesk",
    "CardLinkAnswer",
    "CardLinkRequest",
    "CardLinks",
    "CardPresenceAnswer",
    "CardPresenceRequest",
    "CardQuestions",
    "CardTrust",
    "Holders",
    "TerminalName",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
