"""Words by id: three languages, readings above the word, facts escaped, and a missing word is a problem."""

import html
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.problems import Problem
from kaihoken.web import Language, Messages, messages, with_readings


def spoken(**told: str) -> Messages:
    """Messages of a room that says these things in Japanese."""
    catalogues: Mapping[Language, Mapping[str, str]] = {"ja": told}
    return Messages("room", catalogues)


def test_a_fact_takes_its_place() -> None:
    assert (
        spoken(last="{day}で終わっています。").text("last", "ja", day="10月31日")
        == "10月31日で終わっています。"
    )


def test_in_plain_text_the_reading_follows_the_word() -> None:
    assert spoken(ask="{薬|くすり}を {見|み}ます").text("ask", "ja") == "薬（くすり）を 見（み）ます"


def test_on_a_page_the_reading_stands_above_the_word() -> None:
    shown = spoken(ask="{薬|くすり}を").html("ask", "ja")

    assert shown == "<ruby>薬<rp>（</rp><rt>くすり</rt><rp>）</rp></ruby>を"


def test_on_a_page_neither_words_nor_facts_can_hold_markup() -> None:
    shown = spoken(odd="1 < 2 {name}").html("odd", "ja", name="<script>")

    assert shown == "1 &lt; 2 &lt;script&gt;"


def test_a_word_nobody_wrote_is_a_problem() -> None:
    with pytest.raises(Problem) as caught:
        spoken(known="はい").text("unknown", "ja")

    assert caught.value.code == "web.message_unknown"


def test_a_language_nobody_wrote_is_a_problem() -> None:
    with pytest.raises(Problem) as caught:
        spoken(known="はい").html("known", "en")

    assert caught.value.code == "web.message_unknown"


@pytest.mark.parametrize("say", [Messages.text, Messages.html])
def test_a_fact_nobody_gave_is_a_problem(say: object) -> None:
    room = spoken(last="{day}で")

    with pytest.raises(Problem) as caught:
        say(room, "last", "ja", other="x") if callable(say) else None

    assert caught.value.code == "web.message_fact_missing"
    assert caught.value.facts["fact"] == "day"


@pytest.mark.parametrize(
    "broken", ["{Day}", "{薬|}", "{|くすり}", "{", "}", "{a{b}", "{}", "{0}", "{a.b}", "{a!r}"]
)
def test_braces_that_mean_nothing_are_a_problem(broken: str) -> None:
    with pytest.raises(Problem) as caught:
        spoken(broken=broken)

    assert caught.value.code == "web.message_malformed"


@given(st.text(alphabet=st.characters(exclude_characters="{}|")))
def test_text_without_braces_is_only_escaped(text: str) -> None:
    shown = with_readings(text)

    assert html.unescape(shown) == text
    assert "<" not in shown


def test_the_shared_words_are_there_in_each_language() -> None:
    assert messages("web").text("demo", "ja") == "架空のデータ・国の公式システムではありません"
    assert messages("web").text("demo", "en").startswith("Fictional data")
    assert "本当（ほんとう）" in messages("web").text("demo", "ja@easy")
