"""Words for people: gettext catalogues with stable ids, one domain per room, in three languages.

A room keeps `locale/<language>/<room>.po`; Japanese is the source, やさしい日本語 (`ja@easy`) and English are complete.
The .po files are read as they are, once: nothing is compiled. Two marks stand inside braces: `{day}` is a fact that
the caller gives, `{薬|くすり}` is a word with its reading (ふりがな). In plain text the reading follows in brackets,
薬（くすり）; on a page it stands above the word.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Literal, get_args

from markupsafe import Markup, escape

from kaihoken.problems import Problem

Language = Literal["ja", "ja@easy", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
Fact = str | int

_MARK = re.compile(r"\{([^{}|]*)(?:\|([^{}|]*))?\}")
_RUBY = Markup("<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>")
# A day has one reading with its number (20日 はつか); a counter behind another number has its own (10{日|にち}).
_IN_BRACKETS = re.compile(r"(\d+月(?!（がつ）)|\d+日(?!（にち）)|[一-龠々]+)（([ぁ-ゖー]+)）")
_FACT_NAME = re.compile(r"[a-z][a-z0-9_]*")


class Messages:
    """The messages of one room. Made by `messages`."""

    def __init__(self, room: str, catalogues: Mapping[Language, Mapping[str, str]]) -> None:
        self.room = room
        self._facts: dict[tuple[str, Language], frozenset[str]] = {}
        self._text: dict[tuple[str, Language], str] = {}
        self._html: dict[tuple[str, Language], Markup] = {}
        for language, catalogue in catalogues.items():
            for name, source in catalogue.items():
                key = (name, language)
                self._facts[key] = _facts_of(source, room, name)
                self._text[key] = readings_in_brackets(source)
                self._html[key] = with_readings(source)

    def text(self, name: str, language: Language, /, **facts: Fact) -> str:
        """The message as plain text. Raises Problem `web.message_unknown` or `web.message_fact_missing`."""
        try:
            template = self._text[name, language]
            return template.format_map(facts) if self._facts[name, language] else template
        except KeyError as missing:
            raise self._problem(name, language, missing) from missing

    def html(self, name: str, language: Language, /, **facts: Fact) -> Markup:
        """The message for a page: readings as ruby, facts escaped. Raises the same problems as `text`."""
        try:
            template = self._html[name, language]
            return template.format_map(facts) if self._facts[name, language] else template
        except KeyError as missing:
            raise self._problem(name, language, missing) from missing

    def names(self, language: Language) -> frozenset[str]:
        """The ids that one language has."""
        return frozenset(name for name, told in self._text if told == language)

    def facts(self, name: str, language: Language) -> frozenset[str]:
        """The facts that a message asks for."""
        return self._facts[name, language]

    def _problem(self, name: str, language: Language, missing: KeyError) -> Problem:
        if (name, language) in self._text:
            return Problem("web.message_fact_missing", room=self.room, name=name, fact=str(missing.args[0]))
        return Problem("web.message_unknown", room=self.room, name=name, language=language)


@cache
def messages(room: str) -> Messages:
    """The messages of a room, read once."""
    return Messages(room, {language: _read(room, language) for language in LANGUAGES})


def with_readings(source: str) -> Markup:
    """Text as it stands on a page: escaped, and `{薬|くすり}` as ruby."""
    parts, end = [], 0
    for mark in _MARK.finditer(source):
        word, reading = mark.groups()
        parts += [
            escape(source[end : mark.start()]),
            escape(mark[0]) if reading is None else _RUBY.format(word, reading),
        ]
        end = mark.end()
    parts.append(escape(source[end:]))
    return Markup("").join(parts)


def read_aloud(text: str, language: Language) -> Markup:
    """Plain text for a page: in やさしい日本語 the readings that stand in brackets go above their words."""
    return with_readings(_IN_BRACKETS.sub(r"{\1|\2}", text)) if language == "ja@easy" else escape(text)


def readings_in_brackets(source: str) -> str:
    """Text where there is no page: 薬（くすり）."""
    return _MARK.sub(_reading_in_brackets, source)


def _read(room: str, language: Language) -> dict[str, str]:
    # Babel takes longer to import than the catalogues to read: only a process that speaks needs it.
    from babel.messages.pofile import read_po

    file = files("kaihoken").joinpath(room, "locale", language, f"{room}.po")
    catalogue = read_po(BytesIO(file.read_bytes()), abort_invalid=True)
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}


def _facts_of(source: str, room: str, name: str) -> frozenset[str]:
    marks = list(_MARK.finditer(source))
    facts = frozenset(mark[1] for mark in marks if mark[2] is None)
    rest = _MARK.sub("", source)
    bare = "{" in rest or "}" in rest
    empty = any(not mark[1] or mark[2] == "" for mark in marks)
    if bare or empty or not all(_FACT_NAME.fullmatch(fact) for fact in facts):
        raise Problem("web.message_malformed", room=room, name=name)
    return facts


def _reading_in_brackets(mark: re.Match[str]) -> str:
    return mark[0] if mark[2] is None else f"{mark[1]}（{mark[2]}）"
