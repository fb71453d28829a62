"""記録条件仕様: the records of a claim file, their fields and their code tables (別表), by kind of file and month."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.claims.records.burdens import Burdens, burden_of, payers_of
    from kaihoken.claims.records.codes import (
        ClaimCode,
        ClaimCodes,
        CodeTable,
        CodeTables,
        Meaning,
        ReturnedCodes,
        code_tables,
    )
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
    from kaihoken.claims.records.note_classes import NoteClasses
    from kaihoken.claims.records.receipt_types import (
        Insurance,
        Insured,
        PersonsOfLaw,
        ReceiptType,
        ReceiptTypes,
        receipt_type,
    )
    from kaihoken.claims.records.returned_files import history_layout, returned_layout
    from kaihoken.claims.records.special_notes import (
        SpecialNote,
        SpecialNotes,
        clashing_notes,
        notes_in,
    )

__all__ = [
    "LAYOUTS",
    "RESERVE",
    "Borrowed",
    "Burdens",
    "ClaimCode",
    "ClaimCodes",
    "ClaimLayout",
    "CodeTable",
    "CodeTables",
    "DentalLayout",
    "DpcLayout",
    "Field",
    "Insurance",
    "Insured",
    "Meaning",
    "MedicalLayout",
    "Mode",
    "NoteClasses",
    "PersonsOfLaw",
    "PharmacyLayout",
    "Place",
    "ReceiptType",
    "ReceiptTypes",
    "RecordLayout",
    "ReturnedCodes",
    "ReturnedLayout",
    "SpecialNote",
    "SpecialNotes",
    "VisitingLayout",
    "burden_of",
    "clashing_notes",
    "code_tables",
    "heads",
    "history_layout",
    "kind_of",
    "layout_of",
    "notes_in",
    "payers_of",
    "receipt_type",
    "returned_layout",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
