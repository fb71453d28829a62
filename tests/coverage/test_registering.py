"""What a row becomes: an assertion in its place, or nothing; and whether its coverage may be shown."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.coverage import Certificate, Coverage, Fact, MatchState, PublicExpense, period_of
from kaihoken.coverage.registration.registering import (
    Appended,
    Said,
    append,
    matched,
    subject_key,
    with_match,
)

from .people import COMPANY, a_certificate, covered_by
from .strategies import facts

SUBSIDY = PublicExpense("81136244", "1234566", "子ども医療費助成", date(2025, 4, 1), date(2030, 4, 1))


def said_of(*facts_of: Fact) -> list[Said]:
    """What was said of somebody, one thing after another."""
    said: list[Said] = []
    for fact in facts_of:
        appended = append(said, fact)
        if appended is not None:
            said.append((appended.subject, fact))
    return said


class TestAppending:
    def test_the_first_thing_said_of_anybody(self) -> None:
        coverage = covered_by()
        assert append([], coverage) == Appended(0, 1, None, coverage)

    def test_what_is_known_appends_nothing(self) -> None:
        for fact in (covered_by(), SUBSIDY, a_certificate()):
            assert append([(1, fact)], fact) is None

    def test_a_correction_takes_the_place_of_the_last_word(self) -> None:
        once, twice = covered_by(address="一丁目"), covered_by(address="二丁目")
        said = said_of(covered_by(), SUBSIDY, once)
        assert append(said, twice) == Appended(3, 1, 2, twice)

    def test_going_back_to_an_earlier_word_is_something_new(self) -> None:
        first, then = covered_by(), covered_by(address="二丁目")
        assert append(said_of(first, then), first) == Appended(2, 1, 1, first)

    @pytest.mark.parametrize(
        "other",
        [
            {"insurer_number": COMPANY},
            {"number": "57"},
            {"symbol": "12-35"},
            {"branch": "02"},
            {"acquired": date(2020, 4, 2)},
        ],
    )
    def test_other_numbers_or_another_first_day_are_another_coverage(self, other: dict[str, object]) -> None:
        assert append(said_of(covered_by()), msgspec.structs.replace(covered_by(), **other)) == Appended(
            1, 2, None, msgspec.structs.replace(covered_by(), **other)
        )

    def test_the_same_numbers_typed_otherwise_are_the_same_coverage(self) -> None:
        typed = covered_by(symbol="１２－３４", number="056")
        assert append(said_of(covered_by()), typed) == Appended(1, 1, 0, typed)

    def test_subsidies_and_certificates_have_their_own_keys(self) -> None:
        later = msgspec.structs.replace(SUBSIDY, start=date(2026, 4, 1))
        other_card = a_certificate("2")
        said = said_of(covered_by(), SUBSIDY, a_certificate())
        assert append(said, later) == Appended(3, 4, None, later)
        assert append(said, other_card) == Appended(3, 4, None, other_card)
        revoked = a_certificate(revoked=date(2026, 11, 1))
        assert append(said, revoked) == Appended(3, 3, 2, revoked)

    @given(st.lists(facts, max_size=12))
    def test_subjects_and_ordinals_are_those_of_a_plain_count(self, drawn: list[Fact]) -> None:
        """The oracle: number the keys as they come up, and remember where each was last spoken of."""
        said: list[Said] = []
        numbers: dict[tuple[object, ...], int] = {}
        last: dict[int, tuple[int, Fact]] = {}
        for fact in drawn:
            subject = numbers.setdefault(subject_key(fact), len(numbers) + 1)
            before = last.get(subject)
            appended = append(said, fact)
            if before is not None and before[1] == fact:
                assert appended is None
                continue
            assert appended == Appended(len(said), subject, before[0] if before else None, fact)
            assert append([*said, (subject, fact)], fact) is None
            last[subject] = (len(said), fact)
            said.append((subject, fact))


class TestMatching:
    def test_somebody_new_is_pending(self) -> None:
        assert matched(covered_by(), []) == "pending"

    def test_who_agrees_with_a_coverage_that_is_shown_is_visible(self) -> None:
        new = covered_by(COMPANY, kana="ヤマダ　タロウ", name="山田太郎", address="別の住所")
        assert matched(new, said_of(covered_by())) == "visible"

    @pytest.mark.parametrize("other", [{"kana": "ﾔﾏﾀﾞ ｼﾞﾛｳ"}, {"sex": "2"}, {"birthdate": date(1980, 1, 2)}])
    def test_who_differs_from_it_is_suspended(self, other: dict[str, object]) -> None:
        assert matched(covered_by(COMPANY, **other), said_of(covered_by())) == "suspended-3"

    def test_it_must_agree_with_all_of_them(self) -> None:
        said = said_of(covered_by(), covered_by(COMPANY, kana="ﾔﾏﾀﾞ ｼﾞﾛｳ"))
        assert matched(covered_by(number="3"), said) == "suspended-3"

    @pytest.mark.parametrize(
        "known",
        [covered_by(match="pending"), covered_by(match="suspended-3"), covered_by(withdrawn=True), SUBSIDY],
    )
    def test_what_may_not_be_shown_proves_nothing(self, known: Fact) -> None:
        assert matched(covered_by(COMPANY), said_of(known, a_certificate())) == "pending"

    @pytest.mark.parametrize(
        "state", ["pending", "visible", "corrected", "suspended-1", "suspended-2", "suspended-3"]
    )
    def test_sending_a_coverage_again_leaves_its_state(self, state: MatchState) -> None:
        said = said_of(covered_by(match=state), covered_by(COMPANY, kana="ﾔﾏﾀﾞ ｼﾞﾛｳ"))
        assert matched(covered_by(), said) == state
        assert matched(covered_by(lost=date(2026, 11, 1), address="別の住所"), said) == state

    @pytest.mark.parametrize("state", ["visible", "suspended-1", "suspended-3"])
    def test_mended_and_alone_it_waits_for_the_match(self, state: MatchState) -> None:
        assert matched(covered_by(kana="ﾔﾏﾀﾞ ﾀﾛ"), said_of(covered_by(match=state))) == "pending"

    def test_suspended_and_mended_so_that_it_agrees_it_is_corrected(self) -> None:
        wrong = covered_by(kana="ﾔﾏﾀﾞ ﾀﾛ", match="suspended-3")
        assert matched(covered_by(), said_of(covered_by(COMPANY), wrong)) == "corrected"

    def test_pending_and_mended_so_that_it_agrees_it_is_visible(self) -> None:
        wrong = covered_by(kana="ﾔﾏﾀﾞ ﾀﾛ", match="pending")
        assert matched(covered_by(), said_of(covered_by(COMPANY), wrong)) == "visible"

    def test_taken_back_and_sent_again_it_is_new(self) -> None:
        assert matched(covered_by(), said_of(covered_by(), covered_by(withdrawn=True))) == "pending"

    def test_a_state_is_put_into_the_coverage(self) -> None:
        coverage = covered_by()
        assert with_match(coverage, "visible") is coverage
        assert with_match(coverage, "pending") == covered_by(match="pending")


@pytest.mark.parametrize(
    ("fact", "period"),
    [
        (covered_by(lost=date(2026, 11, 1)), (date(2020, 4, 1), date(2026, 11, 1))),
        (SUBSIDY, (date(2025, 4, 1), date(2030, 4, 1))),
        (Certificate("CA", "1", date(2025, 1, 1), date(2030, 1, 1)), (date(2025, 1, 1), None)),
    ],
)
def test_periods_are_half_open(fact: Coverage, period: tuple[date, date | None]) -> None:
    assert period_of(fact) == period
