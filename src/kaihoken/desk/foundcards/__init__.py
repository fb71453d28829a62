"""カードの忘れ物: cards that were found in the clinic, until they are back with their owner or handed over."""

from kaihoken.desk.foundcards.card import CardKind, Confirmed, Finder, FoundCard, Place, Receiver, Step
from kaihoken.desk.foundcards.life import FOUND_CARD, Happening, Standing
from kaihoken.desk.foundcards.log import FoundCards

__all__ = [
    "FOUND_CARD",
    "CardKind",
    "Confirmed",
    "Finder",
    "FoundCard",
    "FoundCards",
    "Happening",
    "Place",
    "Receiver",
    "Standing",
    "Step",
]
