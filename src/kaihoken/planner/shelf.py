"""The tables that pages read, made once when the site starts."""

from dataclasses import dataclass
from typing import Self

from kaihoken.planner.settings import PlannerSettings
from kaihoken.workforce.index import (
    Additivity,
    IndexTable,
    NationalIndex,
    non_additivity,
    shipped_index,
    shipped_nation,
    shipped_prefectures,
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What ships: the index of the areas, of the prefectures and of the nation."""

    index: IndexTable
    prefectures: IndexTable
    nation: NationalIndex
    additivity: tuple[Additivity, ...]

    @classmethod
    def load(cls, settings: PlannerSettings) -> Self:
        """The tables that ship. Raises Problem `shipped.no-data`."""
        return cls(shipped_index(), shipped_prefectures(), shipped_nation(), non_additivity())
