"""The guide that leads through a drill, at the desk that was made for it."""

from typing import Final

from starlette.responses import Response

from kaihoken.desk.drill.clinic import PAPER
from kaihoken.desk.drill.rehearsal import Rehearsal
from kaihoken.desk.drill.walk import STEPS, Event
from kaihoken.desk.frame import Frame, Row, Visitor

GUIDE: Final = "/drill"


class Guide:
    """The guide of one drill."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its pages, at the desk of the drill alone."""
        return (
            Row("GET", GUIDE, self.page),
            Row("POST", f"{GUIDE}/not-found", self.not_found),
            Row("POST", f"{GUIDE}/number", self.number),
            Row("POST", f"{GUIDE}/end", self.end),
        )

    async def page(self, frame: Frame, visitor: Visitor) -> Response:
        """GET /drill: every step, what is to be done now, and what came of the others."""
        await self._rehearsal.look()
        return self._page(frame, visitor)

    async def not_found(self, frame: Frame, visitor: Visitor) -> Response:
        """POST /drill/not-found: nobody knows how; on to the next."""
        await self._rehearsal.not_found(visitor.form.get("step", ""))
        return frame.see(visitor, GUIDE)

    async def number(self, frame: Frame, visitor: Visitor) -> Response:
        """POST /drill/number: the number of the centre, as somebody found it."""
        if not await self._rehearsal.type_number(visitor.form.get("number", "")):
            return self._page(frame, visitor, is_wrong=True)
        return frame.see(visitor, GUIDE)

    async def end(self, frame: Frame, visitor: Visitor) -> Response:
        """POST /drill/end: the desk of the drill goes away."""
        self._rehearsal.over = True
        return self._page(frame, visitor)

    def _page(self, frame: Frame, visitor: Visitor, *, is_wrong: bool = False) -> Response:
        rehearsal = self._rehearsal
        people = rehearsal.people
        values = {
            "steps": STEPS,
            "place": rehearsal.place,
            "taken": {one.step: one for one in rehearsal.record.taken},
            "record": rehearsal.record,
            "finished": rehearsal.is_finished,
            "over": rehearsal.over,
            "leaver": people.leaver.name,
            "paper": people.paper,
            "paper_name": PAPER,
            "is_wrong": is_wrong,
            "done": Event.DONE,
        }
        template = "drill_steps.html" if visitor.query.get("part") else "drill.html"
        return frame.page(template, visitor, values)
