"""The desk's site: one table of pages and forms, and the ASGI application that serves them."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from kaihoken.desk import sign_in
from kaihoken.desk.answering import PATIENT_ROWS, phones_origin
from kaihoken.desk.answering import ROWS as ANSWERING_ROWS
from kaihoken.desk.claims import ROWS as CLAIMS_ROWS
from kaihoken.desk.doctor import ROWS as DOCTOR_ROWS
from kaihoken.desk.drill import ROWS as DRILL_ROWS
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.linedown import ROWS as LINE_DOWN_ROWS
from kaihoken.desk.lostandfound import ROWS as LOST_AND_FOUND_ROWS
from kaihoken.desk.metered import Metered
from kaihoken.desk.notvalid import ROWS as NOT_VALID_ROWS
from kaihoken.desk.patient_list import ROWS as PATIENT_LIST_ROWS
from kaihoken.desk.reception import ROWS as RECEPTION_ROWS
from kaihoken.desk.running import Desk
from kaihoken.desk.screen import ROWS as SCREEN_ROWS
from kaihoken.desk.visitors import ROWS as VISITOR_ROWS
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES, Language, path_in, split_language

ROWS: tuple[Row, ...] = (
    *sign_in.ROWS,
    *PATIENT_LIST_ROWS,
    *RECEPTION_ROWS,
    *NOT_VALID_ROWS,
    *SCREEN_ROWS,
    *VISITOR_ROWS,
    *DOCTOR_ROWS,
    *LINE_DOWN_ROWS,
    *ANSWERING_ROWS,
    *LOST_AND_FOUND_ROWS,
    *DRILL_ROWS,
    *CLAIMS_ROWS,
)
"""Every page and form of a desk."""

_SMALLEST_TO_COMPRESS = 1024


def desk_site(desk: Desk, rows: Sequence[Row] = ROWS) -> Starlette:
    """The application over a desk that runs. `rows` are its pages, where they are more than every desk's."""
    return _site(Frame(desk), rows)


def phones_site(desk: Desk) -> ASGIApp:
    """The application that phones in the clinic reach: the patient's questionnaire and nothing else."""
    return Metered(_site(Frame(desk, phones_origin(desk.settings)), PATIENT_ROWS), desk.ticks)


def _site(frame: Frame, rows: Sequence[Row]) -> Starlette:
    routes = [
        Route(path_in(language, row.path), _served(frame, row, language), methods=[row.method])
        for language in LANGUAGES
        for row in rows
    ]
    return Starlette(
        routes=[Mount("/static", app=frame.assets), *routes],
        middleware=[Middleware(GZipMiddleware, minimum_size=_SMALLEST_TO_COMPRESS)],
        exception_handlers={404: _not_found(frame), 405: _not_found(frame)},
    )


def _served(frame: Frame, row: Row, language: Language) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        return await frame.answer(row, language, request)

    return serve


def _not_found(frame: Frame) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def refuse(request: Request, _error: Exception) -> Response:
        language, _ = split_language(request.url.path)
        as_page = "text/html" in request.headers.get("accept", "")
        visitor = Visitor(language, "/", {}, {})
        return frame.refusal(visitor, Problem("desk.no-such-page"), as_page=as_page)

    return refuse
