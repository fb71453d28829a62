"""年齢階級: the age bands of doctors, and how a step of years carries them from band to band."""

import itertools
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem

Floats: TypeAlias = npt.NDArray[np.float64]

SURVEY_STEP: Final = 2
"""Years from one 医師・歯科医師・薬剤師統計 to the next; a step of the projection."""

SEXES: Final = ("M", "F")
"""The second axis of every table of doctors: men, women."""


@dataclass(frozen=True, slots=True)
class AgeBands:
    """Bands [lower[i], lower[i+1]) in years; the last has no end. `lower` grows."""

    lower: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.lower) < 2 or any(after <= before for before, after in itertools.pairwise(self.lower)):
            raise Problem(
                "workforce.supply-table", where="bands", table="bands", reason="the bounds do not grow"
            )

    def __len__(self) -> int:
        return len(self.lower)

    @property
    def labels(self) -> tuple[str, ...]:
        """「24」「25-29」… 「85+」."""
        closed = [
            str(low) if high == low + 1 else f"{low}-{high - 1}"
            for low, high in itertools.pairwise(self.lower)
        ]
        return (*closed, f"{self.lower[-1]}+")

    def ageing(self, years: int = SURVEY_STEP) -> Floats:
        """[from band, to band]: the share of a band's doctors who are in each band so many years later.

        Ages are spread evenly inside a band, so that of five years two fifths move on in two years; bands of one year
        move whole. Each row sums to 1; the last band keeps its doctors.
        """
        edges = np.array([*self.lower, np.inf])
        shares = np.zeros((len(self), len(self)))
        shares[-1, -1] = 1
        for band, (low, high) in enumerate(itertools.pairwise(self.lower)):
            begin = np.clip(edges[:-1], low + years, high + years)
            end = np.clip(edges[1:], low + years, high + years)
            shares[band] = (end - begin) / (high - low)
        return shares


FIVE_YEARS: Final = AgeBands((24, *range(25, 90, 5)))
"""24 (24歳以下), 25-29, … 80-84, 85+, as the survey prints them."""

SINGLE_YEARS: Final = AgeBands(tuple(range(24, 86)))
"""24, 25, … 84, 85+."""
