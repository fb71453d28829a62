"""An exported table of coverages as a source: each day is decided by `coverage.verify` over what the table says of a
person, as a 審査支払機関 asks. The columns are those of `claims.recheck`, read here from CSV, in plain Python."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal, TypeVar, cast, get_args

import msgspec

from kaihoken.claims.eligibility.answers import BRANCH, Answers, DayAnswer, Other, of_the_person
from kaihoken.claims.eligibility.questions import CareDay
from kaihoken.claims.recheck.columns import COVERAGES
from kaihoken.coverage import (
    Assertion,
    CareDayInquiry,
    Chart,
    ClaimInquiry,
    CommitSequence,
    Coverage,
    Finding,
    History,
    MatchState,
    PersonId,
    finding_of,
    is_told_of_claim,
    verify,
)
from kaihoken.identity import InsurerNumber, canonical_number
from kaihoken.problems import Problem

T = TypeVar("T")

_Row = Mapping[str, str]
_Place = tuple[str, date, str]
"""保険者番号, 生年月日 and 番号 in the form in which they are compared: where a person is looked for."""

_NOW = CommitSequence(1)
_AT = datetime(2000, 1, 1, tzinfo=UTC)
_NO_SEX = "3"  # 未設定
_REQUIRED = tuple(column.name for column in COVERAGES if column.required)
_FORMS = {column.name: column.form for column in COVERAGES}


class TableSource:
    """A CSV of coverages (UTF-8, with a head). It is read twice: who is asked about, then what is said of them, so it
    may be as long as it likes."""

    name: Literal["table"] = "table"

    def __init__(self, file: Path) -> None:
        self._file = file

    def ask(self, days: Sequence[CareDay]) -> Answers:
        """See `Source`. Problems `claims.file-unreadable`, `claims.coverages-kind`, `claims.recheck-columns`,
        `claims.recheck-row` of a row about somebody who is asked about."""
        if self._file.suffix.lower() != ".csv" and self._file.exists():
            raise Problem("claims.coverages-kind", where=str(self._file))
        asked = {day: _place_asked(day) for day in days}
        wanted = set(asked.values())
        try:
            meant = self._meant(wanted)
            people = self._people({person for some in meant.values() for person in some})
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise Problem("claims.file-unreadable", where=str(self._file), reason=reason) from None
        return Answers(
            by_day={
                day: people_answer(day, [people[person] for person in meant.get(place, ())])
                for day, place in asked.items()
            }
        )

    def _rows(self) -> Iterator[tuple[int, _Row]]:
        with self._file.open(encoding="utf-8-sig", newline="") as opened:
            table = csv.DictReader(opened, restval="")
            missing = [name for name in _REQUIRED if name not in (table.fieldnames or ())]
            if missing:
                raise Problem("claims.recheck-columns", where=str(self._file), columns=", ".join(missing))
            for number, row in enumerate(table, 1):
                if not row.get("superseded_at"):
                    yield number, row

    def _meant(self, wanted: set[_Place]) -> dict[_Place, dict[str, None]]:
        """The keys of the people of whom a coverage stands at a place that is asked about."""
        meant: dict[_Place, dict[str, None]] = {}
        for _, row in self._rows():
            place = _place_said(row)
            if place is not None and place in wanted:
                meant.setdefault(place, {})[row["person"]] = None
        return meant

    def _people(self, wanted: set[str]) -> dict[str, "_Person"]:
        said: dict[str, list[tuple[int, Coverage, date | None]]] = {}
        for number, row in self._rows():
            if row["person"] in wanted:
                said.setdefault(row["person"], []).append(self._read(number, row))
        return {key: _Person(key, rows) for key, rows in said.items()}

    def _read(self, number: int, row: _Row) -> tuple[int, Coverage, date | None]:
        """Its place among those of the person, the coverage, and when its card came back."""
        match = row.get("match") or "visible"
        if match not in get_args(MatchState):
            raise self._unreadable(number, "match")
        insurer = self._made(number, row, "insurer_number", _insurer)
        birthdate = self._made(number, row, "birthdate", _day)
        acquired = self._made(number, row, "from_day", _day)
        lost = self._made(number, row, "until_day", _maybe_day)
        collected = self._made(number, row, "collected_on", _maybe_day)
        subject = self._made(number, row, "subject", lambda text: int(text or number))
        coverage = Coverage(
            insurer_number=insurer,
            insurer_name="",
            symbol=row.get("symbol", ""),
            number=row["number"],
            branch=row.get("branch", ""),
            classification=row.get("kind") or "01",
            relation=row.get("relation", ""),
            insured_name="",
            name=row.get("name", ""),
            kana=row.get("kana", ""),
            sex=row.get("sex") or _NO_SEX,
            birthdate=birthdate,
            postal_code="",
            address="",
            acquired=acquired,
            lost=lost,
            loss_reason=row.get("loss_reason", ""),
            match=cast("MatchState", match),
            other_name=row.get("other_name", ""),
            other_kana=row.get("other_kana", ""),
            sex_other=row.get("sex_other", ""),
        )
        return subject, coverage, collected

    def _made(self, number: int, row: _Row, column: str, make: Callable[[str], T]) -> T:
        try:
            return make(row.get(column, "").strip())
        except (Problem, ValueError):
            raise self._unreadable(number, column) from None

    def _unreadable(self, number: int, column: str) -> Problem:
        ja, en = _FORMS[column]
        where = f"{self._file.name}:{number} {column}"
        return Problem("claims.recheck-row", where=where, column=column, row=number, form_ja=ja, form_en=en)


class _Person:
    """What a table says of somebody."""

    def __init__(self, key: str, rows: Sequence[tuple[int, Coverage, date | None]]) -> None:
        ordered = sorted(rows, key=lambda row: row[0])
        person = PersonId(sha256(key.encode()).digest()[:16])
        self.history = History(
            person,
            tuple(
                Assertion(at, _NOW, _AT, coverage.insurer_number, coverage)
                for at, (_, coverage, _) in enumerate(ordered)
            ),
        )
        self._collected = {id(coverage): day for _, coverage, day in rows if day is not None}

    def collected(self, coverage: Coverage) -> date | None:
        """When the card of one of its coverages came back."""
        return self._collected.get(id(coverage))


def people_answer(day: CareDay, people: Sequence[_Person]) -> DayAnswer:
    """What is found of a day of care among the people whom its numbers may mean."""
    own = CareDayInquiry(
        InsurerNumber.as_written(day.insurer),
        day.symbol,
        day.number,
        day.branch,
        day.birthdate,
        "",
        chart=Chart(day.kana, day.name, day.relation, sex=day.sex),
    )
    inquiry = ClaimInquiry(**msgspec.structs.asdict(own), claimed_by="")
    histories = [one.history for one in people]
    verdict = verify(inquiry, histories, day.on, _NOW)
    finding = finding_of(verdict.situation)
    # Held against the written coverage, as a hub does it, and not against the one that took over.
    compared = verify(own, histories, day.on, _NOW) if finding is Finding.OTHER_INSURER else verdict
    differs = of_the_person(one.kind for one in compared.differences if is_told_of_claim(one.kind, finding))
    if not verdict.coverages:
        return DayAnswer(finding=finding)
    if finding is Finding.AS_WRITTEN:
        (coverage, *_) = verdict.coverages
        other_branch = any(one.kind in BRANCH for one in verdict.differences)
        return DayAnswer(finding=finding, branch=coverage.branch if other_branch else "", differs=differs)
    written = verdict.coverages[-1]
    newest = verdict.coverages[0] if finding is Finding.OTHER_INSURER else None
    holder = next(one for one in people if one.history.person == verdict.person)
    back = holder.collected(written)
    return DayAnswer(
        finding=finding,
        differs=differs,
        lost=written.lost if written.lost is not None and written.lost <= day.on else None,
        begins=written.acquired if written.acquired > day.on else None,
        collected=back is not None and back <= day.on,
        other=None
        if newest is None
        else Other(
            insurer_number=newest.insurer_number,
            symbol=newest.symbol,
            number=newest.number,
            branch=newest.branch,
        ),
    )


def _place_asked(day: CareDay) -> _Place:
    return day.insurer, day.birthdate, canonical_number(day.number)


def _place_said(row: _Row) -> _Place | None:
    """Where a row stands, None where it cannot be read: then nobody who is asked about stands there."""
    try:
        birthdate = _day(row["birthdate"].strip())
        return _insurer(row["insurer_number"].strip()), birthdate, canonical_number(row["number"])
    except (Problem, ValueError):
        return None


def _insurer(text: str) -> str:
    return InsurerNumber.as_written(text).canonical


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _maybe_day(text: str) -> date | None:
    return _day(text) if text else None
