"""Gets a clone ready: the virtual environment, the libraries by their hashes, the package, the web assets, a browser.

    python3 scripts/prepare.py demo     what `make demo` needs
    python3 scripts/prepare.py setup    the developers' tools as well
    python3 scripts/prepare.py test     and a browser with Japanese type, nginx, what makes clients from OpenAPI, and
                                        card tools: a PC/SC daemon with a virtual reader, OpenSC, pyscard
    python3 scripts/prepare.py advisories   setup, and what compares the libraries with published advisories

Each step prints what it took, and a step whose inputs have not changed is not taken again. Standard library only;
it is run by the machine's own Python, so it also has to say it when that one is too old.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import build_assets

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
APART = {"generate": "the generator of clients", "advisories": "what asks for advisories"}
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)
DEMO = ("desk.txt", "planner.txt", "build.txt")
"""What the demonstration's parts need: a clinic's PC with its papers, the planner's pages, and what installs us."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(wanted: str) -> None:
    if sys.version_info < OLDEST:
        stop(
            "Python 3.11 以上が必要です: apt install python3.11 python3.11-venv など",
            "Python 3.11 or newer is needed: for example apt install python3.11 python3.11-venv",
        )
    began = time.perf_counter()
    taken = virtual_environment()
    if wanted == "demo" and not up_to_date("test.txt"):
        for lock in DEMO:
            taken += libraries(lock)
        if build_assets.npm_on_path() is None:
            taken += libraries("node.txt")
    else:
        taken += libraries("test.txt")
    taken += package()
    taken += assets(tests=wanted != "demo")
    if wanted == "test":
        taken += apart("generate")
        taken += packages()
        taken += card_tools()
    if wanted == "advisories":
        taken += apart("advisories")
    if taken:
        say(f"ready in {time.perf_counter() - began:.1f} s")


def virtual_environment() -> int:
    if PYTHON.exists():
        return 0
    if find_spec("venv") is None or find_spec("ensurepip") is None:  # Debian packs them apart from Python
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        stop(
            f"Python の venv がありません: apt install {package}",
            f"Python's venv is missing: apt install {package}",
        )
    import venv

    with Step("virtual environment .venv"):
        venv.create(VENV, with_pip=True)
    return 1


def libraries(lock: str) -> int:
    if up_to_date(lock):
        return 0
    with Step(f"libraries of requirements/{lock}"):
        pip("install", "--require-hashes", "--no-deps", "-r", f"requirements/{lock}")
    stamp(lock)
    return 1


def package() -> int:
    name = "pyproject.toml"
    # A linked environment is another checkout's: installing this one there would take it from under that one.
    if VENV.is_symlink() or up_to_date(name):
        return 0
    with Step("kaihoken itself, editable"):
        pip("install", "--no-deps", "--no-build-isolation", "-e", ".")
    stamp(name)
    return 1


def assets(*, tests: bool) -> int:
    if build_assets.current(tests=tests):
        return 0
    with Step("web assets"):
        run(str(PYTHON), "scripts/build_assets.py", *(["--tests"] if tests else []))
    return 1


def apart(name: str) -> int:
    """A tool in an environment of its own, `.venv-<name>`: its libraries do not go with ours."""
    lock = f"{name}.txt"
    place = ROOT / f".venv-{name}"
    stamp_file = place / f".installed-{lock}"
    if stamp_file.is_file() and stamp_file.read_text(encoding="utf-8") == _fingerprint(lock):
        return 0
    import venv

    with Step(f"{APART[name]}, in {place.name}"):
        venv.create(place, with_pip=True, clear=True)
        own = place / PYTHON.relative_to(VENV)
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
        run(
            *(str(own), "-m", "pip", "install", "--require-hashes", "--no-deps"),
            *("-r", f"requirements/{lock}"),
            *quiet,
        )
    stamp_file.write_text(_fingerprint(lock), encoding="utf-8")
    return 1


def packages() -> int:
    """A browser with Japanese type, and nginx, whose shipped settings are tried: by apt for root, else the browser by
    Playwright, else by asking."""
    missing = [] if any(shutil.which(name) for name in BROWSERS) else ["chromium"]
    if not _japanese_type():
        missing.append("fonts-noto-cjk")
    if not _there("nginx"):
        missing.append("nginx-light")
    if not missing:
        return 0
    if _may_install():
        _install(missing)
        return 1
    if missing == ["chromium"]:
        with Step("a browser, by Playwright"):
            run(str(PYTHON), "-m", "playwright", "install", "chromium")
        return 1
    stop(
        f"テストには次の OS パッケージが必要です: {' '.join(missing)} (apt install {' '.join(missing)})",
        f"The tests need these OS packages: {' '.join(missing)} (apt install {' '.join(missing)})",
    )
    return 0


def card_tools() -> int:
    """What reads a card beside our own program: by apt for root, and pyscard is then compiled. Where they are missing
    and cannot be installed, the tests that need them say so and are left out, and so does this."""
    missing = [package for package, is_there in CARD_TOOLS.items() if not is_there()]
    compiled = up_to_date("pcsc.txt")
    if not compiled:
        missing += [package for package, is_there in COMPILING.items() if not is_there()]
    if missing and not _may_install():
        say(
            f"  OpenSC との相互運用の試験は省きます / the interop tests with OpenSC will be skipped:"
            f" apt install {' '.join(missing)}"
        )
        return 0
    if missing:
        _install(missing)
    return len(missing) + libraries("pcsc.txt")


def _may_install() -> bool:
    return shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0


def _install(missing: list[str]) -> None:
    with Step(f"apt: {' '.join(missing)}"):
        surroundings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", "-qq", env=surroundings)
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, env=surroundings)


def _there(program: str) -> bool:
    return (
        shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin") is not None
    )


def _knows_pcsc() -> bool:
    """Whether the compiler finds the system's library for card readers."""
    asked = shutil.which("pkg-config")
    return (
        asked is not None and not subprocess.run([asked, "--exists", "libpcsclite"], check=False).returncode
    )


CARD_TOOLS: dict[str, Callable[[], bool]] = {
    "pcscd": lambda: _there("pcscd"),
    "opensc": lambda: _there("pkcs15-tool"),
    "opensc-pkcs11": lambda: any(Path("/usr/lib").glob("*/opensc-pkcs11.so")),
    "vsmartcard-vpcd": lambda: Path("/etc/reader.conf.d/vpcd").is_file(),
    "openssl": lambda: _there("openssl"),
}
COMPILING: dict[str, Callable[[], bool]] = {
    "libpcsclite-dev": _knows_pcsc,
    "swig": lambda: _there("swig"),
    "gcc": lambda: _there("gcc"),
    "pkg-config": lambda: _there("pkg-config"),
    "python3-dev": lambda: Path(sysconfig.get_path("include"), "Python.h").is_file(),
}
"""By their Debian names, and what shows that they are there."""


def _japanese_type() -> bool:
    listing = shutil.which("fc-list")
    if listing is None:
        return sys.platform in ("darwin", "win32")
    found = subprocess.run([listing, ":lang=ja", "family"], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


def up_to_date(name: str) -> bool:
    return _stamp_file(name).is_file() and _stamp_file(name).read_text(encoding="utf-8") == _fingerprint(name)


def stamp(name: str) -> None:
    _stamp_file(name).write_text(_fingerprint(name), encoding="utf-8")


def _stamp_file(name: str) -> Path:
    return VENV / f".installed-{name}"


def _fingerprint(name: str) -> str:
    source = ROOT / name if (ROOT / name).is_file() else ROOT / "requirements" / name
    return hashlib.sha256(source.read_bytes()).hexdigest()


def pip(*arguments: str) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    run(str(PYTHON), "-m", "pip", *arguments, *quiet)


def run(*command: str, env: dict[str, str] | None = None) -> None:
    """Quiet unless it fails; then everything it said."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        say("")
        say(done.stdout)
        raise SystemExit(f"{' '.join(command[:6])} … : exit {done.returncode}")


class Step:
    """Names a step before it begins and says how long it took."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        self.began = time.perf_counter()
        sys.stdout.write(f"  {self.name} … ")
        sys.stdout.flush()

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            say(f"{time.perf_counter() - self.began:.1f} s")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def stop(japanese: str, english: str) -> None:
    raise SystemExit(f"{japanese}\n{english}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("demo", "setup", "test", "advisories"):
        raise SystemExit("python3 scripts/prepare.py demo|setup|test|advisories")
    main(sys.argv[1])
