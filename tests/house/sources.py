"""The files of the house, as the house tests read them."""

import ast
import importlib.util
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "src/kaihoken"
WRITTEN_BY_HAND = ("src", "tests", "scripts", "bench")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git keeps, relative to the root."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return tuple(Path(name) for name in listing.decode().split("\0") if name and (ROOT / name).is_file())


def python_files(*folders: str) -> Iterator[Path]:
    """Every Python file in some folders, relative to the root; also those not committed yet."""
    for folder in folders or WRITTEN_BY_HAND:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT)


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file given relative to the root."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


@cache
def script(name: str) -> ModuleType:
    """A module of scripts/, which is no package."""
    found = importlib.util.spec_from_file_location(name, ROOT / f"scripts/{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module
