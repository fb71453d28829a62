"""The kinds of trouble, and what may be said beside one: never a word of a person's. Pure."""

from enum import StrEnum
from typing import Final

from kaihoken.coverage import Answer, Situation
from kaihoken.problems import Problem, catalogue


class Kind(StrEnum):
    """What went wrong, in the order of the table."""

    READER = "reader"  # no reader, no driver, or it does not answer
    CARD_UNREADABLE = "card-unreadable"
    CLINIC_CARD = "clinic-card"  # 診察券, or whatever is no マイナンバーカード
    CARD_LEFT = "card-left"  # カードの忘れ物
    PIN_WRONG = "pin-wrong"
    PIN_BLOCKED = "pin-blocked"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CARD_NOT_REGISTERED = "card-not-registered"  # 利用登録 not done
    ANSWER = "answer"  # an answer that is not "valid", by its situation
    NAME_SUBSTITUTED = "name-substituted"  # ● in a name
    LINE_SLOW = "line-slow"
    LINE_DOWN = "line-down"
    HUB_REFUSAL = "hub-refusal"  # by the code of the refusal
    FOLDER = "folder"  # the folders of a レセコン


KINDS: Final = tuple(Kind)

_OTHER: Final = "other"
_SITUATIONS: Final = frozenset(Situation)

_GOOD: Final = frozenset({Situation.VALID, Situation.SPECIAL_EXPENSE, Situation.WELFARE_TICKET})
_OF_SITUATION: Final = {
    Situation.CARD_NOT_LINKED: Kind.CARD_NOT_REGISTERED,
    Situation.CERTIFICATE_EXPIRED: Kind.CERTIFICATE_EXPIRED,
}

_OF_PROBLEM: Final = {
    "card.no-reader": Kind.READER,
    "card.no-driver": Kind.READER,
    "card.no-service": Kind.READER,
    "card.reader-lost": Kind.READER,
    "card.busy": Kind.READER,
    "card.mute": Kind.CARD_UNREADABLE,
    "card.removed": Kind.CARD_UNREADABLE,
    "card.not-ours": Kind.CLINIC_CARD,
    "card.unknown-token": Kind.CLINIC_CARD,
    "card.pin-wrong": Kind.PIN_WRONG,
    "card.pin-blocked": Kind.PIN_BLOCKED,
    "card.certificate-expired": Kind.CERTIFICATE_EXPIRED,
}


def trouble_of(problem: Problem) -> Kind | None:
    """The kind of a problem of a card or a reader; None where it is none that is counted."""
    return _OF_PROBLEM.get(problem.code)


def troubles_in(answer: Answer) -> list[tuple[Kind, str]]:
    """What is wrong with an answer, each with its detail; nothing where it is as everybody wishes."""
    situation = Situation(answer.situation)
    found = []
    if situation not in _GOOD:
        kind = _OF_SITUATION.get(situation, Kind.ANSWER)
        found.append((kind, situation.value if kind is Kind.ANSWER else ""))
    if any(one.name_flagged for one in answer.results):
        found.append((Kind.NAME_SUBSTITUTED, ""))
    return found


def word_of(detail: str) -> str:
    """What is kept beside a kind: a situation of an answer or a code of the catalogue, and nothing else: "other" stands
    for whatever a newer hub says, or somebody passes by mistake."""
    return detail if not detail or detail in _SITUATIONS or detail in catalogue() else _OTHER
