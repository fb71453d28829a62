"""What a running hub does by itself, at its start and once a day: forgetting the answers to registrations of long ago,
and the results of lists.

An answer is kept so that its request can be repeated (`store.Idempotency`). Nobody repeats a request of last year, and
the answer holds what somebody's row said; so it goes, through the writer like any change, with a record of it.
"""

import asyncio
import logging
from datetime import timedelta
from typing import Final

import msgspec

from kaihoken.audit import Committer, Entry, PersonIndex
from kaihoken.clock import Clock
from kaihoken.coverage.bulk import forget_jobs
from kaihoken.coverage.statistics import Hospitals, count_finished_days, publish_finished_months
from kaihoken.problems import Problem
from kaihoken.store import Store, forget_answers, instant

FORGOTTEN: Final = "answers.forgotten"

_DAY_SECONDS: Final = 24 * 3600.0
_INDEX_SECONDS: Final = 600.0
_HOUR_SECONDS: Final = 3600.0

_log = logging.getLogger("kaihoken.hub")


async def forget_daily(
    store: Store, committer: Committer, clock: Clock, answers_days: int, bulk_days: int
) -> None:
    """Forgets answers and results of lists older than some days, now and every day until it is cancelled. What a day
    could not do is told in the log of the process and done on the next."""
    while True:
        try:
            await forget_once(store, committer, clock, answers_days)
            await forget_jobs(store, committer, clock.now() - timedelta(days=bulk_days))
        except Problem as problem:
            _log.warning("old answers were not forgotten: %s", problem.code)
        await asyncio.sleep(_DAY_SECONDS)


async def index_people(store: Store, committer: Committer) -> None:
    """Brings the index of who looked up to the log, now and again until it is cancelled. It begins late and goes in
    slices: no question waits for it, and what it has not come to is searched as it is."""
    index = PersonIndex(store, committer.log)
    while True:
        await asyncio.sleep(_INDEX_SECONDS)
        try:
            await index.catch_up(committer)
        except Problem as problem:
            _log.warning("the log was not indexed: %s", problem.code)


async def count_hourly(store: Store, committer: Committer, clock: Clock, hospitals: Hospitals) -> None:
    """Counts the days that are over, and publishes the months that are counted, now and every hour until it is
    cancelled. What an hour could not do is told in the log of the process and done in the next."""
    while True:
        try:
            await count_finished_days(store, committer, hospitals)
            await publish_finished_months(store, committer, clock, hospitals)
        except Problem as problem:
            _log.warning("the statistics were not counted: %s", problem.code)
        await asyncio.sleep(_HOUR_SECONDS)


async def forget_once(store: Store, committer: Committer, clock: Clock, days: int) -> int:
    """Forgets answers older than some days, slice by slice; how many slices. Problems as `Committer.commit_slice`."""
    slices = 0
    async for before, write in forget_answers(store, clock.now() - timedelta(days=days)):
        record = msgspec.json.encode({"before": instant(before).isoformat()})
        await committer.commit_slice([Entry(FORGOTTEN, record)], [write])
        slices += 1
    return slices
