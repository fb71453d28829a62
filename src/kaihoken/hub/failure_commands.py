"""`kaihoken hub failure-mode open|close|list`: the system-failure mode of a facility.

With `--hub`, `--as` and `--operator-key` a running hub is asked; without them the store is opened, which says
`store.locked` while a hub runs on it.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
import typer

from kaihoken.access import HubPlace, Scope, at_a_hub, load_registry, trusting
from kaihoken.clock import TOKYO, SystemClock
from kaihoken.coverage import opened_locally
from kaihoken.coverage.client import Hub
from kaihoken.coverage.failure import (
    FailureBook,
    FailureModeClosing,
    FailureModeOpening,
    FailureModeSaid,
)
from kaihoken.hub.failure_routes import require_facility
from kaihoken.options import AsJson
from kaihoken.problems import Problem

app = typer.Typer(
    help="システム障害時モード: 施設ごとに開く・閉じる / the system-failure mode of a facility",
    no_args_is_help=True,
)

Facility = Annotated[
    str, typer.Argument(metavar="FACILITY", help="医療機関コード 10 桁 / its code, 10 digits")
]
T = TypeVar("T")
_LOCAL = "command"
_FORM = "%Y-%m-%dT%H:%M"


@app.command("open")
@at_a_hub
def open_mode(
    place: HubPlace,
    facility: Facility,
    called_back: Annotated[
        str, typer.Option("--called-back", help="折り返した時刻 2026-11-20T09:10 / when it was called back")
    ],
    by: Annotated[str, typer.Option("--by", help="折り返した人の符号（氏名ではなく） / whose sign, no name")],
    until: Annotated[str, typer.Option("--until", help="いつまで 2026-11-20T18:00 / until when")],
    as_json: AsJson = False,
) -> int:
    """届け出た電話に折り返してから開く / open it, once the registered telephone number was called back."""
    opening = FailureModeOpening(
        facility=facility,
        until=_instant(until, "--until"),
        called_back=_instant(called_back, "--called-back"),
        staff=by,
    )
    if place.hub:
        return _show([_line(place).open_failure_mode(opening)], as_json)
    return _show([_at_rest(place, lambda book: book.open(opening, _LOCAL), facility)], as_json)


@app.command("close")
@at_a_hub
def close_mode(
    place: HubPlace,
    facility: Facility,
    as_json: AsJson = False,
) -> int:
    """時間より前に閉じる / close it before its time."""
    closing = FailureModeClosing(facility=facility)
    if place.hub:
        return _show([_line(place).close_failure_mode(closing)], as_json)
    return _show([_at_rest(place, lambda book: book.close(closing, _LOCAL))], as_json)


@app.command("list")
@at_a_hub
def list_modes(
    place: HubPlace,
    as_json: AsJson = False,
) -> int:
    """一覧と、まだ出ていない利用報告書 / every facility, and the reports that it owes."""
    found = _line(place).failure_modes() if place.hub else _at_rest(place, FailureBook.modes)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return 0
    return _show(found.modes, as_json=False)


def _line(place: HubPlace) -> Hub:
    """The hub, asked as an operator. Problem `cli.misuse` where it is named by half."""
    operator, key = place.operator("kaihoken hub failure-mode")
    trusted = trusting(place.ca, place.tls)
    own = trusted if isinstance(trusted, ssl.SSLContext) else None
    return Hub(place.hub, operator, key, scopes=(Scope.FAILURE_MODE_WRITE,), tls=own)


def _at_rest(place: HubPlace, make: Callable[[FailureBook], Awaitable[T]], facility: str = "") -> T:
    """The same in the store of a hub that does not run."""

    async def made() -> T:
        clock = SystemClock()
        async with opened_locally(place.store, place.keys, clock, place.witness) as local:
            if facility:
                require_facility(await load_registry(local.store), facility)
            return await make(await FailureBook.opened(local.store, local.committer, clock))

    return asyncio.run(made())


def _instant(text: str, option: str) -> datetime:
    """An instant as an operator types it: in Tokyo, unless it says otherwise. Problem `identity.date`."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise Problem("identity.date", where=option, form="yyyy-MM-ddThh:mm") from None
    return read if read.tzinfo is not None else read.replace(tzinfo=TOKYO)


def _show(modes: "list[FailureModeSaid] | tuple[FailureModeSaid, ...]", as_json: bool) -> int:
    if as_json:
        typer.echo(msgspec.json.encode(modes[0]).decode())
        return 0
    for mode in modes:
        until = (mode.closed or mode.until).astimezone(TOKYO).strftime(_FORM)
        typer.echo(f"{mode.facility}  {mode.state}  {until}  {mode.staff}")
        if mode.unreported_since is not None:
            since = mode.unreported_since.astimezone(TOKYO).strftime(_FORM)
            typer.echo(
                f"    利用報告書が未提出 / reports missing: {mode.unreported}/{mode.answers} ({since} から / since)"
            )
    return 0
