"""What `make test` runs once everything is installed: lint, the tests, those among them that ask what day it is on two
difficult days, and the gate on what decides.

Every check runs, also after another has failed. What each found is said again at the end, where a long log is read
first, before the closing lines of pytest. Exit 0 only if all passed.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

LINT = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--quiet", "--check", "."],
    "mypy": ["mypy", "--no-error-summary", "src/kaihoken", "scripts"],
    "import-linter": ["lint-imports", "--no-logo"],
}
QUICK = "not slow and not process and not browser and not undated"
TRACED = ["--cov", "--cov-report=", "--cov-config={config}"]
# The plan decides neither money nor access. Of what does, these rooms use no more than rules, tables of steps and the
# years of an era, each with tests of its own. (The careers book has a store, a log and people who sign in: traced.)
_ROOMS = "access birth closure dispatch documents index matching openings pictures plan remote scenario tables training"
_PAGES = "access_page dispatch_page geography_pages openings_page own_tables pages plan_page scenario_page"
DECIDES_NOTHING = (
    *(f"tests/workforce/{room}" for room in _ROOMS.split()),
    *(f"tests/planner/test_{page}.py" for page in _PAGES.split()),
)


@dataclass(frozen=True)
class Part:
    """One run of pytest. `start` is where the clock of the house starts with each worker; "" is the machine's. `noted`
    is what an earlier part must have noted of a file (tests/notes.py) for this one to run it; "" is all files. There
    are `workers` side by side."""

    arguments: list[str]
    zone: str = "UTC"
    start: str = ""
    noted: str = ""
    workers: int = 2


# The quick tests run with the clock of the house shortly before midnight in Tokyo, on a leap day, as seen from another
# time zone. It starts with each worker and runs on: the first ten seconds are of the one day, the rest of the next, and
# only what is under way between them crosses midnight. They note which files asked that clock, and which files have
# tests for a later part. Only who asked can tell one day from another: those files run again, on the last day of the
# fiscal year. (The machine's time zone is asked for by nobody: ruff's DTZ.) Today is the day of the running programs.
# Tracing for the gate takes half as long again as the tests, and sees nothing of a hub in a process of its own.
LEAP_DAY = ("America/New_York", "2028-02-29T14:59:50+00:00")
YEAR_END = ("UTC", "2027-03-31T14:59:50+00:00")
PARTS = {
    "the quick tests, 02-29 to 03-01, TZ=America/New_York": Part(
        ["--durations=8", *TRACED, "-m", QUICK, *(f"--ignore={place}" for place in DECIDES_NOTHING)],
        *LEAP_DAY,
    ),
    "the quick tests of the plan, 02-29 to 03-01, TZ=America/New_York": Part(
        ["--durations=8", "-m", QUICK, *DECIDES_NOTHING], *LEAP_DAY
    ),
    "the quick tests that ask for the day again, 03-31 to 04-01, TZ=UTC": Part(
        ["-m", QUICK], *YEAR_END, noted="asked"
    ),
    "tests of running programs": Part(
        ["--durations=8", "-m", "not slow and (process or browser or undated)"],
        noted="left",
        workers=3,  # two cores are enough: they wait for what they started
    ),
}
GATE = "scripts/coverage_gate.py"
DECIDING = ROOT / "tests/house/deciding_modules.txt"


def lint() -> dict[str, str]:
    """Runs the linters, side by side; those that found something, each with what it found."""
    failed: dict[str, str] = {}
    with ThreadPoolExecutor() as pool:
        for name, (code, found, seconds) in zip(LINT, pool.map(linted, LINT.values()), strict=True):
            if code:
                failed[name] = found
                say(found)
            say(f"  {name}: {'FAILED' if code else 'ok'} ({seconds:.1f} s)")
    return failed


def linted(command: list[str]) -> tuple[int, str, float]:
    """Runs a linter; its exit code, what it found and the seconds that it took."""
    began = time.perf_counter()
    program, *arguments = command
    done = subprocess.run(
        [str(BIN / program), *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr, time.perf_counter() - began


def pytest(part: Part, config: str, notes: Path) -> tuple[int, str, str]:
    """Runs pytest, passing on what it prints as it prints it; its exit code, its lines of tests that failed and its
    closing line. `config` is the file that tells coverage what to trace, `notes` what is noted for later parts."""
    arguments = [argument.format(config=config) for argument in part.arguments]
    if part.noted:
        arguments += noted(part.noted, notes.read_text(encoding="utf-8"))
        notes = Path(os.devnull)
    surroundings = {"TZ": part.zone, "TESTS_NOTES": str(notes)}
    if part.start:
        surroundings["TESTS_START"] = part.start
    with subprocess.Popen(
        [str(BIN / "pytest"), "-n", str(part.workers), *arguments],
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


def noted(what: str, notes: str) -> list[str]:
    """The files, or the folder of all, of which `what` was noted."""
    lines = (line.split(" ", 1) for line in notes.splitlines())
    found = sorted({place for said, place in lines if said == what})
    return ["tests"] if "tests" in found else found


def traced() -> str:
    """What coverage is told: to trace the modules that the gate looks at, and no other."""
    lines = (line.split("#")[0].strip() for line in DECIDING.read_text(encoding="utf-8").splitlines())
    return "\n".join(
        ["[run]", "branch = true", "include =", *(f"    src/kaihoken/{line}" for line in lines if line)]
    )


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
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "coverage.ini"
        config.write_text(traced(), encoding="utf-8")
        notes = Path(folder) / "notes"
        notes.touch()
        for name, part in PARTS.items():
            say(f"{name}:")
            code, bad, closing = pytest(part, str(config), notes)
            closings.append(closing)
            if code:
                failed[name] = bad
    code, refused = gate()
    if code:
        failed["coverage of the deciding modules"] = refused
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
