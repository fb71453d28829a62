"""`kaihoken workforce`: the table of verbs says what each verb says of itself, and opens no room that was not asked."""

import subprocess
import sys

import pytest
from typer.main import get_group
from typer.testing import CliRunner

from kaihoken.workforce.commands import VERBS, Verb, app

PLANNERS = ("numpy", "polars", "scipy", "numba", "highspy")


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_the_line_of_a_verb_is_the_beginning_of_its_own_help(verb: Verb) -> None:
    command = get_group(app).commands[verb.name]

    assert command.name == verb.name
    assert " ".join((command.help or "").split("\n\n")[0].split()) == verb.line


def test_the_help_of_the_noun_shows_every_verb() -> None:
    shown = CliRunner().invoke(app, ["--help"]).stdout

    assert [verb.name for verb in VERBS if f" {verb.name} " not in shown] == []


def loaded_by(*arguments: str) -> set[str]:
    """Which modules one command line has imported when it ends."""
    asked = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from kaihoken.cli import run; code = run(sys.argv[1:]);"
            "sys.stderr.write(' '.join(sys.modules)); sys.exit(code)",
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(asked.stderr.split())


def test_the_help_of_the_noun_needs_no_planner_library() -> None:
    found = loaded_by("workforce", "--help")

    assert "kaihoken.workforce.commands" in found
    assert found.isdisjoint(PLANNERS)


def test_a_verb_imports_its_own_room_and_not_its_neighbours() -> None:
    found = loaded_by("workforce", "data", "--help")

    assert "kaihoken.workforce.tables.commands" in found
    assert {f"kaihoken.workforce.{verb.target.partition(':')[0]}" for verb in VERBS} & found == {
        "kaihoken.workforce.tables.commands"
    }
    assert found.isdisjoint({"scipy", "numba", "highspy"})
