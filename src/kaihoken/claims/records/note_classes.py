"""What 特記事項 and marks of a receipt say of who bears what."""

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

import msgspec

from kaihoken.claims.records.receipt_types import Insured


class NoteClass(msgspec.Struct, frozen=True):
    """The class of 高額療養費 that a 特記事項 names; `late_percent` is the share in percent of 後期高齢者 that
    goes with it, where it is not the lowest."""

    code: str
    under_70: str | None
    elderly: str | None
    often: bool = False
    late_percent: int | None = None


class DiseaseNote(msgspec.Struct, frozen=True, rename={"name": "class"}):
    """The class under 70 whose ceiling of 特定疾病 a 特記事項 stands for."""

    code: str
    name: str


class MealClasses(msgspec.Struct, frozen=True):
    """標準負担額区分 that somebody may have as an outpatient, and as an inpatient; None where nothing is known."""

    persons: tuple[Insured, ...]
    outpatient: tuple[str, ...]
    inpatient: tuple[str, ...] | None


class NoteClasses(msgspec.Struct, frozen=True, dict=True):
    """What 特記事項 and marks say of who bears what (rule family claims/note-classes)."""

    family: ClassVar[str] = "claims/note-classes"

    classes: tuple[NoteClass, ...]
    disease: tuple[DiseaseNote, ...]
    meal_classes: tuple[MealClasses, ...]

    @cached_property
    def by_code(self) -> Mapping[str, NoteClass]:
        """By 特記事項."""
        return {one.code: one for one in self.classes}

    def marks_of(self, person: Insured, *, inpatient: bool) -> tuple[str, ...] | None:
        """Which 標準負担額区分 somebody may have; None where nothing is known."""
        return next(
            (
                one.inpatient if inpatient else one.outpatient
                for one in self.meal_classes
                if person in one.persons
            ),
            None,
        )
