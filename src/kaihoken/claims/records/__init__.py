"""記録条件仕様: the records of a claim file and their fields, by kind of file and month."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.claims.records.layout import (
        LAYOUTS,
        RESERVE,
        Borrowed,
        ClaimLayout,
        DentalLayout,
        DpcLayout,
        Field,
        MedicalLayout,
        Mode,
        PharmacyLayout,
        Place,
        RecordLayout,
        ReturnedLayout,
        VisitingLayout,
        heads,
        kind_of,
        layout_of,
    )

__all__ = [
    "LAYOUTS",
    "RESERVE",
    "Borrowed",
    "ClaimLayout",
    "DentalLayout",
    "DpcLayout",
    "Field",
    "MedicalLayout",
    "Mode",
    "PharmacyLayout",
    "Place",
    "RecordLayout",
    "ReturnedLayout",
    "VisitingLayout",
    "heads",
    "kind_of",
    "layout_of",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
