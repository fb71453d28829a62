"""Every picture that the patient's screen can show."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

from kaihoken.card import TokenKind
from kaihoken.consent import Item
from kaihoken.desk.reader import (
    ASKED_OF_PATIENT,
    PRESCRIPTION,
    WHO,
    Attention,
    CardRead,
    Operation,
    ReaderTerms,
    Stage,
    reader_terms,
)
from kaihoken.desk.screen.picture import Picture, Saying, picture_of
from kaihoken.web import Language, messages

LAST_DAY = date(2027, 1, 5)
TERMS: ReaderTerms = reader_terms(date(2026, 11, 20))


def operations() -> Iterator[Operation]:
    """Every stage with every card, every notice, every question, offered ways or none, asked whether still there."""
    cards = [
        CardRead(token, left, in_grace, notice, LAST_DAY)
        for token, left, in_grace, notice in product(
            (TokenKind.CARD, TokenKind.ANDROID, TokenKind.IPHONE), (0, 1, 2, 3), (False, True), (0, 1, 2, 3)
        )
    ]
    for stage, card, attested in product(Stage, cards, (False, True)):
        now = Operation(stage, card=card, attested=attested)
        asked = [replace(now, questions=(one,)) for one in (WHO, *Item, PRESCRIPTION)]
        for one in (
            asked if stage is Stage.QUESTION else [replace(now, again=again) for again in (False, True)]
        ):
            yield one
            if stage in ASKED_OF_PATIENT:
                yield replace(one, attention=Attention.ASKED)
    yield from (Operation(stage) for stage in Stage if stage is not Stage.QUESTION)


def pictures(language: Language) -> Iterator[Picture]:
    for operation in operations():
        yield picture_of(operation, TERMS, language)


def words_of(picture: Picture, language: Language) -> str:
    """All its words, with their readings."""
    sayings = [picture.heading, *picture.sentences, *picture.below]
    sayings += [Saying(one.word) for one in (*picture.large, *picture.small)]
    sayings += [picture.stay] if picture.stay is not None else []
    return "\n".join(messages("desk").text(one.word, language, **one.facts) for one in sayings)
