"""結果: handing out what a job answered. Each time is a disclosure of its own, and on record before a byte leaves.

A page holds some parts; a ZIP holds them all and is made while it leaves, so that neither takes more memory than
a part.
"""

import asyncio
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import IO, Final, cast

import msgspec

from kaihoken.audit import Committer
from kaihoken.coverage.bulk import recorded
from kaihoken.coverage.bulk.job import LIFE, Event, State
from kaihoken.coverage.bulk.kinds import BulkCarrier, Job
from kaihoken.coverage.bulk.store import job_of, results_of
from kaihoken.coverage.question import Asker
from kaihoken.problems import Problem
from kaihoken.store import Store

PAGE: Final = 5
"""Parts on a page: a thousand rows."""

_AT_ONCE: Final = 2  # parts in memory while a ZIP is made
_QUICKLY: Final = 1
_BEFORE_AGAIN: Final = 10  # seconds: clients of the real interface ask as often


class Page(msgspec.Struct, frozen=True):
    """Some results. `following` is the number of the part with which the next page begins, None after the last."""

    lines: Sequence[bytes]
    following: int | None


class Results:
    """Hands out the results of jobs to those who sent their lists."""

    def __init__(self, store: Store, committer: Committer) -> None:
        self._store = store
        self._committer = committer

    async def job(self, asker: Asker, number: str, carrier: BulkCarrier, kind: str | None = None) -> Job:
        """A job of this facility by its reception number. Another facility's number, one of the other carrier or (where
        `kind` is named) of another kind, and one that is forgotten, are all unknown: Problem `coverage.bulk-unknown`.
        """
        job = await job_of(self._store, number) if number.isascii() and number.isdigit() else None
        if (
            job is None
            or job.state is State.ARRIVING
            or job.asker.facility != asker.facility
            or job.carrier != carrier
            or kind not in (None, job.kind)
        ):
            raise Problem("coverage.bulk-unknown")
        return job

    async def page(self, asker: Asker, job: Job, first: int = 0) -> Page:
        """A page of a job that is done, on record when this returns. Problems `coverage.bulk-in-progress`, those of a
        job that was refused, `coverage.bulk-cursor`, `coverage.bulk-unknown` while it is being forgotten."""
        require_done(job)
        if not 0 <= first < job.parts:
            raise Problem("coverage.bulk-cursor", where="cursor")
        stop = min(first + PAGE, job.parts)
        parts = await self._parts(job, first, stop)
        await self._record(asker, job, first, stop)
        lines = [line for _, seq, some in parts for line in _recorded_in(some, seq)]
        return Page(lines, stop if stop < job.parts else None)

    async def all(self, asker: Asker, job: Job) -> AsyncIterator[Sequence[bytes]]:
        """Every line of a job that is done, a part at a time, on record before this returns. Problems as `page`."""
        require_done(job)
        await self._record(asker, job, 0, job.parts)
        return self._lines(job)

    async def _lines(self, job: Job) -> AsyncIterator[Sequence[bytes]]:
        for first in range(0, job.parts, _AT_ONCE):
            for _, seq, some in await self._parts(job, first, min(first + _AT_ONCE, job.parts)):
                yield _recorded_in(some, seq)
            await asyncio.sleep(0)

    async def _parts(self, job: Job, first: int, stop: int) -> list[tuple[int, int, list[bytes]]]:
        """These parts, all of them. Problem `coverage.bulk-unknown` where one is forgotten already: results of which
        some are missing would be taken for all."""
        parts = await results_of(self._store, job.number, first, stop)
        if len(parts) < stop - first:
            raise Problem("coverage.bulk-unknown")
        return parts

    async def _record(self, asker: Asker, job: Job, first: int, stop: int) -> None:
        told = recorded.Fetched(
            by=asker.facility,
            carrier=job.carrier,
            client=asker.client,
            first=first,
            job=job.number,
            key=asker.key,
            stop=stop,
        )
        await self._committer.commit([recorded.entry(told)])


def require_done(job: Job) -> None:
    """Problem `coverage.bulk-in-progress` for a job that goes on, its own problem for one that was refused."""
    if job.state is State.REFUSED:
        raise Problem(job.problem)
    if not LIFE.may(job.state, Event.FETCH):
        raise Problem(
            "coverage.bulk-in-progress", answered=job.normal + job.errors, retry_after=_BEFORE_AGAIN
        )


def _recorded_in(lines: Sequence[bytes], seq: int) -> list[bytes]:
    """The lines of one part, each with the batch of the log in which the record of its answer stands."""
    batch = b',"batch":%d}' % seq
    return [line[:-1] + batch if b',"answer_hash":"' in line else line for line in lines if line]


async def zipped(name: str, contents: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """A ZIP with one file in it, made while it leaves. Compressing goes on beside the questions of others."""
    outgoing = _Outgoing()
    with (
        zipfile.ZipFile(
            cast("IO[bytes]", outgoing), "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICKLY
        ) as archive,
        archive.open(name, "w", force_zip64=True) as file,
    ):
        async for some in contents:
            await asyncio.to_thread(file.write, some)
            if leaving := outgoing.taken():
                yield leaving
    yield outgoing.taken()


class _Outgoing:
    """A file that is read away while it is written."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def taken(self) -> bytes:
        """What was written since it was last asked."""
        held, self._held = self._held, []
        return b"".join(held)
