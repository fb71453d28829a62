"""The system-failure modes of a store: opened and closed by an operator, asked in by facilities, reported by them."""

import asyncio
from typing import cast

import msgspec

from kaihoken.audit import Committer, Entry, RefusedError, receipt_from_json
from kaihoken.clock import Clock
from kaihoken.coverage.failure import rows
from kaihoken.coverage.failure.messages import (
    FailureModeClosing,
    FailureModeOpening,
    FailureModeSaid,
    FailureModesSaid,
    FailureReport,
    FailureReportAnswer,
    OwnFailureMode,
)
from kaihoken.coverage.failure.mode import LIFE, Mode, ModeEvent, ModeState, opened
from kaihoken.coverage.failure.recorded import closed_entry, opened_entry, report_entry
from kaihoken.coverage.question import Asker
from kaihoken.identity import FacilityCode
from kaihoken.problems import Problem
from kaihoken.store import Store, Write, instant


class FailureBook:
    """The modes of a store. One per hub, which is the only writer: they stand in memory, the answers in the store."""

    def __init__(self, store: Store, committer: Committer, clock: Clock, modes: dict[str, Mode]) -> None:
        self._store = store
        self._committer = committer
        self._clock = clock
        self._modes = modes
        self._unsure = False  # whether the last change stands is not known
        self._changing = asyncio.Lock()

    @classmethod
    async def opened(cls, store: Store, committer: Committer, clock: Clock) -> "FailureBook":
        """The book of a store. Raises the Problems of the store."""
        return cls(store, committer, clock, await _read(store))

    async def open(self, opening: FailureModeOpening, client: str) -> FailureModeSaid:
        """Open the mode of a facility, or open it anew after another call-back. Problems of `mode.opened`, of the
        facility's code, of the store and the log."""
        facility = FacilityCode.parse(opening.facility, "facility").canonical
        async with self._changing:
            await self._settle()
            now = self._clock.now()
            mode = opened(
                facility,
                opening.until,
                opening.called_back,
                opening.staff,
                client,
                now,
                self._clock.today(),
            )
            await self._keep(mode, opened_entry(mode))
        return await self.said(facility)

    async def close(self, closing: FailureModeClosing, client: str) -> FailureModeSaid:
        """Close the mode of a facility; one that is not open stays as it is, so repeating is safe. Problems
        `coverage.failure-not-open` where it was never opened, of the code, the store and the log."""
        facility = FacilityCode.parse(closing.facility, "facility").canonical
        async with self._changing:
            await self._settle()
            now = self._clock.now()
            if (mode := self._modes.get(facility)) is None:
                raise Problem("coverage.failure-not-open", where="facility")
            if LIFE.may(mode.state(now), ModeEvent.CLOSE):
                await self._keep(
                    msgspec.structs.replace(mode, closed=now), closed_entry(facility, client, now)
                )
        return await self.said(facility)

    async def require_open(self, facility: str) -> None:
        """Problem `coverage.failure-not-open` where the mode of a facility is not open now."""
        await self._settle()
        mode = self._modes.get(facility)
        if mode is None or mode.state(self._clock.now()) is not ModeState.OPEN:
            raise Problem("coverage.failure-not-open")

    async def modes(self) -> FailureModesSaid:
        """Every mode, those that owe a report first. Raises the Problems of the store."""
        await self._settle()
        said = [await self.said(facility) for facility in sorted(self._modes)]
        return FailureModesSaid(modes=tuple(sorted(said, key=lambda mode: mode.unreported == 0)))

    async def own(self, facility: str) -> OwnFailureMode:
        """The mode as its facility may see it. Raises the Problems of the store."""
        await self._settle()
        if (mode := self._modes.get(facility)) is None:
            return OwnFailureMode(state="never")
        answers, unreported, since = await self._wanting(facility)
        return OwnFailureMode(
            state=mode.state(self._clock.now()).value,
            until=mode.until,
            answers=answers,
            unreported=unreported,
            unreported_since=None if since is None else instant(since),
        )

    async def said(self, facility: str) -> FailureModeSaid:
        """The mode of a facility that has one, with what it owes."""
        mode = self._modes[facility]
        answers, unreported, since = await self._wanting(facility)
        return FailureModeSaid(
            facility=facility,
            state=mode.state(self._clock.now()).value,
            opened=mode.opened,
            until=mode.until,
            called_back=mode.called_back,
            staff=mode.staff,
            client=mode.client,
            closed=mode.closed,
            answers=answers,
            unreported=unreported,
            unreported_since=None if since is None else instant(since),
        )

    async def report(self, report: FailureReport, asker: Asker) -> FailureReportAnswer:
        """Keep a facility's 利用報告書 on record. Answers that were reported already are passed over, so repeating is
        safe. A mode that has ended can still be reported on.

        Problems `coverage.failure-receipt` for what is no receipt, `coverage.failure-answer` for an answer that this
        facility was not given in the mode, `coverage.failure-instant` for a failure in the future; those of store and
        log.
        """
        now = self._clock.now()
        if report.failed_at > now:
            raise Problem("coverage.failure-instant", where="failed_at")
        named = dict.fromkeys(
            _named(receipt, f"receipts[{place}]") for place, receipt in enumerate(report.receipts)
        )
        async with self._changing:
            await self._settle()
            open_ones = [one for one in named if not await self._is_reported(asker.facility, *one)]
            if open_ones:
                entry = report_entry(report, open_ones, asker, now)
                await self._commit(entry, rows.reported(asker.facility, open_ones, now))
        _, unreported, _ = await self._wanting(asker.facility)
        return FailureReportAnswer(reported=len(open_ones), unreported=unreported)

    async def _is_reported(self, facility: str, batch: int, answer_hash: str) -> bool:
        found = await self._store.fetch(rows.ANSWER, (facility, batch, answer_hash))
        if not found:
            raise Problem("coverage.failure-answer", where="receipts")
        return found[0][0] is not None

    async def _wanting(self, facility: str) -> tuple[int, int, int | None]:
        counted = cast("list[tuple[str, int, int, int | None]]", await self._store.fetch(rows.WANTING))
        for of, answers, reported, since in counted:
            if of == facility:
                return answers, answers - reported, since
        return 0, 0, None

    async def _settle(self) -> None:
        """Where it is not known whether the last change stands, what stands is read."""
        if self._unsure:
            await self._store.settle()
            self._modes = await _read(self._store)
            self._unsure = False

    async def _keep(self, mode: Mode, entry: Entry) -> None:
        await self._commit(entry, rows.put(mode))
        self._modes[mode.facility] = mode

    async def _commit(self, entry: Entry, write: Write) -> None:
        self._unsure = True
        await self._committer.commit([entry], [write])
        self._unsure = False


async def _read(store: Store) -> dict[str, Mode]:
    found = msgspec.convert(await store.fetch(rows.MODES), list[rows.ModeRow])
    return {row.facility: row.mode for row in found}


class _Told(msgspec.Struct):
    """What the record in a receipt says of its answer."""

    answer_hash: str


def _named(receipt: dict[str, object], where: str) -> tuple[int, str]:
    """The batch and the hash of the answer of which a receipt speaks. Whether it was given is looked up."""
    try:
        read = receipt_from_json(msgspec.json.encode(receipt))
        return read.head.size - 1, msgspec.json.decode(read.body, type=_Told).answer_hash
    except (RefusedError, msgspec.MsgspecError, UnicodeDecodeError):
        raise Problem("coverage.failure-receipt", where=where) from None
