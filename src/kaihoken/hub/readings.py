"""Sentences of an answer on a page in やさしい日本語: their readings stand in brackets and go above the words."""

import re

from markupsafe import Markup

from kaihoken.web import Language, with_readings

# A day has one reading with its number (20日 はつか); a counter behind another number has its own (10{日|にち}).
_READING = re.compile(r"(\d+月(?!（がつ）)|\d+日(?!（にち）)|[一-龠々]+)（([ぁ-ゖー]+)）")


def read_aloud(text: str, language: Language) -> Markup:
    """A sentence of an answer for a page: in やさしい日本語 the readings in brackets go above their words."""
    return with_readings(_READING.sub(r"{\1|\2}", text)) if language == "ja@easy" else Markup.escape(text)
