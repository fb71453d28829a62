"""Pages: the language in the path, the demonstration named on each, nothing personal in an address."""

import re
from datetime import UTC, datetime

import pytest
from jinja2 import DictLoader, UndefinedError

from kaihoken.web import LANGUAGES, Assets, Language, Pages, path_in, split_language

from .sample import sample_page


def pages(**templates: str) -> Pages:
    return Pages("web", assets=Assets(), demo=False, templates=DictLoader(templates))


@pytest.mark.parametrize(
    ("path", "language", "rest"),
    [
        ("/", "ja", "/"),
        ("/about", "ja", "/about"),
        ("/en", "en", "/"),
        ("/en/", "en", "/"),
        ("/en/about", "en", "/about"),
        ("/easy/about", "ja@easy", "/about"),
        ("/english", "ja", "/english"),
        ("/enter", "ja", "/enter"),
    ],
)
def test_the_language_stands_in_the_path(path: str, language: Language, rest: str) -> None:
    assert split_language(path) == (language, rest)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_path_in_a_language_is_read_back(language: Language) -> None:
    assert split_language(path_in(language, "/about")) == (language, "/about")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_of_the_demonstration_says_so_above_and_below(language: Language) -> None:
    shown = sample_page(language)

    assert len(re.findall(r'<p class="demo">|<footer.*?<p>[^<]*<', shown, flags=re.DOTALL)) == 2


def test_a_page_of_a_real_hub_does_not() -> None:
    assert "架空のデータ" not in sample_page(demo=False)


def test_another_language_is_a_link() -> None:
    assert '<a class="language" href="/en/">' in sample_page()


def test_after_a_question_another_language_asks_again_and_keeps_the_address_clean() -> None:
    shown = sample_page(again={"birthdate": "1984-07-02"})

    assert '<form method="post" action="/en/">' in shown
    assert '<input type="hidden" name="birthdate" value="1984-07-02">' in shown
    assert not re.search(r'(href|action)="[^"]*\?', shown)


def test_what_people_typed_cannot_become_markup() -> None:
    shown = pages(page="{{ name }}").render("page", "ja", name="<script>alert(1)</script>")

    assert shown == "&lt;script&gt;alert(1)&lt;/script&gt;"


def test_a_name_that_the_template_does_not_get_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        pages(page="{{ nmae }}").render("page", "ja", name="x")


def test_words_in_an_attribute_carry_no_markup() -> None:
    template = """{{ w("demo") }}|{{ w_plain("demo") }}|{{ t("demo") }}|{{ t_plain("demo") }}"""

    on_page, in_attribute, *_ = pages(page=template).render("page", "ja@easy").split("|")

    assert "<ruby>" in on_page
    assert "<" not in in_attribute


def test_the_day_of_an_instant_is_that_of_tokyo() -> None:
    shown = pages(page="{{ at|day }}").render("page", "ja", at=datetime(2026, 11, 20, 15, 5, tzinfo=UTC))

    assert shown == "11月21日（土）"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Symbol (記号)", 'Symbol (<span lang="ja">記号</span>)'),
        (
            "100-0001 架空県１－２－３ 4号 Tower",
            '100-0001 <span lang="ja">架空県１－２－３ 4号</span> Tower',
        ),
        ("ｶｸｳ ｲﾁﾛｳ", '<span lang="ja">ｶｸｳ ｲﾁﾛｳ</span>'),
        ("a　b（c）", "a　b（c）"),
        ('<p lang="ja">薬</p>', '<p lang="ja">薬</p>'),
        ("<title>薬</title><pre>薬</pre>", "<title>薬</title><pre>薬</pre>"),
        ('<input value="薬">', '<input value="薬">'),
        ("薬&amp;薬", '<span lang="ja">薬</span>&amp;<span lang="ja">薬</span>'),
    ],
)
def test_on_an_english_page_what_is_japanese_says_so(source: str, shown: str) -> None:
    assert pages(page=source).render("page", "en") == shown
    assert pages(page=source).render("page", "ja") == source
