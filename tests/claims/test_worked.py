"""The worked tests of the reference that concern claims: the cases of worked_cases.yaml, each with what is lawful
beside it, and the totals of a file. The others stand where their subject does; here is seen that none is left out."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypedDict

import pytest
import yaml

from kaihoken.claims.checks import checks_of
from kaihoken.claims.eligibility import days_in, verdict_of
from kaihoken.claims.records import MedicalLayout, layout_of
from kaihoken.claims.returned import parse_edit
from kaihoken.identity import InsurerNumber, check_digit, check_digit_ok
from kaihoken.problems import Problem

from ..coverage.people import a_person, covered_by
from .checked import findings, ids
from .eligibility.claimed import PUBLIC, by_table, receipt, write_table
from .files import Fields, a_file, a_receipt, act, head

LAYOUT = layout_of(MedicalLayout, date(2026, 11, 1))


class Checked(TypedDict, total=False):
    """A receipt that is checked."""

    head: Mapping[str, str]
    behind: int
    change: Mapping[str, str]
    expect: Mapping[str, str]
    lawful: Mapping[str, str]


class Spell(TypedDict, total=False):
    """A coverage and its days."""

    insurer: str
    since: date
    until: date


class Expected(TypedDict, total=False):
    """What becomes of a claim."""

    verdict: str
    forecast: str
    to: str


class Settled(TypedDict, total=False):
    """A claim on which somebody else may settle."""

    coverages: list[Spell]
    visits: list[date]
    public: bool
    expect: Expected


class Digit(TypedDict):
    """A number and the digit that belongs at its end."""

    number: str
    digit: str


@cache
def worked() -> Mapping[str, list[Mapping[str, object]]]:
    found: Mapping[str, list[Mapping[str, object]]] = yaml.safe_load(
        Path(__file__).with_name("worked_cases.yaml").read_text("utf-8")
    )
    return found


def cases(kind: str) -> list[object]:
    return [pytest.param(case, id=str(case["id"])) for case in worked()[kind]]


def written(case: Checked, changes: Mapping[str, str]) -> bytes:
    """The file of a case with these fields."""
    before = [a_receipt(at + 1) for at in range(case.get("behind", 0))]
    last = a_receipt(len(before) + 1)
    for place, text in changes.items():
        edit = parse_edit(f"{place}={text}")
        line = [line for line in last if line[0] == edit.record][edit.nth - 1]
        line[LAYOUT.by_id[edit.record].places[edit.field][edit.times - 1]] = edit.value
    return a_file(*before, last, first=head(**case.get("head", {})))


@pytest.mark.parametrize("case", cases("checked"))
def test_a_worked_claim_is_found_with_its_number_and_its_lawful_twin_passes(case: Checked) -> None:
    known = checks_of(date(2026, 11, 1))
    found = {one.check: known[one.check].code for one in findings(written(case, case["change"]))}

    assert found == case["expect"]
    assert ids(written(case, {**case["change"], **case["lawful"]})) == []


@pytest.mark.parametrize("case", cases("settled"))
def test_a_worked_change_of_insurance_is_settled_so(case: Settled, tmp_path: Path) -> None:
    coverages = [
        covered_by(
            one["insurer"],
            one.get("since", date(2020, 4, 1)),
            lost=one.get("until"),
            loss_reason="03" if "until" in one else "",
        )
        for one in case["coverages"]
    ]
    visits, expect = case["visits"], case["expect"]
    claim = receipt(
        coverages[0],
        *(day.day for day in visits),
        month=f"{visits[0]:%Y%m}",
        publics=[PUBLIC] if case.get("public") else [],
    )
    table = write_table(tmp_path / "coverages.csv", [a_person(*coverages)])

    verdict = verdict_of(claim, by_table(table, days_in([claim])))

    assert (verdict.verdict, verdict.forecast) == (expect["verdict"], expect["forecast"])
    assert [part.to.insurer_number for part in verdict.parts if part.to] == [
        to for to in [expect.get("to")] if to
    ]


@pytest.mark.parametrize("case", cases("check_digits"))
def test_a_worked_number_has_its_check_digit_or_is_refused(case: Digit) -> None:
    number, digit = case["number"], case["digit"]

    assert check_digit(number[:-1]) == digit
    assert check_digit_ok(number) == (number[-1] == digit)


def test_what_is_valid_is_an_insurer_and_what_is_not_is_refused() -> None:
    for number in ("138057", "133066", "01130012", "39131156"):
        assert InsurerNumber.parse(number).wire.strip() == number
    with pytest.raises(Problem, match=r"identity\."):
        InsurerNumber.parse("01130013")


def test_the_end_counts_insurers_and_public_payers_and_sums_points_of_the_first() -> None:
    """T51: 75 receipts, 69 with an insurer, 71 records of 公費, 86,392 points of who pays first."""
    receipts = [of_the_sample(place, 1218 if place == 75 else 1151) for place in range(1, 76)]
    assert sum(line[0] == "HO" for one in receipts for line in one) == 69
    assert sum(line[0] == "KO" for one in receipts for line in one) == 71

    def told(*end: str) -> list[str]:
        return [
            check for check in ids(a_file(*receipts, end=["GO", *end, "99"])) if check.startswith("file.")
        ]

    assert told("140", "86392") == []
    assert told("75", "86392") == ["file.count"]
    assert told("140", "86393") == ["file.points"]


def test_every_worked_test_of_the_reference_stands_as_a_case() -> None:
    rooms = [Path(__file__).parents[1] / room for room in ("adoption", "claims", "coverage", "payment")]
    texts = [
        path.read_text("utf-8") for room in rooms for kind in ("*.py", "*.yaml") for path in room.rglob(kind)
    ]
    cases = {int(number) for text in texts for number in re.findall(r"(?<!\w)T(\d\d)(?!\d)", text)}

    assert set(range(1, 71)) <= cases


def of_the_sample(place: int, points: int) -> list[Fields]:
    """One of 75: the first six with 公費 alone, the last four with an insurer alone, the others with both."""
    alone = place <= 6
    burden = "5" if alone else "2" if place <= 71 else "1"
    public: Fields = ["KO", "51136018", "1000009", "", "2", str(points), "", "", "", "", "", ""]
    return a_receipt(
        place,
        publics=[] if place > 71 else [public],
        acts=[act("111000110", points, 3, section="11", burden=burden)],
        without=["HO"] if alone else [],
    )
