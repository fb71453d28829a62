"""What a claim is held against: the coverage on it where that ran on the day of care, else the one that did."""

from datetime import date

import msgspec
import pytest

from kaihoken.coverage import Chart, ClaimInquiry, Coverage, Finding, History, Situation, verify
from kaihoken.coverage.disclosure import disclose
from kaihoken.coverage.review.terms import check_held, finding_of, review_terms
from kaihoken.coverage.verdict import DifferenceKind
from kaihoken.identity import FacilityCode, InsurerNumber
from kaihoken.problems import Problem

from ..people import CITY, COMPANY, ELDERLY, NOW, TODAY, TOKYO_BRANCH, a_person, covered_by

CLINIC = "1310000001"
MATSUE = "3210000001"
SEPTEMBER = date(2026, 9, 3)


def of_claim(coverage: Coverage, **changed: object) -> ClaimInquiry:
    asked = ClaimInquiry(
        InsurerNumber.as_written(coverage.insurer_number),
        coverage.symbol,
        coverage.number,
        coverage.branch,
        coverage.birthdate,
        "113",
        claimed_by=CLINIC,
    )
    return msgspec.structs.replace(asked, **changed)


def held(inquiry: ClaimInquiry, *people: History, on: date = SEPTEMBER) -> tuple[Finding, list[str]]:
    """The finding, and the numbers of the insurers that leave, the responsible one first."""
    verdict = verify(inquiry, people, on, NOW)
    shown = disclose(verdict, inquiry.kind, inquiry.consents, TODAY)
    return finding_of(verdict.situation), [str(one.insurer_number) for one in shown.results]


def lost(day: date, **more: object) -> Coverage:
    return covered_by(lost=day, loss_reason="03", **more)


def test_what_ran_is_as_written() -> None:
    coverage = covered_by()

    assert held(of_claim(coverage), a_person(coverage)) == (Finding.AS_WRITTEN, [TOKYO_BRANCH])


def test_the_day_of_care_counts_and_not_today() -> None:
    ended = lost(date(2026, 10, 1))

    assert held(of_claim(ended), a_person(ended)) == (Finding.AS_WRITTEN, [TOKYO_BRANCH])


def test_lost_before_the_visit_and_one_new_coverage_is_switched() -> None:
    """Lost 8/31, new from 9/1, visit 9/3: 事務連絡 of 2021-09-21."""
    old, new = lost(date(2026, 9, 1)), covered_by(COMPANY, date(2026, 9, 1), number="9")

    assert held(of_claim(old), a_person(old, new)) == (Finding.OTHER_INSURER, [COMPANY, TOKYO_BRANCH])


@pytest.mark.parametrize(
    ("day", "finding"), [(date(2026, 9, 3), Finding.AS_WRITTEN), (date(2026, 9, 20), Finding.OTHER_INSURER)]
)
def test_a_change_inside_the_month_shows_day_by_day(day: date, finding: Finding) -> None:
    """Visits 9/3 and 9/20, change on 9/15: the same notice."""
    old, new = lost(date(2026, 9, 15)), covered_by(COMPANY, date(2026, 9, 15), number="9")

    assert held(of_claim(old), a_person(old, new), on=day)[0] is finding


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (date(2022, 1, 31), (Finding.OTHER_INSURER, [COMPANY, TOKYO_BRANCH])),
        (date(2022, 2, 1), (Finding.AS_WRITTEN, [TOKYO_BRANCH])),
    ],
)
def test_of_two_that_run_the_written_one_counts_since_february_2022(
    day: date, answer: tuple[Finding, list[str]]
) -> None:
    written, newer = covered_by(), covered_by(COMPANY, date(2021, 10, 1), number="9")

    assert held(of_claim(written), a_person(written, newer), on=day) == answer


def test_who_claims_by_a_coverage_that_has_not_begun_is_told_of_the_one_that_ran() -> None:
    older, later = lost(date(2026, 10, 1)), covered_by(COMPANY, date(2026, 10, 1), number="9")

    assert held(of_claim(later), a_person(older, later)) == (Finding.OTHER_INSURER, [TOKYO_BRANCH, COMPANY])


def test_of_several_others_the_newest_is_responsible() -> None:
    old = lost(date(2026, 8, 1))
    city, company = (
        covered_by(CITY, date(2026, 8, 1), number="8"),
        covered_by(COMPANY, date(2026, 9, 1), number="9"),
    )

    for others in ((city, company), (company, city)):
        assert held(of_claim(old), a_person(old, *others)) == (Finding.OTHER_INSURER, [COMPANY, TOKYO_BRANCH])


@pytest.mark.parametrize(
    "other",
    [
        covered_by(COMPANY, date(2026, 9, 1), number="9", match="pending"),
        covered_by(COMPANY, date(2026, 9, 1), number="9", match="suspended-3"),
        covered_by("12131108", date(2026, 9, 1), number="9", classification="A1"),
        covered_by(COMPANY, date(2026, 9, 4), number="9"),
        covered_by(COMPANY, date(2026, 8, 1), number="9", lost=date(2026, 9, 3), loss_reason="03"),
    ],
    ids=["in progress", "not to be seen", "public assistance", "later", "over"],
)
def test_what_may_not_or_does_not_take_over_is_not_told(other: Coverage) -> None:
    old = lost(date(2026, 9, 1))

    assert held(of_claim(old), a_person(old, other)) == (Finding.NOT_COVERED, [TOKYO_BRANCH])


@pytest.mark.parametrize(
    ("coverage", "finding", "results"),
    [
        (covered_by(lost=date(2026, 9, 1), loss_reason="01"), Finding.DECEASED, 1),
        (covered_by(since=date(2026, 10, 1)), Finding.NOT_COVERED, 1),
        (covered_by(match="pending"), Finding.UNCONFIRMABLE, 0),
        (covered_by(match="suspended-3"), Finding.UNCONFIRMABLE, 0),
        (covered_by(classification="05"), Finding.AS_WRITTEN, 1),
    ],
)
def test_each_state_of_the_coverage_that_is_claimed(
    coverage: Coverage, finding: Finding, results: int
) -> None:
    told, shown = held(of_claim(coverage), a_person(coverage))

    assert (told, len(shown)) == (finding, results)


def test_nobody_and_several_are_not_told_apart() -> None:
    coverage = covered_by()
    several = a_person(coverage), a_person(coverage, person=2)

    assert held(of_claim(coverage)) == held(of_claim(coverage), *several) == (Finding.UNCONFIRMABLE, [])


def test_no_ticket_and_no_number_of_the_facility_comes_with_a_claim() -> None:
    """Both are for who has the patient: an organisation has no code of a facility."""
    verdict = verify(of_claim(covered_by()), [a_person(covered_by())], SEPTEMBER, NOW)

    assert (verdict.situation, verdict.tickets, verdict.references) == (Situation.VALID, (), ())


@pytest.mark.parametrize(
    ("finding", "differences", "code"),
    [
        (Finding.AS_WRITTEN, (), "02"),
        (Finding.AS_WRITTEN, (DifferenceKind.KANA, DifferenceKind.SYMBOL_MISSING), "02"),
        (Finding.AS_WRITTEN, (DifferenceKind.BRANCH,), "09"),
        (Finding.AS_WRITTEN, (DifferenceKind.BRANCH_MISSING,), "09"),
        (Finding.OTHER_INSURER, (DifferenceKind.BRANCH,), "04"),
        (Finding.NOT_COVERED, (), "06"),
        (Finding.DECEASED, (), "08"),
        (Finding.UNCONFIRMABLE, (), "03"),
    ],
)
def test_each_finding_has_its_code(
    finding: Finding, differences: tuple[DifferenceKind, ...], code: str
) -> None:
    assert review_terms(TODAY).confirmed(finding, differences) == code


def test_claims_were_not_compared_before_october_2021() -> None:
    assert review_terms(date(2021, 10, 1)).overlap.value == "newest"
    with pytest.raises(Problem, match=r"coverage\.too-early") as told:
        review_terms(date(2021, 9, 30))
    assert (told.value.where, told.value.facts) == ("on", {"earliest": "2021-10-01"})


@pytest.mark.parametrize(
    ("organisation", "insurer", "facility", "refused"),
    [
        ("113", TOKYO_BRANCH, CLINIC, ""),
        ("113", COMPANY, CLINIC, ""),
        ("113", "12131108", CLINIC, ""),
        ("113", CITY, CLINIC, "insurer_number"),
        ("113", ELDERLY, CLINIC, "insurer_number"),
        ("113", TOKYO_BRANCH, MATSUE, "facility"),
        ("100", TOKYO_BRANCH, MATSUE, ""),
        ("100", CITY, MATSUE, "insurer_number"),
        ("213", CITY, CLINIC, ""),
        ("213", ELDERLY, CLINIC, ""),
        ("213", "67131151", CLINIC, ""),
        ("213", TOKYO_BRANCH, CLINIC, "insurer_number"),
        ("213", CITY, MATSUE, "facility"),
        ("213", CITY, "9910000007", ""),
        ("", CITY, "9910000007", "insurer_number"),
        ("", TOKYO_BRANCH, CLINIC, "insurer_number"),
        ("2", CITY, CLINIC, "facility"),
    ],
)
def test_an_organisation_asks_of_the_claims_that_it_holds(
    organisation: str, insurer: str, facility: str, refused: str
) -> None:
    terms, held_by = review_terms(TODAY), FacilityCode.parse(facility)
    if not refused:
        check_held(organisation, InsurerNumber.as_written(insurer), held_by, terms)
        return
    with pytest.raises(Problem, match=r"coverage\.claim-elsewhere") as told:
        check_held(organisation, InsurerNumber.as_written(insurer), held_by, terms)
    assert told.value.where == refused


@pytest.mark.parametrize(
    ("chart", "kinds"),
    [
        (Chart(kana="サトウ　ハナコ", name="佐藤　花子"), [DifferenceKind.KANA, DifferenceKind.NAME]),
        (Chart(kana="ﾏﾘｱ", name="マリア"), []),
        (Chart(kana="ヤマダ　タロウ", name="真里亜"), []),
        (Chart(name="山田　●郎"), []),
        (Chart(name="サトウ　ハナコ"), [DifferenceKind.NAME]),
        (Chart(sex="1"), [DifferenceKind.SEX]),
        (Chart(sex="2"), []),
        (Chart(sex="3"), []),
    ],
)
def test_a_claim_is_compared_with_every_registered_name(chart: Chart, kinds: list[DifferenceKind]) -> None:
    coverage = covered_by(other_name="真里亜", other_kana="ﾏﾘｱ", sex="2")
    inquiry = msgspec.structs.replace(of_claim(coverage), chart=chart)

    verdict = verify(inquiry, [a_person(coverage)], SEPTEMBER, NOW)

    assert [one.kind for one in verdict.differences] == kinds


def test_either_of_two_registered_sexes_may_stand_on_a_claim() -> None:
    coverage = covered_by(sex="2", sex_other="1")
    inquiry = msgspec.structs.replace(of_claim(coverage), chart=Chart(sex="1"))

    assert verify(inquiry, [a_person(coverage)], SEPTEMBER, NOW).differences == ()
