"""How lists and results go: slice by slice, each with a record of it, so that no transaction takes long.

Results are forgotten some days after their job has ended: they say who was a patient. What is left of a list that broke
off, or whose job was refused, goes at once. Whatever ends in between goes on with the next try: what is gone is gone.
"""

from datetime import datetime
from typing import Final

from kaihoken.audit import Committer
from kaihoken.coverage.bulk import recorded
from kaihoken.coverage.bulk.job import LIFE, Event, State
from kaihoken.coverage.bulk.kinds import Job
from kaihoken.coverage.bulk.store import (
    DROP_JOB,
    DROP_PARTS,
    DROP_RESULTS,
    old_jobs,
    parts_of_list,
)
from kaihoken.store import Statement, Store, Write, milliseconds

_JOBS_AT_ONCE: Final = 20
_PARTS_AT_ONCE: Final = 20
"""Parts that one transaction drops: some hundred kilobytes."""


async def forget_jobs(store: Store, committer: Committer, before: datetime) -> int:
    """Forget every job that ended before an instant; how many. Problems as `Committer.commit_slice`; what was
    forgotten until then stays so."""
    count = 0
    while jobs := await old_jobs(store, milliseconds(before), _JOBS_AT_ONCE):
        for job in jobs:
            LIFE.after(job.state, Event.FORGET)
            await _forget(store, committer, job)
            count += 1
    return count


async def drop(store: Store, committer: Committer, job: Job) -> None:
    """Nothing of the list of a refused job stands after this, and nothing at all of one that broke off. Problems as
    `Committer.commit_slice`."""
    if job.state is State.REFUSED:
        await _drop_list(store, committer, job)
        return
    LIFE.after(job.state, Event.BREAKS_OFF)
    await _forget(store, committer, job)


async def _forget(store: Store, committer: Committer, job: Job) -> None:
    """Nothing of a job stands after this."""
    await _drop_list(store, committer, job)
    await _drop_some(committer, job, DROP_RESULTS, 0, job.parts_answered)
    gone = recorded.Forgotten(job=job.number, whole=True)
    await committer.commit_slice([recorded.entry(gone)], [Write(DROP_JOB, [(job.number,)])])


async def _drop_list(store: Store, committer: Committer, job: Job) -> None:
    stop = await parts_of_list(store, job.number)
    await _drop_some(committer, job, DROP_PARTS, job.parts_answered, stop)


async def _drop_some(committer: Committer, job: Job, parts: Statement, first: int, stop: int) -> None:
    going = recorded.entry(recorded.Forgotten(job=job.number, whole=False))
    for begin in range(first, stop, _PARTS_AT_ONCE):
        some = Write(parts, [(job.number, begin, min(begin + _PARTS_AT_ONCE, stop))])
        await committer.commit_slice([going], [some])
