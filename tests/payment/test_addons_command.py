"""`kaihoken payment addons`: the answer in words and as JSON, the notice for wall and web, the sheet for patients."""

import json
import re
from datetime import date, datetime
from pathlib import Path

import pypdfium2
import pytest

from kaihoken import cli
from kaihoken.clock import TOKYO
from kaihoken.paper import Clinic, Paper, Printing
from kaihoken.payment.fees import Facility, Fact, Facts, Kind
from kaihoken.payment.fees.handout import patient_sheet
from kaihoken.payment.fees.law import add_on_items, base_items
from kaihoken.payment.fees.notice import as_html, as_paper, as_text, fee, notice_of, reached, sentence_of
from kaihoken.payment.fees.telling import points
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES, messages

from ..paper.reading import margins_are_white, overlapping, text_of

JULY = date(2026, 7, 10)
SAID = {
    "online-claims": "true",
    "online-eligibility": "true",
    "view-in-room": "true",
    "free-statement": "true",
    "health-advice": "true",
    "filed": "2026-06-01",
    "posting": "true",
    "web": "true",
    "e-prescription": "true",
    "chart-sharing": "false",
}


def a_file(folder: Path, rate: float = 35, **said: str) -> Path:
    facts = {**SAID, **{name.replace("_", "-"): value for name, value in said.items()}}
    lines = [f"  {fact}: {value}" for fact, value in facts.items()]
    file = folder / "facts.yaml"
    file.write_text(
        "\n".join(
            [
                "kind: medical",
                "name: 架空みなとクリニック",
                "facts:",
                *lines,
                f"usage_rates: {{2026-04: {rate}}}",
            ]
        ),
        encoding="utf-8",
    )
    return file


def ran(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = cli.run(["payment", "addons", *(str(word) for word in words)])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def a_facility(kind: Kind = Kind.MEDICAL, without: tuple[str, ...] = ()) -> Facility:
    facts = {fact.replace("-", "_"): fact not in without for fact in Fact}
    return Facility(kind, Facts(**facts), {"2026-04": 35.0})


def printing() -> Printing:
    clinic = Clinic("架空みなとクリニック", telephone="000-0000-0000")
    return Printing(clinic, datetime(2026, 7, 10, 9, tzinfo=TOKYO), demonstration=True)


def test_the_reached_tier_and_what_the_next_one_needs(tmp_path, capsys):
    code, told = ran(capsys, "--on", "2026-07-10", "--facility", a_file(tmp_path), "--json")
    first = json.loads(told)["add_ons"][0]

    assert code == 0
    assert (first["reached"]["key"], first["reached"]["points"], first["reached"]["code"]) == (
        "sharing-2",
        9,
        "111704170",
    )
    assert first["next"]["key"] == "sharing-1"
    assert first["next"]["missing"] == [
        {"facts": ["chart-sharing", "security"], "still": 2, "unsaid": ["security"]}
    ]
    assert {one["what"] for one in first["reached"]["unconfirmed"]} == {"usage-rate"}
    assert json.loads(told)["forbidden"] == ["明細書発行体制等加算"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "ja",
            [
                "電子的診療情報連携体制整備加算2  9点  111704170  月1回",
                "のうち、あと2つ",
                "明細書発行体制等加算",
            ],
        ),
        ("en", ["9 points  111704170  once a month", "missing: 2 of", "not confirmed:"]),
        ("ja@easy", ["月（つき）に 1回（かい）", "足（た）りない"]),
    ],
)
def test_the_same_in_words(tmp_path, capsys, language, words):
    code, told = ran(capsys, "--on", "2026-07-10", "--facility", a_file(tmp_path), "--language", language)

    assert code == 0
    assert [word for word in words if word not in told] == []


@pytest.mark.parametrize(
    ("day", "said", "words"),
    [
        ("2026-07-10", {"rate": 12.5}, ["いまの体制では算定できません", "30%以上", "いま 12.5%"]),
        ("2025-07-10", {}, ["の率が書かれていません", "施設基準の届出"]),
        ("2023-05-10", {}, ["診療情報を得なかったとき", "コード不明", "標準的な問診票"]),
        ("2021-01-01", {}, ["この体制の加算はありません"]),
    ],
)
def test_what_is_missing_is_said_in_words(tmp_path, capsys, day, said, words):
    _, told = ran(capsys, "--on", day, "--facility", a_file(tmp_path, **said))

    assert [word for word in words if word not in told] == []


def test_what_is_waived_for_a_time_is_said(tmp_path, capsys):
    file = a_file(tmp_path)
    file.write_text(
        file.read_text("utf-8").replace("2026-04", "2025-05").replace("2026-06-01", "2024-06-01"), "utf-8"
    )

    _, told = ran(capsys, "--on", "2025-08-10", "--facility", file)

    assert "経過措置で、まだいらないもの: 電子カルテ情報共有サービス" in told


def test_online_visits(tmp_path, capsys):
    _, told = ran(capsys, "--on", "2024-07-10", "--facility", a_file(tmp_path), "--telehealth")

    assert "初診料（情報通信機器）  253点  111014210" in told
    assert "3月に1回" in told


def test_the_papers_are_written_and_never_over_another(tmp_path, capsys):
    file = a_file(tmp_path)
    wall, web, plain, sheet = (tmp_path / name for name in ("n.pdf", "n.html", "n.txt", "s.pdf"))
    common = ("--on", "2026-07-10", "--facility", file)

    assert ran(capsys, *common, "--notice", wall, "--sheet", sheet, "--demo")[0] == 0
    assert ran(capsys, *common, "--notice", web)[0] == 0
    assert ran(capsys, *common, "--notice", plain)[0] == 0
    assert [one.read_bytes()[:5] for one in (wall, sheet)] == [b"%PDF-"] * 2
    assert len(pypdfium2.PdfDocument(sheet)) == 1
    assert "電子的診療情報連携体制整備加算2" in web.read_text("utf-8")
    assert "電子的診療情報連携体制整備加算2" in plain.read_text("utf-8")
    assert ran(capsys, *common, "--notice", wall)[0] == 2
    assert ran(capsys, *common, "--notice", tmp_path / "n.doc")[0] == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [([], 2), (["--facility", "none.yaml", "--language", "fr"], 2), (["--facility", "none.yaml"], 1)],
)
def test_misuse_is_told(capsys, words, code):
    assert ran(capsys, *words)[0] == code


def test_the_template_is_a_file_that_reads(tmp_path, capsys):
    code, told = ran(capsys, "--template")
    file = tmp_path / "facts.yaml"
    file.write_text(told, encoding="utf-8")

    assert code == 0
    assert all(f"  {fact}: null" in told for fact in Fact)
    assert ran(capsys, "--on", "2026-07-10", "--facility", file)[0] == 0


def test_each_fact_has_words_and_no_words_are_left_over():
    asked = {name for name in messages("payment").names("ja") if name.startswith("fee.fact.")}

    assert asked == {f"fee.fact.{fact}" for fact in Fact}


def test_points_that_are_not_known_are_said_to_be_so():
    without = next(item for item in add_on_items(JULY) if item.points.value is None)

    assert [points(without, language) for language in ("ja", "en")] == [
        "点数は確かめられていません",
        "points not known",
    ]


def test_what_is_claimed_as_often_as_it_happens_is_posted_without_a_limit():
    first = next(item for item in base_items(JULY) if item.key == "first")

    assert "291点" in sentence_of(first, "ja")
    assert "回" not in sentence_of(first, "ja")


def test_the_notice_says_only_what_is_so():
    whole = notice_of(JULY, a_facility())
    less = notice_of(JULY, a_facility(without=("chart-sharing", "security", "e-prescription")))

    assert set(whole.sentences) - set(less.sentences) == {"e-prescription", "chart-sharing"}
    assert [item.key for item in less.items][:2] == ["sharing-3", "sharing-later"]
    assert notice_of(JULY, a_facility(Kind.PHARMACY)).sentences[0] == "obtain.pharmacy"


def test_four_points_are_forty_yen_and_twelve_at_thirty_percent():
    """T07"""
    four = next(item for item in reached(date(2022, 11, 1), a_facility()) if item.key == "enhancement-1")

    assert fee(four) == (40, 12)


def test_the_notice_is_there_before_it_hangs():
    facility = a_facility(without=("posting", "web"))

    assert notice_of(JULY, facility) == notice_of(JULY, a_facility())
    with pytest.raises(Problem) as found:
        notice_of(JULY, a_facility(without=("filed",)))
    assert found.value.code == "payment.nothing-to-post"


def test_the_wall_the_web_and_the_plain_text_say_the_same():
    notice = notice_of(JULY, a_facility())
    plain = as_text(notice)
    web = re.sub("<rp>.*?</rp>|<[^>]*>", "", re.sub("<rt>(.*?)</rt>", r"（\1）", as_html(notice)))
    lines = [line.removeprefix("・") for line in plain.splitlines() if line]

    assert [line for line in lines if line not in web] == []
    assert "月1回、15点（150円。3割負担の方で45円分）" in plain
    assert as_html(notice).count("<section") == len(LANGUAGES)


@pytest.mark.parametrize("day", [date(2022, 6, 1), date(2023, 5, 10), date(2024, 7, 1), JULY])
@pytest.mark.parametrize("kind", list(Kind))
def test_each_notice_stays_in_its_place(day, kind):
    paper = as_paper(notice_of(day, a_facility(kind)), printing())

    assert _is_well_set(paper)
    assert "医療情報の活用と、加算についてのお知らせ" in text_of(paper)


SHEET = {
    "ja": ("点数が低くなります", "使っても使わなくても同じです", "使うかどうかはご自由です"),
    "en": ("thisadd-onislower", "thesamewithorwithoutthecard", "Whetheryouuseitisuptoyou"),
}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("day", [date(2023, 5, 10), JULY])
def test_the_sheet_says_whether_the_card_makes_it_cheaper_and_that_it_is_free_to_choose(day, language):
    paper = patient_sheet(reached(day, a_facility()), printing(), language)
    said = text_of(paper)
    assert _is_well_set(paper)
    assert paper.pages == 1
    cheaper, same, choice = SHEET[language]
    assert (cheaper in said) is (day.year == 2023)
    assert (same in said) is (day.year == 2026)
    assert choice in said
    assert not any(word in said for word in ("無効", "喪失", "生活保護", "滞納"))
    assert "000-0000-0000" in said


def _is_well_set(paper: Paper) -> bool:
    return all(not overlapping(paper, page) and margins_are_white(paper, page) for page in range(paper.pages))
