"""A row of a list with a day of its own: which days may be asked about."""

from datetime import date

import msgspec
import pytest

from kaihoken.coverage import CareDayInquiry, Chart
from kaihoken.coverage.bulk.number_rows import AskedRow, NumberRow, read_number
from kaihoken.problems import Problem

from ..people import FACILITY

TODAY = date(2026, 11, 20)
ROW = {"insurer_number": "01130012", "number": "56", "birthdate": "1980-01-01"}


def read(on: object, today: date = TODAY) -> AskedRow:
    return read_number(msgspec.json.encode({**ROW, "on": on}), FACILITY, today)


@pytest.mark.parametrize("on", ["2026-11-20", "2026-10-01", "2021-11-21"])
def test_today_and_what_can_still_be_claimed_may_be_asked_about(on: str) -> None:
    row = read(on)

    assert row.on == date.fromisoformat(on)
    assert type(row.inquiry) is CareDayInquiry


@pytest.mark.parametrize(
    ("on", "code"),
    [
        ("2026-11-21", "coverage.future"),
        ("2021-11-20", "coverage.care-day-old"),
        ("2021-09-30", "coverage.too-early"),
        ("2026-02-30", "identity.date"),
        (None, "coverage.request-shape"),
    ],
)
def test_another_day_is_refused_with_its_place(on: str | None, code: str) -> None:
    with pytest.raises(Problem) as caught:
        read(on)

    assert (caught.value.code, caught.value.where) == (code, "on")


def test_care_of_a_leap_day_can_be_claimed_through_the_last_day_of_a_february() -> None:
    assert read("2024-02-29", date(2029, 2, 28)).on == date(2024, 2, 29)
    with pytest.raises(Problem, match=r"coverage\.care-day-old"):
        read("2024-02-29", date(2029, 3, 1))


def test_a_row_without_a_day_is_sent_as_it_always_was() -> None:
    row = NumberRow(insurer_number="01130012", number="56", birthdate=date(1980, 1, 1))

    assert b'"on"' not in msgspec.json.encode(row)


def test_what_was_written_down_of_the_patient_is_compared() -> None:
    said = {"kana": "ヤマダ　タロウ", "name": "山田　太郎", "sex": "1", "relation": "2"}
    row = read_number(msgspec.json.encode({**ROW, **said, "on": "2026-10-01"}), FACILITY, TODAY)

    assert row.inquiry.chart == Chart("ヤマダ　タロウ", "山田　太郎", "2", sex="1")
    assert read("2026-10-01").inquiry.chart is None


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("sex", "3", "coverage.request-shape"),
        ("relation", "本人", "coverage.request-shape"),
        ("kana", "ア" * 201, "coverage.request-length"),
        ("name", "\u0001", "coverage.request-character"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_place(field: str, text: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        read_number(msgspec.json.encode({**ROW, field: text}), FACILITY, TODAY)

    assert (caught.value.code, caught.value.where) == (code, field)
