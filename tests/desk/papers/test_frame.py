"""What every paper has in common: A4, its frame, embedded type, and nothing that runs out of its place."""

from collections.abc import Callable
from datetime import date, time

import pytest

from kaihoken.desk.papers import (
    Declaration,
    Deposit,
    Down,
    Expected,
    FailureUse,
    Left,
    Looked,
    Outage,
    Outcome,
    Prefilled,
    declaration,
    deposit_receipt,
    failure_report,
    lost_card_sheet,
    prechecked_list,
    questionnaire,
    wall_notice,
)
from kaihoken.paper import Clinic, Paper, Patient, Printing
from kaihoken.paper.marks import Text, pdf_of
from kaihoken.problems import Problem

from ...paper.reading import (
    A4,
    CLINIC,
    EVENING,
    FICTITIOUS,
    a_patient,
    margins_are_white,
    overlapping,
    pages_of,
    printing,
    sizes_of_pages,
    text_of,
)

LONG = (
    "アレクサンドラ・マリア・デ・ソウザ・シルヴァ・ジュニオール・フォン・ホーエンツォレルン゠ジグマリンゲン"
)
ENDLESS = "Wolfeschlegelsteinhausenbergerdorff" * 4
FULL = Patient(
    LONG + ENDLESS,
    LONG,
    date(1958, 3, 14),
    "女",
    "神奈川県架空市港町一丁目二番三号架空港湾緑地再開発地区第一街区中央棟" * 4,
    "0000-0000-0000-0000",
    "0123456789" * 5,
)


def makers(patient: Patient, word: str) -> dict[str, Callable[[Printing], Paper]]:
    """Each paper with the patient, and the word wherever it takes free text."""
    row = Expected(patient, time(9, 10), Outcome.VALID, 3, word, word, date(2026, 11, 18))
    stated = Declaration(patient, "other", word, word, word, word, word, None, "other", (3,), 3, word, word)
    deposit = Deposit(patient, (Left(word, 3000),), word, None, None, (word, word), word)
    use = FailureUse(
        (Looked(EVENING, patient, (word,), word, word, word),) * 2,
        word,
        called=EVENING,
        called_by=word,
        called_back_by=word,
        called_back_to=word,
        reference=word,
    )
    known = {"medicines": Prefilled(text=(word,) * 3, source=word), "symptoms": Prefilled(text=(word,))}
    day = date(2026, 11, 21)
    return {
        "declaration": lambda given: declaration(stated, given),
        "receipt": lambda given: deposit_receipt(deposit, given),
        "prechecked": lambda given: prechecked_list(
            day, [row] * 4, given, shred_by=day, confirmed_on=date(2026, 11, 20)
        ),
        "questionnaire": lambda given: questionnaire(patient, known, given),
        "lost-card": lost_card_sheet,
        "failure": lambda given: failure_report(use, given),
        "notice": lambda given: wall_notice(Outage(Down.LINE, EVENING), given),
    }


USUAL = makers(a_patient(), "記号のとおり")
NAMES = sorted(USUAL)


@pytest.mark.parametrize("name", NAMES)
def test_each_page_is_a4_numbered_and_says_that_the_data_is_made_up(name: str) -> None:
    paper = USUAL[name](printing())
    pages = pages_of(paper)

    assert sizes_of_pages(paper) == [A4] * paper.pages
    assert [FICTITIOUS in page for page in pages] == [True] * paper.pages
    assert [f"{number}/{paper.pages}ページ" in page for number, page in enumerate(pages, 1)] == [
        True
    ] * paper.pages


@pytest.mark.parametrize("name", NAMES)
def test_a_paper_of_a_real_clinic_does_not_say_so(name: str) -> None:
    assert "架空のデータ" not in text_of(USUAL[name](printing(demonstration=False)))


@pytest.mark.parametrize("name", NAMES)
def test_all_type_is_embedded_and_only_what_is_used(name: str) -> None:
    content = USUAL[name](printing()).content

    assert content.count(b"/Type /Font ") == content.count(b"/FontFile2") > 0
    assert len(content) < 120_000


@pytest.mark.parametrize("name", NAMES)
def test_the_same_paper_is_the_same_file(name: str) -> None:
    assert USUAL[name](printing()).content == USUAL[name](printing()).content


@pytest.mark.parametrize("name", NAMES)
def test_long_names_and_addresses_stay_in_their_place(name: str) -> None:
    clinic = Clinic(LONG * 2, FULL.address, "0000-0000-0000-0000", "1419999996")
    paper = makers(FULL, LONG)[name](printing(clinic=clinic))

    for page in range(paper.pages):
        assert overlapping(paper, page) == []
        assert margins_are_white(paper, page)


def test_what_runs_out_of_its_place_would_be_seen() -> None:
    over = pdf_of([[Text(60, 100, 10, "渡辺"), Text(63, 100, 10, "斎藤")]], "")
    beyond = pdf_of([[Text(540, 100, 10, "渡辺斎藤")]], "")
    beside = pdf_of([[Text(60, 100, 10, "渡辺"), Text(80, 100, 10, "斎藤")]], "")

    assert overlapping(Paper("", 1, over)) != []
    assert not margins_are_white(Paper("", 1, beyond))
    assert overlapping(Paper("", 1, beside)) == []
    assert margins_are_white(Paper("", 1, beside))


def test_every_letter_of_a_long_name_is_printed() -> None:
    paper = makers(FULL, "")["failure"](printing())

    assert text_of(paper).count(FULL.name) == 2
    assert text_of(paper).count(FULL.address) == 2


@pytest.mark.parametrize(
    ("name", "printed", "missing"),
    [
        ("佐藤 花子", "佐藤花子", ()),
        ("高● 健", "高●健", ()),
        ("𠮷田 槗", "𠮷田槗", ()),
        ("か\u3099", "が", ()),
        ("𓀀藤", "〓藤", ("𓀀",)),
        ("葛\U000e0100城", "葛城", ("葛\U000e0100",)),
        ("山\x07田\ue000", "山〓田〓", ("\x07", "\ue000")),
    ],
)
def test_a_character_that_the_font_lacks_is_printed_as_geta_and_told(
    name: str, printed: str, missing: tuple[str, ...]
) -> None:
    paper = questionnaire(a_patient(name, ""), {}, printing())

    assert printed in text_of(paper)
    assert paper.missing == missing


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"lost-card", "notice"}))
def test_a_text_that_no_page_has_room_for_is_refused_rather_than_cut(name: str) -> None:
    with pytest.raises(Problem) as found:
        makers(a_patient("寿限無" * 1200), "")[name](printing())

    assert found.value.code == "paper.long"


@pytest.mark.parametrize("name", ["lost-card", "prechecked"])
def test_so_is_a_clinic_whose_name_is_a_story(name: str) -> None:
    with pytest.raises(Problem) as found:
        USUAL[name](printing(clinic=Clinic("医療法人" * 300)))

    assert found.value.code == "paper.long"


@pytest.mark.parametrize("name", ["lost-card", "notice"])
def test_what_is_handed_out_does_not_say_who_printed_it(name: str) -> None:
    said = text_of(USUAL[name](printing()))

    assert "令和8年11月20日" in said
    assert "受付B" not in said


def test_what_is_told_of_a_paper_names_nobody() -> None:
    patient = a_patient("𓀀橋 花子")
    made = questionnaire(patient, {}, printing())
    told = f"{patient!r} {made!r} {Declaration(patient)!r} {Expected(patient)!r} {Deposit(patient, ())!r}"

    assert "𓀀" not in told
    assert "花子" not in told
    assert patient.number not in told


def test_the_day_is_that_of_tokyo_in_its_era() -> None:
    from datetime import UTC, datetime

    late = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    paper = questionnaire(a_patient(), {}, Printing(CLINIC, late, "受付B"))

    assert "印刷令和8年11月21日0:30受付B" in text_of(paper)
