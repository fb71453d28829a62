"""少数・中程度・多数: the class of an index against the thresholds of its level."""

from enum import StrEnum
from typing import ClassVar

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class IndexClass(StrEnum):
    """The third in which an index lies. 少数 and 多数 are 医師少数区域 (都道府県) and 医師多数区域 (都道府県)."""

    MINORITY = "minority"
    MIDDLE = "middle"
    MAJORITY = "majority"


class Thresholds(msgspec.Struct, frozen=True):
    """The index of the boundary members of one level, in standardised doctors per 100,000 adjusted residents."""

    upper: float
    lower: float


class IndexThresholds(msgspec.Struct, frozen=True):
    """The thresholds that MHLW fixed at an index' publication (rule family workforce/index-classes), truncated to
    `decimals`. An area drawn anew later is held against them as they were."""

    family: ClassVar[str] = "workforce/index-classes"

    prefecture: Thresholds
    area: Thresholds
    decimals: int


def classify(index: float, thresholds: Thresholds) -> IndexClass:
    """The class of one value; both thresholds belong to their class: they are values of its last members.

    Source: 厚生労働省 2025-09-11; checked on the printed values (16 / 15 / 16 prefectures, 112 / 110 / 108 areas).
    """
    if index >= thresholds.upper:
        return IndexClass.MAJORITY
    return IndexClass.MINORITY if index <= thresholds.lower else IndexClass.MIDDLE


def straddles(low: Floats, high: Floats, thresholds: Thresholds) -> npt.NDArray[np.bool_]:
    """Which intervals [low, high] hold values of two classes: their class cannot be told from rounded components."""
    minority = (low <= thresholds.lower) & (high > thresholds.lower)
    majority = (low < thresholds.upper) & (high >= thresholds.upper)
    return minority | majority
