"""Which questions the records answer that the patient consented to at the reader. Pure.

The desk holds no record: it knows that the patient lets the clinic see it, and since when. So the question is not
asked, and the staff is told where to look.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import msgspec

from kaihoken.clock import tokyo_day
from kaihoken.coverage import ConsentShown, Result
from kaihoken.desk.checked import By, Checked
from kaihoken.desk.day import Visit
from kaihoken.desk.papers import Item, Prefilled
from kaihoken.web import day_in_words, messages

_STANDS: Final = "1"
"""同意あり (OQSCD016)."""

_BY_HOLDER: Final = frozenset({By.CARD, By.PHONE, By.STANDING})

_CARD: Final = "CARD"
_AGREED: Final = "agreed"

_CONSENTS: Final[Mapping[str, Callable[[Result], tuple[ConsentShown | None, ...]]]] = MappingProxyType(
    {
        "YZK": lambda one: (one.medicine_consent,),
        "TKK": lambda one: (one.health_checkup_consent,),
        _CARD: lambda one: (
            one.health_checkup_consent,
            one.medicine_consent,
            one.diagnosis_consent,
            one.operation_consent,
            one.disease_name_consent,
            one.infection_consent,
            one.allergy_consent,
            one.contraindication_consent,
            one.test_consent,
            one.prescription_consent,
        ),
    }
)
"""The consents of an answer by what they let answer a question: a kind of record (OQSCD036), or the card."""


class FromRecords(msgspec.Struct, frozen=True):
    """An item that records answer. `day`: when the consent to see them was given; `answer`: what is known by that
    alone, "" where the records have to be looked at."""

    item: str
    day: date
    answer: str = ""


def from_records(visit: Visit, items: Mapping[str, Item]) -> tuple[FromRecords, ...]:
    """What the newest answer of the visit that its patient's own card or consent gave lets the clinic see."""
    checked = next((one for one in reversed(visit.checks) if one.by in _BY_HOLDER), None)
    if checked is None or checked.day < visit.day:
        return ()
    known = []
    for key, item in items.items():
        if item.omit_with is not None and (day := _since(checked, item.omit_with)) is not None:
            known.append(FromRecords(key, day, _AGREED if item.omit_with == _CARD else ""))
    return tuple(known)


def prefilled(records: tuple[FromRecords, ...]) -> Mapping[str, Prefilled]:
    """The same for the sheet of paper."""
    said = messages("desk")
    return {
        one.item: Prefilled(
            one.answer,
            source=said.text("asked.from-records", "ja", day=day_in_words(one.day, "ja", weekday=False)),
        )
        for one in records
    }


def _since(checked: Checked, kind: str) -> date | None:
    """Since when one of its consents stands, None where none does."""
    for result in checked.answer.results:
        for consent in _CONSENTS[kind](result):
            if consent is not None and consent.flag == _STANDS:
                return checked.day if consent.given_at is None else tokyo_day(consent.given_at)
    return None
