"""承継: clinics that end as their doctors reach an age, and the municipalities left with none."""

import pytest
from tests.workforce.access.facility_builder import Site, some_facilities

from kaihoken.problems import Problem
from kaihoken.workforce.access import FacilityKind
from kaihoken.workforce.closure import ClinicDoctor, CloseFacility, Succession, outlook, read_clinic_doctors
from kaihoken.workforce.closure.succession import TEMPLATE

FACILITIES = some_facilities(
    Site("one", municipality="01101"),
    Site("two", municipality="01102"),
    Site("three", municipality="01102"),
    Site("young", municipality="01103"),
    Site("hospital", municipality="01104", kind=FacilityKind.HOSPITAL),
)
YEARS = (2026, 2035)


def doctor(facility: str, age: int, successor: Succession = Succession.NO) -> ClinicDoctor:
    return ClinicDoctor(facility, age, 2025, successor)


def test_a_clinic_ends_in_the_year_its_doctor_reaches_the_age() -> None:
    found = outlook(FACILITIES, [doctor("one", 73)], YEARS, retire_at=75)
    assert found.left_with_none(2026) == ()
    assert found.left_with_none(2027) == ("01101",)
    later = outlook(FACILITIES, [doctor("one", 73)], YEARS, retire_at=80)
    assert later.left_with_none(2031) == ()
    assert later.left_with_none(2032) == ("01101",)


def test_a_municipality_keeps_one_until_its_last_clinic_ends() -> None:
    found = outlook(FACILITIES, [doctor("two", 70), doctor("three", 68)], YEARS, retire_at=75)
    assert "01102" not in found.left_with_none(2031)
    assert "01102" in found.left_with_none(2032)


def test_the_youngest_doctor_of_a_clinic_decides() -> None:
    found = outlook(FACILITIES, [doctor("one", 74), doctor("one", 66)], YEARS, retire_at=75)
    assert found.left_with_none(2033) == ()
    assert found.left_with_none(2034) == ("01101",)


def test_one_past_the_age_already_ends_in_the_first_year() -> None:
    found = outlook(FACILITIES, [doctor("one", 90)], YEARS, retire_at=75)
    assert found.closures(2026) == (CloseFacility("one"),)
    assert found.left_with_none(2026) == ("01101",)


def test_a_successor_found_or_stated_keeps_it_and_an_unknown_one_as_one_chooses() -> None:
    ages = [doctor("one", 75, Succession.UNKNOWN), doctor("young", 75, Succession.YES)]
    assert outlook(FACILITIES, ages, YEARS, retire_at=75).left_with_none(2035) == ("01101",)
    assert outlook(FACILITIES, ages, YEARS, retire_at=75, unknown_closes=False).left_with_none(2035) == ()
    assert outlook(FACILITIES, ages, YEARS, retire_at=75, kept=["one"]).left_with_none(2035) == ()


def test_where_rounds_come_nobody_is_left_with_none() -> None:
    found = outlook(FACILITIES, [doctor("one", 75)], YEARS, retire_at=75, rounds_to=["01101"])
    assert found.left_with_none(2035) == ()
    assert found.open_clinics[-1, found.municipalities.index("01101")] == 0


def test_clinics_without_an_age_stay_and_are_counted() -> None:
    assert outlook(FACILITIES, [doctor("one", 50)], YEARS, retire_at=75).age_unknown == 3


def test_ages_are_awaited_and_years_have_ends() -> None:
    with pytest.raises(Problem) as raised:
        outlook(FACILITIES, None, YEARS, retire_at=75)
    assert raised.value.code == "workforce.awaiting-table"
    found = outlook(FACILITIES, [], YEARS, retire_at=75)
    with pytest.raises(Problem) as raised:
        found.left_with_none(2036)
    assert raised.value.code == "workforce.year-not-computed"
    assert found.left_with_none(2035) == ()


def test_good_rows_are_kept_and_each_bad_one_has_its_line_field_and_reason() -> None:
    rows = (
        "one,73,2025,no",
        "nobody,60,2025,no",
        "two,七十,2025,",
        "three,60,25,no",
        "young,40,2025,maybe",
        "young,40,2025,",
        "hospital,60,2025,no",
    )
    good, bad = read_clinic_doctors("\ufeff" + TEMPLATE + "\n".join(rows), FACILITIES)
    assert [(one.facility, one.successor) for one in good] == [
        ("one", Succession.NO),
        ("young", Succession.UNKNOWN),
    ]
    assert [(one.line, one.field) for one in bad] == [
        (3, "facility_id"),
        (4, "age"),
        (5, "as_of_year"),
        (6, "successor"),
        (8, "facility_id"),
    ]


def test_a_missing_column_is_a_problem() -> None:
    with pytest.raises(Problem) as raised:
        read_clinic_doctors("facility_id,age\none,70\n", FACILITIES)
    assert raised.value.facts["missing"] == "as_of_year, successor"
