"""Counting the answers of a day from the log's records, in flat memory: a few dozen numbers, whatever the day was.

Each finished day is counted once; its counts stay as rows (`statistics_day`), so that a month of millions is quick, and
stay when the records themselves have been destroyed.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple, cast

import msgspec
from sqlalchemy import bindparam, func, insert, select

from kaihoken.audit import Committer, Entry, KindReader, Log
from kaihoken.clock import tokyo_day
from kaihoken.coverage.inquiry import QuestionKind
from kaihoken.coverage.statistics.facilities import Hospitals, is_test
from kaihoken.coverage.statistics.month import midnight_ms
from kaihoken.coverage.statistics.ways import Key
from kaihoken.coverage.turn import ANSWER
from kaihoken.store import Purpose, Store, Write, instant, schema, statement

COUNTED: Final = "statistics.counted"
"""Kind of the record of a counted day."""

_WAY_OF: Final = {
    "certificate": "card",
    **{way: way for way in ("number", "reference", "bulk", "standing", "ticket", "failure")},
}
_ITEM_OF: Final = {"limit": "limit", "diseases": "disease", "subsidies": "subsidy"}
_OF_CLAIMS: Final = (QuestionKind.CLAIMS, QuestionKind.CARE_DAY)
"""Who holds a claim is no facility, and a day that is looked at before it is claimed was answered when it was there."""

_BATCHES: Final = 8  # read in one statement

_ADD = statement("add the counts of a day", insert(schema.statistics_day))
_NOTE = statement("note a counted day", insert(schema.statistics_counted))
_DAYS = statement(
    "read the counts of some days",
    select(
        schema.statistics_day.c.facility,
        schema.statistics_day.c.way,
        schema.statistics_day.c.item,
        func.sum(schema.statistics_day.c.answers),
    )
    .where(schema.statistics_day.c.day >= bindparam("first"), schema.statistics_day.c.day < bindparam("stop"))
    .group_by(schema.statistics_day.c.facility, schema.statistics_day.c.way, schema.statistics_day.c.item),
)
_COUNTED = statement(
    "read which days are counted",
    select(
        schema.statistics_counted.c.day,
        schema.statistics_counted.c.first_batch,
        schema.statistics_counted.c.stop_batch,
    )
    .where(
        schema.statistics_counted.c.day >= bindparam("first"),
        schema.statistics_counted.c.day < bindparam("stop"),
    )
    .order_by(schema.statistics_counted.c.day),
)
_LAST = statement("find the last counted day", select(func.max(schema.statistics_counted.c.day)))


class _Answer(msgspec.Struct):
    """What is counted of a record."""

    by: str
    fields: tuple[str, ...]
    kind: str


_decode = msgspec.json.Decoder(_Answer).decode


class CountedDay(msgspec.Struct, frozen=True):
    """The record of a counted day: `answers` in the batches `first` <= batch < `stop`. In alphabetical order."""

    answers: int
    day: date
    first: int
    stop: int


class Stretch(NamedTuple):
    """The batches of the log that a day took."""

    first: int
    stop: int


async def stretch_of(log: Log, first: date, stop: date) -> Stretch:
    """The batches committed from the beginning of one day to that of another, in Asia/Tokyo."""
    begins = await log.resolve(midnight_ms(first) - 1) + 1
    ends = await log.resolve(midnight_ms(stop) - 1) + 1
    return Stretch(begins, ends)


async def count(log: Log, stretch: Stretch, hospitals: Hospitals, purpose: Purpose) -> Counter[Key]:
    """The answers in a stretch of the log. A record that cannot be read is not counted: `kaihoken audit verify` names
    it."""
    counts: Counter[Key] = Counter()
    reader = KindReader(log, ANSWER)
    for first in range(stretch.first, stretch.stop, _BATCHES):
        async for _, entries in reader.batches(first, min(first + _BATCHES, stretch.stop)):
            _add(counts, entries or (), hospitals, purpose)
            await asyncio.sleep(0)  # who asks has a turn
    return counts


def _add(counts: Counter[Key], entries: Sequence[Entry], hospitals: Hospitals, purpose: Purpose) -> None:
    for entry in entries:
        try:
            answer = _decode(entry.body)
        except msgspec.DecodeError:
            continue
        if answer.kind in _OF_CLAIMS or (is_test(answer.by) and purpose == "production"):
            continue
        facility, way = hospitals.kind_of(answer.by), _WAY_OF.get(answer.kind, "other")
        counts[facility, way, ""] += 1
        for field in answer.fields:
            if field in _ITEM_OF:
                counts[facility, way, _ITEM_OF[field]] += 1


async def count_finished_days(store: Store, committer: Committer, hospitals: Hospitals) -> list[date]:
    """Counts every day that is over and was not counted yet, each in one transaction with its record. The days that
    were counted. A day is over when the log has passed its midnight, not the clock: a batch that was made before
    midnight may become durable after it. Problems as `Committer.passed` and `Committer.commit_slice`."""
    log = committer.log
    done = []
    async for day in _uncounted(store, log, tokyo_day(committer.passed())):
        stretch = await stretch_of(log, day, day + timedelta(days=1))
        counts = await count(log, stretch, hospitals, store.purpose)
        answers = sum(number for (_, _, item), number in counts.items() if not item)
        body = CountedDay(answers, day, *stretch)
        rows = [(day.toordinal(), *key, number) for key, number in sorted(counts.items())]
        writes = [Write(_NOTE, [(day.toordinal(), *stretch)]), *([Write(_ADD, rows)] if rows else ())]
        await committer.commit_slice([Entry(COUNTED, msgspec.json.encode(body))], writes)
        done.append(day)
    return done


async def _uncounted(store: Store, log: Log, today: date) -> AsyncIterator[date]:
    ((last,),) = await store.fetch(_LAST)
    if isinstance(last, int):
        day = date.fromordinal(last) + timedelta(days=1)
    else:
        day = tokyo_day(instant((await log.batch(0)).head.time_ms))
    while day < today:
        yield day
        day += timedelta(days=1)


async def counts_of(store: Store, first: date, stop: date) -> Counter[Key]:
    """The sums of the counted days first <= day < stop."""
    rows = cast(
        "list[tuple[str, str, str, int]]", await store.fetch(_DAYS, (first.toordinal(), stop.toordinal()))
    )
    return Counter({(facility, way, item): int(number) for facility, way, item, number in rows})


async def counted_days(store: Store, first: date, stop: date) -> dict[date, Stretch]:
    """Which of the days first <= day < stop are counted, and over which batches."""
    rows = await store.fetch(_COUNTED, (first.toordinal(), stop.toordinal()))
    counted = cast("list[tuple[int, int, int]]", rows)
    return {date.fromordinal(day): Stretch(begins, ends) for day, begins, ends in counted}
