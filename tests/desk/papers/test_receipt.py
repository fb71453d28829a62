"""預り証: two copies that say the same, for as long as they fit on one page."""

from datetime import date

from kaihoken.desk.papers import Deposit, Left, deposit_receipt
from kaihoken.paper import Patient

from ...paper.reading import FICTITIOUS, a_patient, pages_of, printing, where

TAKEN = Deposit(
    a_patient(),
    (Left("本日の診療費として", 3000), Left("診断書の用紙"), Left("装具の代金として", 12500)),
    "26-0012",
    date(2026, 11, 20),
    date(2026, 12, 4),
    ("マイナンバーカードまたは資格確認書", "この預り証"),
)


def test_both_copies_say_what_was_taken_from_whom_and_until_when() -> None:
    paper = deposit_receipt(TAKEN, printing())
    (said,) = pages_of(paper)
    first, second = said.split("医療機関控")[0], said.split("医療機関控")[1]

    assert said.count("患者さま控") == said.count("医療機関控") == 1
    for words in (
        "3,000円",
        "12,500円",
        "診断書の用紙",
        "合計15,500円",
        "精算の期限令和8年12月4日",
        "髙橋花子様",
        "26-0012",
    ):
        assert said.count(words) == 2
    assert first.count("15,500円") == second.count("15,500円") == 1


def test_the_copies_can_be_cut_apart() -> None:
    paper = deposit_receipt(TAKEN, printing())
    ((mine, *_),) = where(paper, "患者さま控")
    ((theirs, *_),) = where(paper, "医療機関控")
    ((cut, *_),) = where(paper, "切り取り")

    assert theirs.top < cut.bottom < mine.bottom


def test_each_copy_of_a_demonstration_says_so() -> None:
    (said,) = pages_of(deposit_receipt(TAKEN, printing()))
    (real,) = pages_of(deposit_receipt(TAKEN, printing(demonstration=False)))

    assert [FICTITIOUS in copy for copy in said.split("医療機関控")] == [True, True]
    assert FICTITIOUS not in real


def test_without_an_amount_there_is_no_total() -> None:
    (said,) = pages_of(deposit_receipt(Deposit(Patient(), (Left("診察券"),)), printing()))

    assert "円" not in said
    assert "合計精算の期限" in said


def test_a_long_one_has_a_page_for_each_copy() -> None:
    many = Deposit(a_patient(), tuple(Left(f"品物 {number}", number) for number in range(1, 12)))

    pages = pages_of(deposit_receipt(many, printing()))

    assert ["患者さま控" in page for page in pages] == [True, False]
    assert ["医療機関控" in page for page in pages] == [False, True]
    assert [page.count("品物11") for page in pages] == [1, 1]
