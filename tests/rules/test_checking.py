"""`rules check` finds each kind of fault, and is silent where all is well."""

from datetime import date
from importlib.resources import files

import pytest

from kaihoken.payment import StatutoryShare
from kaihoken.problems import Problem
from kaihoken.rules.checking import check
from kaihoken.rules.contents import read_contents, struct_of

from .bookshelf import CODE_LIST, a_code_list, a_version

TODAY = date(2026, 11, 20)
STATUTORY = files("kaihoken.rules").joinpath("share/statutory/2022-10-01.yaml").read_text("utf-8")
VALUES = STATUTORY.partition("values:")[2].rstrip()

CONTENTS = """\
code_lists = 1
[families."share/statutory"]
struct = "kaihoken.payment.shares.law:StatutoryShare"
ja = "割合"
en = "share"
"""


@pytest.fixture
def shelf(tmp_path):
    """A folder with one family in two versions and one code list, in which nothing is wrong."""
    (tmp_path / "contents.toml").write_text(CONTENTS, "utf-8")
    a_share(tmp_path, "2008-04-01", "2022-09-30")
    a_share(tmp_path, "2022-10-01")
    a_code_list(tmp_path)
    return tmp_path


def a_share(root, since, until="null", **header):
    return a_version(root, since, until, family="share/statutory", values=VALUES, **header)


def findings(root):
    return [(problem.code, problem.where) for problem in check(root, TODAY)]


def test_the_packaged_rules_have_no_fault():
    assert findings(files("kaihoken.rules")) == []


def test_a_good_folder_has_no_findings(shelf):
    assert findings(shelf) == []


def test_days_between_two_versions_that_nobody_covers_are_found(shelf):
    a_share(shelf, "2008-04-01", "2022-09-28")

    [gap] = check(shelf, TODAY)

    assert gap.code == "rules.gap"
    assert gap.facts == {"family": "share/statutory", "first": "2022-09-29", "last": "2022-09-30"}
    assert "2022-09-29" in gap.title("ja")


@pytest.mark.parametrize("until", ["null", "2022-10-01"])
def test_days_that_two_versions_cover_are_found(shelf, until):
    a_share(shelf, "2008-04-01", until)

    assert findings(shelf) == [("rules.overlap", "share/statutory/2022-10-01.yaml")]


def test_a_family_that_says_nothing_of_today_is_found(shelf):
    a_share(shelf, "2022-10-01", "2025-09-30")

    [ended] = check(shelf, TODAY)

    assert (ended.code, ended.where) == ("rules.no_version", "share/statutory")
    assert ended.facts == {"family": "share/statutory", "day": "2026-11-20"}


def test_a_law_that_may_be_over_says_nothing_of_today(shelf, monkeypatch):
    monkeypatch.setattr(StatutoryShare, "may_end", True, raising=False)
    a_share(shelf, "2022-10-01", "2025-09-30")

    assert findings(shelf) == []


@pytest.mark.parametrize(
    ("written", "is_wrong"),
    [
        ("ordinary_percent: 300", True),
        ("ordinary_percent: -30", True),
        ("ordinary_percent: 35", True),
        ("ordinary_percent: 40", False),
    ],
)
def test_a_share_that_no_law_can_have_is_found(shelf, written, is_wrong):
    values = VALUES.replace("ordinary_percent: 30", written)
    a_version(shelf, "2022-10-01", family="share/statutory", values=values)

    assert ([code for code, _ in findings(shelf)] == ["rules.invalid"]) is is_wrong
    assert all(where.endswith("values.ordinary_percent") for _, where in findings(shelf))


def test_a_plan_may_overlap_the_law_in_force_but_not_another_plan(shelf):
    a_share(shelf, "2027-08-01", status="planned")
    assert findings(shelf) == []

    a_share(shelf, "2028-08-01", status="planned")
    assert findings(shelf) == [("rules.overlap", "share/statutory/2028-08-01.yaml")]

    a_share(shelf, "2027-08-01", "2027-12-31", status="planned")
    assert findings(shelf) == []


@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("2026-11-21", []),
        ("2026-11-20", [("rules.plan_due", "share/statutory/2026-11-20.yaml")]),
    ],
)
def test_a_plan_whose_day_has_come_is_found(shelf, since, found):
    a_share(shelf, since, status="planned")

    assert findings(shelf) == found


def test_every_faulty_file_is_found_not_only_the_first(shelf):
    a_share(shelf, "2022-10-01", name="2022-10-02.yaml")
    a_version(shelf, "2023-01-01", family="share/statutory", values="{}", status="planned")
    a_code_list(shelf, CODE_LIST.replace("certainly", "yes"))

    assert {where.partition(":")[0] for _, where in findings(shelf)} == {
        "share/statutory/2022-10-02.yaml",
        "share/statutory/2023-01-01.yaml",
        "codes/OQSCD001.yaml",
    }


def test_values_that_the_room_cannot_read_are_found_also_in_a_plan(shelf):
    a_version(shelf, "2027-08-01", family="share/statutory", values="{yen: 1}", status="planned")

    assert findings(shelf) == [("rules.invalid", "share/statutory/2027-08-01.yaml:7 values")]


def test_a_family_that_the_contents_do_not_name_is_found(shelf):
    a_version(shelf, "2020-04-01")

    assert findings(shelf) == [("rules.undeclared", "fees/visit")]


def test_a_family_that_the_contents_name_but_that_has_no_file_is_found(shelf):
    with (shelf / "contents.toml").open("a", encoding="utf-8") as contents:
        contents.write('[families."share/none"]\nstruct = "a:B"\nja = "無"\nen = "none"\n')

    assert findings(shelf) == [("rules.undeclared", "share/none")]


@pytest.mark.parametrize(
    "struct",
    [
        "kaihoken.payment.shares.law:Missing",
        "kaihoken.nowhere:StatutoryShare",
        "kaihoken.payment.shares.law:DeclaredShare",
        "kaihoken.payment.shares.law:ReducedShare",
        ":",
    ],
)
def test_a_struct_that_is_not_there_or_reads_another_family_is_found(shelf, struct):
    text = CONTENTS.replace("kaihoken.payment.shares.law:StatutoryShare", struct)
    (shelf / "contents.toml").write_text(text, "utf-8")

    assert findings(shelf) == [("rules.undeclared", "contents.toml")]


@pytest.mark.parametrize("text", ["code_lists = ", "code_lists = 'x'", "families = {}"])
def test_contents_that_cannot_be_read_are_a_problem(shelf, text):
    (shelf / "contents.toml").write_text(text, "utf-8")

    with pytest.raises(Problem, match=r"rules\.undeclared contents\.toml"):
        check(shelf, TODAY)


def test_a_missing_code_list_is_found(shelf):
    (shelf / "codes" / "OQSCD001.yaml").unlink()

    assert findings(shelf) == [("rules.no_code_list", "OQSCD001")]


@pytest.mark.parametrize(
    "path",
    [
        "share/statutory/2025-01-01.yml",
        "share/statutory/notes.txt",
        "codes/OQSCD002.yml",
        "codes/oqscd002.yaml",
        "codes/deep/2020-01-01.txt",
        "share/OQSCD001.yaml",
    ],
)
def test_a_file_that_nothing_reads_is_found(shelf, path):
    (shelf / path).parent.mkdir(parents=True, exist_ok=True)
    (shelf / path).write_text("schema: 1\n", "utf-8")

    assert ("rules.stray_file", path) in findings(shelf)


def test_every_family_that_the_contents_name_is_read_by_the_struct_they_name():
    families = read_contents(files("kaihoken.rules")).families

    assert families
    for family, declared in families.items():
        assert struct_of(family, declared).family == family
        assert declared.ja
        assert declared.en
