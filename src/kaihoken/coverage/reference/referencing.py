"""What a facility's registration of a 照会番号 becomes: a link appended to one person, or why it is refused.

Pure. Nothing is guessed: the numbers have to fit one insured person whose coverage runs today, and one reference number
of a facility stands for one person. Who is meant is found among the people of a commit (`truth.Member`), so that rows
of one list see what the rows before them said.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

import msgspec

from kaihoken.coverage.history import Coverage, Fact, PersonId, ReferenceLink
from kaihoken.coverage.matching import SHOWN_STATES, speaks_of
from kaihoken.coverage.registration.registering import append
from kaihoken.identity import (
    InsurerNumber,
    canonical_branch,
    canonical_number,
    canonical_reference,
    canonical_symbol,
)
from kaihoken.problems import Problem

if TYPE_CHECKING:
    from kaihoken.coverage.truth import Member

LinkStatus = Literal["registered", "replaced", "unchanged", "withdrawn"]


class Linking(msgspec.Struct, frozen=True, gc=False):
    """One 照会番号 and the numbers of who is meant, as asked. 記号, 枝番 and 生年月日 narrow it where they are given;
    texts are verbatim."""

    reference_number: str
    insurer: InsurerNumber
    symbol: str
    number: str
    branch: str
    birthdate: date | None = None


def link(
    linking: Linking, facility: str, people: Sequence["Member"], today: date
) -> tuple[LinkStatus, PersonId]:
    """Append the link to the person who is meant: what became of it, and who that is.

    `people` are all who have or had the number, and all for whom the reference number stands or stood. Problems
    `coverage.reference-nobody`, `coverage.reference-several`, `coverage.reference-taken`: then nothing is appended.
    """
    member, coverage = _insured(linking, people, today)
    reference_number = linking.reference_number
    others = (person for person in people if person is not member)
    if any(next(_standing(other, facility, reference_number), None) for other in others):
        raise Problem("coverage.reference-taken")
    earlier = next((one for one in _links(member, facility) if speaks_of(one, coverage)), None)
    if earlier is not None and earlier.reference_number == reference_number:
        return "unchanged", member.person
    _append(
        member,
        ReferenceLink(
            facility=facility,
            reference_number=reference_number,
            insurer_number=coverage.insurer_number,
            symbol=coverage.symbol,
            number=coverage.number,
            branch=coverage.branch,
            registered=today,
        ),
    )
    return "registered" if earlier is None else "replaced", member.person


def unlink(reference_number: str, facility: str, people: Sequence["Member"]) -> LinkStatus:
    """Take back every link of the facility under that number: it stands for one person, but may have been made for each
    of their coverages.

    `people` are all for whom it stands or stood. Unchanged where it was taken back before. Problem
    `coverage.reference-unknown` where it never stood.
    """
    standing = [(member, one) for member in people for one in _standing(member, facility, reference_number)]
    for member, one in standing:
        _append(member, msgspec.structs.replace(one, withdrawn=True))
    if standing:
        return "withdrawn"
    canonical = canonical_reference(reference_number)
    if any(
        type(fact) is ReferenceLink
        and fact.facility == facility
        and canonical_reference(fact.reference_number) == canonical
        for member in people
        for _, fact in member.said
    ):
        return "unchanged"
    raise Problem("coverage.reference-unknown")


def _insured(linking: Linking, people: Sequence["Member"], today: date) -> tuple["Member", Coverage]:
    """The one insured person whom the numbers mean, with the coverage that runs today."""
    found = [
        (member, fact)
        for member in people
        for fact in _held(member)
        if type(fact) is Coverage
        and fact.match in SHOWN_STATES
        and fact.in_force(today)
        and _fits(linking, fact)
    ]
    if not found:
        raise Problem("coverage.reference-nobody")
    member, coverage = found[0]
    if any(other is not member or _numbers(fact) != _numbers(coverage) for other, fact in found):
        raise Problem("coverage.reference-several")
    return member, coverage


def _fits(linking: Linking, coverage: Coverage) -> bool:
    """Whether all that was given is what is registered: a wrong 枝番 is somebody else here, no difference to tell."""
    return (
        coverage.insurer_number == linking.insurer.canonical
        and canonical_number(coverage.number) == canonical_number(linking.number)
        and (not linking.symbol or canonical_symbol(coverage.symbol) == canonical_symbol(linking.symbol))
        and (not linking.branch or canonical_branch(coverage.branch) == canonical_branch(linking.branch))
        and (linking.birthdate is None or coverage.birthdate == linking.birthdate)
    )


def _numbers(coverage: Coverage) -> tuple[str, str, str]:
    return (
        canonical_symbol(coverage.symbol),
        canonical_number(coverage.number),
        canonical_branch(coverage.branch),
    )


def _held(member: "Member") -> Iterator[Fact]:
    """What is held to be true of a person now."""
    return (fact for fact in dict(member.said).values() if not fact.withdrawn)


def _links(member: "Member", facility: str) -> Iterator[ReferenceLink]:
    return (fact for fact in _held(member) if type(fact) is ReferenceLink and fact.facility == facility)


def _standing(member: "Member", facility: str, reference_number: str) -> Iterator[ReferenceLink]:
    """The links of a facility under one number that stand."""
    canonical = canonical_reference(reference_number)
    return (one for one in _links(member, facility) if canonical_reference(one.reference_number) == canonical)


def _append(member: "Member", fact: ReferenceLink) -> None:
    appended = append(member.said, fact)
    assert appended is not None  # it says something else than what stands
    member.append(appended)
