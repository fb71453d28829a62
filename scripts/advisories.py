"""`make advisories`: compares every pinned library with the published advisories, where a registry can be reached.

    python scripts/advisories.py          asks; exit 0: none is known, 1: some are, 2: not all could be asked
    python scripts/advisories.py --list   what is pinned: library, version, in which locks, how many hashes

pip-audit asks about the libraries of `requirements/*.txt`, npm about the packages of `package-lock.json`; each by its
own configuration. Nothing is installed or changed. It is no part of `make test`, which must not need a network. What is
done with what it finds, and how soon, stands in docs/dependencies.md.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AUDIT = ROOT / ".venv-advisories/bin/pip-audit"
NONE_KNOWN, SOME_KNOWN, NOT_ASKED = 0, 1, 2

_PIN = re.compile(r"(?m)^([a-z0-9][a-z0-9._-]*)==([^\s;]+)((?:.*\\\n)*.*)")


@dataclass
class Pinned:
    """A version of a library. `locks` are the files that pin it, with the number of hashes there."""

    name: str
    version: str
    locks: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What came of asking about one lock. `found` None: it could not be asked."""

    lock: str
    found: bool | None
    said: str


Run = Callable[[Sequence[str]], tuple[int, str]]
"""Runs a command; its exit code and all that it said."""


def locks() -> list[Path]:
    """Every file that pins libraries of Python."""
    return sorted((ROOT / "requirements").glob("*.txt"))


def pinned(files: Sequence[Path]) -> list[Pinned]:
    """What some locks pin, by name and version."""
    found: dict[tuple[str, str], Pinned] = {}
    for file in files:
        for name, version, rest in _PIN.findall(file.read_text(encoding="utf-8")):
            one = found.setdefault((name, version), Pinned(name, version))
            one.locks[file.stem] = rest.count("--hash=sha256:")
    return [found[key] for key in sorted(found)]


def ask(files: Sequence[Path], npm: Sequence[str] | None, run: Run) -> list[Asked]:
    """Asks about each lock, and about the packages of the pages."""
    asked = [_of_python(file, run) for file in files]
    if npm is None:
        return [*asked, Asked("package-lock.json", None, "npm is not there")]
    code, said = run([*npm, "audit", "--package-lock-only", "--loglevel=error"])
    answered = re.search(
        r"\bvulnerabilit(y|ies)\b", said
    )  # npm ends with 1 for both: what it found, and a registry that it did not reach
    return [*asked, Asked("package-lock.json", code != 0 if answered else None, said)]


def _of_python(file: Path, run: Run) -> Asked:
    code, said = run(
        [
            str(AUDIT),
            "--requirement",
            str(file),
            "--require-hashes",
            "--disable-pip",
            "--progress-spinner=off",
        ]
    )
    if code == 0:
        return Asked(file.name, found=False, said=said)
    # The same code says that something is known and that it could not be asked; the first has its sentence.
    return Asked(file.name, True if re.search(r"Found \d+ known vulnerabilit", said) else None, said)


def outcome(asked: Sequence[Asked]) -> int:
    """The exit code: what is known outweighs what could not be asked, and that outweighs silence."""
    if any(one.found for one in asked):
        return SOME_KNOWN
    return NOT_ASKED if any(one.found is None for one in asked) else NONE_KNOWN


def _run(command: Sequence[str]) -> tuple[int, str]:
    try:
        done = subprocess.run(
            list(command), cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        return 127, f"{command[0]}: {error.strerror}"
    return done.returncode, (done.stdout + done.stderr).strip()


def main(arguments: Sequence[str]) -> int:
    if list(arguments) == ["--list"]:
        for one in pinned(locks()):
            held = ", ".join(f"{lock} ({hashes})" for lock, hashes in one.locks.items())
            sys.stdout.write(f"{one.name}=={one.version}  {held}\n")
        return 0
    import build_assets  # its neighbour: found where this is run as a program

    came = ask(locks(), build_assets.npm(), _run)
    for answer in came:
        words = {True: "既知の脆弱性あり / KNOWN", False: "なし / none known", None: "聞けません / not asked"}
        sys.stdout.write(f"{answer.lock}: {words[answer.found]}\n")
        if answer.found is not False:
            sys.stdout.write(f"{answer.said}\n")
    return outcome(came)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
