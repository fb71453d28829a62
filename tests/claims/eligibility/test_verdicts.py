"""What the days of a claim come to together: each verdict where it fires, and the case beside it where it does not."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from kaihoken.claims.checks import checks_of
from kaihoken.claims.eligibility import (
    CareDay,
    DayAnswer,
    Other,
    Unasked,
    Verdict,
    care_days,
    days_in,
    verdict_of,
)
from kaihoken.claims.eligibility.check import findings_of
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.recheck import ClaimVerdict
from kaihoken.coverage import Coverage, Finding

from ...coverage.people import CITY, COMPANY, a_person, covered_by
from ..files import a_file, a_receipt
from .claimed import PUBLIC, by_table, receipt, receipts_in, write_table

CHANGE = date(2026, 10, 15)
OWN = covered_by()
ENDED = covered_by(lost=CHANGE, loss_reason="03")
LATER = covered_by(COMPANY, CHANGE, number="9", symbol="7", branch="02")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "coverages.csv"


def judged(table: Path, claim: Receipt, *coverages: Coverage, collected: date | None = None) -> Verdict:
    """What becomes of a claim of somebody who has these coverages."""
    write_table(table, [a_person(*coverages)], collected)
    return verdict_of(claim, by_table(table, days_in([claim])))


def told(claim: Receipt, verdict: Verdict) -> Mapping[str, Mapping[str, str | int]]:
    """The facts of the findings by their checks; each is in the catalogue."""
    found = {one.check: one.facts for one in findings_of(claim, verdict)}
    assert found.keys() <= checks_of(None).keys()
    return found


def days(*numbers: int) -> tuple[date, ...]:
    return tuple(date(2026, 10, day) for day in numbers)


def test_what_ran_on_every_day_is_as_written_and_says_nothing(table: Path) -> None:
    claim = receipt(OWN, 3, 20)
    verdict = judged(table, claim, OWN)

    assert (verdict.verdict, verdict.forecast, verdict.certain) == (ClaimVerdict.AS_WRITTEN, "02", True)
    assert [(day.on, day.finding) for day in verdict.days] == [
        (day, Finding.AS_WRITTEN) for day in days(3, 20)
    ]
    assert told(claim, verdict) == {}


@pytest.mark.parametrize(
    ("check", "field", "mistyped", "twin"),
    [
        ("eligibility.sex", "sex", {"sex": "2"}, {"sex": "1"}),
        ("eligibility.sex", "sex", {"sex": "2"}, {"sex": "3"}),
        ("eligibility.relation", "type", {"type": "1116"}, {"type": "1112"}),
        ("eligibility.relation", "type", {"type": "1116"}, {"type": "1118"}),
        ("eligibility.relation", "type", {"type": "1116"}, {"type": "9999"}),
        ("eligibility.name", "kana", {"kana": "ヤマタ　タロウ"}, {"kana": "ヤマダ　タロウ"}),
        ("eligibility.name", "name", {"name": "山田　次郎"}, {"name": "山田　●郎"}),
        ("eligibility.name", "name", {"name": "ヤマダ　ジロウ"}, {"name": "ヤマダ　タロウ"}),
    ],
)
def test_what_is_registered_otherwise_of_the_person_is_told_at_its_field(
    table: Path, check: str, field: str, mistyped: Mapping[str, str], twin: Mapping[str, str]
) -> None:
    wrong, right = receipt(OWN, 3, 20, **mistyped), receipt(OWN, 3, 20, **twin)

    verdict = judged(table, wrong, OWN)
    assert verdict.verdict is ClaimVerdict.AS_WRITTEN
    assert [(one.check, one.field) for one in findings_of(wrong, verdict)] == [(check, field)]
    assert told(right, judged(table, right, OWN)) == {}


@pytest.mark.parametrize("registered", ["1", "2"])
@pytest.mark.parametrize("kind", ["1112", "1116"])
def test_who_heads_the_household_is_not_held_against_the_register(
    table: Path, registered: str, kind: str
) -> None:
    national = covered_by(CITY, relation=registered)

    claim = receipt(national, 3, type=kind)

    assert told(claim, judged(table, claim, national)) == {}


def test_what_is_not_registered_is_not_compared(table: Path) -> None:
    claim = receipt(OWN, 3, name="佐藤　花子", kana="サトウ　ハナコ", sex="2", type="1116")
    bare = covered_by(name="", kana="", sex="3", relation="")

    assert told(claim, judged(table, claim, bare)) == {}


@pytest.mark.parametrize("name", ["山" * 201, "山田\x01"])
def test_a_name_that_no_question_can_bring_is_left_out_of_it(name: str) -> None:
    assert [day.name for day in days_in([receipt(OWN, 3, name=name)])] == [""]
    assert [day.name for day in days_in([receipt(OWN, 3, name="山" * 200)])] == ["山" * 200]


def test_with_another_insurer_only_what_belongs_to_the_person_is_compared(table: Path) -> None:
    claim = receipt(ENDED, 20, sex="2", type="1116", kana="サトウ　ハナコ")

    assert told(claim, judged(table, claim, ENDED, LATER)).keys() == {
        "eligibility.switched-to",
        "eligibility.sex",
        "eligibility.name",
    }


@pytest.mark.parametrize("branch", ["", "02"])
def test_a_branch_that_lacks_or_is_another_is_fixed(table: Path, branch: str) -> None:
    claim = receipt(OWN, 3, branch=branch)
    verdict = judged(table, claim, OWN)

    assert (verdict.verdict, verdict.forecast) == (ClaimVerdict.BRANCH_FIXED, "09")
    assert verdict.branch == OWN.branch
    assert told(claim, verdict) == {"eligibility.branch": {"branch": OWN.branch, "forecast": "09"}}
    assert next(iter(findings_of(claim, verdict))).record == "SN"


def test_the_registered_branch_in_another_width_is_as_written(table: Path) -> None:
    claim = receipt(OWN, 3, branch="０１")

    assert judged(table, claim, OWN).verdict is ClaimVerdict.AS_WRITTEN


def test_lost_before_every_visit_with_one_other_insurance_is_switched_to_it(table: Path) -> None:
    claim = receipt(ENDED, 15, 20)
    verdict = judged(table, claim, ENDED, LATER)

    assert (verdict.verdict, verdict.forecast, verdict.certain) == (ClaimVerdict.SWITCHED, "04", True)
    assert verdict.since == CHANGE
    (part,) = verdict.parts
    assert part.to == Other(insurer_number=COMPANY, symbol="7", number="9", branch="02")
    assert told(claim, verdict) == {"eligibility.switched-to": {"to": COMPANY, "forecast": "04"}}


def test_the_last_day_of_the_written_insurance_is_not_switched(table: Path) -> None:
    assert judged(table, receipt(ENDED, 14), ENDED, LATER).verdict is ClaimVerdict.AS_WRITTEN


def test_visits_on_both_sides_of_a_change_are_divided(table: Path) -> None:
    claim = receipt(ENDED, 3, 14, 15)
    verdict = judged(table, claim, ENDED, LATER)

    assert (verdict.verdict, verdict.forecast) == (ClaimVerdict.SPLIT, "05")
    own, other = verdict.parts
    assert (own.written, own.days) == (True, days(3, 14))
    assert other.to is not None
    assert (other.to.insurer_number, other.days) == (COMPANY, days(15))
    assert told(claim, verdict)["eligibility.split-to"]["to"] == f"{COMPANY} (15)"


def test_who_claims_by_the_new_insurance_is_divided_too(table: Path) -> None:
    claim = receipt(LATER, 3, 20)
    verdict = judged(table, claim, ENDED, LATER)

    assert verdict.verdict is ClaimVerdict.SPLIT
    assert verdict.begins == CHANGE
    assert [part.days for part in verdict.parts] == [days(3), days(20)]


@pytest.mark.parametrize("visits", [(15, 20), (3, 20)])
def test_with_a_public_payer_nothing_is_switched_or_divided(table: Path, visits: tuple[int, int]) -> None:
    claim = receipt(ENDED, *visits, publics=[PUBLIC])
    verdict = judged(table, claim, ENDED, LATER)

    assert (verdict.verdict, verdict.reason) == (ClaimVerdict.EXCLUDED, "public-payer")
    assert verdict.forecast == "06"
    assert list(told(claim, verdict)) == ["eligibility.excluded"]


def test_a_public_payer_beside_an_insurance_that_ran_changes_nothing(table: Path) -> None:
    claim = receipt(OWN, 3, publics=[PUBLIC])

    assert judged(table, claim, OWN).verdict is ClaimVerdict.AS_WRITTEN


def test_lost_without_another_is_lost_since_that_day(table: Path) -> None:
    claim = receipt(ENDED, 3, 20)
    verdict = judged(table, claim, ENDED)

    assert (verdict.verdict, verdict.reason, verdict.forecast) == (ClaimVerdict.LOST, "no-new", "06")
    assert told(claim, verdict) == {"eligibility.lost": {"since": "2026-10-15", "forecast": "06"}}


@pytest.mark.parametrize(("back", "forecast"), [(date(2026, 10, 20), "07"), (date(2026, 10, 21), "06")])
def test_a_card_that_had_come_back_by_the_visit_is_told_apart(table: Path, back: date, forecast: str) -> None:
    assert judged(table, receipt(ENDED, 20), ENDED, collected=back).forecast == forecast


def test_what_has_not_begun_is_told_by_its_first_day(table: Path) -> None:
    claim = receipt(LATER, 3)
    verdict = judged(table, claim, LATER)

    assert verdict.verdict is ClaimVerdict.LOST
    assert told(claim, verdict) == {"eligibility.not-begun": {"begins": "2026-10-15", "forecast": "06"}}


def test_a_death_before_the_visit_weighs_most(table: Path) -> None:
    dead = covered_by(lost=CHANGE, loss_reason="01")
    claim = receipt(dead, 3, 20)
    verdict = judged(table, claim, dead)

    assert (verdict.verdict, verdict.reason, verdict.forecast) == (ClaimVerdict.LOST, "death", "08")
    assert list(told(claim, verdict)) == ["eligibility.deceased"]


def test_a_death_after_the_visit_is_as_written(table: Path) -> None:
    dead = covered_by(lost=CHANGE, loss_reason="01")

    assert judged(table, receipt(dead, 14), dead).verdict is ClaimVerdict.AS_WRITTEN


@pytest.mark.parametrize("wrong", [{"number": "999"}, {"birthdate": "19850512"}, {"symbol": "99"}])
def test_numbers_that_find_nobody_cannot_be_confirmed(table: Path, wrong: dict[str, str]) -> None:
    claim = receipt(OWN, 3, **wrong)
    verdict = judged(table, claim, OWN)

    assert (verdict.verdict, verdict.forecast) == (ClaimVerdict.UNKNOWN, "03")
    assert told(claim, verdict) == {"eligibility.unknown": {"forecast": "03"}}


def test_a_symbol_that_is_left_out_still_finds_who_is_meant(table: Path) -> None:
    assert judged(table, receipt(OWN, 3, symbol=""), OWN).verdict is ClaimVerdict.AS_WRITTEN


def test_public_assistance_alone_is_asked_about_by_its_own_numbers(table: Path) -> None:
    welfare = covered_by("12131108", number="1234566", symbol="", branch="", classification="A1")
    alone = [*PUBLIC[:1], "12131108", "1234566", *PUBLIC[3:]]
    (claim,) = receipts_in(a_file(a_receipt(re={6: "19800101"}, publics=[alone], without=["HO"])))

    assert judged(table, claim, welfare).verdict is ClaimVerdict.AS_WRITTEN


def test_a_public_payer_whose_number_has_no_shape_cannot_be_asked_about() -> None:
    alone = [*PUBLIC[:1], "1213110x", "1234566", *PUBLIC[3:]]
    (claim,) = receipts_in(a_file(a_receipt(publics=[alone], without=["HO"])))

    assert care_days(claim) is Unasked.UNREADABLE


def test_another_public_payer_alone_is_no_coverage_and_not_asked_about(table: Path) -> None:
    (claim,) = receipts_in(a_file(a_receipt(publics=[PUBLIC], without=["HO"])))
    verdict = judged(table, claim, OWN)

    assert (verdict.verdict, verdict.unasked) == (None, Unasked.PUBLIC_ONLY)
    assert told(claim, verdict) == {}


AS_WRITTEN = DayAnswer(finding=Finding.AS_WRITTEN, answer_hash="ab", batch=7)
UNTOLD = DayAnswer(finding=Finding.OTHER_INSURER, lost=CHANGE)


def weighed(answers: Mapping[int, DayAnswer], *visits: int) -> tuple[Receipt, Verdict]:
    """A claim of which a hub has said so much."""
    claim = receipt(OWN, *visits)
    asked = care_days(claim)
    assert not isinstance(asked, Unasked)
    return claim, verdict_of(claim, {day: answers[day.on.day] for day in asked if day.on.day in answers})


def test_who_is_not_told_to_whom_asks_the_patient() -> None:
    claim, verdict = weighed({3: AS_WRITTEN, 20: UNTOLD}, 3, 20)

    assert (verdict.verdict, verdict.certain) == (ClaimVerdict.SPLIT, True)
    assert told(claim, verdict) == {"eligibility.split": {"days": "20", "own": "3", "forecast": "05"}}
    assert checks_of(None)["eligibility.split"].remedy == "ask-patient"


@pytest.mark.parametrize(("visits", "certain"), [((20,), True), ((19, 20), False)])
def test_several_days_of_insurers_that_are_not_told_may_be_of_several(
    visits: tuple[int, ...], certain: bool
) -> None:
    claim, verdict = weighed(dict.fromkeys(visits, UNTOLD), *visits)

    assert (verdict.verdict, verdict.certain) == (ClaimVerdict.SWITCHED, certain)
    assert list(told(claim, verdict)) == ["eligibility.switched"]


def test_days_that_were_not_answered_are_marked_and_the_rest_is_kept() -> None:
    claim, verdict = weighed({3: AS_WRITTEN}, 3, 20)

    assert (verdict.verdict, verdict.unasked, verdict.forecast) == (None, Unasked.NOT_ANSWERED, "")
    assert (verdict.days[0].answer_hash, verdict.days[0].batch) == ("ab", 7)
    assert told(claim, verdict) == {"eligibility.not-asked": {"days": "20"}}


def test_a_trouble_that_is_known_is_told_beside_the_days_that_are_not() -> None:
    claim, verdict = weighed({20: UNTOLD}, 3, 20, 27)

    assert (verdict.verdict, verdict.certain) == (ClaimVerdict.SWITCHED, False)
    assert told(claim, verdict)["eligibility.not-asked"] == {"days": "3, 27"}


def test_a_question_that_is_refused_is_told_as_unreadable() -> None:
    claim, verdict = weighed({3: DayAnswer(finding=None, problem="coverage.care-day-old")}, 3)

    assert (verdict.unasked, verdict.days[0].problem) == (Unasked.UNREADABLE, "coverage.care-day-old")
    assert list(told(claim, verdict)) == ["eligibility.unreadable"]


@pytest.mark.parametrize(
    ("changed", "why", "check"),
    [
        ({"insurer": "77777777", "number": "7777777"}, Unasked.UNSTATED, []),
        ({"insurer": "01130013"}, Unasked.UNREADABLE, ["eligibility.unreadable"]),
        ({"number": ""}, Unasked.UNREADABLE, ["eligibility.unreadable"]),
        ({"branch": "x"}, Unasked.UNREADABLE, ["eligibility.unreadable"]),
        ({"birthdate": "19801301"}, Unasked.UNREADABLE, ["eligibility.unreadable"]),
    ],
)
def test_what_cannot_be_asked_is_not_asked(changed: dict[str, str], why: Unasked, check: list[str]) -> None:
    claim = receipt(OWN, 3, **changed)

    assert days_in([claim]) == []
    assert verdict_of(claim, {}).unasked is why
    assert list(told(claim, verdict_of(claim, {}))) == check


def test_the_receipt_that_was_kept_of_each_visit_is_linked() -> None:
    claim, _ = weighed({}, 3, 20)

    def kept(receipt: Receipt, day: CareDay) -> str:
        return f"{receipt.chart}-{day.on}" if day.on.day == 3 else ""

    assert [day.kept for day in verdict_of(claim, {}, kept).days] == ["5001-2026-10-03", ""]


def test_the_same_question_of_two_receipts_is_asked_once() -> None:
    assert [day.on.day for day in days_in([receipt(OWN, 3, 20), receipt(OWN, 20, 21)])] == [3, 20, 21]


def test_a_day_that_its_month_does_not_have_is_no_question() -> None:
    (claim,) = receipts_in(a_file(a_receipt(re={3: "202609"}, visits=[30, 31])))

    assert [day.on for day in days_in([claim])] == [date(2026, 9, 30)]
