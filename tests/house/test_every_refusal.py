"""Every problem of `access` is provoked by a test, over HTTP wherever a request can be refused so."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kaihoken.problems import catalogue

from .sources import ROOT
from .test_security_clauses import is_test

LISTED: dict[str, Any] = yaml.safe_load((ROOT / "tests/access/refusals.yaml").read_text(encoding="utf-8"))
MOST_MISSING = 0
"""Gaps that are admitted. Each has to be named in the list with its reason, and counted here."""


def source_of(node: str) -> str:
    """The module of a test: what it asks for may stand in a table beside it."""
    return (ROOT / Path(node.partition("::")[0])).read_text(encoding="utf-8")


def names(code: str, source: str) -> bool:
    return f'"{code}"' in source or code in source or code.replace(".", r"\.") in source


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
