"""受診件数: how many visits of whom went where, out of the hub's own record of questions, small numbers left out.

A visit is one person asked about by one medical facility (医科) for one day of care, however often. Its row says the
area of the home, that of the facility, sex and five-year age, and no more. A month is counted as a whole: two counts of
nearly the same days would tell by their difference what each hides. Rows below the least count are not there, and no
sums are written from which they could be had.

It is off until the operator says where each facility is (setting `visit_places`): no code tells that.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from kaihoken import shipped
from kaihoken.audit import Entry, KindReader, Log
from kaihoken.coverage.history import Coverage, PersonId, believed_now
from kaihoken.coverage.inquiry import QuestionKind
from kaihoken.coverage.statistics.counting import stretch_of
from kaihoken.coverage.statistics.facilities import is_test
from kaihoken.coverage.statistics.month import Month
from kaihoken.coverage.store import Stored, find_people
from kaihoken.coverage.turn import ANSWER
from kaihoken.identity import FacilityCode
from kaihoken.problems import Problem
from kaihoken.store import Store

TITLE: Final = "ハブの受診件数"
"""The first words of the file: by them planning knows that its figures are the hub's own and no statistics."""

FICTIONAL: Final = "架空のデータ・国の公式システムではありません"
HEADINGS: Final = ("二次医療圏コード", "受診地コード", "性別", "年齢階級", "受診件数", "架空")

_AREAS: Final = "areas/municipality_to_medical_area.csv"
_AT_THE_COUNTER: Final = frozenset(QuestionKind) - {
    QuestionKind.BULK,
    QuestionKind.CLAIMS,
    QuestionKind.CARE_DAY,
}
_SEXES: Final = {"1": "男", "2": "女"}
_SEEN: Final = frozenset(("visible", "corrected"))
_OLDEST: Final = 100
_COUNTY = re.compile(r"^[^市区町村]{1,5}郡")


class Cell(NamedTuple):
    """What a count is of: areas of home and of care, sex and age as the file writes them."""

    home: str
    place: str
    sex: str
    age: str


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits of a month that may be shown; `hidden` is how many rows were too small to be."""

    month: str
    cells: Mapping[Cell, int]
    least: int
    hidden: int
    fictional: bool


class _Asked(msgspec.Struct):
    """What is read of a record of an answer."""

    by: str
    kind: str
    on: date
    person: str | None


_decode = msgspec.json.Decoder(_Asked).decode


def read_places(path: Path) -> Mapping[str, str]:
    """The area of each facility: CSV lines `code,area`, those that begin with # left out. Problem
    `statistics.visit-places` names the line that holds none, or the file that cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise Problem("statistics.visit-places", where=path.name, line=0) from None
    places: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        code, _, area = (part.strip() for part in line.partition(","))
        try:
            places[FacilityCode.parse(code).canonical] = area
        except Problem:
            area = ""
        if not area:
            raise Problem("statistics.visit-places", where=path.name, line=number)
    return places


async def count_visits(store: Store, log: Log, month: Month, places: Mapping[str, str], least: int) -> Visits:
    """The visits of a month. Facilities without an area, homes that no municipality begins, addresses that are not
    disclosed (不開示) and a sex that is neither stand in no row."""
    homes = Homes.shipped()
    cells: Counter[Cell] = Counter()
    for day in month.days:
        seen = await _seen_on(store, log, day, month)
        people = {one.person: one for one in await find_people(store, {person for person, _, _ in seen})}
        for person, facility, on in seen:
            cell = _cell(people.get(person), on, places.get(facility, ""), homes)
            if cell is not None:
                cells[cell] += 1
    shown = {cell: number for cell, number in sorted(cells.items()) if number >= least}
    return Visits(str(month), shown, least, len(cells) - len(shown), store.purpose == "demo")


def as_table(visits: Visits) -> str:
    """The file: its title, whether it is fictional, then a row for each count."""
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    write([TITLE, visits.month, FICTIONAL if visits.fictional else ""])
    write(HEADINGS)
    for cell, number in visits.cells.items():
        write([*cell, number, int(visits.fictional)])
    return text.getvalue()


@dataclass(frozen=True, slots=True)
class Homes:
    """In which area an address lies: by prefecture, the names of its municipalities, longest first, with their area."""

    names: Mapping[str, tuple[tuple[str, str], ...]]

    @staticmethod
    def shipped() -> "Homes":
        """The 330 areas."""
        names: dict[str, list[tuple[str, str]]] = defaultdict(list)
        with shipped.path(_AREAS).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                names[row["pref_name"]].append((row["muni_name"], row["area330_code"]))
        longest = {
            prefecture: tuple(sorted(found, key=lambda pair: -len(pair[0])))
            for prefecture, found in names.items()
        }
        return Homes(longest)

    def area_of(self, address: str) -> str:
        """The area, "" where no municipality begins the address."""
        for prefecture, names in self.names.items():
            if address.startswith(prefecture):
                rest = address.removeprefix(prefecture)
                inside = (rest, _COUNTY.sub("", rest))
                return next((area for name, area in names if any(one.startswith(name) for one in inside)), "")
        return ""


async def _seen_on(store: Store, log: Log, day: date, month: Month) -> set[tuple[PersonId, str, date]]:
    stretch = await stretch_of(log, day, day + timedelta(days=1))
    seen: set[tuple[PersonId, str, date]] = set()
    async for _, entries in KindReader(log, ANSWER).batches(stretch.first, stretch.stop):
        seen.update(_visits(entries or (), month, store.purpose == "production"))
    return seen


def _visits(entries: Iterable[Entry], month: Month, real: bool) -> Iterator[tuple[PersonId, str, date]]:
    for entry in entries:
        try:
            asked = _decode(entry.body)
        except msgspec.DecodeError:
            continue
        counted = asked.kind in _AT_THE_COUNTER and not (real and is_test(asked.by))
        if counted and asked.person is not None and Month.of(asked.on) == month and _medical(asked.by):
            yield PersonId(bytes.fromhex(asked.person)), asked.by, asked.on


def _medical(code: str) -> bool:
    try:
        return FacilityCode.parse(code).kind == "medical"
    except Problem:
        return False


def _cell(stored: Stored | None, on: date, place: str, homes: Homes) -> Cell | None:
    if stored is None or not place:
        return None
    history = stored.history
    held = [
        fact
        for fact in believed_now(history)
        if isinstance(fact, Coverage)
        and fact.match in _SEEN
        and fact.acquired <= on
        and (fact.lost is None or on < fact.lost)
    ]
    if not held or any(fact.non_disclosure for fact in held):
        return None
    coverage = max(held, key=lambda fact: fact.acquired)
    home, sex = homes.area_of(coverage.address), _SEXES.get(coverage.sex, "")
    return Cell(home, place, sex, _band(coverage.birthdate, on)) if home and sex else None


def _band(birthdate: date, on: date) -> str:
    age = on.year - birthdate.year - ((on.month, on.day) < (birthdate.month, birthdate.day))
    if age >= _OLDEST:
        return f"{_OLDEST}歳以上"
    first = max(age, 0) // 5 * 5
    return f"{first}～{first + 4}歳"
