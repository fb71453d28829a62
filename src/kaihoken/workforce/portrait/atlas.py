"""The tables that pages and documents read, made once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kaihoken.workforce.index import (
    PLAN_END,
    Additivity,
    IndexTable,
    NationalIndex,
    non_additivity,
    shipped_index,
    shipped_nation,
    shipped_prefectures,
)
from kaihoken.workforce.portrait.own import OwnTables
from kaihoken.workforce.tables import (
    MunicipalResidents,
    ProjectedPopulation,
    RegisteredDoctors,
    Residents,
    municipal_residents,
    projected_population,
    registered_doctors,
    residents,
)


@dataclass(frozen=True, slots=True)
class Atlas:
    """What ships: the index of the areas, of the prefectures and of the nation; residents, now and at the end of the
    plan; registered doctors by year. Beside it `data`, the folder of somebody's own tables where one is given, and
    what it makes (`own`)."""

    index: IndexTable
    prefectures: IndexTable
    nation: NationalIndex
    additivity: tuple[Additivity, ...]
    residents: Residents
    municipalities: MunicipalResidents
    doctors: RegisteredDoctors
    at_plan_end: ProjectedPopulation
    data: Path | None = None
    own: OwnTables | None = None

    @classmethod
    def shipped(cls, data: Path | None = None, areas: str = "330") -> Self:
        """The tables that ship, beside those of a folder, which are of `areas` (see `areas_named`). Raises Problem
        `shipped.no-data`, and what `OwnTables.read` raises."""
        index = shipped_index()
        return cls(
            index,
            shipped_prefectures(),
            shipped_nation(),
            non_additivity(),
            residents(index.areas),
            municipal_residents(),
            registered_doctors(index.areas),
            projected_population(index.areas, PLAN_END),
            data,
            OwnTables.read(data, areas) if data is not None else None,
        )
