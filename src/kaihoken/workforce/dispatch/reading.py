"""Reads a case from a folder: case.toml, departments.csv, needs.csv, moves.csv. See docs/workforce/dispatch.md.

An empty cell is not given. Good rows are read; every row that cannot be is told with its line, field and reason.
"""

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Final, Literal, TypeVar

import msgspec
import numpy as np

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.dispatch.case import NO_NEED, Aim, Case, Departments, Duty, Moves, Needs, Terms
from kaihoken.workforce.dispatch.effects import IndexBasis, room_above_minority, shortfall
from kaihoken.workforce.dispatch.hours import WorkingHours
from kaihoken.workforce.printing import FICTITIOUS

CASE_FILES: Final = ("case.toml", "departments.csv", "needs.csv", "moves.csv")
"""The files of a case."""
EXAMPLE_CASE: Final = Path(__file__).parent / "example"
"""The folder of a fictitious case (架空), which is also the template of one."""

_UNKNOWN = float("nan")
R = TypeVar("R", bound=msgspec.Struct)


class _DutyOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    least: int


class _Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """case.toml. `stay_above_minority`: whether areas may not come into 医師少数区域 by sending: to be said."""

    on: date
    fictitious: bool
    aim: Aim
    stay_above_minority: bool
    minutes_at_most: float = float("inf")
    units_at_most: int | None = None
    fairness: float = 0.5
    levels: int = 10
    gap: float = 0.01
    seconds: float = 60.0
    seed: int = 1
    duties: tuple[_DutyOf, ...] = ()


class _Department(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    area: str
    department: str
    doctors: float
    standardised: float
    level: str
    hospital: str = ""
    keeps: float = _UNKNOWN
    hours: float = _UNKNOWN
    duty: float = _UNKNOWN
    duty_permitted: bool = False
    interview: bool = False
    capacity: float = float("inf")
    least: float = 0.0
    need: str = ""


class _Need(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    amount: float | None = None  # not given: what the area of that code lacks to be above the lower threshold


class _Move(msgspec.Struct, frozen=True, kw_only=True):
    sender: str
    receiver: str
    unit: Literal["doctor", "day"]
    hours: float
    most: int
    share: float | None = None
    minutes: float = _UNKNOWN
    wish: float = 0.0
    declined: bool = False
    duty: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ReadCase:
    """A case and its terms, and what of the folder could not be read. `on` is the day of the rules; `hospitals` the
    hospital of each department, its code where none is given."""

    case: Case
    terms: Terms
    faults: tuple[Problem, ...]
    on: date
    hospitals: tuple[str, ...]


def read_case(folder: Path, basis: IndexBasis) -> ReadCase:
    """Reads a folder.

    Raises Problem `workforce.dispatch-file` for a file or column that is missing or cannot be read at all, and
    `workforce.dispatch-twice` for a code or name that stands twice. Rows that fail are in `faults`, each a
    `workforce.dispatch-row`; who plans should mend them first.
    """
    faults: list[Problem] = []
    head = _head(folder / "case.toml")
    ceilings = rules.load(WorkingHours, on=head.on)
    needs = list(_rows(folder / "needs.csv", _Need, faults))
    names = {row.name: place for place, (_, row) in enumerate(needs)}
    staff = [
        (line, row)
        for line, row in _rows(folder / "departments.csv", _Department, faults)
        if _fits(
            folder / "departments.csv", line, faults, _department_refers(row, basis.areas, names, ceilings)
        )
    ]
    codes = {row.code: place for place, (_, row) in enumerate(staff)}
    duties = {duty.name for duty in head.duties}
    possible = [
        row
        for line, row in _rows(folder / "moves.csv", _Move, faults)
        if _fits(folder / "moves.csv", line, faults, _move_refers(row, codes, duties))
    ]
    case = Case(
        basis.areas,
        _departments([row for _, row in staff], basis.areas, names),
        Needs(tuple(names), _amounts([row for _, row in needs], basis)),
        _moves(possible, codes),
        tuple(
            Duty(
                one.name,
                np.array([at for at, row in enumerate(possible) if row.duty == one.name], dtype=np.int64),
                one.least,
            )
            for one in head.duties
        ),
        room_above_minority(basis) if head.stay_above_minority else None,
        FICTITIOUS if head.fictitious else "",
    )
    if len(names) < len(needs):
        raise Problem("workforce.dispatch-twice", where="needs.csv", name="needs.csv")
    known = {field.name for field in fields(Terms)}
    given = {name: value for name, value in msgspec.structs.asdict(head).items() if name in known}
    hospitals = tuple(row.hospital or row.code for _, row in staff)
    return ReadCase(case, Terms(hours=ceilings, **given), tuple(faults), head.on, hospitals)


def _head(file: Path) -> _Case:
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _Case)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Problem(
            "workforce.dispatch-file", where=file.name, file=file.name, reason=str(error)
        ) from error


def _rows(file: Path, kind: type[R], faults: list[Problem]) -> Iterator[tuple[int, R]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            needed = [one.name for one in msgspec.structs.fields(kind) if one.required]
            missing = set(needed) - set(reader.fieldnames or ())
            if missing:
                reason = "columns: " + ", ".join(sorted(missing))
                raise Problem("workforce.dispatch-file", where=file.name, file=file.name, reason=reason)
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Problem(
            "workforce.dispatch-file", where=file.name, file=file.name, reason=str(error)
        ) from error
    for line, row in rows:
        given = {
            name: cell.strip()
            for name, cell in row.items()
            if name and isinstance(cell, str) and cell.strip()
        }
        try:
            yield line, msgspec.convert(given, kind, strict=False)
        except msgspec.ValidationError as error:
            faults.append(_fault(file, line, str(error)))


def _fits(file: Path, line: int, faults: list[Problem], reason: str) -> bool:
    if reason:
        faults.append(_fault(file, line, reason))
    return not reason


def _fault(file: Path, line: int, reason: str) -> Problem:
    return Problem(
        "workforce.dispatch-row", where=f"{file.name}:{line}", file=file.name, line=line, reason=reason
    )


def _department_refers(
    row: _Department, areas: AreaSet, needs: Mapping[str, int], ceilings: WorkingHours
) -> str:
    try:
        areas.position(row.area)
        ceilings.level(row.level)
    except Problem as problem:
        return f"{problem.title('ja')} / {problem.title('en')} ({problem.facts.get('near', '—')})"
    if row.need and row.need not in needs:
        return f"need: {row.need}"
    return "" if row.doctors >= 0 and row.standardised >= 0 else "doctors, standardised: >= 0"


def _move_refers(row: _Move, codes: Mapping[str, int], duties: set[str]) -> str:
    for name, code in (("sender", row.sender), ("receiver", row.receiver)):
        if code not in codes:
            return f"{name}: {code}"
    if row.sender == row.receiver:
        return "sender = receiver"
    if row.most < 0 or not -1 <= row.wish <= 1:
        return "most >= 0, -1 <= wish <= 1"
    return "" if not row.duty or row.duty in duties else f"duty: {row.duty}"


def _departments(rows: Sequence[_Department], areas: AreaSet, needs: Mapping[str, int]) -> Departments:
    def numbers(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([getattr(row, name) for row in rows], dtype=np.float64)

    return Departments(
        code=tuple(row.code for row in rows),
        area=np.array([areas.position(row.area) for row in rows], dtype=np.int64),
        department=tuple(row.department for row in rows),
        doctors=numbers("doctors"),
        keeps=numbers("keeps"),
        standardised=numbers("standardised"),
        level=tuple(row.level for row in rows),
        hours=numbers("hours"),
        duty=numbers("duty"),
        duty_permitted=np.array([row.duty_permitted for row in rows], dtype=np.bool_),
        interview=np.array([row.interview for row in rows], dtype=np.bool_),
        capacity=numbers("capacity"),
        least=numbers("least"),
        need=np.array([needs.get(row.need, NO_NEED) for row in rows], dtype=np.int64),
    )


def _amounts(rows: Sequence[_Need], basis: IndexBasis) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    lacking = shortfall(basis, basis.thresholds.lower + 10.0**-basis.decimals)
    return np.array(
        [lacking[basis.areas.position(row.name)] if row.amount is None else row.amount for row in rows],
        dtype=np.float64,
    )


def _moves(rows: Sequence[_Move], codes: Mapping[str, int]) -> Moves:
    whole = np.array([row.unit == "doctor" for row in rows], dtype=np.bool_)
    usual = np.where(whole, 1.0, 0.2)
    given = np.array([np.nan if row.share is None else row.share for row in rows], dtype=np.float64)
    return Moves(
        sender=np.array([codes[row.sender] for row in rows], dtype=np.int64),
        receiver=np.array([codes[row.receiver] for row in rows], dtype=np.int64),
        whole=whole,
        share=np.where(np.isnan(given), usual, given),
        hours=np.array([row.hours for row in rows], dtype=np.float64),
        most=np.array([row.most for row in rows], dtype=np.int64),
        minutes=np.array([row.minutes for row in rows], dtype=np.float64),
        wish=np.array([row.wish for row in rows], dtype=np.float64),
        declined=np.array([row.declined for row in rows], dtype=np.bool_),
    )
