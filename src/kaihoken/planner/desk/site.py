"""The site of the desk: one table of pages, and the ASGI application that serves them."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from kaihoken.access.people import new_visit
from kaihoken.planner.desk.book_pages import BOOK
from kaihoken.planner.desk.coming_in import COMING_IN
from kaihoken.planner.desk.frame import Desk, Row, Visit
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES, Language, path_in, split_language

ROWS = (*COMING_IN, *BOOK)
"""Every page and form of the desk."""


def careers_desk(desk: Desk) -> Starlette:
    """The application over a desk."""

    async def missing(request: Request, _: Exception) -> Response:
        language, here = split_language(request.url.path)
        return desk.refusal(Visit("", new_visit(), language=language, path=here), Problem("hub.no-such-page"))

    return Starlette(
        routes=[
            Mount("/static", app=_static(desk)),
            *(
                Route(path_in(language, row.path), _served(desk, row, language), methods=[row.method])
                for language in LANGUAGES
                for row in ROWS
            ),
        ],
        exception_handlers={404: missing, 405: missing},
    )


def _served(desk: Desk, row: Row, language: Language) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        return await desk.answer(row, language, request)

    return serve


def _static(desk: Desk) -> Callable[..., Awaitable[None]]:
    return desk.assets
