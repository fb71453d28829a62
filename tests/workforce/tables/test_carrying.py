"""Counts move from one set of areas to another only where municipalities show that it is exact."""

import numpy as np
import pytest

from kaihoken.problems import Problem
from kaihoken.workforce.areas import Area, AreaCode, AreaSet, PrefectureCode, area_set, own_grouping
from kaihoken.workforce.tables import carry, divided, mergers, residents


def a_set(name: str, members: dict[str, str]) -> AreaSet:
    codes = sorted(set(members.values()))
    return own_grouping(
        name, [Area(AreaCode(code), code, PrefectureCode("05"), "秋田県") for code in codes], members
    )


def test_the_335_areas_carry_to_the_330_exactly() -> None:
    old, new = area_set("335"), area_set("330")

    carried = carry(residents(old).by_age, old, new)

    assert np.array_equal(carried, residents(new).by_age)
    assert divided(old, new) == ()


def test_akita_and_mie_are_what_merged() -> None:
    merged = {merger.area: merger.of for merger in mergers(area_set("339"), area_set("330"))}

    akita = {code: parts for code, parts in merged.items() if code.startswith("05")}
    mie = {code: parts for code, parts in merged.items() if code.startswith("24")}
    assert (len(akita), sum(map(len, akita.values()))) == (3, 8)
    assert set(merged) == {*akita, *mie}
    assert sum(map(len, mie.values())) - len(mie) == 4
    assert mergers(area_set("330"), area_set("330")) == ()


def test_an_area_that_is_divided_is_named_with_its_municipalities() -> None:
    old, new = area_set("330"), area_set("335")

    with pytest.raises(Problem, match="carry-not-derivable") as told:
        carry(np.zeros(len(old)), old, new)

    assert told.value.where.startswith("05")
    assert "05" in str(told.value.facts["municipalities"])
    assert {change.area[:2] for change in divided(old, new)} == {"05"}


def test_absent_parts_make_an_absent_sum_and_an_area_of_nobody_is_absent() -> None:
    old = a_set("old", {"05201": "a", "05202": "b", "05203": "c"})
    new = a_set("new", {"05201": "x", "05202": "x", "05203": "y", "05204": "z"})

    carried = carry(np.array([1.0, np.nan, 3.0]), old, new)

    assert np.isnan(carried[[0, 2]]).all()
    assert carried[1] == 3


def test_a_municipality_that_the_new_set_lacks_is_named() -> None:
    old = a_set("old", {"05201": "a", "05202": "a"})
    new = a_set("new", {"05201": "x"})

    with pytest.raises(Problem, match="carry-not-derivable") as told:
        carry(np.array([1.0]), old, new)
    assert "—: 05202" in str(told.value.facts["municipalities"])
