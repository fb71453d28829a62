"""The nation is the census: counts by area, sex and age, carried forward honestly."""

import csv
from collections import Counter
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken import shipped
from kaihoken.people import Plan
from kaihoken.people.census import CENSUS_DAY, YEAR, Census, Drawn, single_years
from kaihoken.people.draws import Draws
from kaihoken.people.figures import figures_on
from kaihoken.problems import Problem

GROUPS = st.lists(st.floats(0, 1e6), min_size=3, max_size=21)


def drawn(count: int, as_of: date, seed: int = 1) -> tuple[Census, Drawn]:
    census = Census(as_of, figures_on(as_of).population)
    return census, census.draw(census.areas_of(0, count, count), Draws(seed, 0))


def census_rows() -> list[dict[str, str]]:
    with shipped.path("population/census2020_area339_sex_age5.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@given(GROUPS)
def test_single_years_keep_the_count_of_every_group(groups: list[float]) -> None:
    single = single_years(np.array(groups))

    assert np.allclose(single.reshape(-1, 5).sum(axis=1), groups, rtol=1e-9, atol=1e-6)


@given(GROUPS)
def test_no_year_of_age_is_negative(groups: list[float]) -> None:
    assert (single_years(np.array(groups)) >= 0).all()


def test_on_the_day_of_the_census_everybody_of_it_is_there() -> None:
    census, _ = drawn(1, CENSUS_DAY)
    people = sum(int(row["pop_total_census"]) for row in census_rows())

    # Who died in the year before the census is in no table: nobody is thinned.
    assert census.weights.sum() == pytest.approx(people, rel=0.0001)
    assert people == 126_146_099


def test_areas_come_as_often_as_their_people() -> None:
    census, people = drawn(60_000, CENSUS_DAY)
    counts = Counter(people.area.tolist())
    expected: dict[str, int] = Counter()
    for row in census_rows():
        expected[row["area_code"]] += int(row["pop_total_census"])

    assert len(counts) == 339
    for place, code in enumerate(census.areas):
        share = expected[code] / 126_146_099
        assert counts[place] == pytest.approx(60_000 * share, abs=2)


def test_sexes_and_ages_come_as_in_the_census() -> None:
    _, people = drawn(60_000, CENSUS_DAY)
    ages = (CENSUS_DAY.toordinal() - people.born) / YEAR
    rows = census_rows()
    for sex in (False, True):
        table = [row for row in rows if row["sex"] == ("female" if sex else "male")]
        for group, least in (("0_4", 0), ("20_24", 20), ("45_49", 45), ("70_74", 70), ("85_89", 85)):
            real = sum(int(row[f"pop_{group}"]) for row in table) / 126_146_099
            here = ((people.female == sex) & (ages >= least) & (ages < least + 5)).mean()
            assert here == pytest.approx(real, rel=0.1), (sex, group)


def test_years_later_the_old_are_fewer_and_children_have_been_born() -> None:
    as_of = date(2026, 10, 1)
    census, people = drawn(60_000, as_of)
    ages = (as_of.toordinal() - people.born) / YEAR
    alive = people.died == 0

    # 122 to 123 million, as the statistics office estimates for 2026, and some 700,000 births a year.
    assert census.weights.sum() * alive.mean() == pytest.approx(122.3e6, rel=0.01)
    assert census.weights.sum() * (ages[alive] < 1).mean() == pytest.approx(620_000, rel=0.15)
    # People of the census who were 85 to 89 in 2020: more than half have died.
    left = ((ages >= 91) & (ages < 96) & alive).mean() * census.weights.sum()
    assert 0.2 < left / sum(int(row["pop_85_89"]) for row in census_rows()) < 0.6


def test_the_dead_died_within_the_last_year_and_after_birth() -> None:
    _, people = drawn(60_000, date(2026, 11, 20))
    dead = people.died > 0

    assert 0.010 < dead.mean() < 0.017  # 1.6 million deaths a year of 123 million
    assert (people.died[dead] >= people.born[dead]).all()
    assert (people.died[dead] >= date(2025, 11, 19).toordinal()).all()
    assert (people.died <= date(2026, 11, 20).toordinal()).all()


def test_nobody_is_born_after_the_day() -> None:
    for as_of in (CENSUS_DAY, date(2021, 1, 1), date(2028, 2, 29)):
        _, people = drawn(20_000, as_of)
        assert people.born.max() <= as_of.toordinal()


def test_a_few_people_already_stand_for_the_whole() -> None:
    _, people = drawn(2_000, date(2026, 11, 20))
    ages = (date(2026, 11, 20).toordinal() - people.born) / YEAR

    assert ages.mean() == pytest.approx(49.5, abs=1.2)
    assert people.female.mean() == pytest.approx(0.514, abs=0.02)


@pytest.mark.parametrize(
    ("count", "as_of", "code"),
    [
        (0, date(2026, 1, 1), "people.count"),
        (130_000_001, date(2026, 1, 1), "people.count"),
        (1, date(2020, 9, 30), "people.as-of"),
    ],
)
def test_what_cannot_be_made_is_refused(count: int, as_of: date, code: str) -> None:
    with pytest.raises(Problem) as raised:
        Plan(count, 1, as_of)

    assert raised.value.code == code
