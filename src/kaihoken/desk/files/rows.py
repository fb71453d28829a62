"""The rows of a file as patients or appointments, and what is wrong with the others: each fault at its field. Pure."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import partial
from typing import Generic, TypeVar

import msgspec

from kaihoken.desk.files import cells
from kaihoken.desk.files.columns import SUBSIDIES, Columns, Field
from kaihoken.desk.files.table import Table, TableRow
from kaihoken.desk.patients import OnFile, Subsidy
from kaihoken.problems import Fact, Problem

_FAULTS = {
    "individual-number": "desk.file-individual-number",
    "quotes": "desk.file-row",
    "cells": "desk.file-row",
}

Read = TypeVar("Read")


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a row: at which field ("": with the row as a whole), and the problem."""

    field: str
    code: str
    facts: dict[str, Fact] = {}

    @property
    def problem(self) -> Problem:
        """It, to be said in words."""
        return Problem(self.code, where="", **self.facts)


class BadRow(msgspec.Struct, frozen=True):
    """A row that was not taken, as it stood, and everything that is wrong with it."""

    line: int
    cells: tuple[str, ...]
    faults: tuple[Fault, ...]


class PatientRow(OnFile, frozen=True, kw_only=True):
    """What a row says of a patient."""

    @property
    def insurance(self) -> tuple[str, str, str, str]:
        """保険者番号, 記号, 番号 and 枝番: they belong together."""
        return self.insurer_number, self.symbol, self.insured_number, self.branch


class AppointmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a row says of an appointment. `number` "" where the row names a person by name and birthdate."""

    at: datetime
    number: str = ""
    name: str = ""
    birthdate: date | None = None
    cancelled: bool = False


class Rows(msgspec.Struct, Generic[Read]):
    """The rows that can be taken, each beside where it stood, and those that cannot."""

    good: list[tuple[TableRow, Read]]
    bad: list[BadRow]


def patient_rows(table: Table, columns: Columns, today: date) -> Iterator[Rows[PatientRow]]:
    """The patients of a file, part by part (parts may be empty). Rows of one 患者番号 that say different things are
    refused together: which of them holds is not for us to say."""
    said: dict[str, int] = {}
    differing: set[str] = set()
    for rows in _parts(table, columns, today):
        for _, patient in rows.good:
            key, meaning = cells.number_key(patient.number), hash(patient)
            if said.setdefault(key, meaning) != meaning:
                differing.add(key)
        yield Rows([], [])
    for rows in _parts(table, columns, today):
        good = []
        for row, patient in rows.good:
            key = cells.number_key(patient.number)
            if key in differing:
                rows.bad.append(refused(row, "desk.file-number-twice", Field.NUMBER))
            elif said.pop(key, None) is not None:  # the first of those that say the same
                good.append((row, patient))
        yield Rows(good, rows.bad)


def _parts(table: Table, columns: Columns, today: date) -> Iterator[Rows[PatientRow]]:
    return (_read(part, columns, lambda reading: _patient(reading, today)) for part in table.parts())


def appointment_rows(table: Table, columns: Columns, today: date) -> Iterator[Rows[AppointmentRow]]:
    """The appointments of a file, part by part."""
    return (_read(part, columns, lambda reading: _appointment(reading, today)) for part in table.parts())


def refused(row: TableRow, code: str, field: str = "") -> BadRow:
    """A row that could be read, and cannot be taken."""
    return BadRow(row.line, row.cells, (Fault(field, code),))


class _Reading:
    """Reads the cells of one row, and gathers every fault of it."""

    def __init__(self, columns: Columns, row: TableRow) -> None:
        self._columns = columns
        self._row = row
        self.faults: list[Fault] = []

    def text(self, field: Field) -> str:
        column = self._columns.at.get(field)
        return "" if column is None else self._row.cell(column)

    def get(self, field: Field, read: Callable[[str], Read], nothing: Read) -> Read:
        """What the cell of a field says; `nothing` where it is empty or wrong."""
        text = self.text(field)
        return self.take(field, lambda: read(text), nothing) if text else nothing

    def take(self, field: Field, read: Callable[[], Read], nothing: Read) -> Read:
        """The same of a cell that must say something, or of several."""
        try:
            return read()
        except Problem as problem:
            self.faults.append(Fault(field, problem.code, dict(problem.facts)))
            return nothing


def _read(part: Iterable[TableRow], columns: Columns, read: Callable[[_Reading], Read | None]) -> Rows[Read]:
    rows: Rows[Read] = Rows([], [])
    for row in part:
        if row.fault:
            rows.bad.append(refused(row, _FAULTS[row.fault]))
            continue
        reading = _Reading(columns, row)
        found = read(reading)
        if found is None or reading.faults:
            rows.bad.append(BadRow(row.line, row.cells, tuple(reading.faults)))
        else:
            rows.good.append((row, found))
    return rows


def _patient(reading: _Reading, today: date) -> PatientRow:
    number, name = reading.text(Field.NUMBER), reading.text(Field.NAME)
    return PatientRow(
        number=reading.take(Field.NUMBER, lambda: cells.read_number(number), ""),
        name=reading.take(Field.NAME, lambda: cells.read_name(name), ""),
        kana=reading.get(Field.KANA, cells.read_text, ""),
        birthdate=reading.get(Field.BIRTHDATE, lambda text: _birth(text, today), None),
        insurer_number=reading.get(Field.INSURER_NUMBER, cells.read_insurer, ""),
        symbol=reading.get(Field.SYMBOL, cells.read_symbol, ""),
        insured_number=reading.get(Field.INSURED_NUMBER, cells.read_insured_number, ""),
        branch=reading.get(Field.BRANCH, cells.read_branch, ""),
        share_percent=reading.get(Field.SHARE, _share, None),
        subsidies=tuple(_subsidies(reading)),
        phone=reading.get(Field.PHONE, cells.read_text, ""),
    )


def _subsidies(reading: _Reading) -> Iterable[Subsidy]:
    for payer, recipient in SUBSIDIES:
        said = reading.text(payer), reading.text(recipient)
        found = reading.take(payer, partial(cells.read_subsidy, *said), None)
        if found is not None:
            yield found


def _appointment(reading: _Reading, today: date) -> AppointmentRow | None:
    day, time, both = (reading.text(field) for field in (Field.DAY, Field.TIME, Field.AT))
    at = reading.take(Field.AT if both else Field.TIME, lambda: cells.read_appointment(day, time, both), None)
    number, name = reading.text(Field.NUMBER), reading.text(Field.NAME)
    birthdate = reading.get(Field.BIRTHDATE, lambda text: _birth(text, today), None)
    if not number and not (name and birthdate is not None) and not reading.faults:
        reading.faults.append(Fault(Field.NUMBER, "desk.file-nobody"))
    number = reading.get(Field.NUMBER, cells.read_number, "")
    if at is None:
        return None
    return AppointmentRow(
        at=at,
        number=number,
        name=name,
        birthdate=birthdate,
        cancelled=cells.is_cancelled(reading.text(Field.STATUS)),
    )


def _birth(text: str, today: date) -> date | None:
    return cells.read_birth(text, today)


def _share(text: str) -> int | None:
    return cells.read_share(text)
