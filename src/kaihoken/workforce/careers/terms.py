"""What the programme asks, by the day on which somebody agreed to it, and below which count a number is hidden."""

from typing import ClassVar

import msgspec

from kaihoken.rules import Sourced


class CareerProgramme(msgspec.Struct, frozen=True, kw_only=True):
    """The duty of a キャリア形成プログラム (rule family workforce/career-programme).

    `duty_years` in principle; where it follows a loan, its period in months times `loan_multiple`, rounded up to a
    whole month. `short_area_years` of it in 医師の確保を特に図るべき区域等. `residency_years` of clinical training
    count towards the duty, not more.
    """

    family: ClassVar[str] = "workforce/career-programme"

    duty_years: int
    loan_multiple: float
    loan_rounding: Sourced[str]
    short_area_years: int
    residency_years: int
    residency_counts_in_short_areas: Sourced[bool]


class SmallCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Below which number of people a count is hidden (rule family workforce/small-counts)."""

    family: ClassVar[str] = "workforce/small-counts"

    least: Sourced[int]
