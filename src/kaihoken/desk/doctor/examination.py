"""Gathering the facts of a desk: one that runs, or the folder of one that does not."""

import asyncio
import shutil
import tempfile
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from kaihoken.clock import Clock
from kaihoken.coverage.client import AsyncHub, HubProblem, Patience
from kaihoken.desk.doctor.checks import EARLY_DAYS
from kaihoken.desk.doctor.facts import Facts, FolderSeen, Known, ReaderIs, ReaderSeen, Way, remembered
from kaihoken.desk.doctor.report import Counts
from kaihoken.desk.doctor.way import look_along
from kaihoken.desk.enrolment import Enrolment, enrolment_in
from kaihoken.desk.line import LineState
from kaihoken.desk.phones import door_seen
from kaihoken.desk.running import Desk, by_proxy, folder_of, readers_of, tls_of, trust_of
from kaihoken.desk.safe import Put, Safe
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.system import key_store
from kaihoken.desk.traffic import Traffic
from kaihoken.desk.troubles import Troubles
from kaihoken.problems import Problem

_SHELF, _NAME = "doctor", "hub-certificate"
_PARTS: Final = ("req", "res", "face")
_SECONDS: Final = 5.0
_NOT_ENROLLED: Final = "desk.not-enrolled"
_OTHER_HUB: Final = "access.metadata-refused"
_UNAUTHORISED: Final = 401
_FAULTS: Final = (429, 500, 502, 503, 504, 507)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is looked at. None: it is not there, or a running desk holds it. `problem` is what opening the safe said."""

    settings: DeskSettings
    clock: Clock
    safe: Safe | None = None
    problem: Problem | None = None
    enrolment: Enrolment | None = None
    hub: AsyncHub | None = None
    line: LineState | None = None


async def examine_desk(desk: Desk) -> Facts:
    """The facts of a desk that runs."""
    return await _facts(
        _Desk(
            desk.settings,
            desk.clock,
            desk.safe,
            enrolment=desk.enrolment,
            hub=desk.hub,
            line=desk.line.view.state,
        )
    )


async def examine_folder(settings: DeskSettings, clock: Clock) -> tuple[Facts, Counts]:
    """The facts of a desk that does not run, and what it counted where that can be read. Nothing is made:
    a folder without a key is a desk that was never enrolled. Where a desk runs on it, what its safe holds is left
    out."""
    about = _Desk(settings, clock)
    try:
        safe = _existing_safe(folder_of(settings))
    except Problem as problem:
        return await _facts(replace(about, problem=problem)), Counts()
    if safe is None:
        return await _facts(about), Counts()
    try:
        troubles = Troubles(safe, clock)
        about = replace(about, safe=safe, enrolment=_enrolment(safe))
        async with AsyncExitStack() as stack:
            facts = await _facts(replace(about, hub=await _hub_of(about, stack)))
        traffic = Traffic(safe, clock, lambda: 0).days()
        return facts, Counts(troubles.of(troubles.this_month()), traffic)
    except Problem as problem:  # what is kept cannot be read
        return await _facts(replace(about, safe=None, problem=problem)), Counts()
    finally:
        safe.close()


def _existing_safe(folder: Path) -> Safe | None:
    key = key_store(folder).read()
    return Safe(folder, key) if key is not None else None


def _enrolment(safe: Safe) -> Enrolment | None:
    try:
        return enrolment_in(safe)
    except Problem as problem:
        if problem.code == _NOT_ENROLLED:
            return None
        raise


async def _hub_of(about: _Desk, stack: AsyncExitStack) -> AsyncHub | None:
    """The hub of the enrolment; None where its line must not be used as it is set, which the checks say."""
    settings, enrolment = about.settings, about.enrolment
    if enrolment is None:
        return None
    with suppress(Problem):
        address = _address(settings, enrolment)
        hub = AsyncHub(
            address,
            enrolment.client,
            enrolment.private_key(),
            clock=about.clock,
            transport=by_proxy(settings, address),
            patience=Patience(attempts=1),
            seconds=_SECONDS,
            tls=tls_of(settings),
        )
        return await stack.enter_async_context(hub)
    return None


async def _facts(about: _Desk) -> Facts:
    settings, enrolment, problem = about.settings, about.enrolment, about.problem
    way, authorities = await _way(settings, _address(settings, enrolment))
    known = _known(about.safe, way, about.clock) if about.safe is not None and way is not None else None
    return Facts(
        now=about.clock.now(),
        hub=settings.hub,
        demo=settings.demo,
        free_bytes=_free(folder_of(settings)),
        safe=problem,
        is_held=problem is not None and problem.code == "desk.in-use",
        enrolled_at=enrolment.hub if enrolment is not None else "",
        authorities=authorities,
        way=way,
        line=about.line,
        known=known,
        asked=await _asked(about.hub) if about.hub is not None else None,
        reader=await asyncio.to_thread(_reader, settings),
        roots=_roots(settings),
        has_roots=bool(settings.card_roots),
        folder=await _folder(settings.requests) if settings.requests else None,
        phones=door_seen(settings),
    )


def _address(settings: DeskSettings, enrolment: Enrolment | None) -> str:
    """The hub that is asked, as `running` has it; "" where none is named and none is known."""
    return settings.hub or (enrolment.hub if enrolment is not None else "")


async def _way(settings: DeskSettings, hub: str) -> tuple[Way | None, Problem | None]:
    if not hub:
        return None, None
    try:
        tls = tls_of(settings)
    except Problem as problem:
        return None, problem
    return await asyncio.to_thread(look_along, hub, settings.proxy, tls, _SECONDS), None


def _known(safe: Safe, way: Way, clock: Clock) -> Known | None:
    """What is remembered of the hub's certificate, with the one that was trusted just now."""
    before = safe.get(_SHELF, _NAME, Known)
    if way.certificate is None or way.distrust:
        return before
    known = remembered(before, way.certificate, clock.now(), EARLY_DAYS)
    if known is not before:
        with suppress(Problem):  # a full disk is found by its own check
            safe.write([Put(_SHELF, _NAME, known)])
    return known


async def _asked(hub: AsyncHub) -> str | None:
    """What the hub says to our key, by the smallest question that needs one; None where it could not be asked. Whatever
    else it refuses, it has taken the key."""
    try:
        await hub.facility_settings()
    except HubProblem as problem:
        if problem.status == _UNAUTHORISED or problem.code == _OTHER_HUB:
            return problem.code
        return None if problem.status in (0, *_FAULTS) else ""
    return ""


def _free(folder: Path) -> int | None:
    """Free bytes where the folder is, or is to be."""
    for place in (folder, *folder.parents):
        with suppress(OSError):
            return shutil.disk_usage(place).free
    return None


def _reader(settings: DeskSettings) -> ReaderSeen:
    if settings.reader != "pcsc":
        return ReaderSeen(ReaderIs.VIRTUAL)
    try:
        return ReaderSeen(ReaderIs.PCSC, len(readers_of(settings).all()))
    except Problem as problem:
        return ReaderSeen(ReaderIs.PCSC, problem=problem)


def _roots(settings: DeskSettings) -> Problem | None:
    try:
        trust_of(settings)
    except Problem as problem:
        return problem
    return None


async def _folder(folder: str) -> FolderSeen:
    """The folder of a レセコン. A share that does not answer in time is away."""
    try:
        async with asyncio.timeout(_SECONDS):
            return await asyncio.to_thread(_folder_seen, Path(folder))
    except TimeoutError:
        return FolderSeen(folder, is_away=True)


def _folder_seen(folder: Path) -> FolderSeen:
    name = str(folder)
    try:
        folder.stat()
    except FileNotFoundError:
        return FolderSeen(name, is_there=False, is_away=_is_away(folder))
    except OSError:
        return FolderSeen(name, is_away=True)
    missing = tuple(part for part in _PARTS if not (folder / part).is_dir())
    return FolderSeen(name, missing=missing, is_writable=bool(missing) or _is_writable(folder / "res"))


def _is_away(folder: Path) -> bool:
    """Whether even the drive or share on which it lies is not there."""
    return bool(folder.anchor) and not Path(folder.anchor).exists()


def _is_writable(folder: Path) -> bool:
    with suppress(OSError), tempfile.NamedTemporaryFile(prefix=".kaihoken-", dir=folder):
        return True
    return False
