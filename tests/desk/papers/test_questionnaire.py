"""標準的な問診票: nine items, fewer to write where consented records answer."""

import pytest

from kaihoken import rules
from kaihoken.desk.papers import Prefilled, StandardQuestions, questionnaire
from kaihoken.paper import Patient
from kaihoken.problems import Problem
from kaihoken.web import messages

from ...paper.reading import EVENING, a_patient, is_ticked, printing, text_of

ITEMS = rules.load(StandardQuestions, on=EVENING.date()).items
MEDICINES = Prefilled(text=("アムロジピン錠5mg 1日1回",), source="薬剤情報 11月20日 取得")
ENOUGH = "同意いただいた情報があるため、書かなくてかまいません"


def test_it_asks_the_nine_items_in_their_order() -> None:
    said = text_of(questionnaire(Patient(), {}, printing()))
    places = [said.find(messages("desk").text(f"ask.{item.key}", "ja")) for item in ITEMS]

    assert len(ITEMS) == 9
    assert -1 not in places
    assert places == sorted(places)
    assert ENOUGH not in said


def test_it_says_why_information_is_taken_and_asks_for_the_card() -> None:
    said = text_of(questionnaire(Patient(), {}, printing()))

    assert "質の高い医療の提供に努めています" in said
    assert "マイナ保険証の利用にご協力ください" in said


def test_records_that_answer_are_printed_and_the_item_is_not_asked() -> None:
    said = text_of(questionnaire(a_patient(), {"medicines": MEDICINES}, printing()))

    assert f"{ENOUGH}（薬剤情報11月20日取得）アムロジピン錠5mg1日1回" in said
    assert "薬の名前、量、いつまで" not in said


def test_the_last_month_of_medicines_is_asked_all_the_same() -> None:
    asked = "この1か月のあいだに処方された薬があれば書いてください。"

    assert asked in text_of(questionnaire(a_patient(), {"medicines": MEDICINES}, printing()))
    assert asked not in text_of(questionnaire(a_patient(), {}, printing()))


def test_what_is_known_of_another_item_is_printed_and_asked_still() -> None:
    known = {
        "allergy": Prefilled("have", ("ペニシリンで発疹",)),
        "pregnancy": Prefilled("neither"),
    }
    paper = questionnaire(a_patient(), known, printing())

    assert "前もってわかっていることペニシリンで発疹" in text_of(paper)
    assert "原因、症状" in text_of(paper)
    assert is_ticked(paper, "ちがう")
    assert not is_ticked(paper, "同意した")


def test_an_answer_alone_is_printed_where_the_item_is_not_asked() -> None:
    assert f"{ENOUGH}受けた" in text_of(questionnaire(a_patient(), {"checkup": Prefilled("had")}, printing()))


@pytest.mark.parametrize(
    ("known", "where"), [({"medicine": MEDICINES}, "known"), ({"allergy": Prefilled("yes")}, "allergy")]
)
def test_what_the_sheet_does_not_ask_is_a_problem(known: dict[str, Prefilled], where: str) -> None:
    with pytest.raises(Problem) as found:
        questionnaire(a_patient(), known, printing())

    assert (found.value.code, found.value.where) == ("desk.paper-code", where)
