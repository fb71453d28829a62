"""Every pinned library is asked about, an answer that did not come is none, and `make test` does without."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from .sources import ROOT, script

ADVISORIES = script("advisories")
FINE = '{"dependencies": [{"name": "a", "version": "1", "vulns": []}], "fixes": []}'
KNOWN = '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": []}]}]}'
SKIPPED = '{"dependencies": [{"name": "a", "skip_reason": "Dependency not found and could not be audited"}]}'
BOTH = '{"dependencies": [{"name": "b", "skip_reason": "x"}, {"name": "a", "vulns": [{"id": "PYSEC-1"}]}]}'
NPM_FINE = '{"metadata": {"vulnerabilities": {"low": 0, "total": 0}}}'
NPM_KNOWN = '{"metadata": {"vulnerabilities": {"low": 1, "total": 1}}}'
NPM_AWAY = '{"message": "request failed", "error": {"summary": "", "detail": ""}}'
NPM = ("npm",)


def asked_of(python: dict[str, str], npm: str) -> list[object]:
    """What comes of asking about all locks, where these answer so and the others know of nothing."""

    def run(command: Sequence[str]) -> tuple[str, str]:
        if command[0] == "npm":
            return npm, ""
        assert {"--require-hashes", "--disable-pip", "--format=json"} <= set(command)
        return python.get(Path(command[2]).name, FINE), "what it said"

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
    assert {"core", "planner", "desk", "pcsc", "build", "node", "test", "generate", "advisories"} == {
        lock for lock, _, _ in pins
    }
    assert [one.name for one in listed if not all(one.locks.values())] == []


def test_the_list_is_printed_without_asking_anybody(capsys: pytest.CaptureFixture[str]) -> None:
    assert ADVISORIES.main(["--list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert any(re.fullmatch(r"cryptography==\S+  .*core \(\d+\).*", line) for line in lines)


def test_each_lock_and_the_packages_of_the_pages_are_asked_about() -> None:
    asked = asked_of({}, NPM_FINE)

    names = [getattr(one, "lock", "") for one in asked]
    assert names == [*(lock.name for lock in ADVISORIES.locks()), "package-lock.json"]
    assert ADVISORIES.outcome(asked) == 0


@pytest.mark.parametrize(
    ("python", "npm", "exit_code"),
    [
        ({"core.txt": KNOWN}, NPM_FINE, 1),
        ({"core.txt": BOTH}, NPM_FINE, 1),
        ({}, NPM_KNOWN, 1),
        ({"core.txt": KNOWN, "test.txt": SKIPPED}, NPM_AWAY, 1),
        ({"test.txt": SKIPPED}, NPM_FINE, 2),
        ({"test.txt": ""}, NPM_FINE, 2),
        ({"test.txt": '{"dependencies": []}'}, NPM_FINE, 2),
        ({"test.txt": "ERROR: connection failed"}, NPM_FINE, 2),
        ({}, NPM_AWAY, 2),
        ({}, "", 2),
    ],
)
def test_what_is_known_outweighs_what_could_not_be_asked(
    python: dict[str, str], npm: str, exit_code: int
) -> None:
    assert ADVISORIES.outcome(asked_of(python, npm)) == exit_code


def test_what_is_known_is_named_and_so_is_what_was_not_asked_about(tmp_path: Path) -> None:
    lock = tmp_path / "some.txt"
    lock.write_text(
        "a==1 \\\n    --hash=sha256:00\nb==2 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n"
    )

    (python, _) = ADVISORIES.ask([lock], None, lambda _: (KNOWN, ""))

    assert python.said == "a 1: PYSEC-1\nnot for this machine, so not asked about: b"


def test_what_is_not_there_to_ask_is_no_answer() -> None:
    assert ADVISORIES._run(["no-such-program"]) == ("", "no-such-program: No such file or directory")
    assert ADVISORIES.outcome(ADVISORIES.ask([], None, lambda _: (NPM_FINE, ""))) == 2


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
