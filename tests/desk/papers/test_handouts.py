"""The sheet about a lost card, the notice for the wall, and the report of the system-failure mode."""

from datetime import timedelta

import pytest

from kaihoken import rules
from kaihoken.desk.papers import (
    Down,
    FailureUse,
    Looked,
    LostCard,
    Outage,
    StopLine,
    failure_report,
    lost_card_sheet,
    wall_notice,
)
from kaihoken.paper import Clinic, read_markup
from kaihoken.web import messages

from ...paper.reading import EVENING, a_patient, pages_of, printing, text_of, where


def test_the_number_that_stops_a_card_is_the_largest_thing_on_its_sheet() -> None:
    number = rules.load(LostCard, on=EVENING.date()).stop_line.telephone
    paper = lost_card_sheet(printing())
    (there,) = where(paper, str(number))

    assert paper.pages == 1
    assert there[0].size >= 28
    assert "音声の案内で2を押します" in text_of(paper)


def test_the_sheet_speaks_three_languages_and_reads_the_kanji_in_the_easy_one() -> None:
    said = text_of(lost_card_sheet(printing()))

    assert "警察に届けて、受理番号を控えます。" in said
    assert "けいさつ" in said
    assert "だれかのカードを見つけたときは、受付に渡してください。" in said
    assert "Tellthepolice" in said
    assert "000-0000-0000" in said


def test_what_is_not_known_of_the_line_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = LostCard(StopLine(None, None, None, False, False))
    monkeypatch.setattr(rules, "load", lambda _kind, *, on: unknown)

    said = text_of(lost_card_sheet(printing(clinic=Clinic("港クリニック"))))

    assert "0120" not in said
    assert "無料" not in said
    assert "いつでも" not in said
    assert "受付に聞いてください。本人と確かめて" in said


@pytest.mark.parametrize(
    ("down", "japanese", "english"),
    [
        (Down.READER, "カードを読み取る機械が使えません", "Thecardreaderisnotworking"),
        (Down.LINE, "保険を確かめる回線が使えません", "Wecannotlookupinsurance"),
    ],
)
def test_the_notice_says_what_is_down_since_when_and_that_care_goes_on(
    down: Down, japanese: str, english: str
) -> None:
    (said,) = pages_of(wall_notice(Outage(down, EVENING), printing()))

    assert japanese in said
    assert english in said
    assert "18:05から" in said
    assert "診察は受けられます。" in said
    assert "Youcanstillseethedoctor." in said


def test_a_notice_may_leave_the_time_open() -> None:
    assert "から" not in text_of(wall_notice(Outage(Down.READER), printing()))


def test_the_report_says_who_was_looked_at_what_was_seen_and_who_called_back() -> None:
    looked = Looked(EVENING, a_patient(), ("資格", "薬剤情報"), "受診のため", "口頭で同意", "受付D")
    called = {"called": EVENING - timedelta(hours=2), "called_by": "受付A", "called_back_by": "担当C"}
    paper = failure_report(FailureUse((looked,), "照会ができない", **called), printing())
    said = text_of(paper)

    for words in (
        "髙橋花子", "昭和33年3月14日", "女", "神奈川県架空市港町4-5-6", "資格、薬剤情報", "受診のため", "口頭で同意",
        "受付D", "照会ができない", "電話した日時令和8年11月20日16:05", "電話した人受付A", "折り返した人担当C",
        "医療機関コード1419999996", "電話をかけた先0800-080-4583", "最新のものを確認してください",
    ):  # fmt: skip
        assert words in said
    assert "取扱注意" in said


def test_a_long_report_goes_on_with_its_head() -> None:
    looked = Looked(EVENING, a_patient(), ("資格",))

    pages = pages_of(failure_report(FailureUse((looked,) * 40), printing()))

    assert len(pages) > 1
    assert ["生年月日・性別住所見たもの" in page for page in pages] == [True] * len(pages)
    assert sum(page.count("髙橋花子") for page in pages) == 40


def test_every_easy_word_of_the_papers_comes_with_its_readings() -> None:
    said = messages("desk")
    plain = [
        name
        for name in said.names("ja@easy")
        if name.startswith("paper.") and not said.facts(name, "ja@easy")
    ]
    kanji = [
        piece.text
        for name in plain
        for piece in read_markup(str(said.html(name, "ja@easy")))
        if not piece.reading and any("一" <= char <= "龠" for char in piece.text)
    ]

    assert len(plain) > 5
    assert kanji == []
