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
    ReferenceLink,
    believed,
    believed_now,
)
from kaihoken.coverage.inquiry import CertificateInquiry, NumberInquiry, ReferenceInquiry
from kaihoken.identity import canonical_branch, canonical_number, canonical_reference, canonical_symbol

SHOWN_STATES: frozenset[MatchState] = frozenset({"visible", "corrected", "suspended-1", "suspended-2"})
"""States in which the coverage itself may be shown. The lower levels of suspension stop other things."""

WELFARE = "A1"
"""被保険者証区分 of 医療扶助."""


class Match(msgspec.Struct, frozen=True, gc=False):
    """A coverage that fits the numbers asked for, with everything believed of its person."""

    person: PersonId
    coverage: Coverage
    facts: Sequence[Fact]


class Known(msgspec.Struct, frozen=True, gc=False):
    """A person with everything believed of them."""

    person: PersonId
    facts: Sequence[Fact]


class Holder(Known, frozen=True, gc=False):
    """The person for whom a certificate stands."""

    certificate: Certificate


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


def match_reference(
    inquiry: ReferenceInquiry, candidates: Sequence[History], known_at: CommitSequence
) -> list[Match]:
    """The coverages of which the asking facility's own number speaks, where 生年月日 fits.

    A link names one coverage by its numbers, so it finds what a question by all of these would find of that person. Of
    two links of a person under one number the one that was made last counts. A link that was taken back since opens
    nobody's past, whatever `known_at` asks for; one that was only replaced is answered as it was then.
    """
    found: list[Match] = []
    for history in candidates:
        link = _linked(history, inquiry.facility, inquiry.reference_number, known_at)
        if link is None:
            continue
        facts = believed(history, known_at)
        found += [
            Match(history.person, fact, facts)
            for fact in facts
            if type(fact) is Coverage and fact.birthdate == inquiry.birthdate and speaks_of(link, fact)
        ]
    return found


def _linked(
    history: History, facility: str, reference_number: str, known_at: CommitSequence
) -> ReferenceLink | None:
    """The link of that facility under that number, as far as was known at a commit."""
    canonical = canonical_reference(reference_number)
    then: dict[int, ReferenceLink] = {}
    taken_back: dict[int, bool] = {}
    for assertion in history.assertions:
        fact = assertion.fact
        if type(fact) is ReferenceLink and fact.facility == facility:
            taken_back[assertion.subject] = fact.withdrawn
            if assertion.commit <= known_at:
                then.pop(assertion.subject, None)  # the order is that of what was said last
                then[assertion.subject] = fact
    stand = (
        link
        for subject, link in reversed(then.items())
        if not link.withdrawn
        and not taken_back[subject]
        and canonical_reference(link.reference_number) == canonical
    )
    return next(stand, None)


def speaks_of(link: ReferenceLink, coverage: Coverage) -> bool:
    """Whether a link was made for the numbers of that coverage."""
    return (
        link.insurer_number == coverage.insurer_number
        and canonical_number(link.number) == canonical_number(coverage.number)
        and canonical_symbol(link.symbol) == canonical_symbol(coverage.symbol)
        and canonical_branch(link.branch) == canonical_branch(coverage.branch)
    )


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
                found.append(Holder(history.person, believed(history, known_at), fact))
                break
    return found
