"""The record of drills, at a desk in earnest."""

from typing import Final

from starlette.responses import Response

from kaihoken.desk.drill.records import Drills
from kaihoken.desk.drill.walk import STEPS, DrillRecord
from kaihoken.desk.frame import Frame, Row, Visitor

RECORDS: Final = "/drills"


async def records(frame: Frame, visitor: Visitor) -> Response:
    """GET /drills: when there was one, by whom, what nobody found."""
    values = {"drills": Drills(frame.desk.safe).all(), "steps": STEPS}
    return frame.page("drills.html", visitor, values)


async def data(frame: Frame, visitor: Visitor) -> Response:
    """GET /drills.json: the same as data."""
    return frame.data([as_data(one) for one in Drills(frame.desk.safe).all()])


def as_data(record: DrillRecord) -> dict[str, object]:
    """A record as programs read it."""
    return {
        "began": record.began.isoformat(),
        "staff": record.staff,
        "minutes": record.minutes,
        "whole": record.is_whole,
        "done": list(record.done),
        "not_found": list(record.not_found),
        "seconds": {one.step.value: one.seconds for one in record.taken},
    }


ROWS = (Row("GET", RECORDS, records), Row("GET", f"{RECORDS}.json", data))
"""The record of drills."""
