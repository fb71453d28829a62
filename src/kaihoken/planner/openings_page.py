"""外来医師過多区域: which areas are candidates, and the six months between a notice and an opening there.

What somebody asks for stands in the query and nowhere else: no clinic and no person is named or kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kaihoken import rules
from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.planner.spreadsheet import spreadsheet
from kaihoken.problems import Problem
from kaihoken.web import Language, messages, path_in
from kaihoken.workforce import Area, Row, as_csv, as_json
from kaihoken.workforce.openings import (
    LETTERS,
    LIFE,
    OUTPATIENT_INDEX_COLUMNS,
    PRINTED_COLUMNS,
    Candidates,
    OutpatientOpenings,
    State,
    Timing,
    all_readings,
    clinic_densities,
    letter_form,
    printed_candidates,
    read_outpatient_index,
    timing,
)
from kaihoken.workforce.portrait import Atlas

INDEX_FILE: Final = "outpatient-index.csv"
"""An own 外来医師偏在指標 in the folder of own tables: area_code,outpatient_index."""

_FIRST_YEAR, _LAST_YEAR = 2026, 2099


@dataclass(frozen=True, slots=True)
class Reading:
    """The criterion by one reading of mean and deviation on an own index: who fulfils it, and how many wait."""

    mean: str
    ddof: int
    centre: str
    sd: str
    areas: tuple[tuple[Area, str], ...]
    awaiting: int


@dataclass(frozen=True, slots=True)
class Asking:
    """What the form holds: the days as typed, and the area's code where one is chosen."""

    notified: str
    opening: str
    area: str


@dataclass(frozen=True, slots=True)
class Step:
    """A state of the procedure as the page lists it: what can follow, and the address of its letter's form."""

    state: State
    ways: tuple[State, ...]
    letter: str


def openings(atlas: Atlas, asked: Asked) -> Shown:
    """The page. Problems `planner.openings-day`, `workforce.area-unknown`, and those of an own index."""
    rule = _rule(asked)
    asking = _asking(atlas, asked.query)
    found, bad = _own(atlas, rule)
    return Shown(
        "openings.html",
        {
            "rule": rule,
            "rows": printed_candidates(rule),
            "credit": clinic_densities(atlas.index.areas).source.credit,
            "readings": found,
            "bad": bad,
            "index_file": INDEX_FILE,
            "asking": asking,
            "area": _area(atlas, asking),
            "timing": _timing(asking, rule),
            "earliest": _alone(asking, rule),
            "life": _life(asked.language, asking),
        },
    )


def openings_csv(atlas: Atlas, asked: Asked) -> File:
    """The candidates for a spreadsheet."""
    return spreadsheet(asked, PRINTED_COLUMNS, _rows(_rule(asked)), "kaihoken-openings")


def openings_json(atlas: Atlas, asked: Asked) -> File:
    """The candidates as data, with the ministry's caution and the credit."""
    notes = (
        messages("planner").text("caution", asked.language),
        clinic_densities(atlas.index.areas).source.credit,
    )
    return File(as_json(PRINTED_COLUMNS, _rows(_rule(asked)), notes=notes).encode(), "application/json")


def openings_letter(atlas: Atlas, asked: Asked) -> File:
    """The form of a state's letter: what the query tells is filled in, all else is marked. Problem
    `planner.openings-letter`."""
    given = asked.named["state"]
    if given not in tuple(one.value for one in LETTERS):
        known = ", ".join(one.value for one in LETTERS)
        raise Problem("planner.openings-letter", where="state", given=given, known=known)
    asking = _asking(atlas, asked.query)
    area = _area(atlas, asking)
    text = letter_form(
        State(given),
        _rule(asked),
        area=f"{area.prefecture} {area.name}" if area else None,
        notified_on=_day(asking.notified, "notified"),
        opening_on=_day(asking.opening, "opening"),
    )
    return File(text.encode(), "text/plain; charset=utf-8", f"kaihoken-{given}.txt")


def index_template(atlas: Atlas, asked: Asked) -> File:
    """The table of an own 外来医師偏在指標 to fill in."""
    rows: list[Row] = [{"area_code": code} for code in atlas.index.areas.codes]
    text = as_csv(OUTPATIENT_INDEX_COLUMNS, rows)
    return File(("\ufeff" + text).encode(), "text/csv; charset=utf-8", INDEX_FILE)


def _rule(asked: Asked) -> OutpatientOpenings:
    return rules.load(OutpatientOpenings, on=asked.today)


def _asking(atlas: Atlas, query: Mapping[str, str]) -> Asking:
    area = query.get("area", "")
    code = atlas.index.areas.find(area).code if area else ""
    return Asking(query.get("notified", ""), query.get("opening", ""), code)


def _area(atlas: Atlas, asking: Asking) -> Area | None:
    return atlas.index.areas.find(asking.area) if asking.area else None


def _day(text: str, name: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Problem("planner.openings-day", where=name, given=text, first=_FIRST_YEAR, last=_LAST_YEAR)
    return day


def _timing(asking: Asking, rule: OutpatientOpenings) -> Timing | None:
    """Whether the notice is in time; None unless both days are given."""
    notified, opening = _day(asking.notified, "notified"), _day(asking.opening, "opening")
    return timing(notified, opening, rule) if notified and opening else None


def _alone(asking: Asking, rule: OutpatientOpenings) -> tuple[str, date] | None:
    """What one day alone tells: the earliest opening after a notice, or the last notice before an opening."""
    notified, opening = _day(asking.notified, "notified"), _day(asking.opening, "opening")
    if notified and not opening:
        return "earliest", timing(notified, notified, rule).earliest_opening
    if opening and not notified:
        return "latest", timing(opening, opening, rule).latest_notice
    return None


def _life(language: Language, asking: Asking) -> tuple[Step, ...]:
    query = f"?notified={asking.notified}&opening={asking.opening}&area={asking.area}"
    return tuple(
        Step(
            state,
            tuple(row.values()),
            path_in(language, f"/openings/letter/{state.value}") + query if state in LETTERS else "",
        )
        for state, row in LIFE.steps.items()
    )


def _rows(rule: OutpatientOpenings) -> list[Row]:
    return [one.row() for one in printed_candidates(rule)]


def _own(atlas: Atlas, rule: OutpatientOpenings) -> tuple[tuple[Reading, ...], tuple[Problem, ...]]:
    """The criterion on an own index by each reading, and the rows of the file that were not taken."""
    file = atlas.data / INDEX_FILE if atlas.data else None
    if file is None or not file.is_file():
        return (), ()
    areas = atlas.index.areas
    values, bad = read_outpatient_index(file.read_text(encoding="utf-8"), areas)
    dense = clinic_densities(areas)
    return tuple(
        _reading(atlas, one) for one in all_readings(values, dense.by_area(dense.density), rule)
    ), tuple(bad)


def _reading(atlas: Atlas, found: Candidates) -> Reading:
    listed = [
        (area, f"{multiple:.2f}")
        for area, multiple, held in zip(
            atlas.index.areas.areas, found.multiple.tolist(), found.candidate.tolist(), strict=True
        )
        if held
    ]
    return Reading(
        found.mean_reading,
        found.ddof,
        f"{found.mean:.1f}",
        f"{found.sd:.2f}",
        tuple(listed),
        int(found.awaiting.sum()),
    )
