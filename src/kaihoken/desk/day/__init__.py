"""今日の受付: who comes today, and what was answered about each."""

from kaihoken.desk.day.book import Day
from kaihoken.desk.day.visit import (
    CardShown,
    Document,
    Seen,
    Source,
    Standing,
    TypedNumbers,
    Visit,
    standing_of,
)
from kaihoken.desk.day.words import in_short

__all__ = [
    "CardShown",
    "Day",
    "Document",
    "Seen",
    "Source",
    "Standing",
    "TypedNumbers",
    "Visit",
    "in_short",
    "standing_of",
]
