"""The letters of the procedure, in Japanese: one for each step that the prefecture tells the opener about.

The words are ours; no form of the ministry was found. A letter holds what its facts say and nothing that is not
given: a fact that is missing is a problem, never a blank. Days are 和暦.
"""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, UndefinedError, select_autoescape

from kaihoken.identity import to_wareki
from kaihoken.problems import Problem
from kaihoken.workforce.openings.criteria import OutpatientOpenings
from kaihoken.workforce.openings.life import State
from kaihoken.workforce.openings.notice import Notice, designation_years, timing

LETTERS: Final = MappingProxyType(
    {
        State.NOTIFIED: "receipt",
        State.INVITED: "invitation",
        State.REQUESTED: "request",
        State.REFUSED: "explanation",
        State.RECOMMENDED: "recommendation",
        State.PUBLISHED: "publication",
        State.DESIGNATION_SHORTENED: "designation",
        State.CLOSED: "closing",
        State.ACCEPTED: "closing",
    }
)
"""The letter of each state that has one. After a refusal comes the one that asks to explain it."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a letter says beside the notice: who sends it, when, to whom; the day and place of the meeting it asks to;
    what is requested, and why, where the letter is about a request."""

    sender: str
    sent_on: date
    addressee: str
    meeting_on: date | None = None
    meeting_place: str | None = None
    requested: tuple[str, ...] = ()
    grounds: str | None = None


_letters = Environment(
    loader=PackageLoader("kaihoken.workforce.openings", "letters"),
    autoescape=select_autoescape(enabled_extensions=()),  # plain text
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def _said(day: date | str) -> str:
    """A day as the letter says it; a mark stands as it is."""
    return day if isinstance(day, str) else str(to_wareki(day))


_letters.filters["day"] = _said


def letter(notice: Notice, facts: LetterFacts, rule: OutpatientOpenings) -> str:
    """The letter of the state in which a notice stands.

    Problems: `workforce.opening-no-letter` (a state that has none), `workforce.opening-letter` (a fact that the letter
    needs is not given; `where` names it).
    """
    name = LETTERS.get(notice.state)
    if name is None:
        raise Problem("workforce.opening-no-letter", state=notice.state)
    given = {
        "notice": notice,
        "rule": rule,
        "timing": timing(notice.notified_on, notice.opening_on, rule),
        "requested_on": notice.day_of(State.REQUESTED),
        "explained_on": notice.day_of(State.EXPLAINED),
        "recommended_on": notice.day_of(State.RECOMMENDED),
        "sender": facts.sender,
        "sent_on": facts.sent_on,
        "addressee": facts.addressee,
        "meeting_on": facts.meeting_on,
        "meeting_place": facts.meeting_place,
        "requested": facts.requested,
        "grounds": facts.grounds,
    }
    if notice.state is State.DESIGNATION_SHORTENED:
        given["years"] = designation_years(notice, rule)
    try:
        return _letters.get_template(f"{name}.txt").render({key: one for key, one in given.items() if one})
    except UndefinedError as missing:
        raise Problem(
            "workforce.opening-letter", where=str(missing.message).split("'")[1], letter=name
        ) from None


def letter_form(
    state: State,
    rule: OutpatientOpenings,
    *,
    area: str | None = None,
    notified_on: date | None = None,
    opening_on: date | None = None,
) -> str:
    """The letter of a state as a form: what is not given is a mark in 〔 〕 that the officer writes over.

    Problem `workforce.opening-no-letter` (a state that has none).
    """
    name = LETTERS.get(state)
    if name is None:
        raise Problem("workforce.opening-no-letter", state=state)
    return _letters.get_template(f"{name}.txt").render(
        notice={
            "reference": "〔届出番号〕",
            "clinic": "〔診療所の名称〕",
            "area": area or "〔区域〕",
            "notified_on": notified_on or "〔届出日〕",
            "opening_on": opening_on or "〔開設予定日〕",
            "functions": ("〔予定する外来医療の内容〕",),
            "state": state,
        },
        rule=rule,
        timing=timing(notified_on, opening_on, rule) if notified_on and opening_on else None,
        requested_on="〔要請の日〕",
        explained_on="〔説明の日〕",
        recommended_on="〔勧告の日〕",
        sender="〔都道府県知事〕",
        sent_on="〔発出日〕",
        addressee="〔開設者〕",
        meeting_on="〔日時〕",
        meeting_place="〔場所〕",
        requested=("〔要請する事項〕",),
        grounds="〔理由〕",
        years="〔年数〕",
    )
