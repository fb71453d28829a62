"""What `make test` runs once everything is installed: lint, the tests with coverage, the gate on what decides.

Every check runs, also after another has failed; the closing line of pytest is printed last. Exit 0 only if all passed.
"""

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
    "import-linter": ["lint-imports", "--no-logo"],
}
TESTS = ["pytest", "-n", "2", "--cov", "--cov-report=", "--durations=8"]
GATE = "scripts/coverage_gate.py"


def lint() -> list[str]:
    """Runs the linters; the names of those that found something."""
    failed = []
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
            failed.append(name)
            say(done.stdout + done.stderr)
        say(f"  {name}: {'FAILED' if done.returncode else 'ok'} ({time.perf_counter() - began:.1f} s)")
    return failed


def tests() -> tuple[int, str]:
    """Runs pytest, passing on what it prints as it prints it; its exit code and its closing line."""
    with subprocess.Popen(
        [str(BIN / TESTS[0]), *TESTS[1:]],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as running:
        closing = ""
        for line in running.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            closing = line.strip() or closing
    return running.returncode, closing


def main() -> int:
    began = time.perf_counter()
    failed = lint()
    if "--lint" in sys.argv[1:]:
        return 1 if failed else 0
    code, closing = tests()
    if code:
        failed.append("pytest")
    if subprocess.run([sys.executable, GATE], cwd=ROOT, check=False).returncode:
        failed.append("coverage of the deciding modules")
    say(
        f"{'FAILED: ' + ', '.join(failed) if failed else 'all passed'} in {time.perf_counter() - began:.0f} s"
    )
    say(closing)
    return 1 if failed else 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
