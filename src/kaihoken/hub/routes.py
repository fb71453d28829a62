"""The typed route table: path, scope, request and answer types, problems. Everything follows from it.

Routing, authorisation, OpenAPI and docs are read off these rows; a route that is not in the table cannot be reached.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from kaihoken.access import Scope
from kaihoken.hub.exchange import MOST_BODY, TOO_LARGE, Reply, Request
from kaihoken.problems import Problem

_NAME = "{id}"
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")

Handler = Callable[[Request], Awaitable[Reply]]
Refusal = Callable[[Request, Problem], Reply]


@dataclass(frozen=True, slots=True)
class Body:
    """One media type that a route reads or answers. `kind` is the type that describes it, or `schema` the description,
    where there is one."""

    media_type: str
    kind: object | None = None
    schema: Mapping[str, object] | None = None
    example: object | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """One row. `scope` None: open to everybody. `refuse` writes a problem in the carrier's own form. A path may end in
    `/{id}`: a name that tells nothing of a person, which the handler finds in `request.name`."""

    method: str
    path: str
    summary_ja: str
    summary_en: str
    handler: Handler
    refuse: Refusal
    scope: Scope | None = None
    reads: tuple[Body, ...] = ()
    answers: tuple[Body, ...] = ()
    problems: tuple[str, ...] = ()
    said_in_answer: tuple[str, ...] = ()  # problems that an answer of status 200 tells
    parameters: tuple[Mapping[str, object], ...] = ()  # OpenAPI parameter objects
    most_body: int = MOST_BODY  # bytes
    too_large: str = TOO_LARGE  # the problem of a body that has more
    refuses_in_kind: bool = False  # problems are said in the carrier's own form
    refuses_below: bool = False  # also says what is refused beside the rows below the first word of its path
    receipt_header: bool = True  # an answer of such a route bears its receipt in a header
    read_to_refuse: int = 0  # bytes of a body that a refusal in kind looks at
    in_parts: bool = False  # the handler takes the body part by part from `request.arriving`
    timed: bool = False  # counted in kaihoken_question_seconds

    def name_in(self, path: str) -> str:
        """What stands in a path where the row has `{id}`: letters, digits, `-` and `.` (a FHIR id); else nothing."""
        folder = self.path.removesuffix(_NAME)
        if folder == self.path or not path.startswith(folder):
            return ""
        name = path[len(folder) :]
        return name if _ID.fullmatch(name) else ""


class RouteTable:
    """The rows, found by method and path."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self.routes = tuple(routes)
        self._rows = {(route.method, route.path): route for route in routes}
        if len(self._rows) != len(self.routes):
            raise ValueError("two rows stand for one method and path")
        self._named = tuple(route for route in routes if route.path.endswith(_NAME))
        words = (route.path.split("/") for route in routes)
        self._folders = tuple({f"/{first}/" for _, first, *below in words if below})
        self._refusals = {
            f"/{route.path.split('/')[1]}/": route.refuse for route in routes if route.refuses_below
        }
        self._methods: dict[str, tuple[str, ...]] = {}
        for route in routes:
            own = ("GET", "HEAD") if route.method == "GET" else (route.method,)
            self._methods[route.path] = (*own, *self._methods.get(route.path, ("OPTIONS",)))

    def find(self, method: str, path: str) -> Route | None:
        """The row for a request; None where the path is not in the table. HEAD goes by the row of GET.

        Problem `hub.method` where the path is, but not with this method."""
        route = self._rows.get((method, path))
        if route is None:
            row = self._row_of(path)
            route = self._rows.get(("GET" if method == "HEAD" else method, row))
            if route is None and row in self._methods:
                raise Problem("hub.method", allowed=", ".join(self._methods[row]))
        return route

    def owns(self, path: str) -> bool:
        """Whether a path lies where only programs ask: below the first word of a row's path. There are no pages."""
        return path.startswith(self._folders)

    def refusal(self, path: str) -> Refusal | None:
        """In which form a refusal is said at a path that is not in the table, or not with this method, where its
        neighbours have one."""
        return next(
            (refuse for folder, refuse in self._refusals.items() if f"{path}/".startswith(folder)), None
        )

    def methods(self, path: str) -> tuple[str, ...]:
        """What may be done at a path; nothing where it is not in the table."""
        return self._methods.get(self._row_of(path), ())

    def _row_of(self, path: str) -> str:
        """The path as its row writes it: itself, or with `{id}` for its last word."""
        if path not in self._methods:
            for route in self._named:
                if route.name_in(path):
                    return route.path
        return path
