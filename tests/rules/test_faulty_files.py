"""A fault in a file is told by file, line, key path and reason, before anything is calculated with it."""

from contextlib import suppress
from datetime import date
from itertools import pairwise
from typing import ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.rules.document import read, read_given

from .bookshelf import Detail, Detailed, Fee, a_version

DAY = date(2020, 4, 1)
GOOD = "{detail: {percent: 1}, parts: [], lag: {value: 5, status: confirmed, source: 官報}}"


def the_problem(root, kind=Fee):
    with pytest.raises(Problem) as caught:
        rules.RuleBook(root).load(kind, on=DAY)
    return caught.value


def test_a_value_of_the_wrong_kind_is_told_with_its_line_and_path(tmp_path):
    a_version(tmp_path, "2020-04-01", values="{yen: hundred}")

    problem = the_problem(tmp_path)

    assert problem.code == "rules.invalid"
    assert problem.where == "fees/visit/2020-04-01.yaml:7 values.yen"
    assert problem.facts["reason"] == "Expected `int`, got `str`"
    assert problem.title("ja")
    assert problem.mend("en")


@pytest.mark.parametrize(
    ("values", "where", "reason"),
    [
        ("{}", "values", "missing required field"),
        ("\n  yen: 1\n  yem: 2", "values.yem", "not known"),
        ("[1]", "values", "missing"),
        ("null", "values", "missing"),
    ],
)
def test_keys_that_are_missing_or_not_known_are_told(tmp_path, values, where, reason):
    a_version(tmp_path, "2020-04-01", values=values)

    problem = the_problem(tmp_path)

    assert problem.facts["path"] == where
    assert reason in str(problem.facts["reason"])


def test_the_line_is_that_of_the_key_in_a_long_file(tmp_path):
    a_version(
        tmp_path,
        "2020-04-01",
        family=Detailed.family,
        schema=2,
        values="\n  detail: {percent: 1}\n  parts:\n    - {percent: 1}\n    - percent: 2\n      day: 3\n"
        "  lag: {value: 5, status: confirmed, source: 官報}",
    )

    problem = the_problem(tmp_path, Detailed)

    assert problem.where == "fees/detailed/2020-04-01.yaml:12 values.parts[1].day"


def test_a_fault_inside_a_list_is_told_with_the_place_in_the_list(tmp_path):
    a_version(
        tmp_path,
        "2020-04-01",
        family=Detailed.family,
        schema=2,
        values=GOOD.replace("percent: 1", "percent: 1, days: [1, 2, x]"),
    )

    assert the_problem(tmp_path, Detailed).facts["path"] == "values.detail.days[2]"


class Grouped(msgspec.Struct, frozen=True):
    family: ClassVar[str] = "fees/grouped"

    groups: dict[str, Detail]
    kinds: frozenset[Detail]


@pytest.mark.parametrize(
    ("values", "where"),
    [
        (
            "\n  kinds: []\n  groups:\n    a: {percent: 1}\n    b: {percent: x}",
            "9 values.groups[...].percent",
        ),
        ("\n  groups: {}\n  kinds:\n    - {percent: 1}\n    - {percent: x}", "11 values.kinds[1].percent"),
    ],
)
def test_a_fault_whose_key_the_path_does_not_tell_points_at_what_is_above(tmp_path, values, where):
    a_version(tmp_path, "2020-04-01", family=Grouped.family, values=values)

    assert the_problem(tmp_path, Grouped).where == f"fees/grouped/2020-04-01.yaml:{where}"


def test_a_file_without_values_is_refused_at_its_beginning(tmp_path):
    file = a_version(tmp_path, "2020-04-01")
    file.write_text(file.read_text("utf-8").partition("values:")[0], "utf-8")

    assert the_problem(tmp_path).where == "fees/visit/2020-04-01.yaml:1 values"


def test_values_in_another_form_than_the_struct_reads_are_refused(tmp_path):
    a_version(tmp_path, "2020-04-01", family=Detailed.family, schema=1, values=GOOD)

    problem = the_problem(tmp_path, Detailed)

    assert problem.facts["path"] == "schema"
    assert "reads version 2, not 1" in str(problem.facts["reason"])


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (("source: 官報\n", ""), ""),
        (("status: confirmed", "status: certain"), "status"),
        (("effective_from: 2020-04-01", "effective_from: soon"), "effective_from"),
        (("effective_from: 2020-04-01", "effective_from: 2020-04-02"), "effective_from"),
        (("effective_to: null", "effective_to: 2020-03-31"), "effective_to"),
        (("published: null", "published: null\nreviewed: null"), "reviewed"),
    ],
)
def test_a_header_that_does_not_hold_together_is_refused(tmp_path, change, path):
    file = a_version(tmp_path, "2020-04-01")
    file.write_text(file.read_text("utf-8").replace(*change), "utf-8")

    problem = the_problem(tmp_path)

    assert (problem.code, problem.facts["path"]) == ("rules.invalid", path)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"schema: 1\nschema: 2\n", 2, "schema stands there twice"),
        (b"values:\n  parts:\n    - {a: 1}\n    - {a: 1, b: 2, a: 3}\n", 4, "a stands there twice"),
        (b"? [1]\n: 2\n", 1, "found unhashable key"),
        (b"schema: 1\n  source: [\n", 2, "mapping values"),
        (b"- 1\n- 2\n", 1, "not a mapping"),
        (b"", 1, "not a mapping"),
        ("source: 官報".encode("shift_jis"), 1, "utf-8"),
        (b"source: \x07", 1, "control characters"),
        (b"effective_from: 2020-13-01\n", 1, "month"),
    ],
)
def test_a_file_that_is_not_clean_yaml_is_told_with_its_line(content, line, reason):
    with pytest.raises(Problem) as caught:
        read(content, "fees/visit/2020-04-01.yaml")

    assert caught.value.code == "rules.unreadable"
    assert caught.value.where == f"fees/visit/2020-04-01.yaml:{line}"
    assert reason in str(caught.value.facts["reason"])


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail_in_another_way(content):
    with suppress(Problem):
        assert isinstance(read(content, "x.yaml").data, dict)


def test_what_is_no_file_is_told(tmp_path):
    a_version(tmp_path, "2010-04-01", until="2011-03-31")
    (tmp_path / "fees/visit/2020-04-01.yaml").mkdir()
    assert (the_problem(tmp_path).code, the_problem(tmp_path).where) == (
        "rules.unreadable",
        "fees/visit/2020-04-01.yaml:1",
    )

    (tmp_path / "fees/visit/2020-04-01.yaml").rmdir()
    (tmp_path / "fees/visit/2020-04-01.yaml").symlink_to(tmp_path / "nowhere")
    assert the_problem(tmp_path).facts["reason"] == "No such file or directory"


@pytest.mark.parametrize(
    "content", [b"&a [*a]", b"a: &a [*a]", b"a: &a {b: *a}", b"[" * 5_000 + b"]" * 5_000]
)
def test_a_file_that_holds_itself_or_is_too_deep_is_told(content):
    with pytest.raises(Problem, match=r"rules\.unreadable"):
        read(content, "fees/visit/2020-04-01.yaml")


BOMB = "a: &a [x]\n" + "".join(f"{c}: &{c} [{', '.join([f'*{b}'] * 9)}]\n" for b, c in pairwise("abcdefghij"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BOMB, "nested too deeply"),
        ("a: &a [*a]", "nested too deeply"),
        ("a:\n  " + "[" * 100_000, "nested too deeply"),
        ("a: [", "did not find"),
    ],
)
def test_a_file_that_is_handed_in_is_refused_before_it_can_make_endless_work(content, reason):
    with pytest.raises(Problem) as caught:
        read_given(content.encode(), "facts.yaml")

    assert reason in str(caught.value.facts["reason"])


def test_a_plain_file_that_is_handed_in_is_read():
    assert read_given(b"a: &a {b: [1, 2]}\nc: *a", "facts.yaml").data == {
        "a": {"b": [1, 2]},
        "c": {"b": [1, 2]},
    }
