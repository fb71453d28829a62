"""目視確認: somebody of the staff has compared face and card, and says so with the facility's own password."""

from starlette.responses import Response

from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.problems import Problem

VISUAL = "/visual"


async def visual_page(frame: Frame, visitor: Visitor) -> Response:
    """GET /visual: what to compare, the password; and where it is chosen."""
    return _page(frame, visitor, None)


async def confirm(frame: Frame, visitor: Visitor) -> Response:
    """POST /visual: the person is the card's; the reader is told."""
    try:
        frame.desk.reader.allow_visual(visitor.sign, visitor.form.get("visual", ""))
    except Problem as problem:
        return _page(frame, visitor, problem)
    return frame.see(visitor, "/")


async def refuse(frame: Frame, visitor: Visitor) -> Response:
    """POST /visual/no: it is somebody else, or cannot be told: the patient is helped at the reception."""
    try:
        frame.desk.reader.send_to_reception()
    except Problem as problem:
        return _page(frame, visitor, problem)
    return frame.see(visitor, "/")


async def choose(frame: Frame, visitor: Visitor) -> Response:
    """POST /visual/password: choose the facility's password, or another; by somebody who says their own once more."""
    try:
        frame.desk.staff.require(visitor.sign, visitor.form.get("own", ""))
        frame.desk.reader.set_visual_password(visitor.form.get("chosen", ""))
    except Problem as problem:
        return _page(frame, visitor, problem)
    return frame.see(visitor, VISUAL)


def _page(frame: Frame, visitor: Visitor, problem: Problem | None) -> Response:
    desk = frame.desk
    values = {
        "waits": desk.reader.waits_for_staff,
        "is_offered": desk.reader.attested,
        "problem": problem,
    }
    return frame.page("visual.html", visitor, values, problem.entry.status if problem is not None else 200)


ROWS = (
    Row("GET", VISUAL, visual_page),
    Row("POST", VISUAL, confirm),
    Row("POST", f"{VISUAL}/no", refuse),
    Row("POST", f"{VISUAL}/password", choose),
)
"""目視確認."""
