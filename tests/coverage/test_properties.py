"""What holds for every question about every history that a store can hold."""

from datetime import date
from itertools import permutations

import msgspec
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from kaihoken.coverage import (
    Certificate,
    CertificateInquiry,
    CommitSequence,
    Coverage,
    History,
    NumberInquiry,
    Presented,
    PublicExpense,
    Situation,
    Validity,
    Verdict,
    pack_assertion,
    pack_history,
    unpack_history,
    verify,
)
from kaihoken.coverage.answer import Result
from kaihoken.coverage.disclosure import disclose
from kaihoken.coverage.hindsight import with_hindsight
from kaihoken.coverage.history import believed, believed_now
from kaihoken.coverage.matching import SHOWN_STATES
from kaihoken.coverage.verdict import StepKind
from kaihoken.coverage.words import advisories_said, differences_said, share_said, steps_said, words_for
from kaihoken.payment import ShareKind

from .people import TODAY
from .strategies import histories, history_of, questions
from .test_disclosure import EXPECTED, FIELDS, SUBSIDIES

Asked = tuple[NumberInquiry | CertificateInquiry, tuple[History, ...], date, CommitSequence]

WITHOUT_COVERAGE = {
    Situation.PENDING,
    Situation.SUSPENDED,
    Situation.NOT_FOUND,
    Situation.MULTIPLE,
    Situation.CARD_NOT_LINKED,
    Situation.CERTIFICATE_REVOKED,
    Situation.CERTIFICATE_EXPIRED,
}


REGISTERED_AS_SHOWN = (set(Coverage.__struct_fields__) & set(Result.__struct_fields__)) - {
    "elderly",
    "diseases",
    "tickets",
}


def can_be_told(asked: Asked, verdict: Verdict) -> None:
    for language in ("ja", "ja@easy", "en"):
        assert words_for(verdict, asked[0].kind, language).staff
        assert share_said(verdict.share, verdict.share_basis, language).text
        assert len(steps_said(verdict, None, language)) == len(verdict.steps) > 0
        assert len(advisories_said(verdict, verdict.advisories, language)) == len(verdict.advisories)
        assert len(differences_said(verdict, language)) == len(verdict.differences)


def only_special_expense_asks_for_the_whole_fee(asked: Asked, verdict: Verdict) -> None:
    whole = verdict.share.kind is ShareKind.WHOLE_THEN_CLAIM

    assert verdict.share.percent in (None, 10, 20, 30)
    assert (verdict.share.high or 0) <= 30
    assert whole == (StepKind.RECEIVE_WHOLE_THEN_CLAIM in verdict.steps)
    assert not whole or (verdict.situation, verdict.validity) == (Situation.SPECIAL_EXPENSE, Validity.VALID)


def no_coverage_is_shown_that_may_not_be_viewed(asked: Asked, verdict: Verdict) -> None:
    assert all(coverage.match in SHOWN_STATES and not coverage.withdrawn for coverage in verdict.coverages)
    assert (verdict.coverages == ()) == (verdict.situation in WITHOUT_COVERAGE)


def nobody_is_named_where_it_is_not_sure_who_is_meant(asked: Asked, verdict: Verdict) -> None:
    if verdict.person is None:
        assert verdict.coverages == verdict.subsidies == verdict.tickets == ()
    if verdict.situation is Situation.MULTIPLE:
        assert verdict.person is None


def the_validity_is_that_of_the_days_of_the_coverage(asked: Asked, verdict: Verdict) -> None:
    runs = {Validity.VALID: True, Validity.VALID_UNREGISTERED: True, Validity.INVALID: False}

    for coverage in verdict.coverages[:1]:
        assert verdict.validity is not None
        expected = runs.get(verdict.validity, verdict.situation is Situation.OVERLAP)
        assert coverage.in_force(verdict.on) == expected


def the_share_of_a_declaration_tells_nothing_of_what_was_found(asked: Asked, verdict: Verdict) -> None:
    """By number, the birthdate in the question decides: nothing of a coverage that is not shown."""
    inquiry, _, on, known_at = asked
    if isinstance(inquiry, NumberInquiry) and verdict.situation in WITHOUT_COVERAGE:
        assert verdict.share == verify(inquiry, [], on, known_at).share
    if inquiry.presented is Presented.NOTHING and verdict.situation in WITHOUT_COVERAGE:
        assert verdict.share.kind is ShareKind.UNKNOWN


def the_order_of_the_people_found_does_not_matter(asked: Asked, verdict: Verdict) -> None:
    inquiry, candidates, on, known_at = asked
    for other_order in permutations(candidates):
        assert verify(inquiry, other_order, on, known_at) == verdict


def what_was_said_later_changes_nothing(asked: Asked, verdict: Verdict) -> None:
    """For a card the later knowledge of whose it is counts, and nothing else."""
    inquiry, candidates, on, known_at = asked
    kept = Certificate if isinstance(inquiry, CertificateInquiry) else ()
    earlier = [
        History(
            history.person,
            tuple(a for a in history.assertions if a.commit <= known_at or isinstance(a.fact, kept)),
        )
        for history in candidates
    ]
    assert verify(inquiry, earlier, on, known_at) == verdict


def nothing_leaves_but_what_is_expected_to(asked: Asked, verdict: Verdict) -> None:
    inquiry = asked[0]
    shown = disclose(verdict, inquiry.kind, inquiry.consents, TODAY)

    named: set[str] = set()
    for coverage, result in zip(verdict.coverages, shown.results, strict=True):
        cell = inquiry.kind, verdict.situation, inquiry.consents, coverage.match, verdict.non_disclosure
        may = {field for field in FIELDS if EXPECTED.leaves(field, *cell)}
        left = set(msgspec.to_builtins(result)) | ({SUBSIDIES} if shown.subsidies else set())
        assert left <= may
        named |= left
        for field in left & REGISTERED_AS_SHOWN:
            assert getattr(result, field) == getattr(coverage, field)
    assert shown.fields == tuple(sorted(named))


def hindsight_shows_no_more_than_was_known(asked: Asked, verdict: Verdict) -> None:
    inquiry, candidates, _, _ = asked
    then = disclose(verdict, inquiry.kind, inquiry.consents, TODAY)
    now = disclose(with_hindsight(verdict, candidates), inquiry.kind, inquiry.consents, TODAY)

    assert len(now.results) <= len(then.results)
    assert set(now.subsidies) <= set(then.subsidies)
    assert set(now.fields) <= set(then.fields)


def an_address_that_is_hidden_today_does_not_leave(asked: Asked, verdict: Verdict) -> None:
    inquiry, candidates, _, _ = asked
    shown = disclose(with_hindsight(verdict, candidates), inquiry.kind, inquiry.consents, TODAY)
    whose = [history for history in candidates if history.person == verdict.person]

    if any(isinstance(fact, Coverage) and fact.non_disclosure for one in whose for fact in believed_now(one)):
        assert all((result.address, result.postal_code) == (None, None) for result in shown.results)


PROMISES = (
    can_be_told,
    only_special_expense_asks_for_the_whole_fee,
    no_coverage_is_shown_that_may_not_be_viewed,
    nobody_is_named_where_it_is_not_sure_who_is_meant,
    the_validity_is_that_of_the_days_of_the_coverage,
    the_share_of_a_declaration_tells_nothing_of_what_was_found,
    the_order_of_the_people_found_does_not_matter,
    what_was_said_later_changes_nothing,
    nothing_leaves_but_what_is_expected_to,
    hindsight_shows_no_more_than_was_known,
    an_address_that_is_hidden_today_does_not_leave,
)


@settings(max_examples=400)
@given(questions())
def test_every_verdict_keeps_the_promises(asked: Asked) -> None:
    inquiry, candidates, on, known_at = asked
    verdict = verify(inquiry, candidates, on, known_at)
    event(verdict.situation.value)
    for promise in PROMISES:
        promise(asked, verdict)


@given(histories(), st.integers(0, 8))
def test_what_is_believed_is_the_last_word_on_each_subject(history: History, known_at: int) -> None:
    expected = []
    for subject in dict.fromkeys(assertion.subject for assertion in history.assertions):
        words = [a.fact for a in history.assertions if a.subject == subject and a.commit <= known_at]
        if words and not words[-1].withdrawn:
            expected.append(words[-1])

    assert believed(history, CommitSequence(known_at)) == expected
    assert believed_now(history) == believed(history, CommitSequence(100))


@given(histories())
def test_a_history_is_the_same_after_packing(history: History) -> None:
    packed = [pack_assertion(assertion) for assertion in history.assertions]

    assert unpack_history(history.person, pack_history(packed)) == history


@pytest.mark.parametrize("count", [0, 15, 16, 65_535, 65_536])
def test_a_history_of_any_length_can_be_packed(count: int) -> None:
    """MessagePack has three headers for arrays."""
    subsidy = PublicExpense("81136244", "1234566", "助成", TODAY)
    history = history_of(1, [(1, subsidy)] * count)
    packed = pack_history([pack_assertion(assertion) for assertion in history.assertions])

    assert packed == msgspec.msgpack.encode(history.assertions)
