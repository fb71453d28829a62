"""Which of the things believed about some people an inquiry speaks of."""

from collections.abc import Sequence

import msgspec

from kaihoken.coverage.history import (
    Certificate,
    CommitSequence,
    Coverage,
    Fact,
    History,
    MatchState,
    PersonId,
    believed,
    believed_now,
)
from kaihoken.coverage.inquiry import CertificateInquiry, NumberInquiry
from kaihoken.identity import canonical_branch, canonical_number, canonical_symbol

SHOWN_STATES: frozenset[MatchState] = frozenset({"visible", "corrected", "suspended-1", "suspended-2"})
"""States in which the coverage itself may be shown. The lower levels of suspension stop other things."""

WELFARE = "A1"
"""被保険者証区分 of 医療扶助."""


class Match(msgspec.Struct, frozen=True, gc=False):
    """A coverage that fits the numbers asked for, with everything believed of its person."""

    person: PersonId
    coverage: Coverage
    facts: Sequence[Fact]


class Holder(msgspec.Struct, frozen=True, gc=False):
    """The person for whom a certificate stands, with everything believed of them."""

    person: PersonId
    certificate: Certificate
    facts: Sequence[Fact]


def match_number(
    inquiry: NumberInquiry, candidates: Sequence[History], known_at: CommitSequence
) -> list[Match]:
    """The coverages that fit 保険者番号, 記号 (where asked), 番号 and 生年月日, compared in canonical form.

    枝番 chooses between several: where one fits exactly the others are left out; where none does they all stay,
    because a wrong or missing 枝番 is a difference to be told, not a reason to find nobody.
    """
    insurer = inquiry.insurer.canonical
    symbol, number, branch = inquiry.canonical
    found: list[Match] = []
    for history in candidates:
        facts = believed(history, known_at)
        found += [
            Match(history.person, fact, facts)
            for fact in facts
            if type(fact) is Coverage
            and fact.birthdate == inquiry.birthdate
            and fact.insurer_number == insurer
            and canonical_number(fact.number) == number
            and (not symbol or canonical_symbol(fact.symbol) == symbol)
        ]
    if len(found) > 1 and branch:
        exact = [match for match in found if canonical_branch(match.coverage.branch) == branch]
        if exact:
            return exact
    return found


def match_certificate(
    inquiry: CertificateInquiry, candidates: Sequence[History], known_at: CommitSequence
) -> list[Holder]:
    """The people for whom the certificate stands from its first day on: one, unless somebody was linked wrongly.

    Whose the card is goes by all that is known today, even where `known_at` asks for less of the rest: a link that
    was taken back as wrong opens nobody's past.
    """
    found: list[Holder] = []
    for history in candidates:
        for fact in believed_now(history):
            if (
                type(fact) is Certificate
                and fact.serial == inquiry.serial
                and fact.issuer == inquiry.issuer
                and fact.not_before <= inquiry.presented_on
            ):
                found.append(Holder(history.person, fact, believed(history, known_at)))
                break
    return found
