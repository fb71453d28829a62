"""やさしい日本語 does not break off where something is wrong."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from kaihoken.clock import FixedClock
from kaihoken.problems import catalogue

from .desk import NOW, a_desk, typed

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    async with a_desk(tmp_path_factory.mktemp("demonstration"), FixedClock(NOW)) as http:
        yield http


KANJI = re.compile("[一-龠々]+")


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("GET", "/easy/", {}),
        ("GET", "/easy/nothing", {}),
        ("GET", "/easy/answer/nothing", {}),
        ("PUT", "/easy/answer", {}),
        ("POST", "/easy/answer", typed(number="", birthdate="1984-02-30", insurer_number="123", branch="x")),
        (
            "POST",
            "/easy/answer",
            typed(birthdate="昭和70年1月1日", insurer_number="99139900", symbol="x" * 41),
        ),
        ("POST", "/easy/answer", typed(birthdate="1785-01-01", insurer_number="01999900")),
        ("POST", "/easy/answer", typed(birthdate="2199-01-01", presented="")),
        *(
            (
                "POST",
                "/easy/answer",
                typed(insurer_number=insurer, symbol="900", number=number, birthdate="1980-01-01"),
            )
            for insurer, number in (("06139919", "9009"), ("06139901", "9002"))
        ),
    ],
)
async def test_every_word_of_ours_has_its_reading_where_something_is_wrong_too(
    desk: httpx.AsyncClient, method: str, path: str, form: dict[str, str]
) -> None:
    page = (await desk.request(method, path, data=form or None)).text
    body = page[page.index('<main id="main"') : page.index("</main>")]
    body = re.sub(r'<p lang="ja">.*?</p>', "", body, flags=re.DOTALL)  # to the patient, in each language

    bare = KANJI.findall(re.sub(r"<ruby>.*?</ruby>|<[^>]+>", " ", body, flags=re.DOTALL))

    assert [word for word in bare if word not in "架空の試験用診療所"] == []


PEOPLE_MEET = {
    *("access.busy", "access.account-invalid", "access.proxy-invalid", "access.invitation-refused"),
    *("access.proof-old", "access.sign-in-refused", "access.sign-in-required", "access.form-refused"),
    *("access.right-missing", "access.too-many-requests", "access.not-found-burst", "hub.no-such-page"),
    *(
        "consent.nobody",
        "consent.none-standing",
        "consent.medical",
        "consent.item-not-used",
        "consent.unknown",
    ),
    *("consent.item-not-given", "consent.examination-day", "coverage.reference-number"),
    *("coverage.reference-individual-number", "audit.nothing_says_so", "audit.receipt_refused"),
}
"""What can go wrong on the pages of people, in easy words as everything there."""


@pytest.mark.parametrize("code", sorted(PEOPLE_MEET))
async def test_what_people_meet_on_their_pages_has_easy_words(code: str) -> None:
    assert catalogue()[code].title_easy
    assert catalogue()[code].mend_easy


@pytest.mark.parametrize("code", [code for code, entry in catalogue().items() if entry.title_easy])
async def test_easy_words_are_read_aloud(code: str) -> None:
    entry = catalogue()[code]
    for text in (entry.title_easy, entry.mend_easy):
        plain = re.sub(r"[一-龠々]+（[ぁ-ゖー]+）", "", text)
        assert not KANJI.search(plain), text
