"""Branch coverage is 100 % on every module that decides money or access (tests/house/deciding_modules.txt).

Reads the data that the test run left in .coverage. A line of the list is a path or a pattern under src/kaihoken;
one that names no module is a failure too, so that a renamed module does not leave the gate unseen.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests/house/deciding_modules.txt"


def patterns(text: str) -> list[str]:
    """The lines of the list without comments."""
    stripped = (line.split("#")[0].strip() for line in text.splitlines())
    return [line for line in stripped if line]


def gaps(wanted: Sequence[str], measured: Mapping[str, Any], modules: Sequence[str]) -> list[str]:
    """What the gate refuses, in words. `measured` is "files" of coverage's JSON report by path, `modules` every
    module there is; both relative to src/kaihoken."""
    found = []
    for pattern in wanted:
        named = [module for module in modules if fnmatch(module, pattern)]
        if not named:
            found.append(f"{pattern}: names no module")
        for module in named:
            report = measured.get(module)
            if report is None:
                found.append(f"{module}: never imported by a test")
                continue
            lines = report["missing_lines"]
            branches = [f"{start}->{end}" for start, end in report["missing_branches"]]
            if lines or branches:
                found.append(f"{module}: lines {lines or 'all'}, branches {', '.join(branches) or 'all'}")
    return found


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", str(report)]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            return 1
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    house = ROOT / "src/kaihoken"
    measured = {
        Path(name).as_posix().removeprefix("src/kaihoken/"): details for name, details in files.items()
    }
    modules = [path.relative_to(house).as_posix() for path in sorted(house.rglob("*.py"))]
    found = gaps(patterns(LIST.read_text(encoding="utf-8")), measured, modules)
    for line in found:
        sys.stdout.write(f"  not fully covered: {line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
