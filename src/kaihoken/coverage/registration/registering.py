"""What a registration row becomes: a new assertion about a person, or nothing because it says what is known.

Pure. The row's link finds the person; the fact's own key (which coverage, which subsidy, which certificate) finds the
subject; a repeated fact changes nothing, so sending a file twice is safe.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from kaihoken.coverage.history import Coverage, Fact, MatchState, PublicExpense, ReferenceLink
from kaihoken.coverage.matching import SHOWN_STATES
from kaihoken.identity import canonical_branch, canonical_number, canonical_symbol, same_kana

SubjectKey = tuple[str | date, ...]


@dataclass(frozen=True, slots=True)
class Appended:
    """What a row appends to a person's assertions: everything but who said it in which commit."""

    ordinal: int
    subject: int
    supersedes: int | None  # ordinal of the assertion whose place it takes
    fact: Fact


Said = tuple[int, Fact]
"""Subject and fact of one assertion, by ordinal."""


def period_of(fact: Fact) -> tuple[date, date | None]:
    """The half-open period of a fact; a certificate's last day is inclusive, so its end is not kept."""
    if isinstance(fact, Coverage):
        return fact.acquired, fact.lost
    if isinstance(fact, PublicExpense):
        return fact.start, fact.end
    if isinstance(fact, ReferenceLink):
        return fact.registered, None
    return fact.not_before, None


def subject_key(fact: Fact) -> SubjectKey:
    """What makes two facts speak of the same thing: the numbers in canonical form and the first day."""
    if isinstance(fact, Coverage):
        return (
            "C",
            fact.insurer_number,
            canonical_symbol(fact.symbol),
            canonical_number(fact.number),
            canonical_branch(fact.branch),
            fact.acquired,
        )
    if isinstance(fact, PublicExpense):
        return "P", fact.payer_number, fact.recipient_number, fact.start
    if isinstance(fact, ReferenceLink):
        return (
            "R",
            fact.facility,
            fact.insurer_number,
            canonical_symbol(fact.symbol),
            canonical_number(fact.number),
            canonical_branch(fact.branch),
        )
    return "J", fact.issuer, fact.serial


def append(said: Sequence[Said], fact: Fact) -> Appended | None:
    """What follows from a fact about a person of whom this was said so far; None if it is what is known already."""
    key = subject_key(fact)
    highest, superseded = 0, None
    for ordinal, (subject, earlier) in enumerate(said):
        highest = max(highest, subject)
        if subject_key(earlier) == key:
            superseded = ordinal
    if superseded is None:
        return Appended(len(said), highest + 1, None, fact)
    subject, latest = said[superseded]
    return None if latest == fact else Appended(len(said), subject, superseded, fact)


def matched(coverage: Coverage, said: Sequence[Said]) -> MatchState:
    """Whether a coverage that an insurer registers without the result of a match may be shown.

    What says who the person is (kana, birthdate, sex) decides. As long as it stays as it was, so does the state:
    sending a coverage again neither lifts a suspension nor stops a viewing. Otherwise it is compared with the person's
    other coverages that may be shown: pending where there are none, until the match with J-LIS is reported; suspended
    where they differ, until the insurer confirms (policy of 2023-09-07); else visible, or corrected where it was
    suspended.
    """
    key = subject_key(coverage)
    before: Coverage | None = None
    others: list[Coverage] = []
    for fact in dict(said).values():
        if type(fact) is not Coverage or fact.withdrawn:
            continue
        if subject_key(fact) == key:
            before = fact
        elif fact.match in SHOWN_STATES:
            others.append(fact)
    if before is not None and _same_person(before, coverage):
        return before.match
    if not others:
        return "pending"
    if not all(_same_person(other, coverage) for other in others):
        return "suspended-3"
    return "corrected" if before is not None and before.match.startswith("suspended") else "visible"


def _same_person(one: Coverage, other: Coverage) -> bool:
    return one.birthdate == other.birthdate and one.sex == other.sex and same_kana(one.kana, other.kana)


def with_match(coverage: Coverage, match: MatchState) -> Coverage:
    """The coverage in that state of the match."""
    return coverage if coverage.match == match else msgspec.structs.replace(coverage, match=match)
