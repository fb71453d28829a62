"""What the start page answers: the same as every carrier, word and sign and colour, in three languages."""

import html
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import msgspec
import pytest
import pytest_asyncio
from lxml import html as markup

from kaihoken.audit import checked_receipt, public_keys
from kaihoken.clock import FixedClock
from kaihoken.coverage.oqs import read_request
from kaihoken.coverage.view import state_of
from kaihoken.coverage.view.question_form import check_of
from kaihoken.hub import Case
from kaihoken.problems import Problem
from kaihoken.store import FileKeys
from kaihoken.web import LANGUAGES, Language, path_in

from .desk import NOW, a_desk, a_showcase, typed

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASES = a_showcase(FixedClock(NOW)).cases
NEVER_TO_PATIENTS = ("無効", "喪失", "生活保護", "滞納", "医療扶助")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demonstration")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with a_desk(folder) as http:
        yield http


async def asked(desk: httpx.AsyncClient, language: Language = "ja", **form: str) -> httpx.Response:
    return await desk.post(path_in(language, "/answer"), data=form)


def shown_in(page: str, name: str) -> str:
    """The text of one source on the page."""
    (found,) = re.findall(rf'<pre id="{name}"[^>]*><code>(.*?)</code>', page, flags=re.DOTALL)
    return html.unescape(found)


def plain(page: str) -> str:
    """The words of a page without its marks and readings."""
    return html.unescape(re.sub(r"<rt>.*?</rt>|<rp>.*?</rp>|<[^>]+>", "", page))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_every_case_gives_the_answer_that_it_promises_in_every_language(
    desk: httpx.AsyncClient, case: Case
) -> None:
    for language in LANGUAGES:
        page = await asked(desk, language, case=case.name)
        answer = msgspec.json.decode(shown_in(page.text, "json"))["answer"]

        assert page.status_code == 200
        assert answer["situation"] == case.situation
        assert f'<section class="verdict verdict-{state_of(case.situation)}"' in page.text
        assert answer["language"] == language
        assert len(answer["steps"]) == page.text.count('<li class="step">')


async def test_the_json_is_what_the_page_says(desk: httpx.AsyncClient) -> None:
    page = await asked(desk, case="late-elderly-two-tenths")

    answer = msgspec.json.decode(shown_in(page.text, "json"))["answer"]
    assert answer["share"]["text"] == "2割"
    assert '<span class="share">2割</span>' in page.text
    for step in answer["steps"]:
        assert step["text"] in page.text


async def test_the_oqs_message_says_the_same_to_a_question_that_software_could_send(
    desk: httpx.AsyncClient,
) -> None:
    page = (await asked(desk, case="limit-third")).text

    assert "<QualificationValidity>1</QualificationValidity>" in shown_in(page, "oqs")
    assert "A03" in shown_in(page, "oqs")
    sent = read_request(shown_in(page, "oqs-question").encode())
    assert sent.search.limit_consent is True
    assert (sent.search.number, sent.search.symbol) == ("1061", "99000003")


async def test_by_card_there_is_no_oqs_message_and_the_page_says_why(desk: httpx.AsyncClient) -> None:
    page = (await asked(desk, case="child-subsidy")).text

    assert 'id="oqs"' not in page
    assert "カードリーダー" in page
    assert "＋公費" in page


async def test_the_receipt_on_the_page_verifies_and_names_the_page(
    desk: httpx.AsyncClient, folder: Path
) -> None:
    page = (await asked(desk, case="valid")).text
    shown = msgspec.json.decode(shown_in(page, "json"))

    receipt = checked_receipt(shown_in(page, "receipt"), public_keys(FileKeys(folder / "keys")))

    record = msgspec.json.decode(receipt.body)
    assert record["carrier"] == "page"
    assert record["answer_hash"] == shown["answer_hash"]
    assert shown["receipt"] == msgspec.json.decode(shown_in(page, "receipt"))


async def test_a_receipt_that_was_changed_does_not_verify(desk: httpx.AsyncClient, folder: Path) -> None:
    page = (await asked(desk, case="valid")).text
    receipt = msgspec.json.decode(shown_in(page, "receipt"))
    receipt["salt"] = "00" * 16

    with pytest.raises(Problem) as refused:
        checked_receipt(msgspec.json.encode(receipt).decode(), public_keys(FileKeys(folder / "keys")))

    assert refused.value.code == "audit.receipt_refused"


async def test_a_question_by_form_is_asked_as_it_was_typed(desk: httpx.AsyncClient) -> None:
    page = (await asked(desk, **typed(number="１００１", birthdate="昭和60年5月5日"))).text

    assert 'verdict-valid"' in page
    question = msgspec.json.decode(shown_in(page, "json-question"))
    assert (question["number"], question["birthdate"], question["presented"]) == (
        "１００１",
        "1985-05-05",
        "confirmation",
    )
    assert 'name="number" type="text" value="１００１"' in page


async def test_the_ceiling_is_shown_only_with_consent(desk: httpx.AsyncClient) -> None:
    person = {"insurer_number": "01139906", "symbol": "99000003", "number": "1061", "branch": "00"}
    form = typed(**person, birthdate="1970-07-07")

    without = (await asked(desk, **{**form, "limit": "no"})).text
    consented = (await asked(desk, **{**form, "limit": "yes"})).text

    assert "限度額の区分同意がないので見ていません" in "".join(plain(without).split())
    assert "限度額の区分ウ" in "".join(plain(consented).split())


async def test_that_no_ceiling_is_registered_is_said_and_not_passed_over(desk: httpx.AsyncClient) -> None:
    person = {"insurer_number": "01139906", "symbol": "99000001", "number": "1001", "branch": "00"}
    told = (await asked(desk, **typed(**person, birthdate="1985-05-05", limit="yes"))).text
    ended = (await asked(desk, case="left-job")).text

    assert "限度額の区分登録がありません" in "".join(plain(told).split())
    assert "限度額の区分" not in plain(ended)


async def test_what_was_not_asked_for_is_not_told_as_wrong(desk: httpx.AsyncClient) -> None:
    person = {"insurer_number": "01139906", "symbol": "", "number": "1001", "branch": ""}
    told = (await asked(desk, **typed(**person, birthdate="1985-05-05"))).text
    rows = "".join(plain(told).split())

    assert "入れなかった番号" in rows
    assert "記号入れていません99000001" in rows
    assert "枝番入れていません00" in rows
    assert "ちがうところ" not in rows
    assert "カルテとのちがい" not in rows


async def test_while_a_coverage_is_on_its_way_the_share_to_write_down_is_the_one_taken(
    desk: httpx.AsyncClient,
) -> None:
    told = "".join(plain((await asked(desk, case="pending")).text).split())

    assert "写す行窓口負担3割（仮。確認がすんだら精算）" in told


async def test_twins_are_told_apart_by_the_branch_that_the_page_asks_for(desk: httpx.AsyncClient) -> None:
    page = (await asked(desk, case="twins")).text
    assert "複数該当" in page
    assert 'href="#question">番号を入力' in page

    twins = {"insurer_number": "06139901", "symbol": "100", "number": "1031", "branch": "03"}
    told = (await asked(desk, **typed(**twins, birthdate="2017-06-15"))).text

    assert 'verdict-valid"' in told
    assert "双葉　月" in told


async def test_the_different_cells_are_marked_and_the_others_are_not(desk: httpx.AsyncClient) -> None:
    page = (await asked(desk, case="wrong-branch")).text
    (table,) = re.findall(r'<table class="facts comparison">.*?</table>', page, flags=re.DOTALL)

    assert re.findall(r"<mark>(\d+)", table) == ["02"]
    assert "ちがいます" in table
    assert "△" not in table
    assert "state-clarify" in page


async def test_an_answer_without_differences_has_no_table_of_them(desk: httpx.AsyncClient) -> None:
    assert "comparison" not in (await asked(desk, case="valid")).text


async def test_who_has_the_card_is_asked_by_card_with_one_button(desk: httpx.AsyncClient) -> None:
    page = (await asked(desk, case="old-number")).text
    assert "無効（新しい資格あり）" in page
    assert '<button class="button first" name="case" value="old-number-by-card">' in page
    assert "200" not in shown_in(page, "json").partition('"receipt"')[0].replace("2026", "")

    by_card = (await asked(desk, case="old-number-by-card")).text

    assert 'verdict-valid"' in by_card
    assert "架空テスト" in by_card


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_words_for_the_patient_never_name_a_reason(desk: httpx.AsyncClient, case: Case) -> None:
    page = (await asked(desk, case=case.name)).text
    (words,) = re.findall(r'<section class="to-patient".*?</section>', page, flags=re.DOTALL)

    assert words.count("<p lang=") == 3
    assert [word for word in NEVER_TO_PATIENTS if word in plain(words)] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_no_answer_ends_in_paying_everything_but_the_lawful_one(
    desk: httpx.AsyncClient, case: Case
) -> None:
    page = plain((await asked(desk, case=case.name)).text.partition('id="sources"')[0])

    assert "次にすること" in page
    assert "10割" not in page
    assert ("全額" in page) == (case.name == "special-expense")


async def test_easy_japanese_reads_the_sentences_of_the_answer(desk: httpx.AsyncClient) -> None:
    page = (await asked(desk, "ja@easy", case="left-job")).text
    main = page.partition("<main")[2].partition('id="sources"')[0]

    assert "<rt>しかく</rt>" in main
    assert re.findall("[一-龠]（[ぁ-ん]+）", plain(main)) == []


async def test_changing_the_language_asks_again_without_an_address_that_names_anybody(
    desk: httpx.AsyncClient,
) -> None:
    page = (await asked(desk, **typed())).text
    forms = re.findall(r'<form method="post" action="(/en/answer)">(.*?)</form>', page, flags=re.DOTALL)

    (action, fields), *_ = forms
    values = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', fields))
    again = await desk.post(action, data=values)

    assert values == {name: text for name, text in typed().items() if text}
    assert 'lang="en"' in again.text
    assert 'verdict-valid"' in again.text


async def test_what_a_subsidy_leaves_to_pay_stands_first_and_in_the_line_to_copy(
    desk: httpx.AsyncClient,
) -> None:
    page = plain((await asked(desk, case="child-subsidy")).text)

    assert page.index("本人が払う額 1日 200 円まで") < page.index("公費（子ども医療費助成）を使います")
    (line,) = re.findall(r"写す行(.*?)患者さんへの言葉", page, flags=re.DOTALL)
    assert "本人が払う額 1日 200 円まで" in line
    assert "保険の負担割合 2割" in line
    assert "公費負担者番号 88139902" in line
    assert "窓口負担" not in line


async def test_medical_assistance_has_the_numbers_of_a_public_expense(desk: httpx.AsyncClient) -> None:
    page = plain((await asked(desk, case="welfare-unregistered")).text)

    (line,) = re.findall(r"写す行(.*?)患者さんへの言葉", page, flags=re.DOTALL)
    assert re.search(r"本人が払う額 医療券のとおり\s+公費負担者番号 12139903\s+受給者番号 9000027", line)
    (facts,) = re.findall("登録されている内容(.*?)受領証", page, flags=re.DOTALL)
    assert "公費負担者番号12139903" in facts
    assert "保険者番号" not in facts
    assert "被保険者（世帯主）" not in facts


async def test_a_range_is_not_copied_as_a_share(desk: httpx.AsyncClient) -> None:
    page = plain((await asked(desk, case="blank-share")).text)

    (line,) = re.findall(r"写す行(.*?)気をつけること", page, flags=re.DOTALL)
    assert "窓口負担 証を見て書く" in line
    assert "高齢受給者証" not in page
    assert "法律で決まる範囲" in page
    assert "法律で決まる割合" not in page


async def test_days_stand_in_words_and_the_last_day_beside_the_loss(desk: httpx.AsyncClient) -> None:
    page = plain((await asked(desk, case="left-job")).text).split("同じ答えを、プログラムへ")[0]

    assert "資格取得2019年10月1日（火）" in page
    assert re.search(r"資格喪失\d{4}年\d+月\d+日（[月火水木金土日]）\s+（\d+月\d+日 まで）", page)
    assert not re.search(r"\d{4}-\d\d-\d\d", page)


MOMENTS: dict[Language, tuple[str, str]] = {
    "ja": ("11月20日（金）9:30", "2026年11月20日（金）9:30"),
    "ja@easy": ("11月20日（金） 9:30", "2026年11月20日（金） 9:30"),
    "en": ("Fri 20 Nov 2026, 9:30", "Fri 20 Nov 2026, 9:30"),
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_day_of_the_answer_stands_beside_it_and_with_its_year_beside_the_receipt(
    desk: httpx.AsyncClient, language: Language
) -> None:
    page = (await asked(desk, language, case="valid")).text
    (verdict,) = re.findall(r'<section class="verdict .*?</section>', page, flags=re.DOTALL)
    (printed,) = re.findall(r'<div class="quiet print">.*?</div>', page, flags=re.DOTALL)

    beside, on_paper = MOMENTS[language]
    assert beside in plain(verdict)
    assert on_paper in plain(printed)
    assert "資格確認日" not in plain(verdict + printed)


async def test_an_answer_about_another_day_says_which(
    desk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "kaihoken.hub.pages.start.check_of",
        lambda form, language: msgspec.structs.replace(check_of(form, language), on=date(2026, 11, 1)),
    )

    page = (await asked(desk, **typed())).text

    (verdict,) = re.findall(r'<section class="verdict .*?</section>', page, flags=re.DOTALL)
    (printed,) = re.findall(r'<div class="quiet print">.*?</div>', page, flags=re.DOTALL)
    for part in (verdict, printed):
        assert "資格確認日 2026年11月1日（日）" in plain(part)
        assert "11月20日（金）9:30" in plain(part)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ja", "有効 3割 — 皆保険"),
        ("ja@easy", "有効（ゆうこう） 3割（わり） — 皆保険"),
        ("en", "Valid 30 % — Kaihoken"),
    ],
)
async def test_the_title_is_plain_text(desk: httpx.AsyncClient, language: Language, title: str) -> None:
    assert f"<title>{title}</title>" in (await asked(desk, language, case="valid")).text


async def test_the_words_for_relation_and_registration_are_plain_english(desk: httpx.AsyncClient) -> None:
    child = plain((await asked(desk, "en", case="child-subsidy")).text)
    pending = plain((await asked(desk, "en", case="pending")).text)

    assert "Relation family member" in child
    assert "Asked with" in child
    assert "Being registered" in pending


async def test_what_means_nothing_at_a_desk_stands_with_the_programs(desk: httpx.AsyncClient) -> None:
    page = (await asked(desk, case="valid")).text
    rules = msgspec.json.decode(shown_in(page, "json"))["answer"]["rules"]

    assert page.index("同じ答えを、プログラムへ") < page.index(rules)


JAPANESE = re.compile("[ぁ-ヿ㐀-鿿ｦ-ﾟ]")


def not_said_to_be_japanese(page: str) -> list[str]:
    """The texts of an English page that hold Japanese without saying so."""
    return [
        text
        for text in markup.fromstring(page.encode()).xpath("//body//text()[not(ancestor::pre)]")
        if JAPANESE.search(text)
        and text.getparent().xpath("string(ancestor-or-self::*[@lang][1]/@lang)") != "ja"
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_japanese_on_an_english_page_says_that_it_is(desk: httpx.AsyncClient, case: Case) -> None:
    page = (await asked(desk, "en", case=case.name)).text

    assert not_said_to_be_japanese(page) == []


async def test_so_does_what_was_typed(desk: httpx.AsyncClient) -> None:
    page = (await asked(desk, "en", **typed(symbol="春", number=""))).text

    assert 'value="春" lang="ja"' in page
    assert not_said_to_be_japanese(page) == []


KANJI = re.compile("[一-龠々]+")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_easy_answer_gives_every_word_of_ours_its_reading(
    desk: httpx.AsyncClient, case: Case
) -> None:
    """Names, addresses and schemes are data; the labels and sentences around them are ours."""
    page = (await asked(desk, "ja@easy", case=case.name)).text
    body = page[page.index('<main id="main"') : page.index('aria-labelledby="sources"')]
    body = re.sub(r'<p lang="ja">.*?</p>', "", body, flags=re.DOTALL)
    answer = msgspec.json.decode(shown_in(page, "json"))["answer"]
    registered = msgspec.json.encode([answer.get("results"), answer.get("subsidies")]).decode()

    bare = KANJI.findall(re.sub(r"<ruby>.*?</ruby>|<[^>]+>", " ", body, flags=re.DOTALL))

    assert [word for word in bare if word not in registered and word not in FACILITY_NAME] == []


FACILITY_NAME = "架空の試験用診療所"


async def test_a_reference_number_is_asked_by_from_the_form(desk: httpx.AsyncClient) -> None:
    by_reference = typed(reference_number="P-00001", birthdate="1987-08-20") | dict.fromkeys(
        ("insurer_number", "symbol", "number", "branch"), ""
    )
    page = (await asked(desk, **by_reference)).text

    assert "照会番号で照会" in plain(page)
    assert "架空　花子" in plain(page)
    assert "カードで照会" not in plain(page)
    assert 'value="P-00001"' in page, "the form keeps it"
    both = await asked(desk, **typed(reference_number="P-00001"))
    assert both.status_code == 422
    assert "照会番号と、保険者番号・番号の両方が入っています" in plain(both.text)
