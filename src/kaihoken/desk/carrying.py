"""The folder of a レセコン at a desk: its requests are carried, and what is wrong with it is counted and shown."""

import logging
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from kaihoken.clock import Clock
from kaihoken.coverage.client import AsyncHub, OqsAnswer
from kaihoken.coverage.folder import STAY_MINUTES, Carrier, Folders, ask_at
from kaihoken.desk.events import Events
from kaihoken.desk.line import Line
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.troubles import Kind, Troubles
from kaihoken.problems import Problem

_OF_FOLDERS: Final = frozenset(
    {"oqs.folder-away", "oqs.folder-missing", "oqs.folder-apart", "oqs.folder-unread"}
)
"""That another desk of the clinic has the folder is none: that one answers."""

_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_ONE_TROUBLE: Final = timedelta(minutes=10)
"""A folder that comes and goes within this time is one trouble."""

_log = logging.getLogger("kaihoken.desk")


def carrier_of(
    settings: DeskSettings, hub: AsyncHub, line: Line, clock: Clock, troubles: Troubles, events: Events
) -> Carrier | None:
    """What carries requests of a レセコン from `req` to `res`, where a folder is named. Its questions are told to the
    line as any others are, and what it says names no file and nobody."""
    if not settings.requests:
        return None
    place, ask = Path(settings.requests), ask_at(hub)

    def asked(path: str, message: bytes, key: str) -> Awaitable[OqsAnswer]:
        return line.asked(ask(path, message, key))

    counted: dict[str, datetime] = {}

    def changed(problem: Problem | None) -> None:
        if problem is not None and problem.code in _OF_FOLDERS:
            now = clock.now()
            if now - counted.get(problem.code, _LONG_AGO) >= _ONE_TROUBLE:
                counted[problem.code] = now
                troubles.count(Kind.FOLDER, problem.code)
        events.bump("line")

    folders = Folders(place / "req", place / "res", place / "work", face=place / "face")
    return Carrier(folders, asked, _log.info, clock, changed=changed)


def folder_trouble(carrier: Carrier | None) -> Problem | None:
    """What is wrong with the folder now, None where nothing is."""
    if carrier is None:
        return None
    state = carrier.state
    for one in (state.folders, state.held_up):
        if one is not None and one.problem.code in _OF_FOLDERS:
            return one.problem
    if state.unread.forgotten:
        return Problem("oqs.folder-unread", count=state.unread.forgotten, minutes=STAY_MINUTES)
    return None
