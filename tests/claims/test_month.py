"""The month as one picture, and the days until it is sent."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from kaihoken.claims.checks import Ended, Level, examine
from kaihoken.claims.month import (
    Due,
    Month,
    Pile,
    claim_calendar,
    claim_day_of,
    claimable_until,
    due,
    pictures,
    together,
)
from kaihoken.claims.uke import read

from .files import Fields, a_file, a_receipt, act, head


def month_of(content: bytes) -> Month:
    (month,) = pictures(examine(read([content])))
    return month


def receipt_worth(
    number: int,
    points: int,
    *,
    re: Mapping[int, str] | None = None,
    ho: Mapping[int, str] | None = None,
    publics: Sequence[Fields] = (),
    without: Sequence[str] = (),
) -> list[Fields]:
    first = act("160000310", points, 3, section="60")
    return a_receipt(number, re=re, ho=ho, publics=publics, without=without, acts=[first])


def test_receipts_fall_into_piles_by_their_gravest_finding() -> None:
    month = month_of(
        a_file(
            receipt_worth(1, 100), receipt_worth(2, 200, re={13: "1 "}), receipt_worth(3, 400, without=["SY"])
        )
    )

    assert month.facility_name == "港クリニック"
    assert month.claimed == date(2026, 11, 1)
    assert month.piles == {None: Pile(1, 700), Level.NOTICE: Pile(1, 1400), Level.RECEIPT: Pile(1, 2800)}
    assert month.received == Pile(3, 4900)
    assert month.at_stake == Pile(1, 2800)
    assert month.kinds == {"form.padded": 1, "structure.no-disease": 1}


def test_work_begins_with_the_most_yen_and_ends_with_notices() -> None:
    month = month_of(
        a_file(
            receipt_worth(1, 900, re={13: "1 "}),
            receipt_worth(2, 100, without=["SY"]),
            receipt_worth(3, 300, without=["SY"]),
        )
    )

    assert [(item.number, item.yen, item.level) for item in month.work] == [
        ("3", 2100, Level.RECEIPT),
        ("2", 700, Level.RECEIPT),
        ("1", 6300, Level.NOTICE),
    ]


def test_all_is_at_stake_where_the_file_would_be_refused() -> None:
    month = month_of(a_file(receipt_worth(1, 100), end=["GO", "9", "100", "99"]))

    assert month.at_stake == month.received == Pile(1, 700)


def test_receipts_of_earlier_months_are_late() -> None:
    month = month_of(a_file(receipt_worth(1, 100), receipt_worth(2, 100, re={3: "202608"})))

    assert [(one.number, one.month) for one in month.late] == [("2", date(2026, 8, 1))]


@pytest.mark.parametrize(
    ("receipt", "yen"),
    [
        (receipt_worth(1, 100), 700),
        (receipt_worth(1, 100, ho={11: "80100"}), 0),
        (receipt_worth(1, 100, ho={11: "120"}), 880),
        (receipt_worth(1, 100, re={7: "90"}), 900),
        (receipt_worth(1, 100, re={6: "20240401", 2: "1114"}), 800),
        (receipt_worth(1, 100, re={6: "1954O512"}), 1000),
        (receipt_worth(1, 100, re={6: "19540512", 2: "1118"}), 800),
        (receipt_worth(1, 100, re={6: "19540512", 2: "1110"}), 700),
        (receipt_worth(1, 100, re={6: "19400512", 2: "1318"}, ho={1: "39131156"}), 900),
        (receipt_worth(1, 100, re={6: "19400512", 2: "1318", 11: "41"}, ho={1: "39131156"}), 800),
        (receipt_worth(1, 100, ho={5: "x"}), 0),
        (receipt_worth(1, 100, without=["HO"]), 0),
    ],
)
def test_what_is_asked_of_the_payers(receipt: list[Fields], yen: int) -> None:
    assert month_of(a_file(receipt)).received.yen == yen


def test_a_public_payer_takes_over_what_the_patient_does_not_bear() -> None:
    public = ["KO", "51136018", "1000009", "", "1", "100", "", "", "", "", "", ""]
    paying = [*public[:6], "200", *public[7:]]

    assert month_of(a_file(receipt_worth(1, 100, publics=[public]))).received.yen == 1000
    assert month_of(a_file(receipt_worth(1, 100, publics=[paying]))).received.yen == 800


def test_two_files_in_one_are_two_months() -> None:
    october = a_file(receipt_worth(1, 100))
    september = a_file(receipt_worth(1, 100, re={3: "202609"}), first=head(claimed_month="202610"))

    months = pictures(examine(read([october + september])))

    assert [month.claimed for month in months] == [date(2026, 11, 1), date(2026, 10, 1)]


def test_files_that_came_joined_are_looked_at_as_one_month_with_nothing_left_out() -> None:
    large = a_file(receipt_worth(1, 100), receipt_worth(2, 300, without=["SY"]))
    small = a_file(receipt_worth(1, 200, without=["SY"]), receipt_worth(2, 50, re={3: "202608"}))
    first, second = pictures(examine(read([small + large])))

    whole = together([first, second])

    assert together([first]) is first
    assert whole.received == Pile(4, 700 + 2100 + 1400 + 350)
    assert [item.yen for item in whole.work] == [2100, 1400, 350]
    assert [one.yen for one in whole.late] == [350]
    assert whole.kinds["structure.no-disease"] == 2
    assert whole.claimed == first.claimed


def test_what_does_not_begin_with_a_head_is_no_month() -> None:
    with pytest.raises(ValueError, match="head"):
        pictures([Ended(0, [])])


def test_the_calendar_knows_weekends_and_holidays_and_the_last_days() -> None:
    days = claim_calendar(date(2026, 11, 1))

    assert [one.day.day for one in days if one.working] == [2, 4, 5, 6, 9, 10, 11, 12]
    assert [(one.day.day, one.holiday) for one in days if one.holiday] == [(3, "文化の日")]
    assert [one.day.day for one in days if one.is_claim_day] == [10]
    assert [one.day.day for one in days if one.is_last_correction] == [12]


@pytest.mark.parametrize(
    ("today", "kind", "until"),
    [
        (date(2026, 10, 28), Due.CLAIM, date(2026, 11, 10)),
        (date(2026, 11, 10), Due.CLAIM, date(2026, 11, 10)),
        (date(2026, 11, 11), Due.CORRECT, date(2026, 11, 12)),
        (date(2026, 11, 12), Due.CORRECT, date(2026, 11, 12)),
        (date(2026, 11, 13), Due.OVER, date(2026, 12, 10)),
        (date(2026, 12, 10), Due.OVER, date(2026, 12, 10)),
        (date(2026, 12, 11), Due.OVER, date(2027, 1, 10)),
    ],
)
def test_after_the_last_days_a_claim_goes_with_the_next_ones(today: date, kind: Due, until: date) -> None:
    assert due(date(2026, 11, 1), today) == (kind, until)


def test_care_of_a_month_is_claimed_by_the_tenth_and_for_years() -> None:
    assert claim_day_of(date(2026, 12, 31)) == date(2027, 1, 10)
    assert claimable_until(date(2020, 3, 1)) == date(2023, 2, 28)
    assert claimable_until(date(2020, 4, 1)) == date(2025, 3, 31)


def test_months_for_which_the_rules_do_not_speak_are_looked_at_for_their_form_only() -> None:
    def found(care: str, claimed: str) -> list[str]:
        content = a_file(receipt_worth(1, 100, re={3: care}), first=head(claimed_month=claimed))
        return [finding.check for step in examine(read([content])) for finding in step.findings]

    assert found("201412", "202611") == ["month.outside"]
    assert found("999911", "999912") == ["file.month-outside", "month.outside"]
    assert "month.outside" not in found("201501", "202611")
