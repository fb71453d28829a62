"""The digest names the exact files with which an answer was made."""

from datetime import date
from pathlib import Path

import pytest

from kaihoken import rules
from kaihoken.problems import Problem

from .bookshelf import Detailed, Fee, a_version

DETAILED = "{detail: {percent: 1}, parts: [], lag: {value: 5, status: confirmed, source: 官報}}"


def a_shelf(root: Path) -> rules.RuleBook:
    a_version(root, "2020-04-01", "2022-03-31")
    a_version(root, "2022-04-01")
    a_version(root, "2020-04-01", family=Detailed.family, schema=2, values=DETAILED)
    return rules.RuleBook(root)


def test_days_of_one_version_share_a_digest_and_other_versions_have_another(tmp_path):
    book = a_shelf(tmp_path)

    first = book.digest(Fee, on=date(2020, 4, 1))

    assert len(first) == 16
    assert int(first, 16) >= 0
    assert book.digest(Fee, on=date(2022, 3, 31)) == first
    assert book.digest(Fee, on=date(2022, 4, 1)) != first


def test_the_order_of_the_families_does_not_matter_but_which_they_are_does(tmp_path):
    book = a_shelf(tmp_path)
    day = date(2020, 4, 1)

    assert book.digest(Fee, Detailed, on=day) == book.digest(Detailed, Fee, on=day)
    assert book.digest(Fee, Detailed, on=day) != book.digest(Fee, on=day)


def test_one_changed_byte_of_a_file_changes_the_digest(tmp_path):
    day = date(2020, 4, 1)
    before = a_shelf(tmp_path).digest(Fee, on=day)
    file = tmp_path / Fee.family / "2020-04-01.yaml"

    file.write_text(file.read_text("utf-8").replace("官報", "官 報"), "utf-8")

    assert rules.RuleBook(tmp_path).digest(Fee, on=day) != before


def test_the_same_files_in_another_folder_have_the_same_digest(tmp_path):
    day = date(2020, 4, 1)

    assert a_shelf(tmp_path / "a").digest(Fee, on=day) == a_shelf(tmp_path / "b").digest(Fee, on=day)


def test_a_day_without_rules_has_no_digest(tmp_path):
    with pytest.raises(Problem, match=r"rules\.no_version"):
        a_shelf(tmp_path).digest(Fee, on=date(2019, 1, 1))
