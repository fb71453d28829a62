"""The drill (訓練): would we be answering again after a disaster, and how soon?

It does, beside a running hub, what somebody would have to do after a disaster: takes a backup, restores it elsewhere,
opens the sealed copy of the keys, checks store and log, and asks both stores the same questions. Questions are decided
in memory and shown to nobody, so nothing is disclosed and nothing goes on record. What it made is destroyed, whatever
happened.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

import msgspec

from kaihoken.audit import FileWitness, Head, Log, Verification, public_keys, witness_at
from kaihoken.clock import Clock, tokyo_day
from kaihoken.coverage import (
    HIGHEST_PERSON,
    CommitSequence,
    Coverage,
    Finder,
    History,
    Inquiry,
    NumberInquiry,
    finder_for,
    numbered_person,
    place_of_question,
    verify,
)
from kaihoken.hub.upkeep.checks import CHECKS
from kaihoken.identity import NORMALISATION_VERSION, InsurerNumber
from kaihoken.store import (
    FileKeys,
    Finding,
    LookupKey,
    Store,
    back_up,
    empty_database,
    inspect,
    is_postgres,
    open_store,
    require_own_keys,
    restore_backup,
    unseal_keys,
)

MOST_QUESTIONS: Final = 100
_NOBODY = "0000000000"  # 医療機関コード of nobody: these questions are asked by no facility

T = TypeVar("T")


class Step(msgspec.Struct, frozen=True):
    """One step that was taken: its name in both languages, its seconds, what it showed, and what is wrong."""

    japanese: str
    english: str
    seconds: float
    shown: str
    findings: tuple[str, ...] = ()


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a drill showed. `rto_seconds`: from a backup to a checked store, on this machine. `rpo_batches` and
    `rpo_seconds`: how far the hub had gone beyond the backup when the drill was over; with a backup every night the
    loss is up to a day of it."""

    store_id: str
    began: datetime
    steps: tuple[Step, ...]
    rto_seconds: float
    rpo_batches: int
    rpo_seconds: float

    @property
    def findings(self) -> tuple[str, ...]:
        """Everything that is wrong."""
        return tuple(finding for step in self.steps for finding in step.findings)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is drilled: the store at `store` with its keys and witness, in a new folder below `work`; restored to the
    empty database `target`, or to that folder (""). `sealed` is a sealed copy of the keys with its passphrase."""

    store: str
    keys: Path
    witness: str
    work: Path
    target: str = ""
    sealed: tuple[Path, str] | None = None


class Drill:
    """One drill. `ticks` are seconds of a clock that never runs backwards."""

    def __init__(
        self, plan: Plan, clock: Clock, ticks: Callable[[], float], tell: Callable[[Step], None]
    ) -> None:
        self._plan = plan
        self._clock = clock
        self._ticks = ticks
        self._tell = tell
        self._steps: list[Step] = []

    async def run(self) -> Report:
        """Takes every step, tells each as it ends, leaves nothing behind. Problems: those of `back_up` and `restore`,
        `store.keys_wrong`, `store.keys_unreadable` (the sealed copy does not open), `audit.*` of the witness."""
        plan, began = self._plan, self._clock.now()
        own = FileKeys(plan.keys)
        with TemporaryDirectory(prefix="kaihoken-drill-", dir=plan.work) as made:
            folder = Path(made)
            backup, target = folder / "backup.sqlite3", plan.target or str(folder / "store")
            copy = await self._taken(
                "控え", "backup", back_up(plan.store, backup), lambda one: f"{one.bytes:,} bytes"
            )
            await self._taken(
                "復元", "restore", restore_backup(backup, target), lambda one: f"revision {one.revision}"
            )
            async with _emptied_after(target):
                keys = await self._opened(folder / "keys", own)
                async with _reading(target) as restored, _reading(plan.store) as running:
                    await require_own_keys(restored, keys)
                    await self._checked(restored, keys)
                    end = await self._verified(restored, keys)
                    rto = sum(step.seconds for step in self._steps[1:])
                    await self._asked(restored, running, keys, CommitSequence(end.size - 1))
                    batches, seconds = await self._behind(end, running)
        return Report(
            store_id=copy.store_id,
            began=began.astimezone(UTC),
            steps=tuple(self._steps),
            rto_seconds=rto,
            rpo_batches=batches,
            rpo_seconds=seconds,
        )

    async def _taken(
        self,
        japanese: str,
        english: str,
        work: Awaitable[T],
        shown: Callable[[T], str],
        wrong: Iterable[str] = (),
    ) -> T:
        began = self._ticks()
        done = await work
        self._step(japanese, english, began, shown(done), wrong)
        return done

    def _step(self, japanese: str, english: str, began: float, shown: str, wrong: Iterable[str] = ()) -> None:
        step = Step(japanese, english, self._ticks() - began, shown, tuple(wrong))
        self._steps.append(step)
        self._tell(step)

    async def _opened(self, folder: Path, own: FileKeys) -> FileKeys:
        """The keys as after a disaster: from their sealed copy. Without one the hub's own, and it is said."""
        began = self._ticks()
        if self._plan.sealed is None:
            self._step("鍵", "keys", began, "控えは開けていません / no sealed copy was opened: --sealed")
            return own
        file, passphrase = self._plan.sealed
        keys = await asyncio.to_thread(unseal_keys, file.read_bytes(), passphrase, folder)
        same = _named(keys) == _named(own)
        wrong = (
            ()
            if same
            else ("鍵の控えが今の鍵と違います / the sealed copy holds other keys than those in use",)
        )
        self._step("鍵", "keys", began, f"{len(_named(keys))} 本 keys", wrong)
        return keys

    async def _checked(self, restored: Store, keys: FileKeys) -> None:
        began = self._ticks()
        lookup_keys = keys.lookup_keys(NORMALISATION_VERSION)
        wrong = [
            f"{told.check} {told.where}: {told.japanese} / {told.english}"
            async for told in inspect(restored, lookup_keys=lookup_keys)
            if isinstance(told, Finding)
        ]
        self._step("点検", "store check", began, f"{len(CHECKS)} rooms, {len(wrong)} findings", wrong)

    async def _verified(self, restored: Store, keys: FileKeys) -> Head:
        """The whole log of the backup, against what the witness saw of it. Heads beyond it are those of what was done
        since: they are no finding, because the backup is older than the witness."""
        began = self._ticks()
        log = await Log.open(restored)
        size = await log.size()
        seen = self._seen(size)
        verification = Verification(log, size, public_keys(keys), seen)
        wrong = [f"{one.fault} batch {one.batch} {one.detail}" async for one in verification.findings()]
        self._step(
            "ログ", "audit verify", began, f"{size:,} batches, {len(seen):,} heads of the witness", wrong
        )
        return (await log.batch(size - 1)).head

    def _seen(self, size: int) -> list[Head]:
        if not self._plan.witness:
            return []
        witness = witness_at(self._plan.witness)
        if not isinstance(witness, FileWitness):
            return []
        return [head for head in witness.heads() if head is not None and head.size <= size]

    async def _asked(self, restored: Store, running: Store, keys: FileKeys, known_at: CommitSequence) -> None:
        """The same questions of both, with what was known at the end of the backup."""
        began = self._ticks()
        on = tokyo_day(self._clock.now())
        lookup_keys = keys.lookup_keys(NORMALISATION_VERSION)
        finders = finder_for(restored), finder_for(running)
        asked, wrong = 0, []
        async for person_no, inquiry in _questions(restored):
            found = [await _histories(finder, inquiry, lookup_keys) for finder in finders]
            here, there = [verify(inquiry, histories, on, known_at) for histories in found]
            asked += 1
            if here != there or not found[0]:
                wrong.append(f"人 person {person_no}: 違う答え / another answer")
        self._step("質問", "questions", began, f"{asked} 件 asked of both", wrong)

    async def _behind(self, end: Head, running: Store) -> tuple[int, float]:
        """How far the log has gone beyond the backup: batches, and seconds between their heads."""
        log = await Log.open(running)
        newest = (await log.batch(await log.size() - 1)).head
        return newest.size - end.size, max(0.0, (newest.time_ms - end.time_ms) / 1000)


@asynccontextmanager
async def _emptied_after(target: str) -> AsyncIterator[None]:
    """A database that was filled for the drill is empty again afterwards; a folder goes with the drill's own."""
    try:
        yield
    finally:
        if is_postgres(target):
            await empty_database(target)


@asynccontextmanager
async def _reading(location: str) -> AsyncIterator[Store]:
    store = await open_store(location, read_only=True)
    try:
        yield store
    finally:
        await store.close()


def _named(keys: FileKeys) -> set[str]:
    """By what keys are told apart, without showing them."""
    lookup = {f"lookup {key.fingerprint()}" for key in keys.lookup_keys(NORMALISATION_VERSION)}
    return lookup | {f"log {key.key_id}" for key in keys.log_keys()}


async def _questions(store: Store) -> AsyncIterator[tuple[int, Inquiry]]:
    """Questions by number about people from the first to the last, evenly spread."""
    ((highest,),) = await store.fetch(HIGHEST_PERSON)
    last = highest if isinstance(highest, int) else 0
    for person_no in range(1, last + 1, max(1, last // MOST_QUESTIONS)):
        found = await numbered_person(store, person_no)
        facts = (one.fact for one in found.history.assertions) if found is not None else ()
        coverage = next((fact for fact in facts if isinstance(fact, Coverage)), None)
        if coverage is not None:
            yield person_no, _question(coverage)


def _question(coverage: Coverage) -> Inquiry:
    insurer = InsurerNumber.parse(coverage.insurer_number)
    return NumberInquiry(
        insurer, coverage.symbol, coverage.number, coverage.branch, coverage.birthdate, _NOBODY
    )


async def _histories(finder: Finder, inquiry: Inquiry, lookup_keys: Iterable[LookupKey]) -> list[History]:
    (people,) = await finder.find_each([[place_of_question(inquiry, key) for key in lookup_keys]])
    return [stored.history for stored in people]
