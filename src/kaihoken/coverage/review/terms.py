"""The rules by which claims are held against the register, and whose claims an organisation holds."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

import msgspec

from kaihoken import rules
from kaihoken.coverage.verdict import DifferenceKind, Situation
from kaihoken.identity import FacilityCode, InsurerNumber, Scheme, birthday
from kaihoken.problems import Problem

_WHOLE = "00"
"""Stands in the code of an organisation for all prefectures."""


class Finding(StrEnum):
    """How the register compares with what a claim says."""

    AS_WRITTEN = "as-written"
    OTHER_INSURER = "other-insurer"  # 振替
    NOT_COVERED = "not-covered"  # the coverage did not run, and nobody else's is known
    DECEASED = "deceased"
    UNCONFIRMABLE = "unconfirmable"


class ReviewTerms(msgspec.Struct, frozen=True):
    """How claims of a day of care are compared (rule family coverage/review).

    `overlap` says which of two coverages that both run counts, the one written on the claim or the newest;
    `confirmation` is 確認区分 (別表29) by finding, `branch_found` that of a 枝番 which the register adds or corrects;
    `federation_schemes` are those whose claims 国保連 holds; all others go to 支払基金. `claim_years` is how long after
    a day of care a facility may ask about it: until then it may claim.
    """

    family: ClassVar[str] = "coverage/review"

    overlap: rules.Sourced[Literal["written", "newest"]]
    confirmation: rules.Sourced[Mapping[Finding, str]]
    branch_found: rules.Sourced[str]
    federation_schemes: rules.Sourced[tuple[Scheme, ...]]
    claim_years: rules.Sourced[int]

    def confirmed(self, finding: Finding, differences: tuple[DifferenceKind, ...]) -> str:
        """確認区分 of a claim of one day."""
        if finding is Finding.AS_WRITTEN and _BRANCH & set(differences):
            return self.branch_found.value
        return self.confirmation.value[finding]


_BRANCH = frozenset({DifferenceKind.BRANCH, DifferenceKind.BRANCH_MISSING})
_OF_THE_PERSON = frozenset({DifferenceKind.KANA, DifferenceKind.NAME, DifferenceKind.SEX})

_FINDINGS: Mapping[Situation, Finding] = {
    Situation.VALID: Finding.AS_WRITTEN,
    Situation.SPECIAL_EXPENSE: Finding.AS_WRITTEN,
    Situation.WELFARE_TICKET: Finding.AS_WRITTEN,
    Situation.WELFARE_UNREGISTERED: Finding.AS_WRITTEN,
    Situation.OVERLAP: Finding.AS_WRITTEN,
    Situation.NEW_EXISTS: Finding.OTHER_INSURER,
    Situation.ENDED: Finding.NOT_COVERED,
    Situation.NOT_STARTED: Finding.NOT_COVERED,
    Situation.DECEASED: Finding.DECEASED,
}


def finding_of(situation: Situation) -> Finding:
    """What a situation means for a claim. Who may not be seen, or is several or nobody, is not told apart."""
    return _FINDINGS.get(situation, Finding.UNCONFIRMABLE)


def review_terms(on: date) -> ReviewTerms:
    """The rules of a day of care. Problem `coverage.too-early` for one before claims were compared at all."""
    earliest = rules.PACKAGED.versions(ReviewTerms.family)[0].effective_from
    if on < earliest:
        raise Problem("coverage.too-early", where="on", earliest=earliest.isoformat())
    return rules.load(ReviewTerms, on=on)


def check_claimable(on: date, today: date) -> None:
    """Whether a facility may still claim a day of care, and so ask about it. Problem `coverage.care-day-old`."""
    years = review_terms(on).claim_years.value
    if birthday(on, years) <= today:
        raise Problem("coverage.care-day-old", where="on", years=years)


def check_held(organisation: str, insurer: InsurerNumber, facility: FacilityCode, terms: ReviewTerms) -> None:
    """Whether a claim of that facility to that insurer is one that the organisation holds, by its code: 1 支払基金 or
    2 国保連 with the prefecture of the facility, or 100. Claims of test institutions are in every prefecture. An
    organisation without a code holds none.

    Problem `coverage.claim-elsewhere` naming the field.
    """
    federation = insurer.scheme in terms.federation_schemes.value
    if organisation[:1] != ("2" if federation else "1"):
        raise Problem("coverage.claim-elsewhere", where="insurer_number")
    if organisation[1:] not in (_WHOLE, facility.canonical[:2]) and not facility.is_test:
        raise Problem("coverage.claim-elsewhere", where="facility")


def is_told_of_claim(kind: str, finding: Finding) -> bool:
    """Whether a difference is told of a claim. Where another insurer's coverage ran its numbers differ, and only what
    belongs to the person is told."""
    return finding is not Finding.OTHER_INSURER or kind in _OF_THE_PERSON
