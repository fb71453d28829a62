"""A prefecture's own tables in its plan: read once while they stay as they are, and supply drawn against need."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from kaihoken.web import Language, messages
from kaihoken.workforce.index import shipped_index
from kaihoken.workforce.pictures import (
    Picture,
    SupplyBand,
    SupplyWords,
    supply_by_area,
    supply_over_years,
)
from kaihoken.workforce.plan import (
    BANDS,
    AreaNeed,
    PlanInputs,
    PrefecturePlan,
    inputs_in,
    need_frame,
    units_of,
)

Stamp: TypeAlias = tuple[tuple[str, int, int], ...]

_NOTHING: Final = PlanInputs()
_MAJOR: Final = (".csv", ".xlsx", ".json")


def tables_of(folder: Path | None, on: date) -> PlanInputs:
    """What a folder gives for plans by the rules of a day; read again when a file of it changes. Without a folder
    nothing is given. Raises what `inputs_in` raises."""
    if folder is None:
        return _NOTHING
    files = sorted(path for path in folder.iterdir() if path.suffix in _MAJOR)
    return _read(
        folder, tuple((path.name, (at := path.stat()).st_mtime_ns, at.st_size) for path in files), on
    )


@lru_cache(maxsize=4)
def _read(folder: Path, stamp: Stamp, on: date) -> PlanInputs:
    return inputs_in(folder, shipped_index().areas, on=on)


def supply_pictures(made: PrefecturePlan, inputs: PlanInputs, language: Language) -> tuple[Picture, ...]:
    """The supply of the prefecture over the years and that of its areas in the need's year, as far as it is known."""
    words = messages("planner")

    def text(name: str, /, **facts: str | int) -> str:
        return words.text(f"plan.supply.{name}", language, **facts)

    said = SupplyWords(
        need=text("need"),
        runs=text("runs"),
        median=text("median"),
        assumptions=text("assumptions"),
        numbers=text("numbers", low="{low}", high="{high}", need="{need}"),
    )
    rows = [
        (area.area, _band(need), need.required)
        for area, need in zip(made.areas, made.need.areas, strict=True)
    ]
    if not any(band for _, band, _ in rows):
        return ()
    drawn = [supply_by_area(rows, words=said, title=text("areas", year=made.need.year))]
    if inputs.supply is not None:
        units = units_of(inputs.supply, "prefecture", need_frame(inputs.supply, None, on=made.made_on))
        unit = units.codes.index(made.prefecture_code)
        if units.standardised is not None and units.required[unit] == units.required[unit]:
            by_year = units.standardised[:, :, unit].T.tolist()
            need = (units.need_year, float(units.required[unit]))
            bands = [_of(values) for values in by_year]
            drawn.insert(
                0,
                supply_over_years(
                    units.years, bands, need, words=said, title=text("years", name=made.prefecture)
                ),
            )
    return tuple(drawn)


def _band(need: AreaNeed) -> SupplyBand | None:
    if need.supply_lower is None or need.supply_upper is None:
        return None
    return SupplyBand(
        need.supply_lower, need.supply_upper, need.supply_p05, need.supply_median, need.supply_p95
    )


def _of(values: Sequence[float]) -> SupplyBand:
    of = dict(zip(BANDS, values, strict=True))
    return SupplyBand(of["lower"], of["upper"], of["p05"], of["median"], of["p95"])
