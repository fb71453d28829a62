"""The results in words: what a part is called, how it stands, what is wrong, and the next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kaihoken.desk.doctor.checks import Part, Result, Standing
from kaihoken.web import Language, State, messages

STATES: Final[dict[Standing, State]] = {
    Standing.WELL: "valid",
    Standing.WARNING: "clarify",
    Standing.FAULT: "failed",
    Standing.FOLLOWS: "pending",
    Standing.UNUSED: "missing",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One part in plain words. `what` and `next` are "" where nothing is wrong."""

    part: Part
    standing: Standing
    state: State
    name: str
    word: str
    what: str
    next: str


def said(results: Sequence[Result], language: Language) -> list[Said]:
    """Every part: faults first, then warnings, then the rest, each in the order of causes."""
    order = [Standing.FAULT, Standing.WARNING]
    ranked = sorted(
        results, key=lambda one: order.index(one.standing) if one.standing in order else len(order)
    )
    return [_said(one, language) for one in ranked]


def name_of(part: Part, language: Language) -> str:
    """What the part is called."""
    return messages("desk").text(f"doctor.part.{part}", language)


def _said(result: Result, language: Language) -> Said:
    words = messages("desk")
    what, then = _finding(result, language)
    return Said(
        result.part,
        result.standing,
        STATES[result.standing],
        name_of(result.part, language),
        words.text(f"doctor.is.{result.standing}", language),
        what,
        then,
    )


def _finding(result: Result, language: Language) -> tuple[str, str]:
    words, found = messages("desk"), result.finding
    if result.cause is not None:
        return words.text("doctor.follows", language, part=name_of(result.cause, language)), ""
    if found is None:
        return "", ""
    if found.problem is not None:
        return found.problem.title(language), found.problem.mend(language)
    facts = found.facts
    names = (f"doctor.{found.code}", f"doctor.{found.code}.next")
    what, then = (words.text(name, language, **facts) for name in names)
    return what, then
