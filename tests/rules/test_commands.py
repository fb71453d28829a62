"""`kaihoken rules list|show|check`: what people and programs read, and the exit codes."""

import re
from importlib.resources import files
from pathlib import Path

import orjson
import pytest

from kaihoken import cli, rules
from kaihoken.rules import commands

from .bookshelf import a_code_list, a_version

RULES = Path(rules.__file__).parent


@pytest.fixture
def run(capsys):
    def _run(*arguments: str):
        code = cli.run(["rules", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return _run


def test_list_names_every_rule_file_and_code_list_with_days_status_and_source(run):
    code, out, _ = run("list", "--json")
    rows = {row["file"]: row for row in orjson.loads(out)}

    assert code == 0
    assert set(rows) == {path.relative_to(RULES).as_posix() for path in RULES.rglob("*.yaml")}
    assert rows["share/statutory/2019-04-01.yaml"]["effective_to"] == "2022-09-30"
    assert rows["coverage/registration-lag/2008-04-01.yaml"]["unconfirmed_values"] == 1
    assert rows["codes/OQSCD044.yaml"]["unconfirmed_values"] == 3
    assert all(row["source"] and row["ja"] and row["en"] for row in rows.values())


def test_list_for_people_says_the_same(run):
    code, out, _ = run("list")

    assert code == 0
    assert re.search(r"share/statutory/2019-04-01\.yaml +2019-04-01 … 2022-09-30 +confirmed", out)
    assert re.search(r"codes/OQSCD001\.yaml +— +confirmed", out)
    assert "unconfirmed (1 unconfirmed)" in out
    assert "資格有効性" in out


def test_show_gives_the_rules_of_a_day_with_their_digest(run):
    code, out, _ = run("show", "share/statutory", "--on", "2022-09-30", "--json")
    shown = orjson.loads(out)

    assert code == 0
    assert shown["file"] == "share/statutory/2019-04-01.yaml"
    assert shown["values"]["late_elderly"]["percents"] == [10, 30]
    assert len(shown["digest"]) == 16


def test_show_for_people_gives_days_status_source_and_values(run):
    code, out, _ = run("show", "share/declaration", "--on", "2023-07-10")

    assert code == 0
    assert "share/declaration/2023-07-10.yaml  (2023-07-10 … , confirmed, " in out
    assert "保発0710第1号" in out
    assert "https://" in out
    assert "preschool: 20" in out

    code, out, _ = run("show", "share/declaration", "--on", "2020-01-01")
    assert "(2008-04-01 … 2023-07-09, confirmed, " in out


def test_show_without_a_day_takes_today(run):
    code, out, _ = run("show", "share/statutory", "--json")

    assert code == 0
    assert orjson.loads(out)["effective_to"] is None


def test_show_of_a_code_list(run):
    code, out, _ = run("show", "OQSCD044")
    assert code == 0
    assert "01    医療費助成 / medical subsidies\n" in out
    assert "08    介護保険 / long-term care insurance  (unconfirmed)" in out

    code, out, _ = run("show", "OQSCD006", "--json")
    assert code == 0
    assert orjson.loads(out)["values"][0]["ja"] == "有効"


@pytest.mark.parametrize(
    ("arguments", "exit_code", "problem"),
    [
        (("show", "share/none"), 2, "rules.no_family"),
        (("show", "share/statutory", "--on", "2003-03-31"), 1, "rules.no_version"),
        (("show", "share/statutory", "--on", "yesterday"), 2, "cli.misuse"),
        (("show",), 2, "cli.misuse"),
    ],
)
def test_what_cannot_be_shown_is_a_problem_with_its_exit_code(run, arguments, exit_code, problem):
    code, out, _ = run(*arguments, "--json")

    assert code == exit_code
    assert orjson.loads(out)["code"] == problem


def test_check_of_the_packaged_rules_finds_nothing(run):
    code, out, _ = run("check")
    assert (code, out.strip().endswith("44 code lists: 0 findings")) == (0, True)

    code, out, _ = run("check", "--json")
    assert (code, orjson.loads(out)) == (0, [])


def test_check_with_findings_tells_them_in_both_languages_and_exits_with_1(run, tmp_path, monkeypatch):
    (tmp_path / "contents.toml").write_text("code_lists = 1\n[families]\n", "utf-8")
    a_version(tmp_path, "2020-04-01")
    a_code_list(tmp_path)
    monkeypatch.setattr(commands, "files", lambda _: tmp_path)

    code, out, _ = run("check")
    assert code == 1
    assert "fees/visit: 規則 fees/visit と contents.toml が合いません" in out
    assert "The rules fees/visit and contents.toml disagree" in out
    assert "1 findings" in out

    code, out, _ = run("check", "--json")
    assert code == 1
    assert [finding["code"] for finding in orjson.loads(out)] == ["rules.undeclared"]


def test_a_planned_version_shows_only_when_asked_for(run, tmp_path, monkeypatch):
    a_version(tmp_path, "2020-04-01")
    a_version(tmp_path, "2030-04-01", status="planned")
    monkeypatch.setattr(commands, "PACKAGED", rules.RuleBook(tmp_path))

    _, now, _ = run("show", "fees/visit", "--on", "2030-04-01", "--json")
    _, planned, _ = run("show", "fees/visit", "--on", "2030-04-01", "--planned", "--json")

    assert orjson.loads(now)["status"] == "confirmed"
    assert orjson.loads(planned)["status"] == "planned"


def test_list_still_answers_for_a_family_that_the_contents_do_not_name(run, tmp_path, monkeypatch):
    (tmp_path / "contents.toml").write_text("code_lists = 1\n[families]\n", "utf-8")
    a_version(tmp_path, "2020-04-01")
    monkeypatch.setattr(commands, "files", lambda _: tmp_path)

    code, out, _ = run("list", "--json")

    assert code == 0
    assert orjson.loads(out)[0]["ja"] == ""


def test_the_commands_read_the_packaged_folder():
    assert commands.files("kaihoken.rules") == files("kaihoken.rules")
