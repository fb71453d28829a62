"""What is said beside the index: the ministry's caution in every form, one watermark, no word that judges."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import kaihoken
from kaihoken.problems import catalogue
from kaihoken.web import LANGUAGES, Language, messages
from kaihoken.workforce import printing
from kaihoken.workforce.documents import commands
from kaihoken.workforce.documents.commands import app

from .forbidden import OFFICIAL, forbidden_in
from .readable import words_in

A_DAY = date(2026, 11, 22)
"""A day of the plan in force: the rules of the next are announced only."""
HOUSE = Path(kaihoken.__path__[0])
CAUTION = messages("workforce").text("caution", "ja")
EXAMPLE = Path(__file__).parents[2] / "docs" / "workforce" / "examples" / "correction"
PLAN = ("plan", "31", "--spread", "many_first")
CORRECTION = ("correction-plan", "03", "--data", str(EXAMPLE))
EXPORTS = (
    *((("index",), form) for form in ("xlsx", "csv", "json", "parquet", "geojson")),
    (("map",), "svg"),
    *((("area", "0306"), form) for form in ("html", "pdf")),
    *((PLAN, form) for form in ("docx", "pdf", "html", "json")),
    *((CORRECTION, form) for form in ("docx", "pdf", "html", "json")),
)


@pytest.mark.parametrize(("asked", "form"), EXPORTS, ids=lambda one: one if isinstance(one, str) else one[0])
def test_every_export_carries_the_caution_and_no_judging_word(
    asked: tuple[str, ...], form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "_today", lambda: A_DAY)
    verb, *rest = asked
    file = tmp_path / f"it.{form}"
    ran = CliRunner().invoke(app, [verb, *rest, str(file)])
    assert ran.exit_code == 0, ran.output

    words = words_in(file.read_bytes(), form)

    assert CAUTION in words
    assert forbidden_in(words) == []
    if verb == "correction-plan":
        assert printing.FICTITIOUS_JA in words


def strings(path: Path) -> Iterator[str]:
    """The texts of a module that people may read: docstrings and comments are for us."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    ours = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in ours:
            yield node.value


def texts() -> Iterator[tuple[str, str]]:
    for room in ("workforce", "planner"):
        languages: tuple[Language, ...] = ("ja", "ja@easy")
        for language in languages:
            said = (HOUSE / room / "locale" / language / f"{room}.po").read_text(encoding="utf-8")
            yield from (
                (f"{room} {language}", line) for line in re.findall(r'^msgstr "(.*)"$', said, re.MULTILINE)
            )
        for template in (HOUSE / room / "templates").rglob("*.html"):
            yield template.name, template.read_text(encoding="utf-8")
        for module in (HOUSE / room).rglob("*.py"):
            yield from ((str(module.relative_to(HOUSE)), text) for text in strings(module))
    for code, entry in catalogue().items():
        if code.startswith(("workforce.", "planner.")):
            yield code, f"{entry.title_ja} {entry.mend_ja}"


def test_no_text_of_ours_judges() -> None:
    said = list(texts())

    assert len(said) > 1000
    assert [f"{where}: {told}" for where, text in said for told in forbidden_in(text)] == []


@pytest.mark.parametrize("term", OFFICIAL)
def test_an_official_term_is_let_pass_and_its_word_alone_is_not(term: str) -> None:
    assert forbidden_in(f"連携先の{term}は 0.8 以下") == []
    assert forbidden_in("医師が不足している") == ["医師が不足している"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_and_documents_say_one_caution(language: Language) -> None:
    assert messages("planner").text("caution", language) == messages("workforce").text("caution", language)


def test_there_is_one_watermark() -> None:
    assert messages("web").text("demo", "ja") == printing.FICTITIOUS_JA
    assert messages("web").text("demo", "en") in printing.FICTITIOUS
    watermarks = [
        f"{module.relative_to(HOUSE)}: {text}"
        for module in (HOUSE / "workforce").rglob("*.py")
        if module.name != "printing.py"
        for text in strings(module)
        if "架空のデータ" in text
    ]
    assert watermarks == []
