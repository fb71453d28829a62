"""特記事項: the codes that a claim carries for the ceiling and the 特定疾病 that an answer shows. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.coverage import Answer


class OfLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code of one band (OQSCD012). `sure` is false where no text was found for it."""

    category: str
    code: str
    name: str
    often: str
    often_name: str
    sure: bool


class OfDisease(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code of a 特定疾病 with that ceiling of the month."""

    monthly_limit_yen: int
    code: str
    name: str


class SpecialNotes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The codes (rule family desk/special-notes)."""

    family: ClassVar[str] = "desk/special-notes"

    limits: tuple[OfLimit, ...]
    diseases: tuple[OfDisease, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """One code with its name: 28区ウ. `often` is the one of 多数回該当, "" where there is none."""

    code: str
    often: str
    sure: bool


def notes_of(answer: Answer, on: date) -> tuple[Note, ...]:
    """The codes that go with an answer, none where it shows neither ceiling nor 特定疾病. Problem
    `rules.no_version`."""
    law = rules.load(SpecialNotes, on=on)
    of_limit = {one.category: one for one in law.limits}
    of_yen = {one.monthly_limit_yen: one for one in law.diseases}
    notes: list[Note] = []
    for result in answer.results:
        if result.limit is not None and (limit := of_limit.get(result.limit.category)) is not None:
            notes.append(Note(f"{limit.code}{limit.name}", f"{limit.often}{limit.often_name}", limit.sure))
        known = [of_yen.get(disease.monthly_limit_yen) for disease in result.diseases]
        notes += [Note(f"{one.code}{one.name}", "", sure=True) for one in known if one is not None]
    return tuple(dict.fromkeys(notes))
