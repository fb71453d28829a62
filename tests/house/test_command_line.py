"""The front door: one table of nouns, problems told in two languages, exit codes that a script can trust."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator

import pytest
from typer.core import TyperCommand, TyperGroup

from kaihoken import __version__, cli
from kaihoken.problems import Problem


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one command line."""
    code = cli.run(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_names_every_noun_in_both_languages(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    code, out, _ = ran(capsys, *arguments)

    assert code == 0
    for noun in cli.NOUNS:
        assert f"  {noun.name} " in out
        assert noun.japanese in out
        assert noun.english in out


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "--version")[:2] == (0, f"kaihoken {__version__}\n")
    assert json.loads(ran(capsys, "--version", "--json")[1]) == {"version": __version__}


def test_a_misspelt_noun_gets_a_hint_in_both_languages_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ran(capsys, "ruels")

    assert (code, out) == (2, "")
    assert "その名前のコマンドはありません: ruels" in err
    assert "Did you mean: kaihoken rules?" in err
    assert "cli.noun_unknown" in err


def test_with_json_a_problem_is_rfc_9457_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ran(capsys, "ruels", "--json")

    assert (code, err) == (2, "")
    assert json.loads(out)["code"] == "cli.noun_unknown"
    assert json.loads(out)["status"] == 400


@pytest.mark.parametrize(
    "arguments", [["rules", "shwo"], ["rules", "show"], ["rules", "list", "--no-such-option"]]
)
def test_a_verb_or_option_that_is_not_there_is_misuse(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    code, _, err = ran(capsys, *arguments)

    assert code == 2
    assert "cli.misuse" in err
    assert "kaihoken rules --help" in err


def test_a_noun_alone_shows_its_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "rules")

    assert code == 0
    assert "check" in out


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (Problem("settings.unknown", key="prot"), 2),
        (Problem("cli.noun_unknown", noun="x", near="y"), 2),
        (Problem("web.asset_missing", path="x"), 1),
    ],
)
def test_misuse_is_2_and_the_rest_1(problem: Problem, code: int) -> None:
    assert cli.exit_code(problem) == code


def test_a_problem_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    cli.tell(Problem("settings.unknown", where="kaihoken.toml", key="prot"), as_json=False)

    assert "[kaihoken.toml]" in capsys.readouterr().err


@pytest.mark.parametrize("noun", cli.NOUNS, ids=lambda noun: noun.name)
def test_every_noun_answers_help_and_every_verb_takes_json(
    capsys: pytest.CaptureFixture[str], noun: cli.Noun
) -> None:
    from typer.main import get_command, get_group

    app = cli.application(noun)
    commands = get_group(app).commands.values() if noun.verbs else [get_command(app)]

    assert ran(capsys, noun.name, "--help")[0] == 0
    assert len(list(commands)) > 0
    assert [command.name for command in flat(commands) if not speaks_json(command)] == []


def flat(commands: Iterable[TyperCommand | TyperGroup]) -> Iterator[TyperCommand | TyperGroup]:
    """Commands, those of a group in its place."""
    for command in commands:
        yield from flat(command.commands.values()) if isinstance(command, TyperGroup) else (command,)


def speaks_json(command: TyperCommand | TyperGroup) -> bool:
    """Whether a command takes --json, or --format, of which json is one."""
    return any({"--json", "--format"} & set(one.opts) for one in command.params)


def test_both_ways_to_call_it_end_with_the_exit_code() -> None:
    ran_as_module = subprocess.run(
        [sys.executable, "-m", "kaihoken", "ruels"], capture_output=True, check=False
    )

    assert ran_as_module.returncode == 2
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
