"""The keys of a running hub: replaced while it answers, when the operator wishes it (`kaihoken keys rotate`).

Every step passes the hub's one writer, with a record. The look-up key: a new version is noted, questions ask under
both, everybody is keyed again slice by slice beside the questions, the rows of the old version go, and its file is
destroyed; a hub that was killed in between goes on at its next start. The log's key: the new one begins at an instant
later than every head that the old one signed, signs the next head, and goes on record; where that cannot be at once, or
the hub was killed in between, as soon as it can.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from kaihoken.audit import Committer, Entry, KindReader
from kaihoken.clock import Clock
from kaihoken.identity import NORMALISATION_VERSION
from kaihoken.problems import Problem
from kaihoken.store import (
    FileKeys,
    KeyRing,
    Rotated,
    Sort,
    Step,
    Store,
    Write,
    instant,
    known_places,
    milliseconds,
    rotate_lookup,
    wish,
)
from kaihoken.store import SigningKey as LogKey

LOOKUP_ROTATION: Final = "keys.lookup-rotation"
LOG_ROTATION: Final = "keys.log-rotation"
"""Kinds of the records of a rotation: one for each slice of the look-up key's, one for the log's."""

PEOPLE_PER_SLICE: Final = 100
"""So many are keyed again in one turn of the event loop: three milliseconds."""

_LOOKS_EVERY: Final = 1.0  # seconds
_TRIES_AGAIN_AFTER: Final = 60  # looks
_LONGEST_PAUSE: Final = 0.05  # seconds

_log = logging.getLogger("kaihoken.hub")


class _LookupStep(msgspec.Struct, frozen=True):
    """The record of one slice. Members in alphabetical order: that is the canonical form of a body."""

    at: datetime
    step: str
    until: int
    version: int


class _LogStep(msgspec.Struct, frozen=True):
    """The record of another log key, among the first that it signs."""

    at: datetime
    before: str
    begins: datetime
    key: str


class KeyKeeper:
    """Replaces the keys of one hub. Also the `store.Rotating` of a hub that runs."""

    def __init__(self, store: Store, committer: Committer, ring: KeyRing, clock: Clock) -> None:
        self._store = store
        self._committer = committer
        self._ring = ring
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._written = self._loop.time()
        self._turn = asyncio.Lock()
        self._is_told = False  # that the newest log key is on record

    async def keep(self) -> None:
        """Does what is wished until it is cancelled, and what an earlier hub left half done. Keys that lie in no folder
        are replaced by their holder."""
        folder = self._ring.files.folder if self._ring.files is not None else None
        waits = 0
        while folder is not None:
            for sort in Sort:
                if wish.is_wished(folder, sort):
                    waits = _TRIES_AGAIN_AFTER
                    await self._grant(sort)
            waits -= 1
            if waits < 0 and not self._turn.locked():
                waits = _TRIES_AGAIN_AFTER
                await self._go_on()
            await asyncio.sleep(_LOOKS_EVERY)

    async def rotate_lookup(self) -> Rotated:
        """Another look-up key, from its making to the destruction of the one before. Problems as
        `store.rotate_lookup` and `Committer.commit_slice`."""
        find = known_places("rotate-lookup")
        async with self._turn:
            return await rotate_lookup(
                self,
                self._store,
                self._files,
                self._clock,
                NORMALISATION_VERSION,
                find,
                people_per_slice=PEOPLE_PER_SLICE,
            )

    async def rotate_log(self) -> str:
        """Another log key; its id. Problems as `FileKeys.succeed_log` and `Committer.succeed`: then nothing changed.
        Where its record cannot be committed now, `keep` does so later."""

        def begin(signing: LogKey, begins_ms: int) -> LogKey:
            held, signer = self._files.succeed_log(signing, instant(begins_ms))
            self._ring.replace(held)
            return signer

        async with self._turn:
            signer = await self._committer.succeed(begin)
            self._is_told = False
            await self._tell_log_key()
        return signer.key_id

    async def write(self, step: Step, writes: Sequence[Write]) -> None:
        """See `store.Rotating`: one slice beside the questions. Half of the time belongs to those who ask."""
        body = _LookupStep(self._clock.now(), step.name, step.until, step.version)
        committed = await self._committer.commit_slice(
            [Entry(LOOKUP_ROTATION, msgspec.json.encode(body))], writes
        )
        took = self._loop.time() - self._written
        await asyncio.sleep(0 if committed.alone else min(took, _LONGEST_PAUSE))
        self._written = self._loop.time()

    async def hold(self, keys: FileKeys) -> None:
        """See `store.Rotating`. What was looked up or made ready under the earlier keys is over when this returns: the
        record of it comes behind every batch that was on its way."""
        self._ring.replace(keys)
        await self._store.looked()
        version = keys.lookup_created()[0][0]
        await self.write(Step("noted", version), ())

    @property
    def _files(self) -> FileKeys:
        files = self._ring.files
        assert files is not None
        return files

    def _is_half_done(self) -> bool:
        return len(self._files.lookup_created()) > 1

    async def _grant(self, sort: Sort) -> None:
        """Does what is wished, or says why not."""
        folder = self._files.folder
        try:
            await (self.rotate_log() if sort is Sort.log else self.rotate_lookup())
        except Problem as problem:
            _log.warning("the %s key was not replaced: %s", sort.value, problem.code)
            self._refuse(folder, sort, problem)
        else:
            _log.warning("the %s key was replaced", sort.value)
            wish.withdraw(folder, sort)

    def _refuse(self, folder: Path, sort: Sort, problem: Problem) -> None:
        """Leave why. Where there is no room for that the wish stands, and is looked at again."""
        try:
            wish.refuse(folder, sort, problem)
        except Problem as further:
            _log.warning("why could not be left in the folder of keys: %s", further.code)

    async def _tell_log_key(self) -> None:
        """Puts on record which log key follows which, unless that stands there."""
        try:
            *earlier, newest = self._files.log_keys()
            if earlier and not await self._is_on_record(newest):
                body = _LogStep(self._clock.now(), earlier[-1].key_id, newest.valid_from, newest.key_id)
                await self._committer.commit_slice([Entry(LOG_ROTATION, msgspec.json.encode(body))])
        except Problem as problem:
            _log.warning("the record of the newest log key waits: %s", problem.code)
        else:
            self._is_told = True

    async def _is_on_record(self, key: LogKey) -> bool:
        log = self._committer.log
        reader = KindReader(log, LOG_ROTATION)
        first = await log.resolve(milliseconds(key.valid_from) - 1) + 1
        async for _, entries in reader.batches(first, self._committer.committed_seq + 1):
            for entry in entries or ():
                if msgspec.json.decode(entry.body, type=_LogStep).key == key.key_id:
                    return True
        return False

    async def _go_on(self) -> None:
        """What an earlier try, or an earlier hub, left half done."""
        if not self._is_told:
            async with self._turn:
                await self._tell_log_key()
        if self._is_half_done():
            await self._end_lookup()

    async def _end_lookup(self) -> None:
        try:
            await self.rotate_lookup()
        except Problem as problem:
            _log.warning("a rotation of the look-up key that was begun does not end: %s", problem.code)
        else:
            _log.warning("a rotation of the look-up key that was begun has ended")
