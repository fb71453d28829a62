"""書きとめの精算: what was taken down, side by side with what was answered, and a person who decides."""

from typing import Final

from starlette.responses import Response

from kaihoken.desk.day import in_short
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.offline import Decision, Entry, EntryState
from kaihoken.problems import Problem

PAGE: Final = "/settle"
_SHOWN_SETTLED = 50


async def settle(frame: Frame, visitor: Visitor) -> Response:
    """GET /settle: conflicts, what cannot be asked, what waits, and what was settled."""
    return _page(frame, visitor)


async def ask(frame: Frame, visitor: Visitor) -> Response:
    """POST /settle/ask: go on now, without waiting for the desk to do so."""
    try:
        await frame.desk.entries.carry_on()
    except Problem as problem:
        return _page(frame, visitor, problem)
    return frame.see(visitor, PAGE)


async def decide(frame: Frame, visitor: Visitor) -> Response:
    """POST /settle/{entry}: a person decides."""
    entry = frame.desk.entries.get(visitor.named["entry"])
    chosen = visitor.form.get("decision", "")
    if chosen not in list(Decision) or (chosen == Decision.ANSWER and entry.answer is None):
        return _page(frame, visitor, Problem("hub.form-missing", where=f"decision-{entry.entry}"))
    frame.desk.entries.decide(entry.entry, Decision(chosen), visitor.sign)
    return frame.see(visitor, PAGE)


async def data(frame: Frame, visitor: Visitor) -> Response:
    """GET /settle.json: the entries as data, without their numbers."""
    return frame.data(
        [
            {
                "at": one.at.isoformat(),
                "staff": one.staff,
                "name": one.name,
                "seen": one.taken.seen,
                "share_percent": one.taken.share_percent,
                "state": one.state,
                "answer": str(in_short(one.answer.answer, visitor.language)) if one.answer else None,
                "differs": [difference.field for difference in one.differences],
                "decision": one.decision,
                "decided_by": one.decided_by,
            }
            for one in frame.desk.entries.all()
        ]
    )


def _page(frame: Frame, visitor: Visitor, problem: Problem | None = None) -> Response:
    entries = frame.desk.entries

    def those(*states: EntryState) -> list[Entry]:
        return [one for one in entries.all() if one.state in states]

    values = {
        "conflicts": those(EntryState.CONFLICT),
        "silent": those(EntryState.CANNOT_BE_ASKED),
        "waiting": those(EntryState.TAKEN_DOWN, EntryState.ASKED),
        "settled": list(reversed(those(EntryState.AGREED, EntryState.DECIDED)))[:_SHOWN_SETTLED],
        "decisions": list(Decision),
        "problem": problem or entries.trouble,
        "short": lambda entry: in_short(entry.answer.answer, visitor.language),
    }
    return frame.page("settle.html", visitor, values, problem.entry.status if problem else 200)


ROWS = (
    Row("GET", PAGE, settle),
    Row("GET", f"{PAGE}.json", data),
    Row("POST", f"{PAGE}/ask", ask),
    Row("POST", f"{PAGE}/{{entry}}", decide),
)
"""Settling."""
