"""The letters of the procedure: 和暦 days, the article, and no blank."""

from dataclasses import replace
from datetime import date

import pytest

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.openings import Event, LetterFacts, Notice, OutpatientOpenings, State, letter
from kaihoken.workforce.openings.letter import LETTERS

from .test_notice import PATH, a_notice

RULE = rules.load(OutpatientOpenings, on=date(2026, 11, 20))
FACTS = LetterFacts(
    "架空県知事",
    date(2026, 5, 1),
    "架空 太郎",
    meeting_on=date(2026, 5, 20),
    meeting_place="架空県庁",
    requested=("在宅医療", "休日の当番"),
    grounds="区域で在宅医療を担う診療所が求められているため",
)
FORBIDDEN = ("充足", "不足", "余剰", "過剰", "ワースト", "配置", "命令")


def at(state: State) -> Notice:
    """A notice that stands there."""
    if state is State.CLOSED:
        return a_notice(PATH[0], (Event.CLOSE, date(2026, 6, 1)))
    if state is State.ACCEPTED:
        return a_notice(*PATH[:2], (Event.ACCEPT, date(2026, 6, 20)))
    if state is State.DESIGNATION_SHORTENED:
        return a_notice(*PATH).with_step(Event.SHORTEN, date(2026, 10, 1), 3)
    return next(one for steps in range(len(PATH) + 1) if (one := a_notice(*PATH[:steps])).state is state)


@pytest.mark.parametrize("state", LETTERS)
def test_every_letter_names_article_clinic_and_days_in_japanese_years(state: State) -> None:
    text = letter(at(state), FACTS, RULE)

    assert "医療法第30条の18の6" in text
    assert text.startswith("令和8年5月1日\n\n架空 太郎 様\n\n架空県知事\n")
    assert "開設予定日　　　令和8年10月1日" in text
    assert [word for word in FORBIDDEN if word in text] == []
    assert "2026" not in text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.NOTIFIED, "6か月前までに行われています"),
        (State.INVITED, "令和8年5月20日\n場所　　　　　　架空県庁"),
        (State.REQUESTED, "・在宅医療\n・休日の当番\n"),
        (State.REFUSED, "令和8年6月1日付けの要請に応じない"),
        (State.RECOMMENDED, "令和8年7月10日の都道府県医療審議会での説明"),
        (State.PUBLISHED, "令和8年8月1日付けの勧告"),
        (State.DESIGNATION_SHORTENED, "3年（通常は6年）"),
        (State.CLOSED, "要請する事項はありません"),
        (State.ACCEPTED, "令和8年6月1日付けの要請に応じる"),
    ],
)
def test_each_letter_says_what_its_step_is_about(state: State, said: str) -> None:
    assert said in letter(at(state), FACTS, RULE)


def test_a_late_notice_is_told_the_day_from_which_it_may_open() -> None:
    late = a_notice(notified_on=date(2026, 8, 31), opening_on=date(2027, 2, 28))

    assert "令和9年3月1日以後" in letter(late, FACTS, RULE)
    assert "令和8年8月28日）までに" in letter(late, FACTS, RULE)


def test_an_opening_before_the_procedure_is_told_that_it_is_not_subject() -> None:
    early = a_notice(notified_on=date(2026, 7, 1), opening_on=date(2026, 9, 1))

    assert "対象ではありません" in letter(early, FACTS, RULE)


@pytest.mark.parametrize(
    ("state", "missing"),
    [
        (State.INVITED, "meeting_on"),
        (State.INVITED, "meeting_place"),
        (State.REQUESTED, "requested"),
        (State.RECOMMENDED, "grounds"),
        (State.NOTIFIED, "addressee"),
    ],
)
def test_a_letter_is_not_written_with_a_blank(state: State, missing: str) -> None:
    empty = () if missing == "requested" else "" if missing == "addressee" else None

    with pytest.raises(Problem) as caught:
        letter(at(state), replace(FACTS, **{missing: empty}), RULE)

    assert (caught.value.code, caught.value.where) == ("workforce.opening-letter", missing)


@pytest.mark.parametrize("state", [State.EXPLAINED, State.WITHDRAWN])
def test_other_states_have_no_letter(state: State) -> None:
    notice = a_notice((Event.WITHDRAW, date(2026, 5, 1))) if state is State.WITHDRAWN else at(state)

    with pytest.raises(Problem) as caught:
        letter(notice, FACTS, RULE)

    assert caught.value.code == "workforce.opening-no-letter"
