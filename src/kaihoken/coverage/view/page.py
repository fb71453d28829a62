"""An answer as a receptionist reads it: word, sign, colour; what to do; why; the fields; in that order.

Pure. It shows nothing that the answer does not hold: the page is one more carrier of the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from kaihoken.coverage.answer import Answer, Result
from kaihoken.coverage.checks import Check, NumberCheck
from kaihoken.coverage.verdict import Situation
from kaihoken.coverage.view.facts import Fact, Group, as_read, facts_to_copy, groups_of, label, reading_of
from kaihoken.identity import age_on
from kaihoken.web import LANGUAGES, Language, State, messages, read_aloud

STATES: Mapping[Situation, State] = {
    Situation.VALID: "valid",
    Situation.WELFARE_TICKET: "valid",
    Situation.SPECIAL_EXPENSE: "special",
    Situation.WELFARE_UNREGISTERED: "pending",
    Situation.PENDING: "pending",
}
"""How a situation looks; every other one is to be clarified (要確認)."""

_ASKED_BY = ("insurer_number", "symbol", "number", "branch", "birthdate")
_RE_ASK = {"rekey", "rekey-insurer-number", "add-branch", "ask-confirmation"}
_NO_SHARE = "unknown"
_NOT_ASKED = {"branch-missing", "symbol-missing"}


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the comparison: what was asked and what is registered. What was not asked does not differ."""

    name: str
    asked: Markup
    registered: Markup
    differs: bool
    missing: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `action` is what a button beside it does: "ask" (the form), "card" (the same person's card)."""

    text: Markup
    action: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What the page of an answer shows, from the largest to the smallest. `share` stands beside the title where a
    share is known; `official` is the 資格有効性 where the title is another word."""

    state: State
    title: Markup
    share: Markup
    basis: str  # id of the sentence that says what the share rests on, "" where none stands beside the title
    official: Markup
    staff: Markup
    person: str
    kana: str
    age: int | None
    reading: str
    steps: tuple[Step, ...]
    to_clarify: tuple[str, ...]  # ids of short words: what is to be clarified although the coverage is valid
    advisories: tuple[Markup, ...]
    compared: tuple[Compared, ...]
    groups: tuple[Group, ...]
    patient: tuple[tuple[Language, Markup], ...]
    to_copy: tuple[Fact, ...]
    due: Markup  # what the patient pays in place of the share


def state_of(situation: Situation) -> State:
    """Word, sign and colour of a situation. None is red: that is for a machine, a line or a wrong person."""
    return STATES.get(situation, "clarify")


def view_of(answer: Answer, check: Check, *, has_card: bool) -> AnswerView:
    """The answer to a check, ready for the template. `has_card`: the same person's card is another case."""
    language: Language = check.language
    situation = Situation(answer.situation)
    state = state_of(situation)
    result = answer.results[0] if answer.results else None
    birthdate = result.birthdate if result is not None else None
    return AnswerView(
        state=state,
        title=read_aloud(answer.words.title, language),
        share=_share(answer, state, language),
        basis=_basis(answer, state),
        official=_official(answer, state, language),
        staff=read_aloud(answer.words.staff, language),
        person=result.name or "" if result is not None else "",
        kana=result.kana or "" if result is not None else "",
        age=_age(birthdate, answer.on) if birthdate is not None else None,
        reading=reading_of(result) if result is not None else "",
        steps=tuple(
            Step(read_aloud(step.text, language), _action(step.kind, has_card=has_card))
            for step in answer.steps
        ),
        to_clarify=_to_clarify(answer, state),
        advisories=tuple(read_aloud(advisory.text, language) for advisory in answer.advisories),
        compared=_compared(answer, check, result, language) if isinstance(check, NumberCheck) else (),
        groups=groups_of(answer, check),
        patient=tuple((spoken, _to_patient(situation, spoken)) for spoken in LANGUAGES),
        to_copy=facts_to_copy(answer, language),
        due=read_aloud(answer.due.text, language) if answer.due is not None else Markup(),
    )


def _share(answer: Answer, state: State, language: Language) -> Markup:
    """The share beside the word: what is taken today. What a step says of an unclear coverage stays in the step."""
    share = answer.share
    if state not in ("valid", "pending") or share.kind == _NO_SHARE:
        return Markup()
    return read_aloud(share.text, language)


def _basis(answer: Answer, state: State) -> str:
    share = answer.share
    if state not in ("valid", "pending") or share.kind == _NO_SHARE or share.basis == "none":
        return ""
    return f"{share.basis}.range" if share.kind == "range" else share.basis


def _official(answer: Answer, state: State, language: Language) -> Markup:
    """The official word of OQSCD006, beside a title that is not it."""
    return label("OQSCD006", answer.validity, language) if state == "clarify" else Markup()


def _to_clarify(answer: Answer, state: State) -> tuple[str, ...]:
    """A valid coverage that still has to be looked at: differences, a name that cannot be shown."""
    if state == "clarify":
        return ()
    told = {advisory.kind for advisory in answer.advisories}
    differing = ("differences",) if {said.kind for said in answer.differences} - _NOT_ASKED else ()
    return (*differing, *(kind for kind in ("name-substituted", "share-blank") if kind in told))


def _action(kind: str, *, has_card: bool) -> str:
    if kind == "use-card" and has_card:
        return "card"
    return "ask" if kind in _RE_ASK else ""


def _compared(
    answer: Answer, check: NumberCheck, result: Result | None, language: Language
) -> tuple[Compared, ...]:
    """What was asked beside what is registered, where anything differs."""
    if result is None or not answer.differences:
        return ()
    missing = {said.field for said in answer.differences if said.kind in _NOT_ASKED}
    differing = {said.field for said in answer.differences} - missing
    asked = {name: getattr(check, name) for name in _ASKED_BY}
    asked |= {difference.field: difference.asked for difference in answer.differences}
    return tuple(
        Compared(
            name,
            as_read(name, value, language),
            as_read(name, getattr(result, name), language),
            name in differing,
            name in missing,
        )
        for name, value in asked.items()
    )


def _to_patient(situation: Situation, language: Language) -> Markup:
    return messages("coverage").html(f"situation.{situation.value}.patient", language)


def _age(born: date, on: date) -> int:
    """Years as people count them, one day later than the law does."""
    return age_on(born, max(born, on - timedelta(days=1)))
