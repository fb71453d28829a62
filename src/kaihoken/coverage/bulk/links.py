"""Lists of 照会番号: each row registered as a single registration would be, a part in the transaction of its results.

From reading the truth to that commit nobody else appends to it, so rows of one list see what the rows before them said,
and a part that is answered again after a crash says the same.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from kaihoken.coverage import oqs
from kaihoken.coverage.bulk.kinds import Job, PartAnswered, Row
from kaihoken.coverage.bulk.progress import Allowance, Progress, ProgressOfLists
from kaihoken.coverage.reference.numbers import HeldLinks, Linked, ReferenceNumbers
from kaihoken.coverage.reference.oqs import linking_of
from kaihoken.coverage.reference.referencing import Linking
from kaihoken.problems import Problem

LINKS: Final = "reference-numbers"
"""The name of this kind of job."""

_encode = msgspec.json.Encoder().encode
_decode_sent = msgspec.json.Decoder(tuple[str | None, ...]).decode


class Links:
    """The kind of job that registers 照会番号. `allowance` counts rows about nobody, as of a list of numbers."""

    def __init__(self, reference_numbers: ReferenceNumbers, allowance: Allowance) -> None:
        self._reference_numbers = reference_numbers
        self._allowance = allowance
        self._progress = ProgressOfLists()

    async def answer(self, job: Job, rows: Sequence[Row]) -> PartAnswered:
        """See `Kind`. What is wrong with a row is its own answer."""
        progress = self._progress.of(job)
        progress.begins(job.parts_answered)
        if wait := self._allowance.list_pauses(progress.listed):
            return _answered(rows, [_paused(wait) for _ in rows])
        asked = [_read(row, job.asker.facility) for row in rows]
        linkings = [one for one in asked if not isinstance(one, Problem)]
        if not linkings:
            return _answered(rows, [one for one in asked if isinstance(one, Problem)])
        held = await self._reference_numbers.held(linkings, job.asker)
        try:
            registered = iter(self._told(held, progress))
            told = [one if isinstance(one, Problem) else next(registered) for one in asked]
            nobody = sum(one.code == "coverage.reference-nobody" for one in told if isinstance(one, Problem))
            if job.parts_answered + 1 == job.parts:
                self._progress.ended(job)
            return _answered(rows, told, held, nobody)
        except BaseException:
            held.release()  # else nobody could say anything of anybody until the next start
            raise

    def _told(self, held: HeldLinks, progress: Progress) -> list[Linked]:
        """What is said of each row that was looked up. Where too many of a list's numbers are nobody's, the rest of
        these are not told."""
        told: list[Linked] = []
        wait = 0
        for linked, person in zip(held.linked, held.people, strict=True):
            if person is not None:
                progress.found(person)
            elif isinstance(linked, Problem) and linked.code == "coverage.reference-nobody":
                wait = wait or self._allowance.nobody_in_list(progress.listed)
                if wait:
                    told.append(_paused(wait))
                    continue
            told.append(linked)
        return told


def _read(row: Row, facility: str) -> Linking | Problem:
    """The registration in a row of an OQS list, or what is wrong with it."""
    try:
        return linking_of(oqs.checked_info(_decode_sent(row.content)), facility)
    except Problem as problem:
        return problem


def _paused(wait: int) -> Problem:
    return Problem("access.not-found-burst", retry_after=wait)


def _answered(
    rows: Sequence[Row], told: Sequence[Linked], held: HeldLinks | None = None, nobody: int = 0
) -> PartAnswered:
    lines = [_line(row, one) for row, one in zip(rows, told, strict=True)]
    errors = sum(isinstance(one, Problem) for one in told)
    if held is None:
        return PartAnswered(lines=lines, entries=(), errors=errors)
    return PartAnswered(
        lines=lines,
        entries=(held.entry,),
        errors=errors,
        nobody=nobody,
        writes=held.writes,
        release=held.release,
    )


def _line(row: Row, told: Linked) -> bytes:
    """A result as it is kept: the row's number and texts, and what became of it."""
    said = (
        b'"problem":' + _encode(told.as_rfc9457())
        if isinstance(told, Problem)
        else b'"status":' + _encode(told)
    )
    return b'{"line":%d,"sent":%s,%s}' % (row.line, row.content, said)
