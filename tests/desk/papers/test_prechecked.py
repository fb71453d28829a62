"""The list of tomorrow: whole, careful, and silent about 医療扶助."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time

import pytest

from kaihoken.desk.papers import Expected, Outcome, prechecked_list
from kaihoken.paper import Paper

from ...paper.reading import a_patient, pages_of, printing, text_of, where

TELLING = (
    "医療扶助",
    "扶助",
    "生活保護",
    "生保",
    "保護",
    "医療券",
    "福祉事務所",
    "公費",
    "未登録",
    "0割",
    "A1",
    "法別",
)
ROW = Expected(
    a_patient("佐藤 花子", "サトウ ハナコ", "00034"),
    time(9, 30),
    Outcome.VALID,
    3,
    "適用区分 ウ",
    "付き添いあり",
)
UNANSWERED = Expected(ROW.patient, ROW.at)


def listed(rows: Sequence[Expected]) -> Paper:
    return prechecked_list(
        date(2026, 11, 21), rows, printing(), shred_by=date(2026, 11, 24), confirmed_on=date(2026, 11, 20)
    )


def test_a_row_says_who_comes_when_and_what_was_answered() -> None:
    said = text_of(listed([ROW]))

    assert "9:3000034佐藤花子" in said
    assert "サトウハナコ" in said
    assert "✓有効" in said
    assert "3割適用区分ウ付き添いあり" in said
    assert "11月20日（金）の回答です。当日の確認ではありません。" in said


def test_an_answer_of_another_day_names_its_day() -> None:
    old = replace(ROW, outcome=Outcome.LAST_KNOWN, confirmed=date(2026, 11, 18))

    assert "前回の確認のみ" in text_of(listed([old]))
    assert "11月18日の回答" in text_of(listed([old]))


def test_every_page_says_handle_with_care_shred_by_and_how_many_pages() -> None:
    pages = pages_of(listed([ROW] * 60))

    assert len(pages) > 2
    assert ["取扱注意11月24日までに裁断" in page for page in pages] == [True] * len(pages)
    assert [f"{number}/{len(pages)}ページ" in page for number, page in enumerate(pages, 1)] == [True] * len(
        pages
    )
    assert ["印刷令和8年11月20日18:05受付B" in page for page in pages] == [True] * len(pages)
    assert ["氏名・カナ事前確認" in page for page in pages] == [True] * len(pages)


def test_nobody_is_lost_at_the_end_of_a_page() -> None:
    rows = [
        replace(ROW, patient=a_patient(f"患者 {number:03}番", "カナ", f"{number:05}")) for number in range(70)
    ]

    said = text_of(listed(rows))

    assert [said.count(f"患者{number:03}番") for number in range(70)] == [1] * 70


def test_a_row_to_be_withheld_looks_like_one_that_was_not_answered() -> None:
    withheld = replace(ROW, withheld=True, share=0, note="生保 医療券 11月分", limit="A1")

    assert listed([ROW, withheld]).content == listed([ROW, UNANSWERED]).content
    assert listed([replace(ROW, withheld=True)]).content == listed([UNANSWERED]).content
    assert listed([ROW]).content != listed([UNANSWERED]).content
    assert [word for word in TELLING if word in text_of(listed([ROW, withheld]))] == []


@pytest.mark.parametrize(
    "note",
    [
        "生保",
        "生活保護の方",
        "医療券 未着",
        "福祉事務所へ電話",
        "医療扶助",
        "法別12",
        "公費１２",
        "医扶",
        "公費 12",
        "12131234 受給者",
        "中国残留邦人等 支援",
        "証区分 A1",
    ],
)
def test_a_note_that_would_tell_is_not_printed(note: str) -> None:
    assert listed([replace(ROW, note=note)]).content == listed([UNANSWERED]).content


@pytest.mark.parametrize(
    "note", ["医療費助成（子）", "12時に検査", "難病 54", "保護者と来院", "HbA1c 7.2", "212131234"]
)
def test_a_note_that_tells_nothing_is(note: str) -> None:
    assert "".join(note.split()) in text_of(listed([replace(ROW, note=note)]))


def test_nothing_to_pay_is_not_printed_either() -> None:
    assert listed([replace(ROW, share=0)]).content == listed([UNANSWERED]).content
    assert "1割" in text_of(listed([replace(ROW, share=1)]))


def test_the_quiet_mark_is_smaller_than_a_result() -> None:
    paper = listed([ROW, UNANSWERED])
    (*_, mark) = where(paper, "窓口で確認")
    ((sign, *_),) = where(paper, "✓有効")

    assert mark[0].size <= 8.5 < sign.size
