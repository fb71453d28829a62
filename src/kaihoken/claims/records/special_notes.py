"""レセプト特記事項: which of them stand in a month, on whose receipts, and which exclude each other."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property, lru_cache
from itertools import combinations
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.claims.records.codes import ClaimCode
from kaihoken.claims.records.receipt_types import Insurance, Insured, ReceiptType


class SpecialNote(ClaimCode, frozen=True, kw_only=True):
    """One 特記事項. Of one `group` a receipt carries one at most. Where `persons` or `insurances` are not empty, it
    stands on the receipts of these alone; of persons that is so from the month `persons_since` on."""

    group: str = ""
    persons: tuple[Insured, ...] = ()
    persons_since: date | None = None
    insurances: tuple[Insurance, ...] = ()

    def stands_on(self, receipt: ReceiptType, month: date) -> bool:
        """Whether it may stand on such a receipt for care in the month that begins on `month`. Where 公費 alone pays,
        nothing is known of the person, and no person excludes it."""
        if not self.stands_in(month):
            return False
        if self.insurances and receipt.insurance not in self.insurances:
            return False
        since = self.persons_since is None or self.persons_since <= month
        return not (since and self.persons and receipt.person and receipt.person not in self.persons)


class SpecialNotes(msgspec.Struct, frozen=True, dict=True):
    """Every 特記事項 (rule family claims/special-notes)."""

    family: ClassVar[str] = "claims/special-notes"

    notes: tuple[SpecialNote, ...]

    @cached_property
    def by_code(self) -> Mapping[str, SpecialNote]:
        """By code, of all months."""
        return {note.code: note for note in self.notes}


@lru_cache(maxsize=256)
def notes_in(month: date) -> Mapping[str, SpecialNote]:
    """The 特記事項 by code in the month of care that begins on `month`. Raises Problem `rules.no_version`."""
    known = rules.load(SpecialNotes, on=month).by_code
    return {code: note for code, note in known.items() if note.stands_in(month)}


def clashing_notes(codes: Iterable[str], month: date) -> tuple[tuple[str, str], ...]:
    """The pairs of 特記事項 on one receipt that exclude each other, the same one written twice among them, in the order
    written. Codes that do not stand in the month clash with nothing."""
    known = notes_in(month)
    grouped = ((code, known[code].group) for code in codes if code in known)
    return tuple(
        (one, other)
        for (one, group), (other, others) in combinations(tuple(grouped), 2)
        if one == other or (group and group == others)
    )
