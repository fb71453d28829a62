"""Publishing a month: once its days are counted, its table is made and kept for good.

A table that was made anew later, with other hospitals or another threshold, could be held against the first and tell by
the difference what both hide. So each month is published once, with a record of it.
"""

from collections import Counter
from datetime import timedelta
from hashlib import sha256
from typing import Final, cast

import msgspec
from sqlalchemy import bindparam, func, insert, select

from kaihoken import rules
from kaihoken.audit import Committer, Entry, Log
from kaihoken.clock import Clock, tokyo_day
from kaihoken.coverage.statistics.counting import (
    count,
    counted_days,
    counts_of,
    stretch_of,
)
from kaihoken.coverage.statistics.facilities import Hospitals
from kaihoken.coverage.statistics.month import Month
from kaihoken.coverage.statistics.table import SuppressionRule, Table, table_of
from kaihoken.coverage.statistics.ways import Key
from kaihoken.problems import Problem
from kaihoken.store import Store, Write, instant, schema, statement

PUBLISHED: Final = "statistics.published"
"""Kind of the record of a published month."""

_PUT = statement("keep a published month", insert(schema.statistics_month))
_GET = statement(
    "read a published month",
    select(schema.statistics_month.c.body).where(schema.statistics_month.c.month == bindparam("asked")),
)
_MONTHS = statement(
    "read which months are published",
    select(schema.statistics_month.c.month).order_by(schema.statistics_month.c.month),
)
_LAST = statement("find the last published month", select(func.max(schema.statistics_month.c.month)))

_decode = msgspec.json.Decoder(Table).decode


class PublishedMonth(msgspec.Struct, frozen=True):
    """The record of a published month: `digest` is the SHA-256 of the table as it is kept. In alphabetical order."""

    digest: str
    month: str


async def publish_finished_months(
    store: Store, committer: Committer, clock: Clock, hospitals: Hospitals
) -> list[str]:
    """Publishes every month that is over and wholly counted; those months. Problems as `Committer.commit_slice`, and
    those of the rules."""
    months = []
    month = await _first_unpublished(store, committer.log)
    while month.next.first <= tokyo_day(clock.now()) and await _is_counted(store, committer.log, month):
        counts = await counts_of(store, month.first, month.next.first)
        body = msgspec.json.encode(_table(month, counts, store, hospitals))
        record = PublishedMonth(sha256(body).hexdigest(), str(month))
        await committer.commit_slice(
            [Entry(PUBLISHED, msgspec.json.encode(record))], [Write(_PUT, [(str(month), body)])]
        )
        months.append(str(month))
        month = month.next
    return months


async def published_month(store: Store, month: Month) -> Table:
    """The table of a published month. Problem `statistics.not-published`."""
    rows = cast("list[tuple[bytes]]", await store.fetch(_GET, (str(month),)))
    if not rows:
        raise Problem("statistics.not-published", month=str(month))
    return _decode(rows[0][0])


async def published_months(store: Store) -> list[str]:
    """The months that are published, oldest first."""
    return [str(month) for (month,) in await store.fetch(_MONTHS)]


async def draft_month(store: Store, log: Log, month: Month, hospitals: Hospitals) -> Table:
    """The table of a month that is not published, counted now: days that are counted from their counts, others from
    their records."""
    counted = await counted_days(store, month.first, month.next.first)
    counts = await counts_of(store, month.first, month.next.first)
    for day in month.days:
        if day not in counted:
            stretch = await stretch_of(log, day, day + timedelta(days=1))
            counts += await count(log, stretch, hospitals, store.purpose)
    return _table(month, counts, store, hospitals)


def _table(month: Month, counts: Counter[Key], store: Store, hospitals: Hospitals) -> Table:
    on = month.next.first - timedelta(days=1)
    rule = rules.load(SuppressionRule, on=on)
    return table_of(
        str(month),
        counts,
        rule.least.value,
        rules.digest(SuppressionRule, on=on),
        told_apart=hospitals.known,
        fictional=store.purpose == "demo",
    )


async def _first_unpublished(store: Store, log: Log) -> Month:
    ((last,),) = await store.fetch(_LAST)
    if last is not None:
        return Month.parse(str(last)).next
    return Month.of(tokyo_day(instant((await log.batch(0)).head.time_ms)))


async def _is_counted(store: Store, log: Log, month: Month) -> bool:
    """Whether every day of the month on which there was a log is counted."""
    born = tokyo_day(instant((await log.batch(0)).head.time_ms))
    counted = await counted_days(store, month.first, month.next.first)
    return all(day in counted for day in month.days if day >= born)
