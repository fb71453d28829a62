"""同意: who lets which facility see what, in which form of care, until when. Given, seen, withdrawn, expired."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.consent.book import ConsentBook, kept
    from kaihoken.consent.giving import Giving, granted
    from kaihoken.consent.grant import (
        End,
        Grant,
        Held,
        Standing,
        expiry_code,
        is_alive,
        standing,
        state_of,
    )
    from kaihoken.consent.item import (
        COVERAGE_ITEMS,
        MEDICAL_ITEMS,
        TREATMENT_CODE,
        Care,
        ConsentId,
        EndReason,
        Item,
        Means,
    )
    from kaihoken.consent.life import END_REASON_OF_CODE, LIFE, Event, State
    from kaihoken.consent.period import LONGEST_DAYS, Period
    from kaihoken.consent.recorded import Actor, check_consents, given_entry
    from kaihoken.consent.store import added
    from kaihoken.consent.terms import CareTerms, ConsentItems, ConsentLists, ListTerms, check_giving

__all__ = [
    "COVERAGE_ITEMS",
    "END_REASON_OF_CODE",
    "LIFE",
    "LONGEST_DAYS",
    "MEDICAL_ITEMS",
    "TREATMENT_CODE",
    "Actor",
    "Care",
    "CareTerms",
    "ConsentBook",
    "ConsentId",
    "ConsentItems",
    "ConsentLists",
    "End",
    "EndReason",
    "Event",
    "Giving",
    "Grant",
    "Held",
    "Item",
    "ListTerms",
    "Means",
    "Period",
    "Standing",
    "State",
    "added",
    "check_consents",
    "check_giving",
    "expiry_code",
    "given_entry",
    "granted",
    "is_alive",
    "kept",
    "standing",
    "state_of",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
