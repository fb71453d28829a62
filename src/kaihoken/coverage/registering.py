"""What a registration row becomes: a new assertion about a person, or nothing because it says what is known.

Pure. The row's link finds the person; the fact's own key (which coverage, which subsidy, which certificate) finds the
subject; a repeated fact changes nothing, so sending a file twice is safe.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from kaihoken.coverage.history import Certificate, Coverage, Fact, MatchState, PublicExpense
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
    match fact:
        case Coverage():
            return fact.acquired, fact.lost
        case PublicExpense():
            return fact.start, fact.end
        case Certificate():
            return fact.not_before, None


def subject_key(fact: Fact) -> SubjectKey:
    """What makes two facts speak of the same thing: the numbers in canonical form and the first day."""
    match fact:
        case Coverage():
            return (
                "C",
                fact.insurer_number,
                canonical_symbol(fact.symbol),
                canonical_number(fact.number),
                canonical_branch(fact.branch),
                fact.acquired,
            )
        case PublicExpense():
            return "P", fact.payer_number, fact.recipient_number, fact.start
        case Certificate():
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
    """Whether a coverage that an insurer registers may be shown: where the match with what is known of the person
    leaves no doubt. A person known by nothing yet is pending until the match with J-LIS is reported; kana, birthdate
    or sex that differ from a visible coverage suspend viewing until the insurer confirms (policy of 2023-09-07)."""
    latest = dict(said)
    known = [
        fact
        for fact in latest.values()
        if type(fact) is Coverage and not fact.withdrawn and fact.match in SHOWN_STATES
    ]
    if not known:
        return "pending"
    agrees = all(
        other.birthdate == coverage.birthdate
        and other.sex == coverage.sex
        and same_kana(other.kana, coverage.kana)
        for other in known
    )
    return "visible" if agrees else "suspended-3"


def with_match(coverage: Coverage, match: MatchState) -> Coverage:
    """The coverage in that state of the match."""
    return coverage if coverage.match == match else msgspec.structs.replace(coverage, match=match)
