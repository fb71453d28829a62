"""A table that a coordinator filled in: who can be read is read, and each bad row is told by line and field."""

import csv
import io
from datetime import date

import pytest

from kaihoken.problems import Problem
from kaihoken.workforce.careers import (
    Event,
    Happening,
    Interruption,
    Post,
    Timeline,
    read_careers,
)
from kaihoken.workforce.careers.designation import Designation, ShortArea, read_designations
from kaihoken.workforce.careers.reading import FIELDS, template

Cells = dict[str, str]


def a_table(*rows: Cells, headings: dict[str, str] | None = None) -> str:
    text = io.StringIO()
    named = headings or FIELDS
    writer = csv.writer(text)
    writer.writerow(named.values())
    for row in rows:
        writer.writerow(row.get(name, "") for name in named)
    return text.getvalue()


def a_person(sign: str = "A", **more: str) -> Cells:
    return {
        "person": sign,
        "kind": "人",
        "first": "2026-04-01",
        "prefecture": "03",
        "name": "架空 一郎",
        **more,
    }


def a_post(sign: str = "A", **more: str) -> Cells:
    return {
        "person": sign,
        "kind": "勤務",
        "first": "2026-04-01",
        "hospital": "北の病院",
        "department": "内科",
        "prefecture": "03",
        "area": "0306",
        **more,
    }


def an_event(what: str, first: str = "2026-04-01", sign: str = "A") -> Cells:
    return {"person": sign, "kind": "できごと", "first": first, "what": what}


def test_a_person_is_read_with_everything() -> None:
    text = a_table(
        a_person(
            loan_months="72", licensed_on="2026/03/20", residency_began="2026-04-01", contact="x@example.jp"
        ),
        an_event("開始"),
        a_post(first="2028-04-01", municipality="03211", unavoidable="はい"),
        a_post(last="2028-03-31", residency="○"),
        {"person": "A", "kind": "interruption", "first": "2029-01-01", "last": "2029-06-30", "what": "出産"},
        {"person": "A", "kind": "業務", "what": "coordination"},
    )

    (read,), problems = read_careers(f"\ufeff{text}")

    assert problems == ()
    assert (read.sign, read.career.name, read.career.contact) == ("A", "架空 一郎", "x@example.jp")
    assert read.career.timeline == Timeline(
        "03",
        date(2026, 4, 1),
        (Happening(Event.BEGIN, date(2026, 4, 1)),),
        (
            Post(date(2026, 4, 1), date(2028, 3, 31), "北の病院", "内科", "03", "0306", residency=True),
            Post(date(2028, 4, 1), None, "北の病院", "内科", "03", "0306", "03211", unavoidable=True),
        ),
        72,
    )
    assert (read.career.licensed_on, read.career.residency_began) == (date(2026, 3, 20), date(2026, 4, 1))
    assert read.career.interruptions == (Interruption(date(2029, 1, 1), date(2029, 6, 30), "birth"),)
    assert read.career.duties == {"coordination"}


def test_headings_and_words_may_be_codes_and_columns_in_any_order() -> None:
    english = {name: name for name in reversed(FIELDS)}

    (read,), problems = read_careers(
        a_table({**a_person(), "kind": "person"}, {**an_event("begin"), "kind": "event"}, headings=english)
    )

    assert problems == ()
    assert read.career.timeline.begins == date(2026, 4, 1)


def test_the_template_is_read_once_its_examples_are_real() -> None:
    assert read_careers(template()) == ((), ())

    (read,), problems = read_careers(template().replace("\n例,", "\n,"))

    assert (read.sign, problems) == ("A", ())


@pytest.mark.parametrize(
    ("row", "field", "given"),
    [
        (an_event("開始", "2026-04-31"), "はじめの日", "2026-04-31"),
        (an_event("休職"), "内容", "休職"),
        ({**a_post(), "kind": "転勤"}, "種類", "転勤"),
        (a_post(last="来年"), "おわりの日", "来年"),
        (a_post(area=""), "二次医療圏", "－"),
        (a_post(residency="たぶん"), "臨床研修", "たぶん"),
        (a_person(), "人", "A"),
        ({"person": "A", "kind": "業務", "what": "診療"}, "内容", "診療"),
        (
            {"person": "A", "kind": "やむをえない中断", "first": "2029-01-01", "what": "出産"},
            "おわりの日",
            "－",
        ),
    ],
)
def test_a_bad_row_leaves_its_person_out_and_nobody_else(row: Cells, field: str, given: str) -> None:
    read, problems = read_careers(a_table(a_person(), a_person("B"), row))

    assert [one.sign for one in read] == ["B"]
    (told,) = problems
    assert (told.code, told.where) == ("workforce.career-file", "line 4")
    assert (told.facts["field"], told.facts["given"]) == (field, given)
    assert "ひな形" in told.mend("ja")


@pytest.mark.parametrize("about", [a_person(name=""), a_person(loan_months="6か月"), a_person(first="")])
def test_a_person_needs_a_name_the_day_and_a_number_of_months(about: Cells) -> None:
    read, problems = read_careers(a_table(about))

    assert (read, [one.code for one in problems]) == ((), ["workforce.career-file"])


def test_what_cannot_follow_is_told_by_the_person() -> None:
    read, problems = read_careers(a_table(a_person(), an_event("再開"), an_event("開始", sign="B")))

    assert read == ()
    assert [(one.code, one.where) for one in problems] == [
        ("workforce.career-step", "A happenings[0]"),
        ("workforce.career-file", "B"),
    ]


def test_a_column_that_is_missing_is_told() -> None:
    with pytest.raises(Problem) as caught:
        read_careers("人,内容\nA,開始\n")

    assert caught.value.facts["field"] == "種類、はじめの日"


def test_designations_are_read_and_bad_rows_told() -> None:
    found, problems = read_designations(
        "kind,place,first,last\nminority-area,0306,2024-04-01,2027-03-31\nspot,03211,2024-04-01,\n"
        "area,0306,2024-04-01,\nspot,03211,2027-04-01,2024-04-01\nspot\n"
    )

    assert found.all == (
        Designation(ShortArea.MINORITY_AREA, "0306", date(2024, 4, 1), date(2027, 3, 31)),
        Designation(ShortArea.SPOT, "03211", date(2024, 4, 1)),
    )
    assert [one.where for one in problems] == ["line 4", "line 5", "line 6"]
