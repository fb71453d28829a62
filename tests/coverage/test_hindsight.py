"""A question about what was known earlier: decided by that knowledge, shown under today's restraints."""

import msgspec
import pytest

from kaihoken.coverage import CommitSequence, Consent, History, PublicExpense, Situation, verify
from kaihoken.coverage.answer import Result
from kaihoken.coverage.disclosure import Disclosure, disclose
from kaihoken.coverage.hindsight import with_hindsight
from kaihoken.coverage.inquiry import Inquiry

from .people import NOW, TODAY, a_certificate, a_person, asking_for, by_card, covered_by, said

BEFORE = CommitSequence(3)


def shown_now(inquiry: Inquiry, *people: History, known_at: int = BEFORE) -> Disclosure:
    verdict = verify(inquiry, people, TODAY, CommitSequence(known_at))
    return disclose(with_hindsight(verdict, people), inquiry.kind, inquiry.consents, TODAY)


def result(disclosure: Disclosure) -> Result:
    (only,) = disclosure.results
    return only


def test_what_nothing_has_changed_since_is_shown_as_it_was_known() -> None:
    coverage = covered_by()

    assert result(shown_now(asking_for(coverage), a_person(coverage))).address == coverage.address


def test_an_address_hidden_since_does_not_leave() -> None:
    coverage = covered_by()
    person = said(a_person(coverage), subject=1, commit=9, fact=covered_by(non_disclosure=True))

    assert result(shown_now(asking_for(coverage), person)).address is None


def test_an_address_that_another_insurer_was_told_to_hide_does_not_leave() -> None:
    coverage = covered_by()
    person = a_person(coverage, covered_by("06132013", number="9", non_disclosure=True, lost=TODAY))

    for known_at in (1, NOW):
        shown = result(shown_now(asking_for(coverage), person, known_at=known_at))
        assert (shown.number, shown.address) == (coverage.number, None)


@pytest.mark.parametrize("now", [{"match": "suspended-3"}, {"match": "pending"}, {"withdrawn": True}])
def test_a_coverage_stopped_or_taken_back_since_leaves_nothing(now: dict[str, object]) -> None:
    coverage = covered_by()
    person = said(a_person(coverage), subject=1, commit=9, fact=covered_by(**now))
    inquiry = asking_for(coverage)

    assert verify(inquiry, [person], TODAY, BEFORE).situation is Situation.VALID
    assert shown_now(inquiry, person) == Disclosure((), (), ())


def test_a_coverage_that_came_to_be_visible_since_is_still_decided_by_what_was_known() -> None:
    coverage = covered_by(match="pending")
    person = said(a_person(coverage), subject=1, commit=9, fact=covered_by())

    assert shown_now(asking_for(coverage), person).results == ()


def test_a_subsidy_taken_back_since_does_not_leave() -> None:
    subsidy = PublicExpense("81136244", "1234566", "子ども医療費助成", TODAY)
    taken_back = msgspec.structs.replace(subsidy, withdrawn=True)
    person = a_person(covered_by(), a_certificate(), subsidy)
    card = by_card(consents=[Consent.SUBSIDY])

    assert len(shown_now(card, person).subsidies) == 1
    assert shown_now(card, said(person, subject=3, commit=9, fact=taken_back)).subsidies == ()


def test_a_card_taken_back_since_as_wrongly_linked_opens_nobodys_past() -> None:
    taken_back = msgspec.structs.replace(a_certificate(), withdrawn=True)
    wrong = said(a_person(covered_by(), a_certificate()), subject=2, commit=9, fact=taken_back)

    verdict = verify(by_card(), [wrong], TODAY, BEFORE)
    assert (verdict.situation, verdict.person) == (Situation.CARD_NOT_LINKED, None)


def test_a_card_revoked_since_does_not_ask_about_the_time_before() -> None:
    person = said(
        a_person(covered_by(), a_certificate()), subject=2, commit=9, fact=a_certificate(revoked=TODAY)
    )

    assert verify(by_card(), [person], TODAY, BEFORE).situation is Situation.CERTIFICATE_REVOKED


def test_a_verdict_about_nobody_stays_as_it_is() -> None:
    verdict = verify(asking_for(covered_by()), [], TODAY, BEFORE)

    assert with_hindsight(verdict, []) is verdict
