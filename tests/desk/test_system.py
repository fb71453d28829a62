"""What differs by system, by data; and that nothing has to be compiled on a counter's PC."""

import os
import subprocess
import sys
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from kaihoken.desk import system
from kaihoken.desk.system import FileKeyStore, SystemKeyStore, home_on, key_store
from kaihoken.problems import Problem

ROOT = Path(__file__).resolve().parents[2]
WINDOWS, UNIX = PureWindowsPath("C:/u/a"), PurePosixPath("/srv/a")


@pytest.mark.parametrize(
    ("platform", "environment", "user", "folder"),
    [
        ("win32", {"LOCALAPPDATA": "D:\\Local"}, WINDOWS, "D:\\Local\\Kaihoken\\desk"),
        ("win32", {}, WINDOWS, "C:\\u\\a\\AppData\\Local\\Kaihoken\\desk"),
        ("darwin", {}, UNIX, "/srv/a/Library/Application Support/Kaihoken/desk"),
        ("linux", {"XDG_DATA_HOME": "/data"}, UNIX, "/data/kaihoken/desk"),
        ("linux", {"XDG_DATA_HOME": ""}, UNIX, "/srv/a/.local/share/kaihoken/desk"),
        ("freebsd14", {}, UNIX, "/srv/a/.local/share/kaihoken/desk"),
    ],
)
def test_each_system_has_its_place(
    platform: str, environment: dict[str, str], user: PurePath, folder: str
) -> None:
    assert str(home_on(platform, environment, user)) == folder


class Keyring:
    """A system's key store in memory; a locked one refuses, and says in its error what it holds."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, account: str) -> str | None:
        self._open()
        return self.held.get((service, account))

    def set_password(self, service: str, account: str, password: str) -> None:
        self._open()
        self.held[service, account] = password

    def _open(self) -> None:
        if self.locked:
            raise RuntimeError(f"locked: {self.held}")


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    keys = Keyring()
    monkeypatch.setitem(sys.modules, "keyring", keys)
    monkeypatch.setattr(system, "_has_keyring", lambda: True)
    return keys


def test_the_systems_key_store_is_taken_and_each_folder_has_its_key(keyring: Keyring, tmp_path: Path) -> None:
    one, other = key_store(tmp_path / "one"), key_store(tmp_path / "other")
    made = one.make()

    assert isinstance(one, SystemKeyStore)
    assert (one.read(), other.read()) == (made, None)
    with pytest.raises(Problem, match="key-exists"):
        one.make()


def test_a_key_that_lies_in_a_file_stays_there(keyring: Keyring, tmp_path: Path) -> None:
    made = FileKeyStore(tmp_path / "desk").make()

    assert key_store(tmp_path / "desk").read() == made
    assert keyring.held == {}


def test_a_locked_key_store_is_a_problem_that_tells_no_key(keyring: Keyring, tmp_path: Path) -> None:
    keys = SystemKeyStore(str(tmp_path))
    made = keys.make()
    keyring.locked = True

    with pytest.raises(Problem) as refused:
        keys.read()

    assert refused.value.code == "desk.key-store"
    assert made.hex() not in f"{refused.value!r}{refused.value}{refused.value.facts}"
    assert refused.value.__cause__ is None


def test_what_the_desk_imports_holds_no_planner_library_and_waits_with_what_is_rarely_used() -> None:
    program = "import sys, kaihoken.desk.serving; print(*sorted({one.split('.')[0] for one in sys.modules}))"

    imported = set(
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        ).stdout.split()
    )

    assert "kaihoken" in imported
    assert not imported & {"numpy", "polars", "duckdb", "scipy", "numba", "pandas"}
    assert not imported & {"reportlab", "babel", "keyring", "smartcard", "PIL"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "platform",
    ["x86_64-pc-windows-msvc", "aarch64-apple-darwin", "x86_64-apple-darwin", "x86_64-unknown-linux-gnu"],
)
def test_all_that_a_desk_needs_is_there_as_wheels(platform: str, tmp_path: Path) -> None:
    wanted = tmp_path / "desk.in"
    lines = [(ROOT / "requirements" / name).read_text().splitlines() for name in ("core.in", "desk.in")]
    wanted.write_text(
        "\n".join(line for part in lines for line in part if not line.startswith(("-r", "uvloop")))
    )

    done = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("uv")), "pip", "compile", "--quiet", "--no-header"),
            *(
                "--python-platform",
                platform,
                "--python-version",
                "3.12",
                "--only-binary",
                ":all:",
                str(wanted),
            ),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "UV_HTTP_TIMEOUT": "20"},
    )

    if done.returncode and ("error sending request" in done.stderr or "dns error" in done.stderr.lower()):
        pytest.skip("the package registry cannot be reached")
    assert done.returncode == 0, done.stderr
    assert {"apsw", "cryptography", "lxml", "watchfiles"} <= {
        line.partition("==")[0] for line in done.stdout.splitlines()
    }
