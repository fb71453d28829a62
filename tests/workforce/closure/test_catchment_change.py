"""集水域の変化: supply per person, before and after a closure, a merger, fewer days."""

import numpy as np
import pytest
from tests.workforce.access.facility_builder import Site, people_at, some_facilities

from kaihoken.rules import Status
from kaihoken.workforce.access import GreatCircle, binary
from kaihoken.workforce.closure import (
    CatchmentChange,
    CloseFacility,
    Edit,
    MergeFacilities,
    Need,
    NeedKind,
    ShortenDays,
    Supply,
    catchment_change,
    edited,
)

FACILITIES = some_facilities(
    Site("a", 0, doctors=4, days=5), Site("b", 5, doctors=2), Site("c", 60), Site("far", 200, doctors=9)
)
PEOPLE = people_at([(0, "01101"), (60, "01102")], {"01101": (0, 100, 0, 0), "01102": (0, 50, 0, 0)})


def changed(edit: Edit, supply: Supply) -> CatchmentChange:
    return catchment_change(
        PEOPLE,
        FACILITIES,
        edited(FACILITIES, [edit]),
        Need(NeedKind.ANY),
        GreatCircle(1.0, 60.0, Status.UNCONFIRMED, "a kilometre a minute"),
        binary(30),
        supply,
    )


def test_a_closure_takes_its_part_and_leaves_other_towns_alone() -> None:
    found = changed(CloseFacility("a"), Supply.PLACES)
    assert found.mean_before == pytest.approx([2 / 100, 1 / 50])
    assert found.mean_after == pytest.approx([1 / 100, 1 / 50])
    assert found.change() == pytest.approx([-1 / 100, 0])


def test_fewer_days_are_less_supply() -> None:
    found = changed(ShortenDays("a", 2.5), Supply.DOCTORS)
    assert found.mean_before[0] == pytest.approx(6 / 100)
    assert found.mean_after[0] == pytest.approx(4 / 100)


def test_a_merger_keeps_the_doctors_and_loses_a_place() -> None:
    merger = MergeFacilities("a", "b")
    assert changed(merger, Supply.DOCTORS).change()[0] == pytest.approx(0)
    assert changed(merger, Supply.PLACES).change()[0] == pytest.approx(-1 / 100)


def test_facilities_whose_doctors_are_not_stated_are_counted_out() -> None:
    found = changed(CloseFacility("b"), Supply.DOCTORS)
    assert found.not_stated == 1
    assert not found.before.reached[1]
    assert np.isfinite(found.mean_after).all()
