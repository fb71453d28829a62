"""シナリオ（仮定）: sliders whose whole state stands in the query, the map that they make, and the file of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final
from urllib.parse import urlencode

import orjson

from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.problems import Problem
from kaihoken.web import Language, messages, path_in, read_aloud
from kaihoken.workforce.index import IndexClass, signed
from kaihoken.workforce.pictures import Look, Picture, Shade, map_of, outlines
from kaihoken.workforce.portrait import Atlas
from kaihoken.workforce.scenario import (
    AnyLever,
    DoctorsChanged,
    HoursChanged,
    Moved,
    Outcome,
    PopulationOfYear,
    Scenario,
    encoded,
    run,
)

HOURS: Final = (-20, 20)
YEARS: Final = (2020, 2050)
DOCTORS: Final = (-50, 50)
KINDS: Final = ("hours", "population", "doctors")
"""The levers of the page, in their order."""


@dataclass(frozen=True, slots=True)
class Sliders:
    """Where the sliders stand. Without `projected` the published population is kept, whatever the year."""

    hours: int = 0
    projected: bool = False
    year: int = 2036
    area: str = ""
    doctors: int = 0

    @property
    def query(self) -> str:
        """As a link says it."""
        held: dict[str, str | int] = {"hours": self.hours, "year": self.year, "area": self.area}
        return urlencode({**held, "doctors": self.doctors, **({"projected": 1} if self.projected else {})})

    def levers(self) -> dict[str, AnyLever]:
        """The levers that change something, by kind."""
        found: dict[str, AnyLever] = {}
        if self.hours:
            found["hours"] = HoursChanged(float(self.hours))
        if self.projected:
            found["population"] = PopulationOfYear(self.year)
        if self.area and self.doctors:
            found["doctors"] = DoctorsChanged(self.area, float(self.doctors))
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """An area that changes class, as the page lists it; `parts` are what each lever of `KINDS` did to its index."""

    code: str
    href: str
    prefecture: str
    name: str
    before: Look
    after: Look
    value_before: str
    value_after: str
    parts: tuple[str, ...]


def scenario(atlas: Atlas, asked: Asked) -> Shown:
    """The page. Problem `planner.scenario-query`, and those of `kaihoken.workforce.scenario.run`."""
    sliders = _read(asked.query)
    outcome = _worked_out(atlas, sliders, asked.language)
    moved = outcome.moved
    return Shown(
        "scenario.html",
        {
            "sliders": sliders,
            "limits": {"hours": HOURS, "year": YEARS, "doctors": DOCTORS},
            "map": _map(outcome, asked.language),
            "before": atlas.index.counts(),
            "after": outcome.counts(),
            "absent": _absent(outcome),
            "thresholds": atlas.index.thresholds,
            "lines": _lines(outcome, moved, sliders, asked.language),
            "summary": _summary(outcome, moved, asked.language),
        },
    )


def scenario_json(atlas: Atlas, asked: Asked) -> File:
    """The same as data: the class and the number of every area, counts, and the areas that change class."""
    sliders = _read(asked.query)
    outcome = _worked_out(atlas, sliders, asked.language)
    moved = outcome.moved
    counts = {kind.value: count for kind, count in outcome.counts().items()}
    body = {
        "notes": [messages("planner").text(name, asked.language) for name in ("scenario.assumed", "caution")],
        "query": sliders.query,
        "summary": _summary(outcome, moved, asked.language),
        "summary_html": str(read_aloud(_summary(outcome, moved, asked.language), asked.language)),
        "counts": {**counts, "missing": _absent(outcome)},
        "areas": {
            code: (_look(kind), _shown(value))
            for code, kind, value in zip(
                outcome.before.areas.codes, outcome.classes, outcome.value_after.tolist(), strict=True
            )
        },
        "moved": _lines(outcome, moved, sliders, asked.language),
    }
    return File(orjson.dumps(body), "application/json")


def scenario_file(atlas: Atlas, asked: Asked) -> File:
    """The scenario as the file that `kaihoken workforce scenario run` reads."""
    made = _scenario(_read(asked.query), asked.language)
    return File(encoded(made, atlas.index), "application/json", "kaihoken-scenario.json")


def _read(query: Mapping[str, str]) -> Sliders:
    start = Sliders()
    return Sliders(
        _whole(query, "hours", HOURS, start.hours),
        query.get("projected", "") == "1",
        _whole(query, "year", YEARS, start.year),
        query.get("area", ""),
        _whole(query, "doctors", DOCTORS, start.doctors),
    )


def _whole(query: Mapping[str, str], name: str, limits: tuple[int, int], default: int) -> int:
    given = query.get(name, "") or str(default)
    try:
        value = int(given)
    except ValueError:
        value = limits[1] + 1
    if not limits[0] <= value <= limits[1]:
        raise Problem(
            "planner.scenario-query", where=name, name=name, value=given, first=limits[0], last=limits[1]
        )
    return value


def _scenario(sliders: Sliders, language: Language) -> Scenario:
    words = messages("planner")
    name = words.text("scenario.title", language)
    return Scenario(name, tuple(sliders.levers().values()), notes=words.text("scenario.assumed", language))


def _worked_out(atlas: Atlas, sliders: Sliders, language: Language) -> Outcome:
    return run(_scenario(sliders, language), atlas.index)


def _map(outcome: Outcome, language: Language) -> Picture:
    title = messages("planner").text("scenario.map", language)
    return map_of(outlines("area330"), _shades(outcome, language), title=title)


def _shades(outcome: Outcome, language: Language) -> dict[str, Shade]:
    words = messages("planner")
    looks: tuple[Look, ...] = ("minority", "middle", "majority", "missing")
    named = {look: words.text(f"class.{look}", language) for look in looks}
    found = {}
    for area, kind, value in zip(
        outcome.before.areas.areas, outcome.classes, outcome.value_after.tolist(), strict=True
    ):
        look = _look(kind)
        said = f"{area.prefecture} {area.name} {_shown(value)} {named[look]}"
        found[str(area.code)] = Shade(look, said)
    return found


def _lines(outcome: Outcome, moved: Sequence[Moved], sliders: Sliders, language: Language) -> list[Line]:
    shares = dict(zip(sliders.levers(), outcome.shares, strict=True))
    rows = {area.code: row for row, area in enumerate(outcome.before.areas.areas)}
    return [
        Line(
            one.area.code,
            path_in(language, f"/area/{one.area.code}"),
            one.area.prefecture,
            one.area.name,
            _look(one.before),
            _look(one.after),
            _shown(one.value_before),
            _shown(one.value_after),
            tuple(
                _part(float(shares[kind].amounts[rows[one.area.code]])) if kind in shares else "0.0"
                for kind in KINDS
            ),
        )
        for one in moved
    ]


def _summary(outcome: Outcome, moved: Sequence[Moved], language: Language) -> str:
    counts = outcome.counts()
    return messages("planner").text(
        "scenario.summary",
        language,
        moved=len(moved),
        entering=sum(one.after is IndexClass.MINORITY for one in moved),
        leaving=sum(one.before is IndexClass.MINORITY for one in moved),
        minority=counts[IndexClass.MINORITY],
    )


def _absent(outcome: Outcome) -> int:
    return sum(found is None for found in outcome.classes)


def _look(kind: IndexClass | None) -> Look:
    looks: dict[IndexClass | None, Look] = {
        IndexClass.MINORITY: "minority",
        IndexClass.MIDDLE: "middle",
        IndexClass.MAJORITY: "majority",
    }
    return looks.get(kind, "missing")


def _shown(value: float) -> str:
    return "－" if isnan(value) else f"{value:.1f}"


def _part(amount: float) -> str:
    return "－" if isnan(amount) else signed(amount)
