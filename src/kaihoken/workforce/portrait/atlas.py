"""The tables that pages and documents read, made once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kaihoken.problems import Problem
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
    plan; registered doctors by year. Beside it `data`, the folder of somebody's own tables, where one is given."""

    index: IndexTable
    prefectures: IndexTable
    nation: NationalIndex
    additivity: tuple[Additivity, ...]
    residents: Residents
    municipalities: MunicipalResidents
    doctors: RegisteredDoctors
    at_plan_end: ProjectedPopulation
    data: Path | None = None

    @classmethod
    def shipped(cls, data: Path | None = None) -> Self:
        """The tables that ship, beside those of a folder. Raises Problem `shipped.no-data`, and `workforce.data-folder`
        where `data` is no folder."""
        if data is not None and not data.is_dir():
            raise Problem("workforce.data-folder", where=str(data), folder=str(data))
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
        )
