"""覗き見防止: one key hides everything on this screen, again shows it. Who is signed in stays so."""

from starlette.responses import Response

from kaihoken.desk.frame import COVER, Frame, Row, Visitor
from kaihoken.web import split_language


async def cover(frame: Frame, visitor: Visitor) -> Response:
    """GET /cover: hides, and shows that it hides. A link hides too, so that it works without a script; nothing is lost
    by it."""
    session = visitor.session
    if session is not None and not session.covered:
        session.covered = True
        session.back = _own(split_language(visitor.query.get("back", "/"))[1])
    desk = frame.desk
    waiting = sum(one.last is None for one in desk.day.today())
    return frame.page(
        "cover.html", visitor, {"waiting": waiting, "wants_visual": desk.reader.waits_for_staff}
    )


async def lift(frame: Frame, visitor: Visitor) -> Response:
    """POST /cover: show again what was shown."""
    session = visitor.session
    back = "/"
    if session is not None:
        back, session.covered = session.back, False
    return frame.see(visitor, back)


def _own(path: str) -> str:
    """A page of this desk, without the language; else the list."""
    is_own = path.startswith("/") and not path.startswith("//") and path.isascii() and path.isprintable()
    return path if is_own and len(path) <= 200 and "\\" not in path else "/"


ROWS = (Row("GET", COVER, cover, when_covered=True), Row("POST", COVER, lift, when_covered=True))
"""覗き見防止."""
