"""The visitor's page of a demonstration: the screens of patient and staff side by side, virtual cards, a folder for
requests, and what goes wrong in the field: the line down, the hub slow, the power gone.

Its process holds the line and the clinic's PC, so it can cut the one and switch off the other.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from kaihoken.card.authority import ROOTS, TestAuthority, responder_app
from kaihoken.clock import SystemClock
from kaihoken.coverage.oqs import Encoding
from kaihoken.demo.beside import end_with_parent, started_beside
from kaihoken.demo.claims import CLAIM_FILE, HOUSES, claims_for, month_before
from kaihoken.demo.clinic import PASSWORD, SIGN, make_tray
from kaihoken.demo.desk import ClinicPc
from kaihoken.demo.request import lay_request
from kaihoken.demo.wire import Mode, Wire
from kaihoken.people import Plan
from kaihoken.problems import Problem
from kaihoken.web import (
    HERE,
    LANGUAGES,
    PAGE_HEADERS,
    Assets,
    Language,
    Pages,
    host_of,
    path_in,
    read_body,
    read_form,
    require_own_form,
)

HOST: Final = "127.0.0.1"
DESK_BESIDE, VISITORS_BESIDE = 1, 2
"""So far above the hub's port those of the desk and of this page lie."""

_AUTHORITY: Final = "/authority"
_LARGEST_FORM: Final = 4096
_LISTS_EVERY_SECONDS: Final = 6 * 3600
_POWER: Final = ("cut", "back")
_LOOKS, _LOOK_SECONDS = 100, 0.05


@dataclass(frozen=True, slots=True)
class Clinic:
    """Where the clinic of a demonstration lies, and on which ports."""

    folder: Path
    cards: Path
    authority: Path
    revoked: Path
    plan: Plan
    requests: Path
    claims: Path
    hub_port: int
    desk_port: int
    port: int

    @property
    def as_of(self) -> date:
        """The day for which its people are made."""
        return self.plan.as_of

    @property
    def address(self) -> str:
        """Of the visitor's page."""
        return f"http://{HOST}:{self.port}/"

    @property
    def holders(self) -> str:
        """Where the TEST authority's holder service answers the hub."""
        return f"http://{HOST}:{self.port}{_AUTHORITY}"


@contextmanager
def clinic_beside(clinic: Clinic) -> Iterator[None]:
    """Runs the clinic's PC and the visitor's page until the block is left."""
    running = started_beside(_run, clinic)
    try:
        yield
    finally:
        running.terminate()
        running.join()


def _run(clinic: Clinic) -> None:
    with suppress(KeyboardInterrupt):  # where an interrupt could not be held
        asyncio.run(_serve(clinic))


async def _serve(clinic: Clinic) -> None:
    """Until the process is told to end, or the demonstration has ended: then the clinic's PC ends with it."""
    wire, authority = Wire(HOST, clinic.hub_port), TestAuthority.at(clinic.authority, SystemClock())
    loop = asyncio.get_running_loop()
    async with wire.laid(HOST, 0) as port:
        pc = ClinicPc(
            folder=clinic.folder,
            hub=f"http://{HOST}:{clinic.hub_port}",
            proxy=f"http://{HOST}:{port}",
            port=clinic.desk_port,
            cards=clinic.cards,
            card_roots=clinic.authority / ROOTS,
            requests=clinic.requests,
            visitors=clinic.address.rstrip("/"),
        )
        site = visitors_site(wire, pc, clinic, authority)
        config = uvicorn.Config(site, host=HOST, port=clinic.port, log_level="critical", server_header=False)
        server = _Server(config)
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, server.end)
        end_with_parent(lambda: loop.call_soon_threadsafe(server.end))
        pc.power_on()
        cards = asyncio.ensure_future(_keep_cards(clinic, authority))
        try:
            await server.serve()
        finally:
            cards.cancel()
            pc.shut_down()


async def _keep_cards(clinic: Clinic, authority: TestAuthority) -> None:
    """Make the cards of the tray, and the authority's lists anew before the last ones have ended."""
    await asyncio.to_thread(make_tray, clinic.cards, authority, clinic.as_of)
    while True:
        await asyncio.to_thread(authority.write_lists, clinic.revoked)
        await asyncio.sleep(_LISTS_EVERY_SECONDS)


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    def install_signal_handlers(self) -> None:
        """None."""

    def end(self) -> None:
        """Stop serving."""
        self.should_exit = True


def visitors_site(wire: Wire, pc: ClinicPc, clinic: Clinic, authority: TestAuthority) -> Starlette:
    """The visitor's page and its switches, and beside them what the TEST authority serves."""
    assets = Assets("web", "demo")
    pages = Pages("demo", assets=assets, demo=True)
    desk = f"http://{HOST}:{clinic.desk_port}"
    headers = dict(PAGE_HEADERS)
    headers["Content-Security-Policy"] += f"; frame-src {desk}"

    def page(language: Language) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            _require_host(request)
            content = pages.render(
                "visitors.html",
                language,
                desk=desk,
                mode=wire.mode.value,
                power=pc.is_on,
                requests=str(clinic.requests),
                answers=await _answers(clinic.desk_port),
                visual=PASSWORD,
                sign=SIGN,
                claims=[(house, f"/claims/{house}/{CLAIM_FILE}") for house in HOUSES],
                claimed=month_before(clinic.as_of),
                asked=request.query_params.get("asked", ""),
                result_name=request.query_params.get("result", ""),
                result=_result(clinic.requests, request.query_params.get("result", "")),
                language_path=path_in(language, ""),
            )
            return Response(content, media_type="text/html; charset=utf-8", headers=headers)

        return show

    async def state(request: Request) -> Response:
        """GET /state: whether the clinic's PC answers, for a page that waits for its power."""
        _require_host(request)
        answers = await _answers(clinic.desk_port)
        return Response(b"true" if answers else b"false", media_type="application/json", headers=headers)

    async def switch(request: Request) -> Response:
        """POST /switch: the line (up, slow, down) or the power (cut, back)."""
        form = await _form(request)
        wanted = form.get("line", "")
        if wanted in tuple(Mode):
            wire.turn(Mode(wanted))
        power = form.get("power", "")
        if power in _POWER:
            await asyncio.to_thread(pc.power_on if power == "back" else pc.power_cut)
        return RedirectResponse(f"{_back(form)}/", 303, headers=headers)

    async def lay(request: Request) -> Response:
        """POST /request: a request of a レセコン into `req`, as its software lays it there; then its result is awaited
        for a moment."""
        form = await _form(request)
        asked, result = await asyncio.to_thread(lay_request, clinic.requests, clinic.as_of)
        for _ in range(_LOOKS):
            if (clinic.requests / "res" / result).exists():
                break
            await asyncio.sleep(_LOOK_SECONDS)
        return RedirectResponse(f"{_back(form)}/?asked={asked}&result={result}#folder", 303, headers=headers)

    def claims(house: str) -> Callable[[Request], Awaitable[Response]]:
        async def give(request: Request) -> Response:
            """GET /claims/<house>/RECEIPTC.UKE: the clinic's claims of last month for one 審査支払機関."""
            _require_host(request)
            file = await asyncio.to_thread(claims_for, house, clinic.claims, clinic.plan)
            told = {**headers, "Content-Disposition": f'attachment; filename="{file.name}"'}
            return Response(file.read_bytes(), media_type="application/octet-stream", headers=told)

        return give

    routes = [Route(path_in(language, "/"), page(language), methods=["GET"]) for language in LANGUAGES]
    return Starlette(
        routes=[
            Mount("/static", app=assets),
            Mount(_AUTHORITY, app=responder_app(authority)),
            Route("/state", state, methods=["GET"]),
            Route("/switch", switch, methods=["POST"]),
            Route("/request", lay, methods=["POST"]),
            *(Route(f"/claims/{house}/{CLAIM_FILE}", claims(house), methods=["GET"]) for house in HOUSES),
            *routes,
        ],
        exception_handlers={Problem: _refused},
    )


async def _answers(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True


def _back(form: dict[str, str]) -> str:
    """The language of the page on which a form stood, as an address begins with it."""
    back = form.get("back", "")
    return back if back in ("", "/easy", "/en") else ""


def _result(requests: Path, name: str) -> str:
    """The result of that name where it lies in `res`, as text; "" where none does."""
    file = requests / "res" / Path(name).name
    if not file.name.endswith(".xml") or not file.is_file():
        return ""
    return file.read_bytes().decode(Encoding.SHIFT_JIS.codec, "replace")


def _require_host(request: Request) -> None:
    if host_of(dict(request.scope["headers"])) not in HERE:
        raise Problem("hub.other-origin")


async def _form(request: Request) -> dict[str, str]:
    """A form of our own page."""
    _require_host(request)
    require_own_form(dict(request.scope["headers"]))
    return read_form(await read_body(request.stream(), _LARGEST_FORM))


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return Response(
        error.title("en"), error.entry.status, media_type="text/plain", headers=dict(PAGE_HEADERS)
    )
