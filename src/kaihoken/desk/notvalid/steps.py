"""Taking a step: tick it with its result, ask the insurer, keep the reply, settle."""

from collections.abc import Callable
from datetime import date

from starlette.responses import Response

from kaihoken.desk.day import Visit
from kaihoken.desk.followup import Outcome
from kaihoken.desk.frame import Frame, Row, Visitor, line_typed
from kaihoken.identity import parse_iso_date
from kaihoken.problems import Problem

VISIT = "/visit/{visit}"


async def tick(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/tick: a step of the answer was taken, and how it went."""
    form = visitor.form
    try:
        outcome = Outcome(form.get("outcome", ""))
    except ValueError:
        raise Problem("desk.step-not-here") from None
    return _done(
        frame,
        visitor,
        lambda visit: frame.desk.follow_ups.tick(
            visit, form.get("kind", ""), outcome, visitor.sign, line_typed(form.get("note", ""))
        ),
    )


async def call(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/call: the insurer was asked by telephone."""
    form = visitor.form
    due = _day(form.get("due", ""))

    def ask(visit: Visit) -> object:
        return frame.desk.follow_ups.asked(
            visit, line_typed(form.get("who", "")), line_typed(form.get("phone", "")), due, visitor.sign
        )

    return _done(frame, visitor, ask)


async def reply(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/reply: what the insurer, or the patient, said."""
    text = line_typed(visitor.form.get("reply", ""))
    return _done(frame, visitor, lambda visit: frame.desk.follow_ups.replied(visit, text))


async def settle(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/settle: nothing is left to do."""
    text = line_typed(visitor.form.get("note", ""))
    return _done(frame, visitor, lambda visit: frame.desk.follow_ups.settled(visit, text))


def _done(frame: Frame, visitor: Visitor, act: Callable[[Visit], object]) -> Response:
    visit = frame.desk.day.get(visitor.named["visit"])
    act(visit)
    back = "/follow-up" if visitor.form.get("from") == "list" else f"/visit/{visit.visit}"
    return frame.see(visitor, back)


def _day(text: str) -> date | None:
    """A day as a browser sends it, None where none was chosen. Problem `identity.date`."""
    return parse_iso_date(text) if text else None


ROWS = (
    Row("POST", f"{VISIT}/tick", tick),
    Row("POST", f"{VISIT}/call", call),
    Row("POST", f"{VISIT}/reply", reply),
    Row("POST", f"{VISIT}/settle", settle),
)
"""Steps."""
