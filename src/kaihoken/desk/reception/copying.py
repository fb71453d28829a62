"""写す行: what goes from today's answer into the レセコン, in one line. Pure."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kaihoken.coverage import Answer, Situation
from kaihoken.coverage.view import Fact
from kaihoken.desk.reception.add_on import Due
from kaihoken.desk.reception.special_notes import notes_of
from kaihoken.web import Language, day_on_page, messages


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the line."""

    label: Markup
    value: Markup


def line_to_copy(
    answer: Answer, facts: tuple[Fact, ...], due: tuple[Due, ...], language: Language
) -> tuple[Piece, ...]:
    """The pieces, none while there is nothing to copy. `facts` are those of the answer's view."""
    if not facts:
        return ()
    coverage = messages("coverage")
    pieces = [
        Piece(coverage.html(f"field.{fact.name}", language), Markup.escape(fact.value)) for fact in facts
    ]
    if answer.situation == Situation.PENDING:
        return tuple(pieces)
    return (*pieces, *_notes(answer, answer.on, language), *(_add_on(one, language) for one in due))


def _notes(answer: Answer, on: date, language: Language) -> tuple[Piece, ...]:
    words = messages("desk")
    notes = notes_of(answer, on)
    if not notes:
        return ()
    said = [one.code if one.sure else words.html("copy.unsure", language, code=one.code) for one in notes]
    pieces = [Piece(words.html("copy.notes", language), Markup("、").join(said))]
    often = next((one.often for one in notes if one.often), "")
    if often:
        pieces.append(
            Piece(words.html("copy.often", language), words.html("copy.often.own", language, code=often))
        )
    return tuple(pieces)


def _add_on(due: Due, language: Language) -> Piece:
    words = messages("desk")
    if due.taken is not None:
        said = words.html("copy.add-on.taken", language, day=day_on_page(due.taken, language, weekday=False))
    elif due.before is not None:
        said = words.html(
            "copy.add-on.before", language, day=day_on_page(due.before, language, weekday=False)
        )
    else:
        said = words.html("copy.add-on.due", language)
    return Piece(Markup.escape(due.item.name), said)
