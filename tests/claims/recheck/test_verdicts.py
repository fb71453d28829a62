"""What the days of a claim come to together."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from kaihoken.claims.recheck import ClaimVerdict, Recheck
from kaihoken.claims.recheck.terms import confirmations
from kaihoken.coverage import Coverage, History

from ...coverage.people import CITY, COMPANY, a_person, covered_by
from .exported import AClaim, claim_of, write_claims, write_coverages

THIRD, TWENTIETH = date(2026, 9, 3), date(2026, 9, 20)
CHANGE = date(2026, 9, 15)


def old(**more: object) -> Coverage:
    return covered_by(**{"lost": CHANGE, "loss_reason": "03", **more})


def new(insurer: str = COMPANY, since: date = CHANGE, **more: object) -> Coverage:
    return covered_by(insurer, since, **{"number": "9", "symbol": "", "branch": "00", **more})


def rechecked(
    folder: Path, people: Sequence[History], *claims: AClaim, collected: date | None = None
) -> Recheck:
    run = Recheck(threads=1)
    run.read(
        [("claims.csv", write_claims(folder / "claims.csv", claims))],
        write_coverages(folder / "coverages.csv", people, collected),
    )
    run.decide()
    return run


def verdicts(run: Recheck) -> list[tuple[str, str, str]]:
    return run.database.execute(
        "select verdict, reason, confirmation from verdicts order by claim"
    ).fetchall()


CASES = {
    "ran on all days": ([covered_by()], claim_of(covered_by(), THIRD), ("as-written", "", "02")),
    "another 枝番": ([covered_by()], claim_of(covered_by(), THIRD, branch="02"), ("branch-fixed", "", "09")),
    "no 枝番, on days that are looked at one by one": (
        [covered_by(lost=date(2026, 8, 1)), covered_by(since=date(2026, 8, 2))],
        claim_of(covered_by(), THIRD, branch=""),
        ("branch-fixed", "", "09"),
    ),
    "a new one on all days": ([old(), new()], claim_of(old(), TWENTIETH), ("switched", "", "04")),
    "a change between the visits": ([old(), new()], claim_of(old(), THIRD, TWENTIETH), ("split", "", "05")),
    "two others, one after the other": (
        [old(lost=date(2026, 8, 1)), new(CITY, date(2026, 8, 1), lost=CHANGE), new()],
        claim_of(old(), THIRD, TWENTIETH),
        ("split", "", "05"),
    ),
    "公費 pays as well": (
        [old(), new()],
        claim_of(old(), TWENTIETH, public_payer=True),
        ("excluded", "public-payer", "06"),
    ),
    "公費 pays as well, and nothing is to be switched": (
        [covered_by()],
        claim_of(covered_by(), THIRD, public_payer=True),
        ("as-written", "", "02"),
    ),
    "lost, nothing new": ([old()], claim_of(old(), TWENTIETH), ("lost", "no-new", "06")),
    "lost for a part of the days": ([old()], claim_of(old(), THIRD, TWENTIETH), ("lost", "no-new", "06")),
    "died": ([old(loss_reason="01")], claim_of(old(), TWENTIETH), ("lost", "death", "08")),
    "died, last seen alive": ([old(loss_reason="01")], claim_of(old(), THIRD), ("as-written", "", "02")),
    "nobody": ([covered_by()], claim_of(covered_by(), THIRD, number="57"), ("unknown", "not-found", "03")),
    "in progress": (
        [covered_by(match="pending")],
        claim_of(covered_by(), THIRD),
        ("unknown", "pending", "03"),
    ),
    "stopped": (
        [covered_by(match="suspended-3")],
        claim_of(covered_by(), THIRD),
        ("unknown", "suspended", "03"),
    ),
}


@pytest.fixture(scope="module")
def each_case(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str, str]]:
    """All cases in one run: each about a person with a birth date of their own."""
    people, claims = [], []
    for born, (coverages, claim, _) in enumerate(CASES.values(), 1):
        birthdate = date(1980, 1, born)
        people.append(a_person(*_born(coverages, birthdate), person=born))
        claims.append(msgspec.structs.replace(claim, birthdate=birthdate))
    told = verdicts(rechecked(tmp_path_factory.mktemp("cases"), people, *claims))
    return dict(zip(CASES, told, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_each_verdict(each_case: dict[str, tuple[str, str, str]], case: str) -> None:
    _, _, expected = CASES[case]

    assert each_case[case] == expected


def test_two_people_of_one_number_are_not_told_apart_without_the_branch_or_the_person(tmp_path: Path) -> None:
    people = [a_person(covered_by()), a_person(covered_by(branch="02"), person=2)]
    asked = covered_by(branch="")
    second = people[1].person.hex()

    assert verdicts(
        rechecked(
            tmp_path,
            people,
            claim_of(asked, THIRD),
            claim_of(asked, THIRD, branch="02"),
            claim_of(asked, THIRD, person=second),
        )
    ) == [("unknown", "several", "03"), ("as-written", "", "02"), ("branch-fixed", "", "09")]


TWICE = {
    "once": [covered_by(), covered_by(CITY)],
    "two of these numbers, one after the other": [
        covered_by(lost=date(2026, 8, 1)),
        covered_by(since=date(2026, 8, 2)),
    ],
    "twice at once": [covered_by(), covered_by(since=date(2026, 8, 2))],
    "three times, once at a time": [
        covered_by(since=date(2010, 4, 1), lost=date(2019, 4, 1)),
        covered_by(lost=date(2026, 8, 1)),
        covered_by(since=date(2026, 8, 2)),
    ],
    "three times at once": [covered_by(), covered_by(since=date(2026, 8, 2)), covered_by(since=CHANGE)],
}


@pytest.mark.parametrize("case", TWICE)
def test_a_person_covered_twice_among_others_changes_the_verdict_of_no_other_claim(
    tmp_path: Path, case: str
) -> None:
    """Claims are settled thirty-two in a row: seventy of them stand in three rows, and the one that fits several
    coverages in the middle, at both ends, and beside a boundary."""
    several, branched = {0, 15, 31, 32, 69}, set(range(3, 70, 7))
    people, claims = [], []
    for place in range(70):
        born = date(1980, 1, 1) + timedelta(days=place)
        coverages = TWICE[case] if place in several else [covered_by()]
        people.append(a_person(*_born(coverages, born), person=place + 1))
        claims.append(
            claim_of(covered_by(birthdate=born), TWENTIETH, branch="02" if place in branched else "01")
        )

    run = rechecked(tmp_path, people, *claims)

    one, alike = ("as-written", "", "02"), ("branch-fixed", "", "09")
    expected = [alike if place in branched else one for place in range(70)]
    if case.endswith("at once"):
        for place in several:
            expected[place] = ("unknown", "several", "03")
    assert verdicts(run) == expected
    assert numbers_of(run, "disputed") == (set() if case == "once" else several)
    assert numbers_of(run, "doubtful") == {
        "once": branched,
        "two of these numbers, one after the other": branched | several,
        "twice at once": branched | several,
    }.get(case, set(range(70)))  # a third one is not told from one: all of its row are looked at


def numbers_of(run: Recheck, table: str) -> set[int]:
    """Which claims stand in a table, counted from 0."""
    return {claim - 1 for (claim,) in run.database.execute(f"select claim from {table}").fetchall()}


def _born(coverages: Sequence[Coverage], birthdate: date) -> list[Coverage]:
    return [msgspec.structs.replace(coverage, birthdate=birthdate) for coverage in coverages]


@pytest.mark.parametrize(
    ("collected", "expected"), [(TWENTIETH, ("collected", "07")), (date(2026, 9, 21), ("no-new", "06"))]
)
def test_a_card_that_had_come_back_by_the_visit(
    tmp_path: Path, collected: date, expected: tuple[str, str]
) -> None:
    run = rechecked(tmp_path, [a_person(old())], claim_of(old(), TWENTIETH), collected=collected)

    assert verdicts(run) == [("lost", *expected)]


def test_the_lists_say_to_whom_and_for_which_days(tmp_path: Path) -> None:
    run = rechecked(
        tmp_path,
        [a_person(old(), new())],
        claim_of(old(), TWENTIETH, points=500),
        claim_of(old(), THIRD, date(2026, 9, 16), TWENTIETH),
    )

    assert run.database.execute("from switches").fetchall() == [
        ("0", date(2026, 9, 1), "01130012", COMPANY, "", "9", "00", 500)
    ]
    assert run.database.execute("select * exclude (claim_id, month) from splits").fetchall() == [
        (1, "3", True, "01130012", "12-34", "56", "01"),
        (2, "16 20", False, COMPANY, "", "9", "00"),
    ]


def test_the_month_in_numbers(tmp_path: Path) -> None:
    october = date(2026, 10, 5)
    run = rechecked(
        tmp_path,
        [a_person(covered_by())],
        claim_of(covered_by(), THIRD, points=100),
        claim_of(covered_by(), TWENTIETH, points=20),
        claim_of(covered_by(), october, number="1", points=7),
    )

    assert [(row.month, row.verdict, row.claims, row.points, row.yen) for row in run.told().rows] == [
        (date(2026, 9, 1), "as-written", 2, 120, 1200),
        (date(2026, 10, 1), "unknown", 1, 7, 70),
    ]


def test_every_verdict_has_a_code_since_claims_are_compared() -> None:
    told = confirmations()

    assert {verdict for verdict, *_ in told} == set(ClaimVerdict)
    assert min(first for _, _, first, _, _ in told) == date(2021, 10, 1)
