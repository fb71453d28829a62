"""A card at a terminal, over HTTP: its challenge, the proof of its presence, and questions that rest on it."""

from kaihoken.coverage.cards.desk import CardDesk, CardTrust
from kaihoken.coverage.cards.messages import (
    CardChallengeAnswer,
    CardChallengeRequest,
    CardPresenceAnswer,
    CardPresenceRequest,
    TerminalName,
)
from kaihoken.coverage.cards.questions import CardQuestions

__all__ = [
    "CardChallengeAnswer",
    "CardChallengeRequest",
    "CardDesk",
    "CardPresenceAnswer",
    "CardPresenceRequest",
    "CardQuestions",
    "CardTrust",
    "TerminalName",
]
