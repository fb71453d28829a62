"""Every room says everything in three languages, with the same facts, and asks for no word that nobody wrote."""

import ast
import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment, nodes

from kaihoken.web import LANGUAGES, Language, messages

from .sources import HOUSE, ROOT, parsed, python_files

SPEAKING = sorted(path.parent.name for path in HOUSE.glob("*/locale"))
# Japanese counts a share in 割, English in per cent: the same fact under two names.
COUNTED_IN_TENTHS = {"tenths": "percent", "low": "low_percent", "high": "high_percent"}
TEMPLATES = sorted(HOUSE.glob("*/templates/**/*.html"))


@pytest.mark.parametrize("room", SPEAKING)
def test_three_languages_say_the_same_things(room: str) -> None:
    said = messages(room)
    names = said.names("ja")

    assert len(names) > 0
    for language in LANGUAGES:
        assert sorted(said.names(language) ^ names) == []
        assert [
            name for name in sorted(names) if facts(room, name, language) != facts(room, name, "ja")
        ] == []


def facts(room: str, name: str, language: Language) -> set[str]:
    return {COUNTED_IN_TENTHS.get(fact, fact) for fact in messages(room).facts(name, language)}


@pytest.mark.parametrize("room", SPEAKING)
def test_no_id_is_written_twice(room: str) -> None:
    for language in LANGUAGES:
        text = (HOUSE / room / "locale" / language / f"{room}.po").read_text(encoding="utf-8")
        ids = re.findall(r'(?m)^msgid "(.+)"$', text)
        assert sorted({name for name in ids if ids.count(name) > 1}) == []
        assert len(ids) == len(messages(room).names(language))


@pytest.mark.parametrize("room", SPEAKING)
def test_easy_japanese_reads_every_kanji(room: str) -> None:
    said = messages(room)
    kanji = re.compile("[一-龠々]")

    unread = [
        f"{name}: {bare}"
        for name in sorted(said.names("ja@easy"))
        if (
            bare := kanji.findall(
                re.sub("<ruby>.*?</ruby>", "", str(said.html(name, "ja@easy", **_any_facts(room, name))))
            )
        )
        and not name.startswith("language.")
        and name != "brand"
    ]

    assert unread == []


def _any_facts(room: str, name: str) -> dict[str, str]:
    return dict.fromkeys(messages(room).facts(name, "ja@easy"), "x")


def asked_in_python(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """(room, id) of each message that a module asks for by a literal: `messages("room").text("id", …)`, also through a
    name that the module gave to `messages("room")`."""
    named = {
        ast.unparse(node.targets[0]): room
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and (room := _room_of(node.value, {}))
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("text", "html")
        ):
            room = _room_of(node.func.value, named)
            if room and node.args and isinstance(node.args[0], ast.Constant):
                yield room, str(node.args[0].value)


def _room_of(node: ast.AST, named: dict[str, str]) -> str:
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("messages") and node.args:
        return str(ast.literal_eval(node.args[0])) if isinstance(node.args[0], ast.Constant) else ""
    return named.get(ast.unparse(node), "")


def asked_in_template(room: str, source: str) -> Iterator[tuple[str, str]]:
    """(room, id) of each `t("id")` and `w("id")` of a template."""
    rooms = {"t": room, "t_plain": room, "w": "web", "w_plain": "web"}
    for call in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        if (
            isinstance(call.node, nodes.Name)
            and call.node.name in rooms
            and isinstance(call.args[0], nodes.Const)
        ):
            yield rooms[call.node.name], call.args[0].value


def test_no_word_is_asked_for_that_nobody_wrote() -> None:
    speaking = [
        path for path in python_files("src") if "messages" in (ROOT / path).read_text(encoding="utf-8")
    ]
    asked = {pair for path in speaking for pair in asked_in_python(parsed(path))}
    for template in TEMPLATES:
        room = template.relative_to(HOUSE).parts[0]
        asked |= set(asked_in_template(room, template.read_text(encoding="utf-8")))

    assert len(asked) > 5
    assert sorted((room, name) for room, name in asked if name not in messages(room).names("ja")) == []


def test_each_way_of_asking_is_seen() -> None:
    python = ast.parse(
        'said = messages("hub")\nsaid.text("a", x)\nmessages("web").html("b", x)\nother.text("c")'
    )

    assert set(asked_in_python(python)) == {("hub", "a"), ("web", "b")}
    assert set(asked_in_template("hub", '{{ t("a") }}{{ w_plain("b") }}{{ x("c") }}{{ t("p." ~ q) }}')) == {
        ("hub", "a"),
        ("web", "b"),
    }
