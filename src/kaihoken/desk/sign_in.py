"""Signing in and out of the staff's pages."""

from starlette.responses import Response

from kaihoken.desk.frame import SIGN_IN, Frame, Row, Visitor, with_session
from kaihoken.problems import Problem

RECEPTION = "/"


async def sign_in_page(frame: Frame, visitor: Visitor) -> Response:
    """GET /sign-in."""
    return _page(frame, visitor, None)


async def sign_in(frame: Frame, visitor: Visitor) -> Response:
    """POST /sign-in: sign and password. In a demonstration everybody is somebody of the fictional staff."""
    desk, sign = frame.desk, visitor.form.get("sign", "")
    try:
        if not (desk.settings.demo and sign in desk.staff.signs()):
            sign = desk.staff.require(sign, visitor.form.get("password", "")).sign
    except Problem as problem:
        return _page(frame, visitor, problem)
    return with_session(frame.see(visitor, RECEPTION), desk.sessions.open(sign))


async def sign_out(frame: Frame, visitor: Visitor) -> Response:
    """POST /sign-out."""
    frame.desk.sessions.close(visitor.cookie)
    return with_session(frame.see(visitor, SIGN_IN), "")


def _page(frame: Frame, visitor: Visitor, problem: Problem | None) -> Response:
    status = problem.entry.status if problem else 200
    signs = frame.desk.staff.signs()
    chosen = visitor.form.get("sign", signs[0] if len(signs) == 1 else "")
    values = {"signs": signs, "chosen": chosen, "problem": problem}
    return frame.page("sign_in.html", visitor, values, status)


ROWS = (
    Row("GET", SIGN_IN, sign_in_page, needs="anybody"),
    Row("POST", SIGN_IN, sign_in, needs="anybody"),
    Row("POST", "/sign-out", sign_out),
)
"""Signing in."""
