"""Where the patients are: the nation's counts spread by residents and rates."""

import numpy as np
import pytest

from kaihoken.workforce.remote import outpatients
from kaihoken.workforce.tables import outpatients_by_disease, prefecture_rates, residents, specialty_doctors

from .builders import AREAS, DEPARTMENTS, RULE

FOUND = outpatients(AREAS, RULE)


def test_every_disease_of_the_slides_has_a_chapter_and_a_department() -> None:
    assert {one.name for one in RULE.diseases} == set(outpatients_by_disease().diseases)
    assert {one.chapter for one in RULE.diseases} <= set(prefecture_rates().chapters)
    assert {one.department for one in RULE.diseases} == set(DEPARTMENTS)


def test_every_specialty_of_a_department_is_counted_nationally_and_once() -> None:
    held = [name for one in RULE.departments for name in one.specialties]

    assert set(held) <= set(specialty_doctors().specialties)
    assert len(set(held)) == len(held)


def test_areas_together_have_the_nations_patients_but_for_the_rounding_of_rates() -> None:
    counted = dict(zip(outpatients_by_disease().diseases, outpatients_by_disease().patients, strict=True))
    national = np.array([counted[name] for name in FOUND.diseases])

    assert np.allclose(FOUND.by_disease.sum(axis=0) / national, 1, atol=0.02)
    assert np.allclose(FOUND.by_department.sum(), FOUND.by_disease.sum())
    assert FOUND.share_of_all == pytest.approx(0.56, abs=0.005)


def test_patients_of_an_area_are_its_residents_times_the_rate_of_its_prefecture() -> None:
    rates, people = prefecture_rates(), residents(AREAS).total[:, 0]
    at, disease = AREAS.position("0306"), FOUND.diseases.index("緑内障")
    seventh = rates.chapters.index("Ⅶ")
    relative = rates.outpatient[rates.prefectures.index("03"), seventh] / rates.outpatient[0, seventh]

    assert FOUND.by_disease[at, disease] == pytest.approx(68_500 * people[at] / people.sum() * relative)


def test_no_area_is_left_out() -> None:
    assert FOUND.by_department.shape == (330, len(DEPARTMENTS))
    assert np.isfinite(FOUND.by_department).all()
