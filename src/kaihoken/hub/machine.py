"""A hub, put together: store, log, gate, answering and registering, opened and closed in that order."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from kaihoken.access import CertificateRule, Gate, NotFoundBurst, load_registry, open_gate
from kaihoken.audit import Committer, require_own_store, witness_of
from kaihoken.clock import Clock
from kaihoken.consent import ConsentBook
from kaihoken.coverage import (
    Answering,
    CardDesk,
    CardTrust,
    ConsentDesk,
    ReferenceNumbers,
    Registrar,
    finder_for,
)
from kaihoken.coverage.facility import FacilityBook
from kaihoken.coverage.failure import FailureBook
from kaihoken.coverage.statistics import Hospitals
from kaihoken.hub.bulk.jobs import BulkJobs, bulk_jobs
from kaihoken.hub.cards import taking_cards, trusting, warn_of_unproved_cards
from kaihoken.hub.failure import place_of
from kaihoken.hub.gate_log import GateLog
from kaihoken.hub.metrics import Metrics
from kaihoken.hub.serving.tls import HubTls, keep_fresh
from kaihoken.hub.settings import HubSettings
from kaihoken.hub.upkeep.housekeeping import count_hourly, forget_daily, index_people
from kaihoken.hub.upkeep.key_keeper import KeyKeeper
from kaihoken.hub.upkeep.readiness import watch
from kaihoken.identity import NORMALISATION_VERSION
from kaihoken.store import (
    Idempotency,
    KeyProvider,
    KeyRing,
    LookupRing,
    Store,
    fill_places,
    known_places,
    open_store,
    open_to_others,
    require_own_keys,
)

Ticks = Callable[[], int]
"""Nanoseconds of a clock that never runs backwards."""

_log = logging.getLogger("kaihoken.hub")


@dataclass(frozen=True, slots=True)
class Machine:
    """Everything that the hub's handlers use."""

    settings: HubSettings
    clock: Clock
    store: Store
    keys: KeyRing
    lookup_keys: LookupRing
    committer: Committer
    gate: Gate
    gate_log: GateLog
    answering: Answering
    cards: CardDesk | None
    registrar: Registrar
    reference_numbers: ReferenceNumbers
    consents: ConsentDesk
    consent_book: ConsentBook
    facilities: FacilityBook
    failure: FailureBook
    idempotency: Idempotency
    metrics: Metrics
    tls: HubTls
    key_keeper: KeyKeeper
    bulk: BulkJobs


@asynccontextmanager
async def running(
    settings: HubSettings,
    keys: KeyProvider,
    clock: Clock,
    ticks: Ticks = time.monotonic_ns,
    *,
    new_witness: bool = False,
) -> AsyncIterator[Machine]:
    """A hub that runs while the context is open. `ticks` is the clock of lifetimes and limits; `new_witness` says that
    a witness begins with this start.

    Raises the Problems of opening a store (`store.locked` when another hub runs on it, `store.keys_wrong`) and a log
    (`audit.forked`, `audit.rolled_back` when it does not extend what was witnessed; those of `witness_of`;
    `audit.other_store` when the store does not say of itself what the log's first record says);
    `hub.tls-file`; `statistics.hospitals`; those of `trusting`.
    """
    tls = HubTls(settings.tls, clock)
    ring = KeyRing(keys)
    hospitals = Hospitals.read(Path(settings.hospitals)) if settings.hospitals else Hospitals()
    store = await open_store(settings.store)
    try:
        for name in open_to_others(store):
            _log.warning(
                "other users of this machine can read %s: chmod 700 its folder, chmod 600 the file", name
            )
        # Under another look-up key nobody would be found, and nothing would say why.
        noted = await require_own_keys(store, keys)
        async with (
            witness_of(store, settings.witness, begins=new_witness) as witness,
            trusting(settings, clock) as trust,
        ):
            committer = await Committer.open(store, keys, clock, witness)
            try:
                await require_own_store(store, committer.log, ring)
                if noted:  # only once the log knows these keys as well
                    await store.transaction(noted)
                # Before anybody is answered: a list of a month would leave out whom an older release registered.
                await fill_places(store, ring.lookup_keys(NORMALISATION_VERSION)[0], known_places("migrate"))
                machine = await _assembled(settings, ring, clock, ticks, store, committer, tls, trust)
                ready = watch(lambda: committer.ready)
                old = forget_daily(store, committer, clock, settings.answers_days, settings.bulk_days)
                fresh = keep_fresh(tls)
                kept = machine.key_keeper.keep()
                lists = machine.bulk.working.run()
                indexed = index_people(store, committer)
                counting = count_hourly(store, committer, clock, hospitals)
                async with AsyncExitStack() as working:
                    for work in (ready, old, fresh, kept, lists, indexed, counting):
                        await working.enter_async_context(beside(work, machine.metrics))
                    working.callback(machine.gate_log.close)
                    yield machine
            finally:
                await committer.close()
    finally:
        await store.close()


@asynccontextmanager
async def beside(work: Coroutine[None, None, None], metrics: Metrics) -> AsyncIterator[None]:
    """Work that goes on beside and ends with what stands here. Where it fails that is told at once and counted: the
    hub answers on, but somebody has to know."""

    def ended(task: asyncio.Task[None]) -> None:
        if task.cancelled() or (error := task.exception()) is None:
            return
        metrics.failures += 1
        _log.error("%s ended: %s at %s", task.get_name(), type(error).__name__, place_of(error))

    task = asyncio.get_running_loop().create_task(work, name=getattr(work, "__qualname__", ""))
    task.add_done_callback(ended)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _assembled(
    settings: HubSettings,
    keys: KeyRing,
    clock: Clock,
    ticks: Ticks,
    store: Store,
    committer: Committer,
    tls: HubTls,
    trust: CardTrust | None,
) -> Machine:
    metrics = Metrics()

    def report(burst: NotFoundBurst) -> None:
        metrics.not_found_bursts += 1
        _log.warning("not-found burst: client %s waits %d s", burst.actor, burst.retry_after)

    metrics.also(tls.collect)
    gate = open_gate(
        await load_registry(store),
        audience=settings.audience,
        clock=clock,
        report=report,
        limits=settings.limits,
        ticks=ticks,
        certificates=CertificateRule(tls.cas, settings.tls.binding),
        strict_audience=settings.strict_audience,
    )
    lookup_keys = keys.ring(NORMALISATION_VERSION)
    finder = finder_for(store)
    registrar = Registrar(store, finder, committer, lookup_keys, clock)
    reference_numbers = ReferenceNumbers(registrar.truth)
    book = ConsentBook(store, committer, clock)
    facilities = await FacilityBook.opened(store, committer, clock)
    bulk = await bulk_jobs(
        settings,
        store,
        finder,
        committer,
        lookup_keys,
        clock,
        reference_numbers,
        gate,
        book,
        facilities,
        metrics,
    )
    questions, cards = taking_cards(settings, trust, committer, lookup_keys, clock, ticks, registrar)
    warn_of_unproved_cards(settings, store)
    answering = Answering(finder, committer, lookup_keys, clock, facilities, questions)
    return Machine(
        settings=settings,
        clock=clock,
        store=store,
        keys=keys,
        lookup_keys=lookup_keys,
        committer=committer,
        gate=gate,
        gate_log=GateLog(settings.limits, ticks),
        answering=answering,
        cards=cards,
        registrar=registrar,
        reference_numbers=reference_numbers,
        consents=ConsentDesk(finder, committer, lookup_keys, clock, book, answering, facilities),
        consent_book=book,
        facilities=facilities,
        failure=await FailureBook.opened(store, committer, clock),
        idempotency=Idempotency(store, clock),
        metrics=metrics,
        tls=tls,
        key_keeper=KeyKeeper(store, committer, keys, clock),
        bulk=bulk,
    )
