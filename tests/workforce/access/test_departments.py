"""標榜診療科: names as signs bear them, read into basic fields."""

from datetime import date

import pytest

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.access.departments import DepartmentBook, department_book, read_departments

BOOK = department_book(date(2025, 6, 1))


def groups_of(name: str, book: DepartmentBook = BOOK) -> set[str] | None:
    bits = book.read(name)
    return None if bits is None else {one.ja for place, one in enumerate(book.groups) if bits >> place & 1}


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("内科", {"内科"}),
        ("循環器内科", {"内科"}),
        ("心臓血管外科", {"外科"}),
        ("脳神経外科", {"脳神経外科"}),
        ("脳神経内科", {"内科"}),
        ("耳鼻いんこう科", {"耳鼻咽喉科"}),
        ("産科", {"産婦人科"}),
        ("婦人科", {"産婦人科"}),
        ("皮膚泌尿器科", {"皮膚科", "泌尿器科"}),
        ("小児皮膚科", {"皮膚科"}),
        ("小児外科", {"外科"}),
        ("小児循環器内科", {"小児科"}),
        ("児童精神科", {"精神科"}),
        ("美容皮膚科", {"美容"}),
        ("歯科口腔外科", {"歯科"}),
        ("泌尿器科（人工透析）", {"泌尿器科"}),
        ("その他（外科系）", {"外科"}),
        ("精神科系その他", {"精神科"}),
        ("気管食道科※経過措置", {"耳鼻咽喉科"}),
        ("神経リハビリテーション科", {"リハビリテーション科"}),
        ("内 科", {"内科"}),
    ],
)
def test_a_name_falls_into_the_field_that_its_organ_belongs_to(name: str, groups: set[str]) -> None:
    assert groups_of(name) == groups


def test_a_name_that_is_no_department_is_known_but_adds_nothing() -> None:
    assert BOOK.read("健康診断") == 0


def test_a_name_that_no_rule_knows_is_counted_and_the_others_are_kept() -> None:
    reading = read_departments(["内科;渡航者医療センター", "外科", "渡航者医療センター"], BOOK)
    assert reading.unmapped == {"渡航者医療センター": 2}
    assert reading.bits.tolist() == [BOOK.bit("内科"), BOOK.bit("外科"), 0]


def test_no_departments_stated_is_not_known_rather_than_none() -> None:
    reading = read_departments([None, "", "健診科"], BOOK)
    assert reading.known.tolist() == [False, False, True]


def test_several_names_torn_onto_one_line_are_read_apart() -> None:
    reading = read_departments(["外科（改行）こう門科（改行）皮膚科"], BOOK)
    assert reading.bits[0] == BOOK.bit("外科") | BOOK.bit("皮膚科")


def test_a_group_is_asked_for_by_code_or_name_and_an_unknown_one_is_a_problem() -> None:
    assert BOOK.bit("surgery") == BOOK.bit("外科")
    with pytest.raises(Problem) as raised:
        BOOK.bit("手術科")
    assert raised.value.code == "workforce.department-unknown"
    assert "surgery" in str(raised.value.facts["known"])


def test_the_assignment_is_our_own_and_says_so() -> None:
    assert BOOK.status is Status.UNCONFIRMED
    assert len(BOOK.groups) == 19 + 2
