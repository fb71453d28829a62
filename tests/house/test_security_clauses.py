"""The tables clause → test: every test that they name is there, and no clause has nothing to show."""

import ast
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from .sources import ROOT, parsed, script

WRITER = script("write_docs")
CLAUSES: list[tuple[str, Any]] = [
    (name, clause) for name in WRITER.GUIDELINES for clause in WRITER.guideline(name).clauses
]


def wrong_with(clause: Any) -> str:
    """What a clause lacks; "" where it says what it must."""
    if clause.state == "met":
        missing = [test for test in clause.tests if not is_test(test)]
        return f"no such test: {missing}" if missing else "" if clause.tests else "no test"
    if clause.tests:
        return "tests of what is not met"
    if clause.state == "documented":
        return "" if is_page(clause.page) else f"no such page: {clause.page}"
    return "" if len(clause.why.split()) > 1 or len(clause.why) > 6 else "no reason"


def is_test(node: str) -> bool:
    """Whether a pytest node is there: a function of a test module."""
    file, _, name = node.partition("::")
    if not name.startswith("test_") or not (ROOT / file).is_file():
        return False
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return any(isinstance(one, functions) and one.name == name for one in ast.walk(parsed(Path(file))))


def is_page(page: str) -> bool:
    """Whether a page is there, with the heading behind its #."""
    file, _, anchor = page.partition("#")
    path = ROOT / file
    if not page.startswith("docs/") or not path.is_file():
        return False
    headings = re.findall(r"(?m)^#+ (.+)$", path.read_text(encoding="utf-8"))
    return not anchor or anchor in {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}


@pytest.mark.parametrize(("name", "clause"), CLAUSES, ids=lambda one: getattr(one, "number", one))
def test_each_clause_has_its_test_or_says_why_not(name: str, clause: Any) -> None:
    assert wrong_with(clause) == "", f"{name} {clause.number}"
    assert clause.words.strip()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"state": "met"}, "no test"),
        ({"state": "met", "tests": ["tests/access/test_tokens.py::test_that_is_gone"]}, "no such test"),
        ({"state": "met", "tests": ["tests/gone.py::test_x"]}, "no such test"),
        ({"state": "met", "tests": ["tests/access/test_tokens.py::bearer"]}, "no such test"),
        ({"state": "documented"}, "no such page"),
        ({"state": "documented", "page": "docs/access.md#nowhere"}, "no such page"),
        ({"state": "not met"}, "no reason"),
        ({"state": "does not apply"}, "no reason"),
        ({"state": "not met", "why": "not yet", "tests": ["x"]}, "tests of what is not met"),
    ],
)
def test_a_clause_that_shows_nothing_would_be_found(wrong: dict[str, Any], told: str) -> None:
    assert told in wrong_with(WRITER.Clause(number="1", words="words", **wrong))


@pytest.mark.parametrize("name", WRITER.GUIDELINES)
def test_no_clause_stands_twice(name: str) -> None:
    numbers = Counter(clause.number for clause in WRITER.guideline(name).clauses)

    assert [number for number, times in numbers.items() if times > 1] == []


def test_gaps_are_admitted() -> None:
    """That a number is unconfirmed admits none."""
    clauses = [clause for name in WRITER.GUIDELINES for clause in WRITER.guideline(name).clauses]

    assert any(clause.state == "not met" for clause in clauses)


def test_asvs_is_whole_at_level_2() -> None:
    """So many requirements of Levels 1 and 2 as each chapter of 5.0.0 has."""
    counted: Counter[int] = Counter()
    for clause in WRITER.guideline("asvs").clauses:
        chapter, *rest = clause.number.split(".")
        if not rest:
            continue
        first, _, last = clause.number.partition("-")
        counted[int(chapter)] += (
            int(last.rsplit(".", 1)[-1]) - int(first.rsplit(".", 1)[-1]) + 1 if last else 1
        )

    assert dict(counted) == {
        1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7,
        9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16,
    }  # fmt: skip


def test_each_answer_of_the_disclosure_form_stands_on_a_clause() -> None:
    clauses = {(name, clause.number): clause for name, clause in CLAUSES}
    for answer in WRITER.disclosure().answers:
        clause = clauses[tuple(answer.clause.split(" "))]
        expected = {
            "yes": ("met", "documented"),
            "partly": ("met", "documented"),
            "no": ("not met", "met"),
            "n/a": ("does not apply",),
        }[answer.answer]
        assert clause.state in expected, f"{answer.number}: {answer.answer}, {clause.state}"
        assert all((answer.question_ja, answer.question_en, answer.remark_ja, answer.remark_en))
