"""Who is insured where comes near the published members of each scheme."""

import csv
from collections import Counter

import pytest

from kaihoken import shipped
from kaihoken.coverage import Coverage
from kaihoken.people import Person
from kaihoken.people.insurers import Scheme

from .nation import a_nation, everybody_running, scheme_of, years_old

RESIDENTS = {Scheme.NATIONAL, Scheme.GUILD}
EMPLOYED = {
    Scheme.ASSOCIATION,
    Scheme.SOCIETY,
    Scheme.MUTUAL_AID,
    Scheme.SEAMEN,
    Scheme.SELF_DEFENCE,
    Scheme.SPECIAL_RETIREE,
}


@pytest.fixture(scope="module")
def covered() -> list[tuple[Person, Coverage]]:
    return list(everybody_running(a_nation()))


def share(covered: list[tuple[Person, Coverage]], schemes: set[Scheme]) -> float:
    return sum(scheme_of(coverage) in schemes for _, coverage in covered) / len(covered)


def published(name: str, column: str) -> float:
    with shipped.path("insurers/insurance_schemes_2020.csv").open(encoding="utf-8") as file:
        return next(float(row[column]) for row in csv.DictReader(file) if row["scheme"] == name)


def test_nearly_everybody_is_covered(covered: list[tuple[Person, Coverage]]) -> None:
    # The others died within the year, or their registration has not come.
    assert 0.98 < len(covered) / len(a_nation()) < 0.99


@pytest.mark.parametrize(
    ("schemes", "least", "most"),
    [
        # 2023: 2,638, 7,790 and 1,944 of 12,435 (10,000 persons). Since then people have moved from 国保 to 後期.
        (RESIDENTS, 0.17, 0.215),
        (EMPLOYED, 0.59, 0.64),
        ({Scheme.LATE_ELDERLY}, 0.156, 0.185),
        ({Scheme.WELFARE}, 0.011, 0.019),
    ],
)
def test_the_great_groups_are_as_large_as_published(
    covered: list[tuple[Person, Coverage]], schemes: set[Scheme], least: float, most: float
) -> None:
    assert least < share(covered, schemes) < most


@pytest.mark.parametrize(
    ("scheme", "name"),
    [(Scheme.ASSOCIATION, "協会けんぽ"), (Scheme.SOCIETY, "組合健保"), (Scheme.MUTUAL_AID, "共済組合")],
)
def test_employees_insurers_are_as_large_as_published(
    covered: list[tuple[Person, Coverage]], scheme: Scheme, name: str
) -> None:
    assert share(covered, {scheme}) == pytest.approx(published(name, "members_10k") / 12_615, rel=0.08)


@pytest.mark.parametrize(
    ("scheme", "name", "tolerance"),
    [
        (Scheme.NATIONAL, "市町村国保", 3.5),
        (Scheme.ASSOCIATION, "協会けんぽ", 3.0),
        (Scheme.SOCIETY, "組合健保", 3.5),
        (Scheme.LATE_ELDERLY, "後期高齢者医療", 2.0),
    ],
)
def test_mean_ages_are_near_the_published_ones(
    covered: list[tuple[Person, Coverage]], scheme: Scheme, name: str, tolerance: float
) -> None:
    ages = [years_old(person) for person, coverage in covered if scheme_of(coverage) is scheme]

    assert sum(ages) / len(ages) == pytest.approx(published(name, "mean_age"), abs=tolerance)


def test_those_of_65_to_74_are_mostly_under_national_insurance(
    covered: list[tuple[Person, Coverage]],
) -> None:
    national = [person for person, coverage in covered if scheme_of(coverage) is Scheme.NATIONAL]
    elderly = sum(65 <= years_old(person) < 75 for person in national) / len(national)

    assert elderly == pytest.approx(published("市町村国保", "share_65_74_pct") / 100, abs=0.08)


def test_association_has_as_many_dependants_as_published(covered: list[tuple[Person, Coverage]]) -> None:
    own = [coverage for _, coverage in covered if scheme_of(coverage) is Scheme.ASSOCIATION]
    dependants = sum(coverage.relation == "2" for coverage in own) / len(own)
    with shipped.path("insurers/members_by_year.csv").open(encoding="utf-8") as file:
        row = next(
            row
            for row in csv.DictReader(file)
            if row["scheme"].startswith("協会けんぽ") and row["fiscal_year_end"] == "2022"
        )

    assert dependants == pytest.approx(int(row["dependants_1000"]) / int(row["members_1000"]), abs=0.05)


def test_every_prefecture_has_its_own_branch(covered: list[tuple[Person, Coverage]]) -> None:
    branches = Counter(c.insurer_number for _, c in covered if scheme_of(c) is Scheme.ASSOCIATION)

    assert len(branches) == 47
