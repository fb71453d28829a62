"""The decision: six 資格有効性, who is meant, and what is never said."""

from datetime import date, timedelta

import msgspec
import pytest

from kaihoken.coverage import (
    CommitSequence,
    ElderlyCertificate,
    History,
    MedicalTicket,
    Presented,
    PublicExpense,
    Situation,
    Validity,
    Verdict,
    verify,
)
from kaihoken.coverage.history import Coverage, LimitCertificate
from kaihoken.coverage.inquiry import Chart, Inquiry
from kaihoken.coverage.verdict import Advisory, DifferenceKind, ShareBasis, StepKind
from kaihoken.payment import ShareKind

from .people import (
    CITY,
    COMPANY,
    ELDERLY,
    FACILITY,
    NOW,
    TODAY,
    a_certificate,
    a_person,
    asking_for,
    by_card,
    covered_by,
    said,
)


def decide(inquiry: Inquiry, *people: History, on: date = TODAY, known_at: int = NOW) -> Verdict:
    return verify(inquiry, people, on, CommitSequence(known_at))


class TestByNumber:
    def test_a_running_coverage_is_valid(self) -> None:
        coverage = covered_by()
        verdict = decide(asking_for(coverage), a_person(coverage))
        assert (verdict.validity, verdict.situation) == (Validity.VALID, Situation.VALID)
        assert verdict.coverages == (coverage,)
        assert verdict.share.percent == 30
        assert verdict.steps == (StepKind.RECEIVE,)

    def test_nobody_found_is_not_found(self) -> None:
        verdict = decide(asking_for(covered_by()))
        assert verdict.validity is Validity.NOT_FOUND
        assert verdict.person is None
        assert Advisory.LAG_LIKELY in verdict.advisories
        assert verdict.steps[0] is StepKind.REKEY

    @pytest.mark.parametrize(
        "changed",
        [
            {"birthdate": "1980-01-02"},
            {"number": "57"},
            {"symbol": "12-35"},
            {"insurer": COMPANY},
        ],
    )
    def test_a_wrong_key_finds_nobody_although_the_candidate_was_fetched(
        self, changed: dict[str, str]
    ) -> None:
        coverage = covered_by()
        verdict = decide(asking_for(coverage, **changed), a_person(coverage))
        assert verdict.validity is Validity.NOT_FOUND
        assert verdict.coverages == ()

    def test_a_number_that_fails_its_check_digit_is_named(self) -> None:
        coverage = covered_by()
        verdict = decide(asking_for(coverage, insurer="01130013"), a_person(coverage))
        assert Advisory.CHECK_DIGIT in verdict.advisories

    @pytest.mark.parametrize(
        "changed", [{"symbol": "１２－３４"}, {"number": "00056"}, {"number": "５６"}, {"symbol": "12‐34"}]
    )
    def test_width_hyphens_and_leading_zeros_do_not_matter(self, changed: dict[str, str]) -> None:
        coverage = covered_by()
        assert decide(asking_for(coverage, **changed), a_person(coverage)).validity is Validity.VALID

    def test_it_ends_on_the_day_of_loss_not_before(self) -> None:
        coverage = covered_by(lost=TODAY)
        person = a_person(coverage)
        assert decide(asking_for(coverage), person).validity is Validity.INVALID
        assert decide(asking_for(coverage), person, on=TODAY - timedelta(days=1)).validity is Validity.VALID

    def test_ended_without_a_newer_one_is_invalid_and_says_that_registration_may_lag(self) -> None:
        coverage = covered_by(lost=TODAY - timedelta(days=1))
        verdict = decide(asking_for(coverage), a_person(coverage))
        assert (verdict.validity, verdict.situation) == (Validity.INVALID, Situation.ENDED)
        assert Advisory.LAG_LIKELY in verdict.advisories
        assert StepKind.DECLARATION_IF_CARD_UNREADABLE in verdict.steps

    def test_long_ended_does_not_blame_the_lag(self) -> None:
        coverage = covered_by(lost=date(2024, 4, 1))
        assert Advisory.LAG_LIKELY not in decide(asking_for(coverage), a_person(coverage)).advisories

    def test_ended_with_a_newer_one_says_so_and_shows_only_the_old(self) -> None:
        old = covered_by(lost=date(2026, 11, 1))
        new = covered_by(COMPANY, date(2026, 11, 1), number="77")
        verdict = decide(asking_for(old), a_person(old, new))
        assert (verdict.validity, verdict.situation) == (Validity.INVALID_NEW_EXISTS, Situation.NEW_EXISTS)
        assert verdict.coverages == (old,)

    @pytest.mark.parametrize("match", ["pending", "suspended-3"])
    def test_a_newer_one_that_may_not_be_shown_does_not_count(self, match: str) -> None:
        old = covered_by(lost=date(2026, 11, 1))
        new = covered_by(COMPANY, date(2026, 11, 1), number="77", match=match)
        verdict = decide(asking_for(old), a_person(old, new))
        assert verdict.validity is Validity.INVALID
        assert (Advisory.PENDING_NEW in verdict.advisories) == (match == "pending")

    def test_two_that_run_together_point_to_the_newer_one(self) -> None:
        old = covered_by()
        new = covered_by(COMPANY, date(2026, 11, 1), number="77")
        verdict = decide(asking_for(old), a_person(old, new))
        assert (verdict.validity, verdict.situation) == (Validity.INVALID_NEW_EXISTS, Situation.OVERLAP)
        assert decide(asking_for(new), a_person(old, new)).validity is Validity.VALID

    def test_welfare_beside_a_running_insurance_does_not_end_it(self) -> None:
        insured = covered_by()
        welfare = covered_by("12131108", date(2026, 11, 1), classification="A1", number="1234566")
        assert decide(asking_for(insured), a_person(insured, welfare)).validity is Validity.VALID

    def test_welfare_after_an_insurance_is_the_newer_one(self) -> None:
        insured = covered_by(lost=date(2026, 11, 1), loss_reason="02")
        welfare = covered_by("12131108", date(2026, 11, 1), classification="A1", number="1234566")
        assert decide(asking_for(insured), a_person(insured, welfare)).situation is Situation.NEW_EXISTS

    def test_not_begun_yet(self) -> None:
        coverage = covered_by(since=TODAY + timedelta(days=3))
        verdict = decide(asking_for(coverage), a_person(coverage))
        assert (verdict.validity, verdict.situation) == (Validity.INVALID, Situation.NOT_STARTED)
        assert verdict.since == coverage.acquired

    def test_twins_without_a_branch_are_several_and_with_it_one(self) -> None:
        one, two = covered_by(branch="03"), covered_by(branch="04", name="山田　次郎", kana="ﾔﾏﾀﾞ ｼﾞﾛｳ")
        people = a_person(one, person=1), a_person(two, person=2)
        several = decide(asking_for(one, branch=""), *people)
        assert several.validity is Validity.MULTIPLE
        assert several.steps[0] is StepKind.ADD_BRANCH
        assert several.coverages == ()
        assert decide(asking_for(two), *people).coverages == (two,)

    def test_a_number_that_was_somebody_elses_before_is_several(self) -> None:
        people = a_person(covered_by(lost=date(2022, 4, 1)), person=1), a_person(covered_by(), person=2)
        assert decide(asking_for(covered_by()), *people).validity is Validity.MULTIPLE

    def test_acquired_and_lost_on_one_day_it_has_ended_that_day(self) -> None:
        coverage = covered_by(since=TODAY, lost=TODAY)
        assert decide(asking_for(coverage), a_person(coverage)).situation is Situation.ENDED
        assert decide(by_card(), a_person(coverage, a_certificate())).situation is Situation.ENDED

    def test_an_address_that_any_insurer_hides_is_the_persons(self) -> None:
        hidden = covered_by(COMPANY, number="9", lost=date(2022, 4, 1), non_disclosure=True)
        assert decide(asking_for(covered_by()), a_person(hidden, covered_by())).non_disclosure
        assert not decide(asking_for(covered_by()), a_person(covered_by())).non_disclosure

    def test_a_branch_that_nobody_has_does_not_choose(self) -> None:
        people = a_person(covered_by(branch="03"), person=1), a_person(covered_by(branch="04"), person=2)
        assert decide(asking_for(covered_by(branch="09")), *people).validity is Validity.MULTIPLE

    @pytest.mark.parametrize(
        ("matches", "situation"),
        [(("pending", "pending"), Situation.PENDING), (("pending", "suspended-3"), Situation.SUSPENDED)],
    )
    def test_of_several_who_may_not_be_shown_nobody_is_named(
        self, matches: tuple[str, str], situation: Situation
    ) -> None:
        people = [
            a_person(covered_by(match=match, received=date(2026, 11, number)), person=number)
            for number, match in enumerate(matches, start=1)
        ]
        for candidates in (people, people[::-1]):
            verdict = decide(asking_for(covered_by(), branch=""), *candidates)
            assert (verdict.situation, verdict.validity) == (situation, Validity.NOT_FOUND)
            assert (verdict.person, verdict.since) == (None, None)

    def test_of_several_pending_the_one_that_runs_dates_the_procedure(self) -> None:
        ended = covered_by(match="pending", lost=date(2022, 4, 1), received=date(2022, 4, 2))
        again = covered_by(match="pending", since=date(2026, 11, 1), received=date(2026, 11, 16))
        verdict = decide(asking_for(covered_by()), a_person(ended, again))
        assert (verdict.situation, verdict.since) == (Situation.PENDING, date(2026, 11, 16))

    def test_a_number_held_twice_by_one_person_at_once_is_several(self) -> None:
        person = a_person(covered_by(branch="00"), covered_by(branch="01", since=date(2021, 4, 1)))
        assert decide(asking_for(covered_by(), branch=""), person).validity is Validity.MULTIPLE

    def test_who_left_and_came_back_under_the_same_number_is_valid(self) -> None:
        first = covered_by(lost=date(2022, 4, 1))
        again = covered_by(since=date(2025, 4, 1))
        verdict = decide(asking_for(again), a_person(first, again))
        assert verdict.coverages == (again,)

    def test_a_wrong_branch_is_a_difference_not_a_dead_end(self) -> None:
        coverage = covered_by()
        verdict = decide(asking_for(coverage, branch="02"), a_person(coverage))
        assert verdict.validity is Validity.VALID
        assert [difference.kind for difference in verdict.differences] == [DifferenceKind.BRANCH]
        assert verdict.steps[0] is StepKind.COMPARE

    def test_a_missing_branch_and_symbol_are_told(self) -> None:
        coverage = covered_by()
        verdict = decide(asking_for(coverage, branch="", symbol=""), a_person(coverage))
        assert {difference.kind for difference in verdict.differences} == {
            DifferenceKind.BRANCH_MISSING,
            DifferenceKind.SYMBOL_MISSING,
        }
        assert verdict.steps[0] is StepKind.FILL_IN, (
            "nothing differs, so nobody is told that the chart is wrong"
        )

    def test_one_that_differs_beside_one_that_is_missing_is_compared(self) -> None:
        verdict = decide(asking_for(covered_by(), branch="02", symbol=""), a_person(covered_by()))
        assert verdict.steps[0] is StepKind.COMPARE

    def test_nobody_puts_a_chart_right_after_a_coverage_that_has_ended(self) -> None:
        ended = covered_by(lost=date(2026, 11, 1))
        verdict = decide(asking_for(ended, branch=""), a_person(ended))
        assert verdict.differences
        assert not {StepKind.COMPARE, StepKind.FILL_IN} & set(verdict.steps)

    def test_the_chart_is_compared(self) -> None:
        coverage = covered_by()
        chart = Chart(kana="ヤマダ ジロウ", name="山田次郎", relation="2", share_percent=20, sex="2")
        verdict = decide(asking_for(coverage, chart=chart), a_person(coverage))
        assert {difference.kind for difference in verdict.differences} == {
            DifferenceKind.KANA,
            DifferenceKind.NAME,
            DifferenceKind.SEX,
            DifferenceKind.RELATION,
            DifferenceKind.SHARE,
        }
        same = Chart(kana="ヤマダ　タロウ", name="山田太郎", relation="1", share_percent=30, sex="1")
        assert decide(asking_for(coverage, chart=same), a_person(coverage)).differences == ()

    def test_pending_is_in_procedure_since_the_notification(self) -> None:
        coverage = covered_by(match="pending", received=date(2026, 11, 16))
        verdict = decide(asking_for(coverage), a_person(coverage))
        assert (verdict.validity, verdict.situation) == (Validity.NOT_FOUND, Situation.PENDING)
        assert verdict.since == date(2026, 11, 16)
        assert verdict.coverages == ()

    def test_suspended_shows_nothing_and_does_not_end_in_ten_tenths(self) -> None:
        coverage = covered_by(match="suspended-3")
        verdict = decide(asking_for(coverage), a_person(coverage))
        assert verdict.situation is Situation.SUSPENDED
        assert verdict.coverages == ()
        assert verdict.share.percent == 30

    @pytest.mark.parametrize("match", ["suspended-1", "suspended-2"])
    def test_lower_levels_of_suspension_leave_the_coverage_valid(self, match: str) -> None:
        coverage = covered_by(match=match)
        verdict = decide(asking_for(coverage), a_person(coverage))
        assert verdict.validity is Validity.VALID
        assert Advisory.MEDICAL_VIEW_STOPPED in verdict.advisories

    def test_special_expense_is_valid(self) -> None:
        coverage = covered_by(CITY, classification="05")
        verdict = decide(asking_for(coverage), a_person(coverage))
        assert (verdict.validity, verdict.situation) == (Validity.VALID, Situation.SPECIAL_EXPENSE)
        assert verdict.share.kind is ShareKind.WHOLE_THEN_CLAIM
        assert verdict.steps == (StepKind.RECEIVE_WHOLE_THEN_CLAIM,)

    def test_a_name_with_a_lost_character_is_valid_and_told(self) -> None:
        coverage = covered_by(name="高●　健")
        verdict = decide(asking_for(coverage), a_person(coverage))
        assert verdict.validity is Validity.VALID
        assert Advisory.NAME_SUBSTITUTED in verdict.advisories

    def test_an_expired_paper_does_not_end_the_coverage(self) -> None:
        coverage = covered_by(CITY, valid_to=date(2026, 7, 31))
        verdict = decide(asking_for(coverage), a_person(coverage))
        assert verdict.validity is Validity.VALID
        assert Advisory.DOCUMENT_EXPIRED in verdict.advisories

    def test_on_its_last_day_a_paper_is_not_expired(self) -> None:
        coverage = covered_by(CITY, valid_to=TODAY)
        assert Advisory.DOCUMENT_EXPIRED not in decide(asking_for(coverage), a_person(coverage)).advisories

    @pytest.mark.parametrize(
        ("valid_from", "valid_to", "long_term", "told"),
        [
            (TODAY, TODAY, TODAY, True),
            (TODAY, None, TODAY, True),
            (TODAY, None, None, False),
            (TODAY + timedelta(days=1), None, TODAY, False),
            (date(2025, 8, 1), TODAY - timedelta(days=1), date(2026, 4, 1), False),
            (date(2025, 8, 1), None, TODAY + timedelta(days=1), False),
        ],
    )
    def test_long_term_is_told_while_its_certificate_runs(
        self, valid_from: date, valid_to: date | None, long_term: date | None, told: bool
    ) -> None:
        limit = LimitCertificate("02", "A05", None, valid_from, valid_to, long_term)
        verdict = decide(asking_for(covered_by()), a_person(covered_by(limits=(limit,))))
        assert (Advisory.LONG_TERM in verdict.advisories) == told

    def test_long_term_is_told_from_its_month_on(self) -> None:
        limit = LimitCertificate("02", "A05", None, date(2026, 1, 1), date(2027, 7, 31), date(2026, 11, 1))
        coverage = covered_by(CITY, limits=(limit,))
        assert Advisory.LONG_TERM in decide(asking_for(coverage), a_person(coverage)).advisories
        assert (
            Advisory.LONG_TERM
            not in decide(asking_for(coverage), a_person(coverage), on=date(2026, 10, 31)).advisories
        )


class TestShares:
    def test_late_elderly_two_tenths(self) -> None:
        coverage = covered_by(
            ELDERLY, symbol="", branch="", relation="", birthdate=date(1948, 3, 3), share_percent=20
        )
        verdict = decide(asking_for(coverage), a_person(coverage))
        assert (verdict.share.percent, verdict.share_basis) == (20, ShareBasis.REGISTERED)

    def test_a_blank_share_is_a_range_with_the_paper_to_look_at(self) -> None:
        coverage = covered_by(ELDERLY, symbol="", branch="", relation="", birthdate=date(1948, 3, 3))
        verdict = decide(asking_for(coverage), a_person(coverage))
        assert (verdict.share.low, verdict.share.high) == (10, 30)
        assert verdict.share_basis is ShareBasis.STATUTE
        assert Advisory.SHARE_BLANK in verdict.advisories
        assert verdict.steps == (StepKind.SEE_LATE_ELDERLY_SHARE, StepKind.RECEIVE)

    @pytest.mark.parametrize(
        ("valid_to", "percent"),
        [(None, 20), (date(2027, 7, 31), 20), (TODAY, 20), (TODAY - timedelta(days=1), None)],
    )
    def test_an_elderly_certificate_counts_while_it_runs(
        self, valid_to: date | None, percent: int | None
    ) -> None:
        elderly = ElderlyCertificate(None, date(2025, 8, 1), valid_to, 20)
        coverage = covered_by(birthdate=date(1955, 3, 3), elderly=elderly)
        assert decide(asking_for(coverage), a_person(coverage)).share.percent == percent

    def test_an_elderly_certificate_that_has_not_begun_does_not_count(self) -> None:
        elderly = ElderlyCertificate(None, date(2026, 12, 1), None, 20)
        coverage = covered_by(birthdate=date(1955, 3, 3), elderly=elderly)
        assert decide(asking_for(coverage), a_person(coverage)).share.kind is ShareKind.RANGE

    @pytest.mark.parametrize(
        ("birthdate", "percent"), [("2021-05-01", 20), ("1990-05-01", 30), ("1950-05-01", None)]
    )
    @pytest.mark.parametrize(
        "presented", [Presented.CARD, Presented.PHONE, Presented.NUMBER, Presented.CONFIRMATION]
    )
    def test_an_invalid_verdict_carries_the_share_of_the_declaration(
        self, birthdate: str, percent: int | None, presented: Presented
    ) -> None:
        verdict = decide(asking_for(covered_by(), presented, birthdate=birthdate))
        assert verdict.share_basis is ShareBasis.DECLARATION
        assert verdict.share.percent == percent

    def test_nothing_presented_is_not_known(self) -> None:
        verdict = decide(asking_for(covered_by(), Presented.NOTHING))
        assert verdict.share.kind is ShareKind.UNKNOWN
        assert StepKind.CALL_INSURER in verdict.steps
        assert StepKind.SETTLE_LATER in verdict.steps


class TestWelfare:
    def ticket(self, facility: str = FACILITY) -> MedicalTicket:
        return MedicalTicket(
            "01", date(2026, 11, 1), facility, "架空医院", "1", date(2026, 11, 1), date(2026, 11, 30), "02"
        )

    def assisted(self, *tickets: MedicalTicket) -> Coverage:
        return covered_by(
            "12131108",
            symbol="",
            branch="",
            relation="",
            number="1234566",
            classification="A1",
            tickets=tickets,
        )

    def test_with_a_ticket_for_this_facility_it_is_valid(self) -> None:
        coverage = self.assisted(self.ticket())
        verdict = decide(asking_for(coverage), a_person(coverage))
        assert verdict.validity is Validity.VALID
        assert verdict.tickets == coverage.tickets

    @pytest.mark.parametrize(
        ("on", "validity"),
        [
            (date(2026, 10, 31), Validity.VALID_UNREGISTERED),
            (date(2026, 11, 1), Validity.VALID),
            (date(2026, 11, 30), Validity.VALID),
            (date(2026, 12, 1), Validity.VALID_UNREGISTERED),
        ],
    )
    def test_a_ticket_counts_from_its_first_to_its_last_day(self, on: date, validity: Validity) -> None:
        coverage = self.assisted(self.ticket())
        assert decide(asking_for(coverage), a_person(coverage), on=on).validity is validity

    def test_of_two_assistances_beside_an_insurance_the_newer_is_told(self) -> None:
        older = self.assisted()
        newer = msgspec.structs.replace(older, number="1234574", acquired=date(2026, 11, 1))
        verdict = decide(by_card(), a_person(covered_by(), older, newer, a_certificate()))
        assert verdict.coverages == (covered_by(), newer)

    def test_with_a_ticket_for_another_facility_it_is_valid_and_unregistered(self) -> None:
        coverage = self.assisted(self.ticket("9910000015"))
        verdict = decide(asking_for(coverage), a_person(coverage))
        assert verdict.validity is Validity.VALID_UNREGISTERED
        assert verdict.tickets == ()
        assert verdict.steps == (StepKind.RECEIVE_BY_TICKET, StepKind.CALL_WELFARE_OFFICE)

    def test_by_card_beside_an_insurance_both_are_told(self) -> None:
        insured, assisted = covered_by(), self.assisted(self.ticket())
        verdict = decide(by_card(), a_person(insured, assisted, a_certificate()))
        assert verdict.coverages == (insured, assisted)
        assert verdict.tickets == assisted.tickets

    def test_by_card_alone(self) -> None:
        verdict = decide(by_card(), a_person(self.assisted(), a_certificate()))
        assert verdict.validity is Validity.VALID_UNREGISTERED


class TestByCard:
    def test_the_newest_running_coverage_is_told(self) -> None:
        old, new = covered_by(), covered_by(COMPANY, date(2026, 11, 1), number="77")
        verdict = decide(by_card(), a_person(old, new, a_certificate()))
        assert verdict.coverages == (new,)
        assert Advisory.OVERLAP in verdict.advisories

    def test_special_expense(self) -> None:
        person = a_person(covered_by(CITY, classification="05"), a_certificate())
        assert decide(by_card(), person).situation is Situation.SPECIAL_EXPENSE

    def test_an_unknown_certificate_is_a_card_not_linked(self) -> None:
        verdict = decide(by_card("999"), a_person(covered_by(), a_certificate()))
        assert (verdict.validity, verdict.situation) == (Validity.NOT_FOUND, Situation.CARD_NOT_LINKED)
        assert StepKind.REGISTER_CARD in verdict.steps

    def test_a_certificate_of_another_issuer_is_not_this_one(self) -> None:
        other = a_certificate()
        inquiry = by_card()
        person = a_person(
            covered_by(), type(other)("OTHER-CA", other.serial, other.not_before, other.not_after)
        )
        assert decide(inquiry, person).situation is Situation.CARD_NOT_LINKED

    def test_a_revoked_certificate_says_nothing_about_the_coverage(self) -> None:
        person = a_person(covered_by(), a_certificate(revoked=TODAY))
        verdict = decide(by_card(), person)
        assert (verdict.validity, verdict.situation) == (None, Situation.CERTIFICATE_REVOKED)
        assert verdict.coverages == ()
        assert verdict.person == person.person

    def test_the_card_must_stand_on_the_day_it_is_presented_not_on_the_day_asked_about(self) -> None:
        person = a_person(covered_by(), a_certificate(revoked=TODAY))
        yesterday = TODAY - timedelta(days=1)
        assert decide(by_card(), person, on=yesterday).situation is Situation.CERTIFICATE_REVOKED
        assert decide(by_card(presented_on=yesterday), person, on=yesterday).validity is Validity.VALID

    @pytest.mark.parametrize(
        ("not_after", "situation", "advisory"),
        [
            (date(2026, 11, 20), Situation.VALID, Advisory.CERTIFICATE_EXPIRES_SOON),
            (date(2027, 2, 20), Situation.VALID, None),
            (date(2027, 2, 19), Situation.VALID, Advisory.CERTIFICATE_EXPIRES_SOON),
            (date(2026, 11, 19), Situation.VALID, Advisory.CERTIFICATE_IN_GRACE),
            (date(2026, 8, 20), Situation.VALID, Advisory.CERTIFICATE_IN_GRACE),
            (date(2026, 8, 19), Situation.CERTIFICATE_EXPIRED, None),
        ],
    )
    def test_expiry_with_its_notice_and_its_grace(
        self, not_after: date, situation: Situation, advisory: Advisory | None
    ) -> None:
        verdict = decide(by_card(), a_person(covered_by(), a_certificate(not_after=not_after)))
        assert verdict.situation is situation
        about_card = {Advisory.CERTIFICATE_EXPIRES_SOON, Advisory.CERTIFICATE_IN_GRACE} & set(
            verdict.advisories
        )
        assert about_card == ({advisory} if advisory else set())

    def test_grace_ends_with_the_month_where_it_is_shorter(self) -> None:
        person = a_person(covered_by(), a_certificate(not_after=date(2026, 11, 30)))
        last, after = by_card(presented_on=date(2027, 2, 28)), by_card(presented_on=date(2027, 3, 1))
        assert decide(last, person).situation is Situation.VALID
        assert decide(after, person).situation is Situation.CERTIFICATE_EXPIRED

    def test_a_certificate_without_end_stands(self) -> None:
        person = a_person(covered_by(), a_certificate(not_after=date(9999, 12, 31)))
        assert decide(by_card(), person).situation is Situation.VALID

    def test_the_chart_is_compared_by_card_too(self) -> None:
        chart = Chart(kana="ヤマダ ジロウ")
        verdict = decide(by_card(chart=chart), a_person(covered_by(), a_certificate()))
        assert [difference.kind for difference in verdict.differences] == [DifferenceKind.KANA]

    def test_one_certificate_for_two_people_shows_neither(self) -> None:
        people = (
            a_person(covered_by(), a_certificate(), person=1),
            a_person(covered_by(number="9"), a_certificate(), person=2),
        )
        verdict = decide(by_card(), *people)
        assert verdict.validity is Validity.MULTIPLE
        assert verdict.coverages == ()

    def test_ended(self) -> None:
        first = covered_by(COMPANY, date(2010, 4, 1), lost=date(2020, 4, 1))
        last = covered_by(lost=date(2026, 11, 1))
        verdict = decide(by_card(), a_person(first, last, a_certificate()))
        assert verdict.situation is Situation.ENDED
        assert verdict.coverages == (last,)
        assert verdict.steps == (StepKind.SEE_PORTAL, StepKind.DECLARATION, StepKind.SETTLE_LATER)

    def test_linked_but_nothing_registered_yet(self) -> None:
        verdict = decide(by_card(), a_person(a_certificate()))
        assert verdict.situation is Situation.CARD_NOT_LINKED
        assert verdict.share.kind is ShareKind.UNKNOWN

    def test_registered_but_not_begun_yet(self) -> None:
        later = covered_by(COMPANY, date(2027, 4, 1))
        sooner = covered_by(since=TODAY + timedelta(days=3))
        verdict = decide(by_card(), a_person(later, sooner, a_certificate()))
        assert (verdict.situation, verdict.validity) == (Situation.NOT_STARTED, Validity.INVALID)
        assert (verdict.coverages, verdict.since) == ((sooner,), sooner.acquired)

    def test_a_hidden_coverage_that_has_ended_does_not_outweigh_one_that_may_be_shown(self) -> None:
        hidden = covered_by(COMPANY, date(2010, 4, 1), lost=date(2015, 4, 1), match="pending")
        ended = covered_by(lost=date(2026, 11, 1))
        verdict = decide(by_card(), a_person(hidden, ended, a_certificate()))
        assert (verdict.situation, verdict.coverages) == (Situation.ENDED, (ended,))

    def test_between_two_coverages_the_one_that_ended_is_told(self) -> None:
        ended = covered_by(lost=date(2026, 11, 1))
        verdict = decide(by_card(), a_person(ended, covered_by(COMPANY, date(2027, 4, 1)), a_certificate()))
        assert (verdict.situation, verdict.coverages) == (Situation.ENDED, (ended,))

    @pytest.mark.parametrize(
        ("match", "situation"), [("pending", Situation.PENDING), ("suspended-3", Situation.SUSPENDED)]
    )
    def test_what_may_not_be_shown_is_named(self, match: str, situation: Situation) -> None:
        hidden = covered_by(match=match, received=date(2026, 11, 16))
        verdict = decide(by_card(), a_person(hidden, a_certificate()))
        assert verdict.situation is situation
        assert verdict.share.percent == 30

    def test_subsidies_that_run_are_found(self) -> None:
        running = PublicExpense("81136244", "1234566", "子ども医療費助成", date(2025, 4, 1))
        past = PublicExpense("88138243", "1234566", "乳幼児", date(2020, 4, 1), date(2025, 4, 1))
        verdict = decide(by_card(), a_person(covered_by(), running, past, a_certificate()))
        assert verdict.subsidies == (running,)


class TestTime:
    def test_what_was_known_then_answers_for_then(self) -> None:
        open_ended = covered_by()
        person = said(a_person(open_ended), subject=1, commit=7, fact=covered_by(lost=date(2026, 11, 1)))
        assert decide(asking_for(open_ended), person, known_at=6).validity is Validity.VALID
        assert decide(asking_for(open_ended), person, known_at=7).validity is Validity.INVALID
        assert (
            decide(asking_for(open_ended), person, known_at=7, on=date(2026, 10, 31)).validity
            is Validity.VALID
        )
        assert decide(asking_for(open_ended), person, known_at=0).validity is Validity.NOT_FOUND

    def test_a_withdrawn_coverage_never_was(self) -> None:
        wrong = covered_by()
        person = said(a_person(wrong), subject=1, commit=7, fact=covered_by(withdrawn=True))
        assert decide(asking_for(wrong), person).validity is Validity.NOT_FOUND
        assert decide(asking_for(wrong), person, known_at=6).validity is Validity.VALID
