"""The wheel is whole: what the program reads while it runs is inside, and the developers' things are not."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .sources import HOUSE, ROOT


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel built from this clone."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.parametrize(
    "name",
    [
        "problems.toml",
        "py.typed",
        "web/static/kaihoken.css",
        "web/static/vendor/tokens.css",
        "paper/vendor/NotoSansJP-Regular.ttf",
        "paper/vendor/NotoSansJP.LICENSE.txt",
        "_data/manifest.toml",
    ],
)
def test_it_holds(inside: set[str], name: str) -> None:
    assert f"kaihoken/{name}" in inside


@pytest.mark.parametrize("ending", [".py", ".yaml", ".toml", ".po", ".html", ".js", ".css", ".mako"])
def test_it_holds_every_file_of_the_house(inside: set[str], ending: str) -> None:
    there = {path.relative_to(HOUSE.parent).as_posix() for path in HOUSE.rglob(f"*{ending}")}

    assert sorted(there - inside) == []


def test_it_holds_all_data(inside: set[str]) -> None:
    there = {
        Path("kaihoken/_data", path.relative_to(ROOT / "data")).as_posix()
        for path in (ROOT / "data").rglob("*.*")
    }

    assert len(there) > 3
    assert sorted(there - inside) == []


def test_it_holds_nothing_of_the_workshop(inside: set[str]) -> None:
    assert [name for name in inside if name.startswith(("tests", "scripts", "node_modules", "docs"))] == []
    assert [name for name in inside if "axe" in name or name.endswith((".stamp", ".db", ".sqlite"))] == []
