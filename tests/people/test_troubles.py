"""The field's troubles come at the rates of their rule file: each is met, and none comes when its rate is zero."""

from datetime import timedelta

import pytest

from kaihoken.coverage import Coverage
from kaihoken.people import Person
from kaihoken.people.insurers import Scheme

from .nation import TODAY, a_nation, coverages, running, scheme_of, some_people, with_figures

NONE_AT_ALL = {
    "external_characters": 0.0,
    "wrong_links": 0.0,
    "notice_days": ((1, 1.0),),
    "register_days": ((1, 1.0),),
    "match_days": 0,
    "loss_never_told": 0.0,
    "suspended": 0.0,
    "corrected": 0.0,
    "wrong_branch": 0.0,
    "blank_branch": 0.0,
    "blank_share": 0.0,
    "non_disclosure": 0.0,
    "other_name": 0.0,
}


def newest(people: list[Person]) -> list[Coverage]:
    return [coverages(person)[-1] for person in people]


def test_names_hold_an_external_character_as_often_as_reported() -> None:
    marked = sum("●" in coverages(person)[0].name for person in a_nation()) / len(a_nation())

    assert marked == pytest.approx(0.044, abs=0.004)


def test_the_reading_of_a_marked_name_is_whole() -> None:
    assert all("●" not in coverage.kana for person in a_nation() for coverage in coverages(person))


def test_without_troubles_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with_figures(monkeypatch, "troubles", **NONE_AT_ALL)
    people = some_people(5_000)

    everything = [coverage for person in people for coverage in coverages(person)]
    assert {coverage.match for coverage in everything} == {"visible"}
    assert not any("●" in coverage.name for coverage in everything)
    assert not any(coverage.non_disclosure for coverage in everything)
    assert not any(coverage.symbol and not coverage.branch for coverage in everything)
    assert not any(coverage.other_name for coverage in everything)
    assert len({(p.place, s.subject) for p in people for s in p.stated}) == sum(len(p.stated) for p in people)
    assert max(len([c for c in running(p) if c.classification != "A1"]) for p in people) == 1


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"external_characters": 1.0}, lambda c: "●" in c.name),
        ({"suspended": 1.0, "suspended_levels": (1.0, 0.0, 0.0)}, lambda c: c.match == "suspended-1"),
        ({"suspended": 1.0, "suspended_levels": (0.0, 1.0, 0.0)}, lambda c: c.match == "suspended-2"),
        ({"suspended": 1.0, "suspended_levels": (0.0, 0.0, 1.0)}, lambda c: c.match == "suspended-3"),
        ({"suspended": 0.0, "corrected": 1.0}, lambda c: c.match == "corrected"),
        ({"blank_branch": 1.0, "wrong_branch": 0.0}, lambda c: c.branch == ""),
        ({"non_disclosure": 1.0}, lambda c: c.non_disclosure),
        (
            {"other_name": 1.0},
            lambda c: bool(c.other_name) == (c.birthdate < TODAY - timedelta(days=20 * 365)),
        ),
        ({"blank_share": 1.0}, lambda c: c.share_percent is None and c.elderly is None),
    ],
)
def test_a_trouble_that_always_comes_is_everywhere(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], found: object
) -> None:
    with_figures(monkeypatch, "troubles", **{**NONE_AT_ALL, **changes})

    assert callable(found)
    hit = [
        found(coverage)
        for person in some_people(1_000)
        for coverage in running(person)
        if abs((TODAY - coverage.birthdate).days / 365.2425 - 20) > 1.1
    ]
    assert len(hit) > 900
    assert all(hit)


def test_a_wrong_branch_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with_figures(monkeypatch, "troubles", **NONE_AT_ALL)
    right = {p.place: [c.branch for c in coverages(p)] for p in some_people(1_000)}
    with_figures(monkeypatch, "troubles", **{**NONE_AT_ALL, "wrong_branch": 1.0})
    wrong = {p.place: [c.branch for c in coverages(p)] for p in some_people(1_000)}

    pairs = [(a, b) for place in right for a, b in zip(right[place], wrong[place], strict=True) if a]
    assert len(pairs) > 900
    assert all(a != b and len(b) == 2 for a, b in pairs)


def test_a_wrong_link_is_stated_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with_figures(monkeypatch, "troubles", **{**NONE_AT_ALL, "wrong_links": 1.0})
    people = some_people(500)

    linked = 0
    for person in people:
        withdrawn = [s for s in person.stated if isinstance(s.fact, Coverage) and s.fact.withdrawn]
        for taken_back in withdrawn:
            linked += 1
            (stated,) = [
                s.fact for s in person.stated if s.subject == taken_back.subject and not s.fact.withdrawn
            ]
            assert isinstance(stated, Coverage)
            assert stated.name != coverages(person)[-1].name
            assert stated.number != coverages(person)[-1].number
    assert linked > 450


def test_the_reported_rate_of_wrong_links_is_rare() -> None:
    withdrawn = sum(any(stated.fact.withdrawn for stated in person.stated) for person in a_nation())

    assert withdrawn <= 12  # 8,544 of 1.2億 people: three are expected among 40,000


def test_a_corrected_match_keeps_the_state_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with_figures(monkeypatch, "troubles", **{**NONE_AT_ALL, "corrected": 1.0})

    corrected = 0
    for person in some_people(200):
        before: dict[int, str] = {}
        for stated in person.stated:
            if isinstance(stated.fact, Coverage):
                if stated.fact.match == "corrected":
                    corrected += 1
                    assert before[stated.subject] == "suspended-3"
                before[stated.subject] = stated.fact.match
    assert corrected > 150


def test_the_slower_the_register_the_more_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def overlapping_or_missing(days: int) -> int:
        slow = {
            **NONE_AT_ALL,
            "notice_days": ((days, 1.0),),
            "register_days": ((days, 1.0),),
            "match_days": 1,
        }
        with_figures(monkeypatch, "troubles", **slow)
        return sum(
            not running(p) or len(running(p)) > 1 or running(p)[0].match == "pending"
            for p in some_people(5_000)
        )

    assert overlapping_or_missing(0) < overlapping_or_missing(40)


def test_somebody_not_yet_registered_stands_as_in_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    with_figures(monkeypatch, "troubles", **{**NONE_AT_ALL, "register_days": ((400, 1.0),), "match_days": 2})
    newborn = [p for p in some_people(5_000) if coverages(p)[0].birthdate > TODAY - timedelta(days=90)]

    assert newborn
    assert any(coverages(person)[0].match == "pending" for person in newborn)


def test_an_end_that_nobody_told_makes_an_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    with_figures(monkeypatch, "troubles", **{**NONE_AT_ALL, "loss_never_told": 1.0})
    people = some_people(2_000)

    assert all(coverage.lost is None for person in people for coverage in coverages(person))
    assert sum(len(running(person)) > 1 for person in people) > 300


def test_the_ordinary_nation_meets_each_trouble() -> None:
    everything = [coverage for person in a_nation() for coverage in running(person)]
    states = {coverage.match for coverage in everything}

    assert {"visible", "pending", "corrected", "suspended-1", "suspended-2"} <= states
    assert any(coverage.non_disclosure for coverage in everything)
    assert any(coverage.symbol and not coverage.branch for coverage in everything)
    assert any(
        scheme_of(coverage) is Scheme.LATE_ELDERLY and coverage.share_percent is None
        for coverage in everything
    )
    assert sum(len([c for c in running(p) if c.classification != "A1"]) > 1 for p in a_nation()) > 20
