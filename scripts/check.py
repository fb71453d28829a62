"""What `make test` runs once everything is installed: lint, the tests, the gate on what decides, and the quick tests
again on difficult days.

Every check runs, also after another has failed. What each found is said again at the end, where a long log is read
first, before the closing lines of pytest. Exit 0 only if all passed.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

LINT = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--quiet", "--check", "."],
    "mypy": ["mypy", "--no-error-summary"],
    "mypy scripts": ["mypy", "--no-error-summary", "scripts"],
    "import-linter": ["lint-imports", "--no-logo"],
}
# Tracing for the gate takes as long again as the tests, and sees nothing of a hub in a process of its own.
PARTS = {
    "tests of running programs": ["--durations=8", "-m", "not slow and (process or browser)"],
    "all other tests": [
        "--durations=8",
        "--cov",
        "--cov-report=",
        "-m",
        "not slow and not process and not browser",
    ],
}
# What only computes has no day of its own: it is handed one, and each test names it.
COMPUTING = ("access", "dispatch", "documents", "matching", "training")
QUICK = [
    *(
        "-m",
        "not slow and not browser and not postgres and not process and not interop",
        "--ignore=tests/house",
    ),
    *(f"--ignore=tests/workforce/{room}" for room in COMPUTING),
    # By then what is planned today is due, and the check of the rules is right to say so.
    "--deselect=tests/rules/test_commands.py::test_check_of_the_packaged_rules_finds_nothing",
]
GATE = "scripts/coverage_gate.py"

# The quick tests run again with the clock of the house shortly before midnight in Tokyo: on a leap day, as seen from
# another time zone, and on the last day of the fiscal year. It starts with each worker and runs on: the first ten
# seconds are of the one day, the rest of the next, and only what is under way between them crosses midnight.
MIDNIGHTS = {
    "02-29 to 03-01, TZ=America/New_York": ("America/New_York", "2028-02-29T14:59:50+00:00"),
    "03-31 to 04-01, TZ=UTC": ("UTC", "2027-03-31T14:59:50+00:00"),
}


def lint() -> dict[str, str]:
    """Runs the linters; those that found something, each with what it found."""
    failed: dict[str, str] = {}
    for name, (program, *arguments) in LINT.items():
        began = time.perf_counter()
        done = subprocess.run(
            [str(BIN / program), *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            failed[name] = done.stdout + done.stderr
            say(failed[name])
        say(f"  {name}: {'FAILED' if done.returncode else 'ok'} ({time.perf_counter() - began:.1f} s)")
    return failed


def pytest(arguments: list[str], **surroundings: str) -> tuple[int, str, str]:
    """Runs pytest, passing on what it prints as it prints it; its exit code, its lines of tests that failed and its
    closing line."""
    with subprocess.Popen(
        [str(BIN / "pytest"), "-n", "2", *arguments],
        cwd=ROOT,
        env={**os.environ, **surroundings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as running:
        bad, closing = "", ""
        for line in running.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            closing = line.strip() or closing
            if line.startswith(("FAILED ", "ERROR ")):
                bad += line
    return running.returncode, bad, closing


def gate() -> tuple[int, str]:
    """Runs the gate on the coverage that the tests left; its exit code and what it refuses."""
    done = subprocess.run(
        [sys.executable, GATE], cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=False
    )
    sys.stdout.write(done.stdout)
    return done.returncode, done.stdout


def main() -> int:
    began = time.perf_counter()
    failed = lint()
    if "--lint" in sys.argv[1:]:
        return 1 if failed else 0
    closings = []
    for name, part in PARTS.items():
        say(f"{name}:")
        code, bad, closing = pytest(part, TZ="UTC")
        closings.append(closing)
        if code:
            failed[name] = bad
    code, refused = gate()
    if code:
        failed["coverage of the deciding modules"] = refused
    for name, (zone, start) in MIDNIGHTS.items():
        say(f"the quick tests again, {name}:")
        code, bad, _ = pytest(QUICK, TZ=zone, TESTS_START=start)
        if code:
            failed[name] = bad
    for name, found in failed.items():
        say(f"{name}:\n{found.rstrip()}")
    say(
        f"{'FAILED: ' + ', '.join(failed) if failed else 'all passed'} in {time.perf_counter() - began:.0f} s"
    )
    say("; ".join(closings))
    return 1 if failed else 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
