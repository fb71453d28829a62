"""Files of a レセコン at one desk: taken in, mapped, imported, and differences taken out. All in the safe."""

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from kaihoken.clock import Clock
from kaihoken.desk.day import Day, Visit
from kaihoken.desk.files.appointing import TakenOff, appoint, can_be_taken_off
from kaihoken.desk.files.columns import (
    Columns,
    Field,
    Guess,
    fingerprint,
    guess_columns,
    plain_heading,
    require_columns,
)
from kaihoken.desk.files.differences import Charset, as_csv, differences_csv, differences_of
from kaihoken.desk.files.intake import Confirmed, Export, Intake, Outcome, Taken, Way
from kaihoken.desk.files.merging import merge
from kaihoken.desk.files.rows import AppointmentRow, BadRow, Rows, appointment_rows, patient_rows
from kaihoken.desk.files.table import Table, reading
from kaihoken.desk.patients import Patients
from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.desk.slices import Sliced, at_once, in_slices
from kaihoken.problems import Problem
from kaihoken.web import Language, messages

KEPT_DAYS: Final = 14
"""So long rows that were refused, and files that nobody mapped, are kept: they hold what a patient file holds."""
SAMPLE: Final = 200
_MOST_ABSENT: Final = 200
_INTAKE, _COLUMNS, _EXPORT, _OFF = "intake", "file-columns", "export", "appointment-off"


class Files:
    """The files of one desk. It calls nothing but the safe, and writes no line to any log."""

    def __init__(self, safe: Safe, patients: Patients, day: Day, clock: Clock) -> None:
        """Reads what is kept, and forgets what is old. Problem `desk.safe-broken`."""
        self._safe = safe
        self._patients = patients
        self._day = day
        self._clock = clock
        self._intakes = {one.intake: one for one in safe.all(_INTAKE, Intake)}
        self._turn = asyncio.Lock()
        self._confirmed = {one.fingerprint: one for one in safe.all(_COLUMNS, Confirmed)}
        self._forget()

    def intakes(self) -> list[Intake]:
        """Files that came, the newest first."""
        return sorted(self._intakes.values(), key=lambda one: (one.at, one.intake), reverse=True)

    def get(self, intake: str) -> Intake:
        """That file. Problem `desk.no-such-file`."""
        found = self._intakes.get(intake)
        if found is None:
            raise Problem("desk.no-such-file")
        return found

    def take(self, content: bytes, way: Way, staff: str = "") -> Intake:
        """Keep a file, to be imported. The same one that waits already is that one. Problems of `read_table`, which
        are kept for a folder, where nobody sees them."""
        return at_once(self.taking(content, way, staff))

    def taking(self, content: bytes, way: Way, staff: str = "") -> Sliced[Intake]:
        """The same in slices."""
        digest = hashlib.sha256(content).digest()
        waiting = (one for one in self._intakes.values() if one.table is not None and one.digest == digest)
        there = next(waiting, None)
        if there is not None:
            return there
        made = Intake(intake=secrets.token_hex(8), at=self._clock.now(), way=way, digest=digest, staff=staff)
        try:
            return self._put(replace(made, table=(yield from reading(content))))
        except Problem as problem:
            if way is Way.FOLDER and problem.entry.status < 500:
                return self._put(replace(made, refused=problem.code))
            raise

    def known(self, table: Table) -> Columns | None:
        """The columns that a person confirmed for this header, None where nobody did."""
        found = self._confirmed.get(fingerprint(table.header, table.width))
        return found.columns if found is not None else None

    def guesses(self, table: Table) -> dict[Field, Guess]:
        """The columns that offer themselves, by what headings meant before, by words, by contents."""
        return guess_columns(table.header, table.samples(SAMPLE), self._clock.today(), self._meanings())

    def confirm(self, intake: Intake, columns: Columns, staff: str) -> Columns:
        """Remember what a person said of this header. Problems of `require_columns`, `desk.no-such-file`."""
        table = _table_of(intake)
        require_columns(columns)
        name = fingerprint(table.header, table.width)
        said = Confirmed(self._clock.now(), staff, name, table.header, columns)
        self._safe.write([Put(_COLUMNS, name, said)])
        self._confirmed[name] = said
        return columns

    def bring_in(self, intake: Intake) -> Outcome:
        """Import a file whose columns are known: good rows are kept, the others reported. Its rows leave the safe, but
        for those that were refused. Problems `desk.file-unmapped`, `desk.no-such-file`."""
        return at_once(self.bringing_in(intake))

    def bringing_in(self, intake: Intake) -> Sliced[Outcome]:
        """The same in slices. What was written when it is cut off stays, and the file waits to be brought in again."""
        table = _table_of(intake)
        columns = self.known(table)
        if columns is None:
            raise Problem("desk.file-unmapped")
        outcome = yield from (
            self._bring_patients(table, columns)
            if columns.kind == "patients"
            else self._bring_appointments(table, columns)
        )
        self._put(replace(intake, table=None, outcome=outcome))
        return outcome

    async def bring_in_beside(self, intake: Intake) -> None:
        """The same while pages are answered in between. A file that somebody else has just brought in is done. Problems
        of `bring_in`."""
        async with self._turn:
            now = self.get(intake.intake)
            if now.table is not None:
                await in_slices(self.bringing_in(now))

    def take_off(self, visit: Visit) -> None:
        """An appointment is not kept: off the list, and the file that still names it does not bring it back. Problem
        `desk.visit-begun` where something happened already."""
        if not can_be_taken_off(visit):
            raise Problem("desk.visit-begun")
        said = TakenOff(visit.patient, visit.at)
        self._day.change((), [visit], [Put(_OFF, visit.visit, said)])

    def differences_csv(self, language: Language, charset: Charset, staff: str, way: Way) -> bytes:
        """What differs, as CSV; who took it is recorded first."""
        found = differences_of(self._patients.all())
        self._record(staff, Taken.DIFFERENCES, len(found), way)
        return differences_csv(found, language, charset)

    def bad_rows_csv(self, intake: Intake, language: Language, staff: str, way: Way) -> bytes:
        """The rows of a file that were refused, as they stood, with line, fields and reasons in front; who took them is
        recorded first."""
        bad = intake.outcome.bad if intake.outcome is not None else ()
        header = intake.outcome.header if intake.outcome is not None else ()
        self._record(staff, Taken.BAD_ROWS, len(bad), way)
        words = messages("desk")
        names = [words.text(f"file.column.{name}", language) for name in ("line", "field", "reason", "mend")]
        return as_csv([[*names, *header], *([*faults_in_words(row, language), *row.cells] for row in bad)])

    def exports(self) -> list[Export]:
        """Who took what out, the newest first."""
        return sorted(self._safe.all(_EXPORT, Export), key=lambda one: one.at, reverse=True)

    def _bring_patients(self, table: Table, columns: Columns) -> Sliced[Outcome]:
        new = changed = same = 0
        bad: list[BadRow] = []
        named: set[str] = set()
        written: set[str] = set()
        for rows in patient_rows(table, columns, self._clock.today()):
            merged = merge(rows, self._patients.everybody())  # somebody may have written to one meanwhile
            these = [*merged.new, *merged.changed]
            if these:
                self._patients.put(these)
            new, changed, same = new + len(merged.new), changed + len(merged.changed), same + merged.same
            written.update(one.patient for one in these)
            named |= merged.named
            bad += merged.bad
            yield
        absent = [
            one for one in self._patients.all() if one.patient not in named and one.patient not in written
        ]
        groups = (yield from self._patients.looking_alike()) if written else []
        alike = {one.patient for group in groups for one in group if one.patient in written}
        return Outcome(
            at=self._clock.now(),
            kind="patients",
            header=table.header,
            new=new,
            changed=changed,
            same=same,
            absent=tuple(one.patient for one in absent[:_MOST_ABSENT]),
            absent_count=len(absent),
            alike=len(alike),
            bad=tuple(sorted(bad, key=lambda one: one.line)),
        )

    def _bring_appointments(self, table: Table, columns: Columns) -> Sliced[Outcome]:
        today = self._clock.today()
        rows: Rows[AppointmentRow] = Rows([], [])
        for part in appointment_rows(table, columns, today):
            rows.good.extend(part.good)
            rows.bad.extend(part.bad)
            yield
        made = appoint(
            rows, self._patients.all(), self._day.since(today), self._safe.all(_OFF, TakenOff), today
        )
        if made.new or made.moved or made.off:
            self._day.change([*made.new, *made.moved], made.off)
        return Outcome(
            at=self._clock.now(),
            kind="appointments",
            header=table.header,
            new=len(made.new),
            changed=len(made.moved),
            same=made.same,
            off=len(made.off),
            outside=made.outside,
            bad=tuple(made.bad),
        )

    def _meanings(self) -> Mapping[str, Field]:
        """What headings meant, the newest last."""
        confirmed = sorted(self._confirmed.values(), key=lambda one: one.at)
        return {
            plain_heading(heading): field
            for one in confirmed
            for heading, field in one.meanings.items()
            if heading
        }

    def _record(self, staff: str, what: Taken, rows: int, way: Way) -> None:
        said = Export(at=self._clock.now(), staff=staff, what=what, rows=rows, way=way)
        self._safe.write([Put(_EXPORT, secrets.token_hex(8), said)])

    def _put(self, intake: Intake) -> Intake:
        self._safe.write([Put(_INTAKE, intake.intake, intake)])
        self._intakes[intake.intake] = intake
        return intake

    def _forget(self) -> None:
        before = self._clock.now() - timedelta(days=KEPT_DAYS)
        old = [one.intake for one in self._intakes.values() if one.at < before]
        if old:
            self._safe.write([Drop(_INTAKE, one) for one in old])
            for one in old:
                del self._intakes[one]


def faults_in_words(row: BadRow, language: Language) -> tuple[str, str, str, str]:
    """Line, fields, reasons and mends of a row that was refused."""
    words = messages("desk")
    spoken: Language = "en" if language == "en" else "ja"
    fields = [words.text(f"file.field.{one.field}", spoken) for one in row.faults if one.field]
    reasons = [one.problem.title(spoken) for one in row.faults]
    mends = dict.fromkeys(one.problem.mend(spoken) for one in row.faults)
    return str(row.line), " / ".join(fields), " / ".join(reasons), " ".join(mends)


def _table_of(intake: Intake) -> Table:
    if intake.table is None:
        raise Problem("desk.no-such-file")
    return intake.table
