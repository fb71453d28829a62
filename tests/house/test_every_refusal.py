"""Every problem of `access` is provoked by a test, over HTTP wherever a request can be refused so."""

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

from kaihoken.problems import catalogue

from .sources import ROOT, parsed
from .test_security_clauses import is_test

LISTED: dict[str, Any] = yaml.safe_load((ROOT / "tests/access/refusals.yaml").read_text(encoding="utf-8"))
MOST_MISSING = 0
"""Gaps that are admitted. Each has to be named in the list with its reason, and counted here."""


def source_of(node: str) -> str:
    """A test with its decorators, and what it names of its module, wherever that stands: a table, a helper."""
    file, _, test = node.partition("::")
    path = ROOT / file
    if not path.is_file():
        return ""
    text = path.read_text(encoding="utf-8")
    standing = {name: part for part in ast.walk(parsed(Path(file))) for name in _defined(part)}
    wanted, found = [test], dict[str, str]()
    while wanted:
        name = wanted.pop()
        part = standing.get(name)
        if part is None or name in found:
            continue
        decorators = [ast.get_source_segment(text, one) or "" for one in getattr(part, "decorator_list", ())]
        found[name] = "\n".join((*decorators, ast.get_source_segment(text, part) or ""))
        named = (one.id for one in ast.walk(part) if isinstance(one, ast.Name))
        wanted += [one for one in named if not one.startswith("test_")]
    return "\n".join(found.values())


def _defined(part: ast.AST) -> tuple[str, ...]:
    """The names that a statement gives to what stands in it."""
    if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return (part.name,)
    if isinstance(part, ast.Assign):
        return tuple(one.id for one in part.targets if isinstance(one, ast.Name))
    return (part.target.id,) if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) else ()


def names(code: str, source: str) -> bool:
    return code in source or code.replace(".", r"\.") in source


def test_the_list_is_the_catalogue() -> None:
    listed = [code for part in ("http", "elsewhere", "missing") for code in LISTED[part]]
    there = {code for code in catalogue() if code.startswith("access.")}

    assert sorted(listed) == sorted(there), "tests/access/refusals.yaml: name the test that provokes it"
    assert len(LISTED["missing"]) <= MOST_MISSING


@pytest.mark.parametrize("code", LISTED["http"])
def test_over_http_a_request_is_refused_so(code: str) -> None:
    node = LISTED["http"][code]

    assert node.startswith("tests/hub/")
    assert is_test(node)
    assert names(code, source_of(node))


@pytest.mark.parametrize("code", LISTED["elsewhere"])
def test_what_no_request_provokes_is_provoked_elsewhere_and_says_why(code: str) -> None:
    entry = LISTED["elsewhere"][code]

    assert is_test(entry["test"])
    assert names(code, source_of(entry["test"]))
    assert len(entry["why"].split()) > 5


def test_a_test_that_is_gone_or_names_another_problem_would_be_found() -> None:
    assert not is_test("tests/hub/test_routes.py::test_that_was_never_there")
    assert not names("access.client-table", source_of("tests/hub/test_route_table.py::test_x"))


def test_a_test_beside_the_one_that_is_named_is_not_enough() -> None:
    """The module of these provokes both; each test its own."""
    beside = "tests/hub/pages/test_people_refusals.py::test_so_many_authenticators_and_no_more"

    assert names("access.authenticators-many", source_of(beside))
    assert not names("access.passkey-refused", source_of(beside))
