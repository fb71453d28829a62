"""Doctors by area and specialty: awaited until they are given; good rows kept, bad ones told."""

import numpy as np
import pytest

from kaihoken.problems import Problem
from kaihoken.workforce.remote import awaited, ratio_to_nation, read_doctors, template
from kaihoken.workforce.tables import residents, specialty_doctors

from .builders import AREAS, DEPARTMENTS, EYES, RULE

HEAD = "area_code,specialty,doctors\n"


def test_without_a_table_everything_is_awaited() -> None:
    assert np.isnan(ratio_to_nation(awaited(AREAS, RULE), RULE)).all()


def test_the_template_reads_as_nothing_known() -> None:
    found, bad = read_doctors(template(AREAS, RULE), AREAS, RULE)

    assert np.isnan(found.doctors).all()
    assert bad == ()


def test_zero_is_a_count_and_a_dash_is_none() -> None:
    found, bad = read_doctors(HEAD + "0306,眼科,0\n0303,眼科,－\n0301,眼科,７\n", AREAS, RULE)

    at = [AREAS.position(code) for code in ("0306", "0303", "0301")]
    assert found.doctors[at[0], EYES] == 0
    assert np.isnan(found.doctors[at[1], EYES])
    assert found.doctors[at[2], EYES] == 7
    assert bad == ()


def test_a_department_is_known_once_all_its_specialties_are() -> None:
    urology = DEPARTMENTS.index("産婦人科")
    rows = ["0306,産婦人科,2\n", "0306,産科,1\n", "0306,婦人科,0\n"]
    at = AREAS.position("0306")

    part, _ = read_doctors(HEAD + "".join(rows[:2]), AREAS, RULE)
    whole, _ = read_doctors(HEAD + "".join(rows), AREAS, RULE)

    assert np.isnan(part.doctors[at, urology])
    assert whole.doctors[at, urology] == 3


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("306,眼科,2", "area_code"),
        ("0306,眼科,-2", "doctors"),
        ("0306,眼科,2.5", "doctors"),
        ("0301,眼科,3", "specialty"),
    ],
)
def test_a_bad_row_is_told_by_line_and_field_and_the_others_are_kept(row: str, field: str) -> None:
    found, bad = read_doctors(f"{HEAD}0301,眼科,4\n{row}\n0303,眼科,5\n", AREAS, RULE)

    assert [(one.line, one.field) for one in bad] == [(3, field)]
    assert found.doctors[AREAS.position("0301"), EYES] == 4
    assert found.doctors[AREAS.position("0303"), EYES] == 5


def test_other_specialties_are_passed_over() -> None:
    found, bad = read_doctors(HEAD + "0306,美容外科,2\n", AREAS, RULE)

    assert np.isnan(found.doctors).all()
    assert bad == ()


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(Problem) as caught:
        read_doctors("area_code,specialty\n0306,眼科\n", AREAS, RULE)

    assert (caught.value.code, caught.value.where) == ("workforce.remote-columns", "doctors")


def test_the_ratio_is_per_resident_over_the_nations() -> None:
    people = residents(AREAS).total[:, 0]
    national = specialty_doctors()
    eyes = national.doctors[national.specialties.index("眼科")]
    at = AREAS.position("0306")
    found, _ = read_doctors(HEAD + "0306,眼科,2\n", AREAS, RULE)

    ratio = ratio_to_nation(found, RULE)

    assert ratio[at, EYES] == pytest.approx((2 / people[at]) / (eyes / people.sum()))
