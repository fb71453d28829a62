"""Whose an answer is, and what it says otherwise: each thing that is looked at, just met and just missed."""

from datetime import date

import pytest

from kaihoken.desk.day import TypedNumbers
from kaihoken.desk.offline.comparing import differences
from kaihoken.desk.offline.entry import Difference, Seen, TakenDown
from kaihoken.desk.patients import (
    Patient,
    has_numbers_of,
    is_same_person,
    new_patient,
    patient_of,
    plain_branch,
    same_insurer,
)
from kaihoken.desk.reception.comparison import adopted, beside
from kaihoken.problems import Problem

from .answers import an_answer

BORN = date(1980, 1, 1)


def on_file(**other: object) -> Patient:
    who: dict[str, object] = {
        "name": "山田　太郎",
        "kana": "ﾔﾏﾀﾞ ﾀﾛｳ",
        "birthdate": BORN,
        "insurer_number": "01130012",
        "symbol": "12-34",
        "insured_number": "56",
        "branch": "01",
    }
    return new_patient("00231", **{**who, **other})


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({}, True),
        ({"insurer_number": "０１１３００１２"}, True),
        ({"symbol": "１２－３４"}, True),
        ({"insured_number": "５６"}, True),
        ({"branch": "1"}, True),
        ({"branch": ""}, True),
        ({"branch": "?"}, False),
        ({"branch": "02"}, False),
        ({"insured_number": "57"}, False),
        ({"symbol": "12-35"}, False),
        ({"insurer_number": "01130020"}, False),
        ({"insurer_number": "?"}, False),
        ({"insurer_number": ""}, False),
        ({"birthdate": date(1980, 1, 2)}, False),
        ({"birthdate": None}, False),
    ],
)
def test_the_numbers_of_a_file_are_those_of_an_answer(other: dict[str, object], same: bool) -> None:
    (result,) = an_answer(birthdate=BORN).results

    assert has_numbers_of(on_file(**other), result) is same


def test_two_of_a_file_with_the_same_numbers_are_nobody() -> None:
    (result,) = an_answer(birthdate=BORN).results

    assert patient_of(result, [one := on_file(), on_file(branch="02")]) == one
    assert patient_of(result, [on_file(), on_file()]) is None


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({}, True),
        ({"name": "別　の名"}, True),
        ({"kana": ""}, True),
        ({"name": "別　の名", "kana": ""}, False),
        ({"name": "別　の名", "kana": "ﾍﾞﾂ ﾉﾅ"}, False),
        ({"birthdate": date(1980, 1, 2)}, False),
        ({"birthdate": None}, False),
    ],
)
def test_under_another_insurance_it_is_the_birthdate_with_a_name(
    other: dict[str, object], same: bool
) -> None:
    (result,) = an_answer(birthdate=BORN, insurer_number="06130015", number="99").results

    assert is_same_person(on_file(**other), result) is same
    assert is_same_person(on_file(**other, insurer_number="06130015", insured_number="99"), result) is (
        other.get("birthdate", BORN) == BORN
    )


def test_an_insurer_and_a_branch_are_the_same_however_they_are_written() -> None:
    assert same_insurer("０１１３００１２", "01130012")
    assert same_insurer("1130012", "01130012")
    assert same_insurer("138057", "00138057")
    assert same_insurer("?", "?")
    assert not same_insurer("?", "01130012")
    assert plain_branch("1") == plain_branch("０１")
    assert plain_branch("?") == "?"


@pytest.mark.parametrize(
    ("taken", "found"),
    [
        ({}, []),
        ({"number": "５６"}, []),
        ({"insurer_number": "０１１３００１２"}, []),
        ({"number": "57"}, [Difference("number", "57", "56")]),
        ({"insurer_number": "01130020"}, [Difference("insurer_number", "01130020", "01130012")]),
    ],
)
def test_numbers_that_were_taken_down_are_held_against_a_card(
    taken: dict[str, str], found: list[Difference]
) -> None:
    typed = {"insurer_number": "01130012", "symbol": "12-34", "number": "56", "branch": "01", **taken}
    numbers = TypedNumbers(**typed, birthdate=BORN)

    assert list(differences(TakenDown(seen=Seen.CARD, numbers=numbers), "", an_answer())) == []
    by_card = an_answer(kind="certificate")
    assert list(differences(TakenDown(seen=Seen.CARD, numbers=numbers), "", by_card)) == found


def test_what_the_register_says_otherwise_of_the_numbers_asked_is_told() -> None:
    asked = {"field": "number", "kind": "width", "asked": "057", "text": "56"}
    told = an_answer(differences=(asked, {**asked, "field": "kana"}))

    assert list(differences(TakenDown(seen=Seen.CARD), "", told)) == [Difference("number", "057", "56")]


def test_an_answer_without_a_coverage_has_nothing_to_adopt_and_nothing_beside_the_file() -> None:
    nothing = an_answer(results=())

    assert beside(on_file(), nothing, "ja") == ()
    with pytest.raises(Problem, match="nothing-to-adopt"):
        adopted(on_file(), nothing)


def test_only_what_an_answer_says_stands_beside_the_file() -> None:
    def marked(**said: object) -> list[bool]:
        return [line.differs for line in beside(on_file(share_percent=30), an_answer(**said), "ja")]

    assert marked() == [False, False, False, False]
    assert marked(insurer_number="01130020", number="57") == [False, True, False, False]
    assert marked(name="別　の名") == [True, False, False, False]
    assert marked(number="57", symbol="9", branch="02") == [False, False, True, False]
    assert marked(insurer_number="", number="", symbol="", branch="") == [False, False]
    assert marked(acquired=date(2020, 4, 1)) == [False, False, False, False, False]
    assert marked(acquired=date(2020, 4, 1), lost=date(2026, 10, 1)) == [False, False, False, False, True]
    assert marked(share=20) == [False, False, False, True]
