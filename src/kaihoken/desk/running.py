"""A desk, put together and taken apart: safe, patients, day, staff, line, and the hub that it asks."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import time as time_of_day
from pathlib import Path

import httpx

from kaihoken.card.certificate import Trust, read_roots
from kaihoken.card.readers import CardReader, InProcessReaders, PcscReaders, Readers
from kaihoken.clock import Clock
from kaihoken.coverage.client import AsyncHub, Patience
from kaihoken.coverage.folder import Carrier, notices_of
from kaihoken.desk.asking import Asking
from kaihoken.desk.carrying import carrier_of
from kaihoken.desk.claimfiles import ClaimFiles
from kaihoken.desk.claimquestions import ClaimQuestions
from kaihoken.desk.day import Day
from kaihoken.desk.drill_folder import clear_dead_drills
from kaihoken.desk.enrolment import Enrolment, enrolment_in
from kaihoken.desk.evening import Evening
from kaihoken.desk.events import Events
from kaihoken.desk.failuremode import Uses
from kaihoken.desk.files import FileFolder, Files
from kaihoken.desk.followup import FollowUps, Rechecking
from kaihoken.desk.foundcards import FoundCards
from kaihoken.desk.line import Line, LineState
from kaihoken.desk.offline import Entries
from kaihoken.desk.orders import Orders
from kaihoken.desk.patients import Patients
from kaihoken.desk.questionnaire import Questionnaires
from kaihoken.desk.reader import VISUAL_SHELF, Questioning, Reader, Serving
from kaihoken.desk.safe import Safe
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.staff import Sessions, Staff
from kaihoken.desk.system import home, key_store
from kaihoken.desk.traffic import Traffic
from kaihoken.desk.troubles import Kind, Troubles
from kaihoken.loopback import require_https
from kaihoken.problems import Problem

Ticks = Callable[[], int]
"""Nanoseconds of a clock that never runs backwards."""

_TOLD_AGAIN_SECONDS = 0.5

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that pages and the reader use. `guide` is the page that leads through a drill, "" at a desk in
    earnest."""

    settings: DeskSettings
    folder: Path
    clock: Clock
    ticks: Ticks
    events: Events
    safe: Safe
    enrolment: Enrolment
    hub: AsyncHub
    line: Line
    troubles: Troubles
    traffic: Traffic
    patients: Patients
    day: Day
    staff: Staff
    sessions: Sessions
    asking: Asking
    files: Files
    reader: Reader
    serving: Serving
    card_readers: Sequence[CardReader]
    follow_ups: FollowUps
    rechecking: Rechecking
    evening: Evening
    entries: Entries
    failures: Uses
    questionnaires: Questionnaires
    found_cards: FoundCards
    claim_files: ClaimFiles
    claim_questions: ClaimQuestions
    carrier: Carrier | None
    guide: str = ""


def folder_of(settings: DeskSettings) -> Path:
    """Where a desk keeps its things."""
    return Path(settings.folder) if settings.folder else home()


def open_safe(folder: Path) -> Safe:
    """The safe of a desk; its key is made where there is none yet. Problems of `Safe` and of key stores."""
    keys = key_store(folder)
    return Safe(folder, keys.read() or keys.make())


def tls_of(settings: DeskSettings) -> ssl.SSLContext | None:
    """What the line is encrypted with, where CAs are named. Problem `access.key-file`."""
    if not settings.hub_ca:
        return None
    try:
        return ssl.create_default_context(cafile=settings.hub_ca)
    except OSError as error:
        raise Problem("access.key-file", where=settings.hub_ca, reason=type(error).__name__) from None


def by_proxy(settings: DeskSettings, hub: str) -> httpx.AsyncBaseTransport | None:
    """The line through a proxy, where one is named. Problems `access.hub-plain`, `access.key-file`."""
    if not settings.proxy:
        return None
    require_https(hub)  # through the proxy, too, nothing leaves in the clear for another machine
    tls = tls_of(settings)
    return httpx.AsyncHTTPTransport(proxy=settings.proxy, verify=True if tls is None else tls)


def trust_of(settings: DeskSettings) -> Trust | None:
    """Whose cards are taken; None where nobody is named. Problems `card.root-unfit`, `card.root-twice`."""
    if not settings.card_roots:
        return None
    try:
        content = Path(settings.card_roots).read_bytes()
    except OSError as error:
        reason = type(error).__name__
        raise Problem("card.root-unfit", where=settings.card_roots, reason=reason) from None
    return Trust(read_roots(content))


def readers_of(settings: DeskSettings) -> Readers:
    """The readers on which cards are put. Problem `card.no-driver`."""
    return PcscReaders() if settings.reader == "pcsc" else InProcessReaders()


@asynccontextmanager
async def running(
    settings: DeskSettings,
    clock: Clock,
    ticks: Ticks = time.monotonic_ns,
    sleep: Sleep = asyncio.sleep,
    transport: httpx.AsyncBaseTransport | None = None,
    readers: Readers | None = None,
) -> AsyncIterator[Desk]:
    """A desk that runs while the context is open. `transport` is a line of the caller's own (tests), `readers` those on
    which cards are put, where they are others than the settings say.

    Problems `desk.in-use`, `desk.safe-…`, `desk.not-enrolled`, `access.key-file`, `card.root-…`, `card.no-driver`."""
    trust, card_readers = trust_of(settings), (readers or readers_of(settings)).all()
    folder = folder_of(settings)
    safe = open_safe(folder)
    async with AsyncExitStack() as stack:
        stack.callback(safe.close)
        clear_dead_drills(safe)
        enrolment = enrolment_in(safe)
        events = Events()
        traffic = Traffic(safe, clock, ticks)
        stack.callback(traffic.write)
        hub = await stack.enter_async_context(
            AsyncHub(
                settings.hub or enrolment.hub,
                enrolment.client,
                enrolment.private_key(),
                clock=clock,
                ticks=ticks,
                transport=transport or by_proxy(settings, settings.hub or enrolment.hub),
                patience=Patience(attempts=1),  # a counter is told at once, and asks again by itself
                seconds=settings.answer_seconds,
                tls=tls_of(settings),
                weighed=traffic.count,
            )
        )
        troubles = Troubles(safe, clock)
        line = Line(clock, events, ticks, _counting(troubles), settings.answer_seconds, settings.look_seconds)
        patients = Patients(safe)
        day = Day(safe, patients, clock)
        follow_ups = FollowUps(safe, day, clock, events)
        day.forget(settings.keep_days, follow_ups.still_wanted())
        asking = Asking(hub, line, day, events, troubles)
        questionnaires = Questionnaires(safe, day, clock, ticks, events)
        questioning = Questioning(
            hub,
            line,
            enrolment,
            asking,
            day,
            patients,
            events,
            clock,
            settings.requests,
            _names(settings.asks),
            lambda visit: follow_ups.has(visit) or questionnaires.of(visit) is not None,
        )
        reader = Reader(
            questioning, Staff(safe, ticks, VISUAL_SHELF), events, ticks, attested=settings.card_attested
        )
        serving = Serving(reader, trust, questioning, line, clock, sleep, troubles)
        files = Files(safe, patients, day, clock)
        orders = Orders(safe, hub, line, clock)
        evening_at = time_of_day.fromisoformat(settings.evening_at) if settings.evening_at else None
        evening = Evening(orders, day, patients, clock, events, evening_at)
        carrier = carrier_of(settings, hub, line, clock, troubles, events)
        entries = Entries(safe, orders, day, patients, line, clock, events, settings.keep_days)
        failures = Uses(safe, hub, line, day, patients, clock, events, troubles, settings.keep_days)
        claim_files = ClaimFiles(safe, clock)
        claim_questions = ClaimQuestions(claim_files, hub, line, day, patients, events)
        stack.push_async_callback(claim_questions.stop)
        desk = Desk(
            settings=settings,
            folder=folder,
            clock=clock,
            ticks=ticks,
            events=events,
            safe=safe,
            enrolment=enrolment,
            hub=hub,
            line=line,
            troubles=troubles,
            traffic=traffic,
            patients=patients,
            day=day,
            staff=Staff(safe, ticks),
            sessions=Sessions(ticks),
            asking=asking,
            files=files,
            reader=reader,
            serving=serving,
            card_readers=card_readers,
            follow_ups=follow_ups,
            rechecking=Rechecking(follow_ups, patients, asking, line, clock),
            evening=evening,
            entries=entries,
            failures=failures,
            questionnaires=questionnaires,
            found_cards=FoundCards(safe, clock, events, settings.keep_days),
            claim_files=claim_files,
            claim_questions=claim_questions,
            carrier=carrier,
        )
        await stack.enter_async_context(_beside(line.watch(lambda: _looked(hub, failures), sleep)))
        await stack.enter_async_context(_beside(serving.serve(card_readers)))
        await stack.enter_async_context(_beside(desk.rechecking.watch(sleep)))
        if settings.patient_files:
            watched = FileFolder(
                Path(settings.patient_files),
                files,
                ticks,
                lambda: events.bump("day"),
                lambda: troubles.count(Kind.FOLDER, "oqs.folder-away"),
            )
            notices = notices_of((Path(settings.patient_files),))
            await stack.enter_async_context(_beside(watched.watch(notices)))
        if carrier is not None:
            stack.push_async_callback(carrier.stop)
            carrier.start()
        await stack.enter_async_context(_beside(evening.watch(sleep)))
        await stack.enter_async_context(_beside(entries.watch(sleep)))
        yield desk


async def _looked(hub: AsyncHub, failures: Uses) -> None:
    """A look at the line: whether the hub is there, and whether it lets this desk in; where the system-failure mode is
    waited for, whether it is open. A token that is held is not fetched anew. Raises HubProblem."""
    await hub.document("/ready")
    await hub.token()
    await failures.look()


def _names(written: str) -> tuple[str, ...]:
    return tuple(written.split(",")) if written else ()


_TROUBLES = {
    LineState.SLOW: Kind.LINE_SLOW,
    LineState.DOWN: Kind.LINE_DOWN,
    LineState.REFUSED: Kind.HUB_REFUSAL,
}


def _counting(troubles: Troubles) -> Callable[[LineState, str], None]:
    """Counts each time that the line gets worse."""

    def count(state: LineState, code: str) -> None:
        if state in _TROUBLES:
            troubles.count(_TROUBLES[state], code)

    return count


@asynccontextmanager
async def _beside(work: Awaitable[None]) -> AsyncIterator[None]:
    """Work that goes on beside and ends with the context. What it waits for may take a cancelling for an answer that
    stayed out, so it is told again until it ends."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=_TOLD_AGAIN_SECONDS)
        with suppress(asyncio.CancelledError):
            task.result()
