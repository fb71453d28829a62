"""Which of the things believed about some people an inquiry speaks of."""

from collections.abc import Sequence
from dataclasses import dataclass

from kaihoken.coverage.history import (
    Certificate,
    CommitSequence,
    Coverage,
    Fact,
    History,
    MatchState,
    PersonId,
    believed,
)
from kaihoken.coverage.inquiry import CertificateInquiry, NumberInquiry
from kaihoken.identity import canonical_branch, canonical_number, canonical_symbol

SHOWN_STATES: frozenset[MatchState] = frozenset({"visible", "corrected", "suspended-1", "suspended-2"})
"""States in which the coverage itself may be shown. The lower levels of suspension stop other things."""

WELFARE = "A1"
"""被保険者証区分 of 医療扶助."""


@dataclass(frozen=True, slots=True)
class Match:
    """A coverage that fits the numbers asked for, with everything believed of its person."""

    person: PersonId
    coverage: Coverage
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """The person for whom a certificate stands, with everything believed of them."""

    person: PersonId
    certificate: Certificate
    facts: tuple[Fact, ...]


def match_number(
    inquiry: NumberInquiry, candidates: Sequence[History], known_at: CommitSequence
) -> list[Match]:
    """The coverages that fit 保険者番号, 記号 (where asked), 番号 and 生年月日, compared in canonical form.

    枝番 chooses between several: where one fits exactly the others are left out; where none does they all stay,
    because a wrong or missing 枝番 is a difference to be told, not a reason to find nobody.
    """
    found: list[Match] = []
    for history in candidates:
        facts = tuple(believed(history, known_at))
        found.extend(
            Match(history.person, fact, facts)
            for fact in facts
            if type(fact) is Coverage and _fits(fact, inquiry)
        )
    if len(found) > 1:
        branch = inquiry.canonical[2]
        exact = [match for match in found if branch and canonical_branch(match.coverage.branch) == branch]
        if exact:
            return exact
    return found


def _fits(coverage: Coverage, inquiry: NumberInquiry) -> bool:
    symbol, number, _ = inquiry.canonical
    return (
        coverage.birthdate == inquiry.birthdate
        and coverage.insurer_number == inquiry.insurer.canonical
        and canonical_number(coverage.number) == number
        and (not symbol or canonical_symbol(coverage.symbol) == symbol)
    )


def match_certificate(
    inquiry: CertificateInquiry, candidates: Sequence[History], known_at: CommitSequence
) -> list[Holder]:
    """The people for whom the certificate stands: one, unless somebody was linked wrongly."""
    found: list[Holder] = []
    for history in candidates:
        facts = tuple(believed(history, known_at))
        for fact in facts:
            if type(fact) is Certificate and fact.serial == inquiry.serial and fact.issuer == inquiry.issuer:
                found.append(Holder(history.person, fact, facts))
                break
    return found
