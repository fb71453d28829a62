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

import msgspec

ROOT = Path(__file__).resolve().parent.parent
AUDIT = ROOT / ".venv-advisories/bin/pip-audit"
PAGES = "package-lock.json"
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
    """What came of asking about one lock. `found` None: not all of it could be asked."""

    lock: str
    found: bool | None
    said: str


class _Advisory(msgspec.Struct):
    id: str


class _Dependency(msgspec.Struct):
    """A library of pip-audit's report. One that its registry does not know has no version and a reason."""

    name: str
    version: str = ""
    vulns: tuple[_Advisory, ...] = ()
    skip_reason: str = ""


class _OfPython(msgspec.Struct):
    dependencies: tuple[_Dependency, ...]


class _Count(msgspec.Struct):
    total: int


class _Metadata(msgspec.Struct):
    vulnerabilities: _Count


class _OfPages(msgspec.Struct):
    """npm's report; one of an error has no such metadata."""

    metadata: _Metadata


Run = Callable[[Sequence[str]], tuple[str, str]]
"""Runs a command; its standard output and error. Exit codes are not asked: both programs end alike with what they found
and with a registry that they did not reach, and pip-audit ends well with libraries that it could not ask about."""


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
    return [*(_of_python(file, run) for file in files), _of_pages(npm, run)]


def _of_python(file: Path, run: Run) -> Asked:
    out, err = run(
        [
            *(str(AUDIT), "--requirement", str(file), "--require-hashes", "--disable-pip"),
            *("--progress-spinner=off", "--format=json"),
        ]
    )
    try:
        told = msgspec.json.decode(out, type=_OfPython).dependencies
    except msgspec.DecodeError:
        return Asked(file.name, None, err)
    known = [f"{one.name} {one.version}: {advisory.id}" for one in told for advisory in one.vulns]
    skipped = [f"{one.name}: {one.skip_reason}" for one in told if one.skip_reason]
    others = {one.name for one in pinned([file])} - {one.name for one in told}
    elsewhere = [f"not for this machine, so not asked about: {', '.join(sorted(others))}"] if others else []
    found = True if known else None if skipped or not told else False
    return Asked(file.name, found, "\n".join([*known, *skipped, *elsewhere]))


def _of_pages(npm: Sequence[str] | None, run: Run) -> Asked:
    if npm is None:
        return Asked(PAGES, None, "npm is not there")
    out, err = run([*npm, "audit", "--package-lock-only", "--json"])
    try:
        total = msgspec.json.decode(out, type=_OfPages).metadata.vulnerabilities.total
    except msgspec.DecodeError:
        return Asked(PAGES, None, err or out)
    return Asked(PAGES, total > 0, out if total else "")


def outcome(asked: Sequence[Asked]) -> int:
    """The exit code: what is known outweighs what could not be asked, and that outweighs silence."""
    if any(one.found for one in asked):
        return SOME_KNOWN
    return NOT_ASKED if any(one.found is None for one in asked) else NONE_KNOWN


def _run(command: Sequence[str]) -> tuple[str, str]:
    try:
        done = subprocess.run(
            list(command), cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        return "", f"{command[0]}: {error.strerror}"
    return done.stdout.strip(), done.stderr.strip()


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
        if answer.said:
            sys.stdout.write(f"{answer.said}\n")
    return outcome(came)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
