"""What the documents tell a newcomer to type works as it is written, and prints what they say."""

import re
from pathlib import Path

import pytest

from ..ports import free_port
from . import documented
from .documented import ROOT, Step, findings, inline_commands, steps_of

pytestmark = pytest.mark.process


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_from_nothing_to_a_valid_answer_and_then_what_the_readme_names(tmp_path: Path) -> None:
    steps = steps_of(page("docs/integrate.md"))
    readme = page("README.md")
    named = [
        step for step in (*steps_of(readme), *inline_commands(readme)) if step.commands != "kaihoken demo"
    ]

    assert len(steps) > 20
    assert len(named) > 1
    found = findings([*steps, client_step(), *named], tmp_path, free_port())
    assert found == [], "\n\n".join(found)


def client_step() -> Step:
    """The program on the page of the typed client, which is to say what it does."""
    (program,) = re.findall(r"^```python\n(.*?)\n```$", page("docs/client.md"), re.DOTALL | re.MULTILINE)
    return Step(f"cat > page.py <<'EOF'\n{program}\nEOF\npython page.py", "有効 3割")


@pytest.mark.parametrize(
    "name", ["docs/integrate.md", "docs/registrations.md", "docs/operate.md", "README.md"]
)
def test_no_block_of_a_page_that_is_run_is_passed_over(name: str) -> None:
    text = page(name)
    languages = re.findall(r"^```(\w+)$", text, re.MULTILINE)

    assert languages.count("sh") == len(steps_of(text)) > 0
    assert not {"bash", "shell", "console"} & set(languages)


def test_every_output_that_the_integrator_is_shown_is_compared() -> None:
    text = page("docs/integrate.md")
    languages = re.findall(r"^```(\w+)$", text, re.MULTILINE)
    shown = [language for language in languages if language != "sh"]

    assert set(shown) == {"text", "json", "xml"}
    assert len(shown) == sum(bool(step.printed) for step in steps_of(text))


def test_registering_members(tmp_path: Path) -> None:
    steps = steps_of(page("docs/registrations.md"))
    ran_once = [Step("make demo", ""), Step("stop", ""), Step(". .venv/bin/activate", "")]

    assert len(steps) > 6
    found = findings([*ran_once, *steps], tmp_path, free_port())
    assert found == [], "\n\n".join(found)


def test_the_first_day_of_an_operator_and_the_drill_of_the_backups(tmp_path: Path) -> None:
    steps = steps_of(page("docs/operate.md"))

    assert len(steps) > 3
    found = findings([Step(". .venv/bin/activate", ""), *steps], tmp_path, free_port())
    assert found == [], "\n\n".join(found)


@pytest.mark.parametrize(
    ("commands", "printed"),
    [
        ("echo valid", ""),
        ("echo valid", "val"),
        ("echo valid", "…ended…"),
        ("true\nfalse\ntrue", ""),
        ("false | true", ""),
        ("kaihoken-of-tomorrow", "…"),
    ],
)
def test_what_does_not_go_as_written_is_found(tmp_path: Path, commands: str, printed: str) -> None:
    (found,) = findings([Step("echo first", "first"), Step(commands, printed)], tmp_path, free_port())

    assert commands in found


def test_a_step_that_does_not_end_is_named_with_what_it_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documented, "LONGEST_SECONDS", 5)
    steps = [Step("echo first", "first"), Step("echo second; sleep 600", ""), Step("echo third", "third")]

    (found,) = findings(steps, tmp_path, free_port())

    assert "not done after 5 s of the page" in found
    assert "echo second; sleep 600\nsecond" in found


def test_what_goes_as_written_is_not_found(tmp_path: Path) -> None:
    text = (
        "Say:\n\n```sh\nNAME=valid\n```\n\n```sh\necho one $NAME\necho two\n```\n```text\none …\ntwo\n```\n"
    )

    assert steps_of(text) == [Step("NAME=valid", ""), Step("echo one $NAME\necho two", "one …\ntwo")]
    assert findings(steps_of(text), tmp_path, free_port()) == []
