"""A household's month: the worked examples, and what holds for every household."""

import pytest
import yaml

from kaihoken.payment.ceiling.month import household_month
from kaihoken.payment.ceiling.reading import read_households

from .worked import cases


def household_of(case):
    file = {"month": case["month"], "insurers": case["insurers"]}
    (household,) = read_households(yaml.safe_dump(file, allow_unicode=True).encode())
    return household


@pytest.mark.parametrize("case", cases("household"))
def test_a_household_pays_and_gets_back_what_the_leaflet_says(case):
    found = household_month(household_of(case))

    expected = {"supplement": 0, "unconfirmed": False} | case["expect"]
    units = found.units
    told = {
        "counter": found.counter,
        "refund": found.refund,
        "supplement": found.supplement,
        "patient": found.patient,
        "unconfirmed": found.unconfirmed,
        "benefit": sum(unit.benefit for unit in units),
        "public": sum(unit.public for unit in units),
    }
    assert {name: told[name] for name in expected} == expected
