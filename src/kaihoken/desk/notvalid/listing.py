"""GET /follow-up: who, why, since when, until when, what next; until everybody is settled."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from starlette.responses import Response

from kaihoken.desk.followup import Open, Standing, numbers_of
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.patients import Patient
from kaihoken.web import Language, State, messages, read_aloud

FOLLOW_UP = "/follow-up"

_LOOKS: dict[Standing, State] = {
    Standing.OPEN: "clarify",
    Standing.ASKED: "pending",
    Standing.REPLIED: "pending",
    Standing.CONFIRMED: "valid",
    Standing.SETTLED: "valid",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `next` is what to do; `is_late` where its day is past."""

    visit: str
    name: str
    under: str
    why: Markup
    since: date
    due: date
    is_late: bool
    next: Markup
    standing: Standing
    state: State
    deposit_yen: int | None


async def follow_up(frame: Frame, visitor: Visitor) -> Response:
    """GET /follow-up."""
    desk = frame.desk
    lines = [
        line_of(one, desk.patients.get(one.visit.patient), desk.clock.today(), visitor.language)
        for one in desk.follow_ups.open()
    ]
    return frame.page("follow_up.html", visitor, {"lines": lines})


def line_of(one: Open, patient: Patient | None, today: date, language: Language) -> Line:
    """One case as a line."""
    last = one.visit.last.told_in(language) if one.visit.last is not None else None
    words = messages("desk")
    return Line(
        one.visit.visit,
        one.visit.name or words.text("name.unknown", language),
        patient.number if patient is not None else "",
        read_aloud(last.answer.words.staff, language) if last is not None else Markup(),
        one.visit.day,
        one.due,
        one.due < today,
        next_of(one, patient, language),
        one.case.standing,
        _LOOKS[one.case.standing],
        one.case.deposit_yen,
    )


def next_of(one: Open, patient: Patient | None, language: Language) -> Markup:
    """What to do next. Who only showed a card cannot be asked about again without it: the patient is telephoned."""
    words = messages("desk")
    case = one.case
    if case.standing is Standing.CONFIRMED:
        return words.html("next.settle", language)
    if case.standing is Standing.ASKED and case.call is not None:
        return words.html("next.wait-reply", language, who=case.call.who)
    if numbers_of(one.visit, patient) is None:
        if patient is not None and patient.phone:
            return words.html("next.telephone", language, name=patient.name, phone=patient.phone)
        return words.html("next.telephone-patient", language)
    if case.standing is Standing.REPLIED:
        return words.html("next.check-again", language)
    steps = one.visit.last.told_in(language).answer.steps if one.visit.last is not None else ()
    left = [step for step in steps if case.ticked(step.kind) is None]
    return read_aloud(left[0].text, language) if left else words.html("next.by-itself", language)


ROWS = (Row("GET", FOLLOW_UP, follow_up),)
"""The list."""
