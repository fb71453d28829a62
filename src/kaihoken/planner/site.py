"""The planner's site: one table of pages, and the ASGI application that serves them.

Everything here is public statistics: there is no session, no cookie and no form that changes anything, so a page is a
GET and can be linked to. Named data of careers is on none of these pages.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from kaihoken.clock import Clock, SystemClock
from kaihoken.planner import (
    access_map,
    access_page,
    area_page,
    birth_page,
    careers_page,
    compare_page,
    dispatch_files,
    dispatch_page,
    factors_page,
    find_page,
    map_page,
    openings_page,
    own_page,
    plan_page,
    prefecture_page,
    remote_page,
    rurality_page,
    scenario_page,
    sources_page,
    visits_page,
    workbook_pages,
)
from kaihoken.planner.asked import Answer, Asked, Elsewhere, File, Travel
from kaihoken.planner.settings import PlannerSettings
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES, PAGE_HEADERS, Assets, Language, Pages, path_in, read_aloud, split_language
from kaihoken.workforce.pictures import OUTLINES_CREDIT
from kaihoken.workforce.portrait import Atlas

Page = Callable[[Atlas, Asked], Answer]


@dataclass(frozen=True, slots=True)
class Row:
    """One page: its path without a language, what answers it, and what it is for."""

    path: str
    page: Page
    english: str


ROWS = (
    Row("/", map_page.nation, "the map of the areas with its table"),
    Row("/area/{code}", area_page.area, "one area: its number, what makes it, what would change it"),
    Row("/prefecture/{code}", prefecture_page.prefecture, "one prefecture with its areas"),
    Row("/plan", plan_page.prefectures_of_plans, "which prefecture's plan"),
    Row("/plan/{code}", plan_page.plan, "one prefecture's plan: targets, need, candidates, what waits"),
    Row("/plan/{code}/plan.docx", plan_page.plan_docx, "the chapter of that plan, to go on writing"),
    Row("/plan/{code}/plan.pdf", plan_page.plan_pdf, "the same on paper"),
    Row("/plan/{code}/plan.json", plan_page.plan_json, "the numbers of that plan as JSON"),
    Row("/own", own_page.own, "the index that the user's own tables make, beside the published one"),
    Row("/own/{code}", own_page.own_area, "one area of these: every factor, and what makes its number"),
    Row("/own.csv", own_page.own_csv, "the same for a spreadsheet"),
    Row("/own.json", own_page.own_json, "the same as JSON, with what is assumed"),
    Row("/visits", visits_page.visits, "where the visits went that a hub counted"),
    Row("/visits.csv", visits_page.visits_csv, "the same for a spreadsheet"),
    Row("/visits.json", visits_page.visits_json, "the same as JSON"),
    Row("/find", find_page.find, "the search field of the map"),
    Row("/compare", compare_page.compare, "two areas side by side"),
    Row(
        "/access",
        access_page.access_start,
        "who has an emergency hospital within 30 and 60 minutes, by prefecture",
    ),
    Row("/access/map", access_map.access_map, "the areas by the share of residents who live farther away"),
    Row("/access/map.csv", access_map.access_map_csv, "the same for a spreadsheet"),
    Row(
        "/access/{code}", access_page.access, "the same of one area, and what changes where a hospital closes"
    ),
    Row("/access/{code}/data.json", access_page.access_json, "what that page shows, as JSON"),
    Row("/access/{code}/data.csv", access_page.access_csv, "the same for a spreadsheet"),
    Row(
        "/careers",
        careers_page.careers,
        "doctors with a duty by hospital, department and year, without names",
    ),
    Row(
        "/openings", openings_page.openings, "candidate areas for openings, the days of a notice, its letters"
    ),
    Row("/openings/data.csv", openings_page.openings_csv, "the candidates for a spreadsheet"),
    Row("/openings/data.json", openings_page.openings_json, "the same as JSON"),
    Row(
        "/openings/outpatient-index.csv",
        openings_page.index_template,
        "the table of an own index, to fill in",
    ),
    Row(
        "/openings/letter/{state}", openings_page.openings_letter, "the form of a letter, to be written over"
    ),
    Row(
        "/remote",
        remote_page.remote,
        "where remote care would reach patients, and the duties of core hospitals",
    ),
    Row("/remote/data.csv", remote_page.remote_csv, "patients and ratios of a prefecture for a spreadsheet"),
    Row("/remote/data.json", remote_page.remote_json, "the same as JSON"),
    Row("/remote/remote-doctors.csv", remote_page.doctors_template, "the table of doctors, to fill in"),
    Row("/remote/remote-scenario.yaml", remote_page.assumptions_template, "the assumptions, to fill in"),
    Row(
        "/remote/core-hospitals.csv",
        remote_page.hospitals_template,
        "the table of core hospitals, to fill in",
    ),
    Row("/dispatch", dispatch_page.dispatch, "who could go where, hours at both ends, which rules bind"),
    Row("/dispatch/data.json", dispatch_files.dispatch_json, "what that page proposes, as JSON"),
    Row("/dispatch/data.csv", dispatch_files.dispatch_csv, "the same for a spreadsheet"),
    Row(
        "/dispatch/template/{name}",
        dispatch_files.dispatch_template,
        "templates of a case, a round, requests",
    ),
    Row("/birth", birth_page.birth, "births far from a delivery facility, areas without one, the aid in yen"),
    Row("/birth/data.csv", birth_page.birth_csv, "the same by municipality for a spreadsheet"),
    Row("/rurality", rurality_page.rurality, "who would enter a class if geography counted: a scenario"),
    Row("/rurality.json", rurality_page.rurality_json, "the same as JSON"),
    Row("/scenario", scenario_page.scenario, "a scenario: sliders, the map they make, who changes class"),
    Row("/scenario.json", scenario_page.scenario_json, "the same as JSON"),
    Row("/scenario/file", scenario_page.scenario_file, "the scenario as a file that can be run again"),
    Row("/sources", sources_page.sources, "which tables are there, which are awaited, and the credits"),
    Row("/sources/template/{table}", sources_page.table_template, "the template of a table, to be filled in"),
    Row("/index.json", map_page.index_json, "the table of the index as JSON"),
    Row("/index.csv", map_page.index_csv, "the same for a spreadsheet"),
    Row("/area/{code}/data.json", area_page.area_json, "what the page of an area shows, as JSON"),
    Row("/factors", factors_page.factors, "the factors of the index as small maps, and as one table"),
    Row("/factors.csv", factors_page.factors_csv, "that table for a spreadsheet"),
    Row("/index.xlsx", workbook_pages.nation_xlsx, "every area as a workbook that computes"),
    Row("/area/{code}/area.xlsx", workbook_pages.area_xlsx, "one area as a workbook that computes"),
    Row("/prefecture/{code}/areas.xlsx", workbook_pages.prefecture_xlsx, "one prefecture's areas as such"),
    Row("/compare.xlsx", workbook_pages.compare_xlsx, "two areas as such"),
    Row("/plan/{code}/plan.xlsx", workbook_pages.plan_xlsx, "a prefecture's targets as such"),
    Row("/access/{code}/data.xlsx", workbook_pages.access_xlsx, "who reaches what in an area as such"),
    Row("/map.svg", map_page.map_svg, "the map as a picture"),
)
"""Every page of the planner."""

_PATHS = tuple(row.path for row in ROWS)
_TABS = {
    **{name: name for name in ("plan", "access", "dispatch", "scenario", "sources")},
    "careers": "plan",
    "openings": "plan",
    "remote": "plan",
    "birth": "access",
    "rurality": "access",
}
"""Under which tab of the header a path stands, by its first part; others stand under the index."""
_SMALLEST_TO_COMPRESS = 1024


def planner_site(
    settings: PlannerSettings, atlas: Atlas | None = None, clock: Clock | None = None
) -> Starlette:
    """The application. `atlas` are the tables it reads (default: those that ship, beside the folder of the settings),
    `clock` says which day's rules apply (default: the machine's)."""
    held = atlas or Atlas.shipped(Path(settings.data) if settings.data else None, settings.areas)
    time = clock or SystemClock()
    assets = Assets("web", "planner")
    pages = Pages("planner", assets=assets, demo=settings.demo)
    travel = Travel(settings.travel, settings.travel_secret)
    routes = [
        Route(path_in(language, row.path), _served(row, held, time, pages, language, travel), methods=["GET"])
        for language in LANGUAGES
        for row in ROWS
    ]
    return Starlette(
        routes=[Mount("/static", app=_static(assets)), *routes],
        middleware=[Middleware(GZipMiddleware, minimum_size=_SMALLEST_TO_COMPRESS)],
        exception_handlers={404: _not_found(pages), Problem: _refused(pages)},
    )


def _served(
    row: Row, atlas: Atlas, clock: Clock, pages: Pages, language: Language, travel: Travel
) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        named = {name: str(value) for name, value in request.path_params.items()}
        here = row.path.format_map({name: quote(value) for name, value in named.items()})
        asked = Asked(language, here, named, dict(request.query_params), clock.today(), travel)

        def answered() -> Response:
            return _response(row.page(atlas, asked), asked, pages, atlas)

        return await run_in_threadpool(answered)

    return serve


def _response(answer: Answer, asked: Asked, pages: Pages, atlas: Atlas) -> Response:
    if isinstance(answer, Elsewhere):
        return RedirectResponse(path_in(asked.language, answer.path), 303, headers=dict(PAGE_HEADERS))
    if isinstance(answer, File):
        headers = dict(PAGE_HEADERS)
        if answer.name:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(answer.name)}"
        return Response(answer.body, media_type=answer.media_type, headers=headers)
    values: dict[str, object] = {
        **answer.values,
        "atlas": atlas,
        "paths": _PATHS,
        "tab": _TABS.get(asked.path.split("/")[1], "index"),
        "outlines_credit": OUTLINES_CREDIT,
        "aloud": partial(read_aloud, language=asked.language),
    }
    here = f"{asked.path}?{urlencode(asked.query)}" if asked.query else asked.path  # kept in another language
    content = pages.render(answer.template, asked.language, here=here, again=None, **values)
    return Response(content, media_type="text/html; charset=utf-8", headers=dict(PAGE_HEADERS))


def _static(assets: Assets) -> Callable[..., Awaitable[None]]:
    return assets


def _refused(pages: Pages) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return _refusal(pages, request, error)

    return refuse


def _not_found(pages: Pages) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def refuse(request: Request, _: Exception) -> Response:
        return _refusal(pages, request, Problem("planner.no-such-page"))

    return refuse


def _refusal(pages: Pages, request: Request, problem: Problem) -> Response:
    """A problem as a page for a browser, as RFC 9457 for a program."""
    headers: Mapping[str, str] = PAGE_HEADERS
    if "text/html" not in request.headers.get("accept", ""):
        body = orjson.dumps(problem.as_rfc9457())
        return Response(
            body, problem.entry.status, media_type="application/problem+json", headers=dict(headers)
        )
    language, _ = split_language(request.url.path)
    content = pages.render(
        "problem.html",
        language,
        here="/",
        paths=_PATHS,
        tab="",
        outlines_credit=OUTLINES_CREDIT,
        problem=problem,
    )
    return Response(
        content, problem.entry.status, media_type="text/html; charset=utf-8", headers=dict(headers)
    )
