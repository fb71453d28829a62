"""架空の国: a fictional nation drawn from the real census, and the sandbox. No product room imports it.

>>> people = Nation(Plan(count=1_000, seed=1, as_of=date(2026, 11, 20))).block(0)
>>> len(people)
1000
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.people.bulk import Loaded, load
    from kaihoken.people.coverages import Stated
    from kaihoken.people.making import make_store
    from kaihoken.people.nation import IdSource, Nation, Person, ids_in_order
    from kaihoken.people.plan import Plan
    from kaihoken.people.rows import rows_of
    from kaihoken.people.sandbox import (
        Case,
        CertificateAsk,
        NumberAsk,
        ReferenceAsk,
        sandbox_cases,
        sandbox_facility,
        sandbox_insurer,
        sandbox_people,
        sandbox_rehearsals,
    )
    from kaihoken.people.sandbox_table import Expected, Rehearsal

__all__ = [
    "Case",
    "CertificateAsk",
    "Expected",
    "IdSource",
    "Loaded",
    "Nation",
    "NumberAsk",
    "Person",
    "Plan",
    "ReferenceAsk",
    "Rehearsal",
    "Stated",
    "ids_in_order",
    "load",
    "make_store",
    "rows_of",
    "sandbox_cases",
    "sandbox_facility",
    "sandbox_insurer",
    "sandbox_people",
    "sandbox_rehearsals",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
