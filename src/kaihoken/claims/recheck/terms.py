"""What a claim comes to, and which 確認区分 the 審査支払機関 would put on it: a forecast, by the rules of the first
day of care."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.coverage import Finding, ReviewTerms

LAST_DAY = date(9999, 12, 31)


class ClaimVerdict(StrEnum):
    """What all days of a claim come to together."""

    AS_WRITTEN = "as-written"
    BRANCH_FIXED = "branch-fixed"  # 枝番特定
    SWITCHED = "switched"  # 振替
    SPLIT = "split"  # 分割
    LOST = "lost"  # on some day nobody covered the person, as far as is known
    UNKNOWN = "unknown"  # nobody, or nobody for sure
    EXCLUDED = "excluded"  # 振替・分割の対象外


class RecheckTerms(msgspec.Struct, frozen=True):
    """確認区分 of what only who holds the whole claim can tell (rule family claims/recheck): a claim that is divided,
    one that is left out of switching because 公費 pays with it, and one made after the card was collected."""

    family: ClassVar[str] = "claims/recheck"

    split: rules.Sourced[str]
    excluded: rules.Sourced[str]
    collected: rules.Sourced[str]


DayTerms = tuple[date, date, bool]
"""First and last day, and whether the coverage written on the claim counts before a newer one."""

Confirmation = tuple[str, str, date, date, str]
"""Verdict, its reason, first and last day, 確認区分."""


def day_terms() -> list[DayTerms]:
    """The rules of every day of care since claims are compared."""
    return [(first, last, terms.overlap.value == "written") for first, last, terms in _versions()]


def confirmations() -> list[Confirmation]:
    """確認区分 of every verdict with its reason, by day."""
    return [
        (verdict, reason, first, last, code)
        for first, last, terms in _versions()
        for verdict, reason, code in _codes(terms, rules.load(RecheckTerms, on=first))
    ]


def _versions() -> Iterator[tuple[date, date, ReviewTerms]]:
    for version in rules.PACKAGED.versions(ReviewTerms.family):
        first = version.effective_from
        yield first, version.effective_to or LAST_DAY, rules.load(ReviewTerms, on=first)


def _codes(terms: ReviewTerms, own: RecheckTerms) -> Iterator[tuple[str, str, str]]:
    of = terms.confirmation.value
    yield ClaimVerdict.AS_WRITTEN, "", of[Finding.AS_WRITTEN]
    yield ClaimVerdict.BRANCH_FIXED, "", terms.branch_found.value
    yield ClaimVerdict.SWITCHED, "", of[Finding.OTHER_INSURER]
    yield ClaimVerdict.SPLIT, "", own.split.value
    yield ClaimVerdict.LOST, "no-new", of[Finding.NOT_COVERED]
    yield ClaimVerdict.LOST, "collected", own.collected.value
    yield ClaimVerdict.LOST, "death", of[Finding.DECEASED]
    for doubt in ("not-found", "several", "pending", "suspended"):
        yield ClaimVerdict.UNKNOWN, doubt, of[Finding.UNCONFIRMABLE]
    yield ClaimVerdict.EXCLUDED, "public-payer", own.excluded.value
