"""Every pinned library is asked about, an answer that did not come is none, and `make test` does without."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from .sources import ROOT, script

ADVISORIES = script("advisories")
KNOWN = "Found 2 known vulnerabilities in 1 package\nName Version ID\n"
AWAY = "ERROR:pip_audit._cli:Connection to the service failed"
NPM = ("npm",)


def asked_of(python: dict[str, tuple[int, str]], npm: tuple[int, str]) -> list[object]:
    """What comes of asking about all locks, where these answer so and the others know of nothing."""

    def run(command: Sequence[str]) -> tuple[int, str]:
        if command[0] == "npm":
            return npm
        assert {"--require-hashes", "--disable-pip"} <= set(command)
        return python.get(Path(command[2]).name, (0, "No known vulnerabilities found"))

    found: list[object] = ADVISORIES.ask(ADVISORIES.locks(), NPM, run)
    return found


def test_every_pin_of_every_lock_is_listed_with_its_hashes() -> None:
    listed = ADVISORIES.pinned(ADVISORIES.locks())
    pins = {
        (lock.stem, *pin)
        for lock in (ROOT / "requirements").glob("*.txt")
        for pin in re.findall(r"(?m)^([a-z0-9._-]+)==([^\s;]+)", lock.read_text(encoding="utf-8"))
    }

    assert {(lock, one.name, one.version) for one in listed for lock in one.locks} == pins
    assert {"core", "build", "node", "test", "generate", "advisories"} == {lock for lock, _, _ in pins}
    assert [one.name for one in listed if not all(one.locks.values())] == []


def test_the_list_is_printed_without_asking_anybody(capsys: pytest.CaptureFixture[str]) -> None:
    assert ADVISORIES.main(["--list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert any(re.fullmatch(r"cryptography==\S+  .*core \(\d+\).*", line) for line in lines)


def test_each_lock_and_the_packages_of_the_pages_are_asked_about() -> None:
    asked = asked_of({}, (0, "found 0 vulnerabilities"))

    names = [getattr(one, "lock", "") for one in asked]
    assert names == [*(lock.name for lock in ADVISORIES.locks()), "package-lock.json"]
    assert ADVISORIES.outcome(asked) == 0


@pytest.mark.parametrize(
    ("python", "npm", "exit_code"),
    [
        ({"core.txt": (1, KNOWN)}, (0, "found 0 vulnerabilities"), 1),
        ({"core.txt": (1, "Found 1 known vulnerability in 1 package")}, (0, "found 0 vulnerabilities"), 1),
        ({}, (1, "1 high severity vulnerability"), 1),
        ({"core.txt": (1, KNOWN), "test.txt": (1, AWAY)}, (1, "npm error network"), 1),
        ({"test.txt": (1, AWAY)}, (0, "found 0 vulnerabilities"), 2),
        ({"test.txt": (127, "pip-audit: No such file")}, (0, "found 0 vulnerabilities"), 2),
        ({}, (1, "npm error audit endpoint returned an error"), 2),
        ({}, (0, ""), 2),
    ],
)
def test_what_is_known_outweighs_what_could_not_be_asked(
    python: dict[str, tuple[int, str]], npm: tuple[int, str], exit_code: int
) -> None:
    assert ADVISORIES.outcome(asked_of(python, npm)) == exit_code


def test_where_npm_is_not_there_that_is_no_answer() -> None:
    asked = ADVISORIES.ask([], None, lambda _: (0, ""))

    assert (len(asked), ADVISORIES.outcome(asked)) == (1, 2)


def test_the_tests_of_the_house_do_without_it() -> None:
    rules = re.split(r"\n(?=[a-z][a-z-]*:)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    using = [rule.partition(":")[0] for rule in rules if "scripts/advisories.py" in rule]

    assert using == ["advisories"]
    assert "advisories" not in (ROOT / "scripts/check.py").read_text(encoding="utf-8")


def test_the_promise_names_each_lock() -> None:
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    promise = page.partition("## How soon a library is mended\n")[2].partition("\n## ")[0]

    assert [lock.name for lock in ADVISORIES.locks() if lock.stem not in promise] == []
    assert "SECURITY.md" in promise
    assert "dependencies.md#how-soon-a-library-is-mended" in (ROOT / "SECURITY.md").read_text(
        encoding="utf-8"
    )
