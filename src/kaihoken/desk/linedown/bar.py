"""How the line stands, on every page of the staff; and the notice for the wall."""

from starlette.responses import Response

from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.line import LineState
from kaihoken.desk.papers import Down, Outage, wall_notice
from kaihoken.desk.printing import printing_of


async def bar(frame: Frame, visitor: Visitor) -> Response:
    """GET /bar: the line and what waits, for a page that was told that it changed."""
    return frame.page("bar_live.html", visitor, {})


async def notice(frame: Frame, visitor: Visitor) -> Response:
    """GET /notice.pdf: the notice for the wall."""
    line = frame.desk.line.view
    is_down = line.state in (LineState.DOWN, LineState.REFUSED)
    outage = Outage(Down.LINE, line.since if is_down else None)
    paper = wall_notice(outage, printing_of(frame, visitor))
    return frame.file(paper.content, "application/pdf", paper.file_name)


ROWS = (Row("GET", "/bar", bar), Row("GET", "/notice.pdf", notice))
"""The line on every page."""
