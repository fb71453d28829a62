"""Results are forgotten some days after their job has ended, with a record of it: they say who was a patient."""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete

from kaihoken.audit import Committer
from kaihoken.coverage.bulk import recorded
from kaihoken.coverage.bulk.job import Event, after
from kaihoken.coverage.bulk.kinds import Job
from kaihoken.coverage.bulk.store import forgetting, old_jobs
from kaihoken.store import Store, Write, milliseconds, schema, statement

_JOBS_AT_ONCE: Final = 20
_PARTS_AT_ONCE: Final = 20
"""Parts that one transaction drops: some hundred kilobytes."""

_result = schema.bulk_result.c
_DROP_SOME = statement(
    "drop some results",
    delete(schema.bulk_result).where(
        _result.number == bindparam("of"),
        _result.part >= bindparam("first"),
        _result.part < bindparam("stop"),
    ),
)


async def forget_jobs(store: Store, committer: Committer, before: datetime) -> int:
    """Forget every job that ended before an instant; how many. Problems as `Committer.commit_slice`; what was
    forgotten until then stays so."""
    count = 0
    while jobs := await old_jobs(store, milliseconds(before), _JOBS_AT_ONCE):
        for job in jobs:
            await _forget(committer, job)
            count += 1
    return count


async def _forget(committer: Committer, job: Job) -> None:
    after(job.state, Event.FORGET)
    going = recorded.entry(recorded.Forgotten(job=job.number, whole=False))
    for first in range(0, job.parts_answered - _PARTS_AT_ONCE, _PARTS_AT_ONCE):
        some = Write(_DROP_SOME, [(job.number, first, first + _PARTS_AT_ONCE)])
        await committer.commit_slice([going], [some])
    gone = recorded.entry(recorded.Forgotten(job=job.number, whole=True))
    await committer.commit_slice([gone], forgetting(job))
