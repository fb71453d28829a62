"""An explanation in words: every factor has them, and none of them judges."""

import re

import numpy as np
import pytest

from kaihoken.web import LANGUAGES, Language, messages
from kaihoken.workforce.index import (
    Thresholds,
    explain,
    explain_raw,
    explain_raw_change,
    index_from_tables,
    index_table,
    label,
    reading,
    signed,
)
from kaihoken.workforce.index.change import _RAW
from kaihoken.workforce.index.explanation import OPENED

from .raw_tables import areas, made_up, toy

OLD = Thresholds(upper=217.6, lower=179.3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_factor_has_a_name_and_words_for_both_ways(language: Language) -> None:
    said = messages("workforce")
    for factor in OPENED:
        for name in (factor.name, *factor.leaves):
            assert label(name, language)
            assert said.text(f"index.factor.{name}.up", language) != said.text(
                f"index.factor.{name}.down", language
            )
    for factor in _RAW:
        assert all(label(name, language) for name in (factor.name, *factor.leaves))


@pytest.mark.parametrize("language", LANGUAGES)
def test_readings_of_the_nation_the_change_and_no_difference(language: Language) -> None:
    like = index_table(areas(1), np.array([50.0]), np.ones(1), np.ones(1), OLD)

    assert reading(explain(like, 0), language) == messages("workforce").text("index.explain.same", language)
    assert reading(explain_raw(index_from_tables(toy(), OLD), 0), language)
    assert reading(explain_raw_change(made_up(1), made_up(2), 0), language)


def test_no_word_beside_the_index_judges() -> None:
    said = messages("workforce")
    forbidden = re.compile("充足|不足|余剰|過剰|ワースト|配置|命令")

    texts = {
        name: said.text(name, "ja", **dict.fromkeys(said.facts(name, "ja"), "x"))
        for name in said.names("ja")
        if name.startswith("index.") or name == "caution"
    }

    assert len(texts) > 30
    assert [name for name, text in texts.items() if forbidden.search(text)] == []


def test_amounts_carry_their_sign() -> None:
    assert (signed(-107.66), signed(40.12), signed(-0.04)) == ("−107.7", "+40.1", "+0.0")
