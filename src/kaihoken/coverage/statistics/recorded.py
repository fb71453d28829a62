"""Whether the counts of days and the published months are what the log says: a part of `kaihoken store check`.

The records of each counted day are counted again; each published month is digested and held against its record. Kinds
of facility may have been told apart by a list that has changed since, so what is compared of a day is its answers by
way. A day that was counted before answers in system-failure mode had a count of their own has them in `other`.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import cast

import msgspec
from sqlalchemy import select

from kaihoken.audit import KindReader, Log, log_of
from kaihoken.coverage.statistics.counting import (
    COUNTED,
    CountedDay,
    Stretch,
    count,
    counted_days,
    counts_of,
    stretch_of,
)
from kaihoken.coverage.statistics.facilities import Hospitals
from kaihoken.coverage.statistics.publishing import PUBLISHED, PublishedMonth
from kaihoken.coverage.statistics.ways import Key
from kaihoken.store import Finding, LookupKey, Note, Store, register_check, schema, statement

CHECK = "statistics"

_MONTHS = statement(
    "read all published months", select(schema.statistics_month.c.month, schema.statistics_month.c.body)
)


async def check_statistics(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """Every day whose counts are not those of its records, and every month that is not what was put on record."""
    log = await log_of(store)
    if log is None:
        return
    days, months, destroyed = await _recorded(log)
    counted = await counted_days(store, date.min, date.max)
    for day in sorted(days.keys() | counted.keys()):
        if days.get(day) != counted.get(day):
            yield _finding(f"day {day}", "記録と合いません", "not what its record says")
        elif not destroyed and await _differs(store, log, day):
            yield _finding(f"day {day}", "数が記録と合いません", "the counts are not those of its records")
    if destroyed and counted:
        yield Note(CHECK, "記録が廃棄されていて数えなおせません", "not counted again: records were destroyed")
    kept = dict(cast("list[tuple[str, bytes]]", await store.fetch(_MONTHS)))
    digests = {month: sha256(body).hexdigest() for month, body in kept.items()}
    for month in sorted(digests.keys() | months.keys()):
        if digests.get(month) != months.get(month):
            yield _finding(f"month {month}", "公表の記録と合いません", "not what was published")


async def _recorded(log: Log) -> tuple[Mapping[date, Stretch], Mapping[str, str], bool]:
    days: dict[date, Stretch] = {}
    months: dict[str, str] = {}
    reader = KindReader(log, COUNTED, PUBLISHED)
    async for _, entries in reader.batches(0, await log.size()):
        for entry in entries or ():
            if entry.kind == COUNTED:
                day = msgspec.json.decode(entry.body, type=CountedDay)
                days[day.day] = Stretch(day.first, day.stop)
            else:
                month = msgspec.json.decode(entry.body, type=PublishedMonth)
                months[month.month] = month.digest
    return days, months, reader.destroyed


async def _differs(store: Store, log: Log, day: date) -> bool:
    kept = await counts_of(store, day, day + timedelta(days=1))
    stretch = await stretch_of(log, day, day + timedelta(days=1))
    counted = await count(log, stretch, Hospitals(), store.purpose)
    return _by_way(kept) not in (_by_way(counted), _by_way(_before_failure(counted)))


def _before_failure(counts: Counter[Key]) -> Counter[Key]:
    """The same as releases counted it that had no name for the way `failure`."""
    sums: Counter[Key] = Counter()
    for (facility, way, item), number in counts.items():
        sums[facility, "other" if way == "failure" else way, item] += number
    return sums


def _by_way(counts: Counter[Key]) -> Counter[tuple[str, str]]:
    sums: Counter[tuple[str, str]] = Counter()
    for (_, way, item), number in counts.items():
        sums[way, item] += number
    return sums


def _finding(where: str, japanese: str, english: str) -> Finding:
    return Finding(CHECK, where, japanese, english)


register_check(CHECK, check_statistics)
