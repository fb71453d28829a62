"""Exceptions to the rules of the house are counted with reasons in tests/exceptions.toml and cannot change silently."""

import ast
import io
import re
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from .sources import ROOT, parsed, python_files

LIST = ROOT / "tests/exceptions.toml"

COMMENTS = {
    "pragma: no cover": re.compile(r"#\s*pragma:\s*no\s*(cover|branch)"),
    "type: ignore": re.compile(r"#\s*(type:\s*ignore|mypy:)"),
    "noqa": re.compile(r"#\s*(ruff:\s*)?noqa"),
}
CALLS = {"skip": "skip", "skipif": "skip", "importorskip": "skip", "xfail": "xfail"}


def in_comments(source: str) -> Iterator[str]:
    """The kinds of exception that the comments of a file ask for, one for each time."""
    if not any(mark.search(source) for mark in COMMENTS.values()):
        return  # most files: reading them token by token takes seconds
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield from (kind for kind, mark in COMMENTS.items() if mark.search(token.string))


def in_calls(tree: ast.AST) -> Iterator[str]:
    """The tests that are left out: pytest.skip, pytest.mark.xfail and their like."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in CALLS
            and ast.unparse(node.value).startswith("pytest")
        ):
            yield CALLS[node.attr]


@cache
def found() -> Counter[tuple[str, str]]:
    """How often each kind stands in each file."""
    counted: Counter[tuple[str, str]] = Counter()
    for path in python_files():
        source = (ROOT / path).read_text(encoding="utf-8")
        counted.update((kind, path.as_posix()) for kind in in_comments(source))
        if any(name in source for name in CALLS):
            counted.update((kind, path.as_posix()) for kind in in_calls(parsed(path)))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in project["tool"]["importlinter"]["contracts"]:
        counted["ignored import", "pyproject.toml"] += len(contract.get("ignore_imports", []))
    return +counted


def test_the_list_says_what_there_is() -> None:
    entries = tomllib.loads(LIST.read_text(encoding="utf-8")).get("exception", [])
    listed = Counter({(entry["kind"], entry["file"]): entry["count"] for entry in entries})
    there = found()

    assert [f"new: {name}, {count} ×" for name, count in (there - listed).items()] == []
    assert [
        f"gone, take it off the list: {name}, {count} ×" for name, count in (listed - there).items()
    ] == []


def test_each_has_a_reason() -> None:
    entries = tomllib.loads(LIST.read_text(encoding="utf-8")).get("exception", [])

    assert [entry for entry in entries if len(entry["reason"].split()) < 4] == []
    assert len({(entry["kind"], entry["file"]) for entry in entries}) == len(entries)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("x = 1  # pragma: no cover", "pragma: no cover"),
        ("x = 1  # type: ignore[assignment]", "type: ignore"),
        ("# mypy: ignore-errors", "type: ignore"),
        ("x = 1  # noqa: E501", "noqa"),
        ("# ruff: noqa", "noqa"),
    ],
)
def test_a_comment_that_asks_for_an_exception_is_found(line: str, kind: str) -> None:
    assert list(in_comments(line)) == [kind]


def test_words_in_a_string_are_not() -> None:
    assert list(in_comments('x = "# noqa"')) == []


@pytest.mark.parametrize(
    "line", ["pytest.skip('x')", "@pytest.mark.skipif(True)\ndef f(): ...", "pytest.importorskip('x')"]
)
def test_a_test_left_out_is_found(line: str) -> None:
    assert list(in_calls(ast.parse(line))) == ["skip"]


def test_skipping_something_else_is_not() -> None:
    assert list(in_calls(ast.parse("reader.skip(4)"))) == []
    assert Path(__file__).name not in {Path(file).name for _, file in found()}
