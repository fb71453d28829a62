"""被保険者資格申立書: what is known is printed, what is not is room to write."""

from datetime import datetime

import pytest

from kaihoken import rules
from kaihoken.desk.papers import Declaration, DeclarationForm, declaration
from kaihoken.paper import Patient
from kaihoken.problems import Problem
from kaihoken.rules import Status

from ...paper.reading import EVENING, TOKYO, a_patient, is_ticked, printing, text_of

STATED = Declaration(a_patient(), kind="kyokai", reason="not-visible", shares=(1, 2, 3), share=2)


def test_it_says_who_and_in_which_year_of_the_era_born() -> None:
    said = text_of(declaration(STATED, printing()))

    assert "架空みなとクリニック御中" in said
    assert "氏名髙橋花子" in said
    assert "生年月日昭和33年3月14日" in said


def test_it_asks_to_check_the_form_because_the_official_one_is_not_at_hand() -> None:
    assert rules.version(DeclarationForm, on=EVENING.date()).status is Status.UNCONFIRMED
    assert "様式は保険者・厚生労働省の最新のものを確認してください。" in text_of(
        declaration(STATED, printing())
    )


def test_what_is_stated_is_ticked_and_nothing_else() -> None:
    paper = declaration(STATED, printing())

    ticked = [
        label
        for label in (
            "協会けんぽ",
            "国民健康保険",
            "わからない",
            "カードを読み取ったが",
            "カードを読み取る機械",
            "1割",
            "2割",
            "3割",
        )
        if is_ticked(paper, label)
    ]

    assert ticked == ["協会けんぽ", "カードを読み取ったが", "2割"]


def test_nothing_is_ticked_or_filled_in_on_an_empty_one() -> None:
    paper = declaration(Declaration(Patient(), shares=(3,)), printing())

    assert not any(
        is_ticked(paper, label) for label in ("協会けんぽ", "わからない", "カードを読み取る機械", "3割")
    )
    assert "氏名性別生年月日電話住所" in text_of(paper)
    assert "申し立てる日署名受診する人との関係" in text_of(paper)


def test_without_a_share_in_the_law_there_is_none_to_choose() -> None:
    said = text_of(declaration(Declaration(a_patient()), printing()))

    assert "窓口で払う割合3" in said  # the heading of the third part follows at once
    assert "割合1割" not in said


@pytest.mark.parametrize(
    ("stated", "where"),
    [
        (Declaration(a_patient(), kind="kyoukai"), "kind"),
        (Declaration(a_patient(), reason="lost"), "reason"),
        (Declaration(a_patient(), shares=(2, 3), share=1), "share"),
        (Declaration(a_patient(), share=3), "share"),
    ],
)
def test_a_choice_that_the_paper_does_not_have_is_a_problem(stated: Declaration, where: str) -> None:
    with pytest.raises(Problem) as found:
        declaration(stated, printing())

    assert (found.value.code, found.value.where) == ("desk.paper-code", where)


def test_there_was_no_such_paper_before_the_notice() -> None:
    first = datetime(2023, 7, 10, 9, 0, tzinfo=TOKYO)

    assert declaration(STATED, printing(at=first)).pages == 1
    with pytest.raises(Problem) as found:
        declaration(STATED, printing(at=first.replace(day=9)))
    assert found.value.code == "rules.no_version"
