"""What this machine is, for a report: systems and versions, no name of it or of its user."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from kaihoken import __version__
from kaihoken.desk.doctor.report import Machine

_PACKAGES: Final = (
    "apsw",
    "cryptography",
    "httpx",
    "keyring",
    "pyscard",
    "reportlab",
    "starlette",
    "uvicorn",
    "watchfiles",
)


def this_machine() -> Machine:
    """What the desk runs on."""
    versions = {"kaihoken": __version__, "python": platform.python_version()}
    versions |= {name: _version(name) for name in _PACKAGES}
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return Machine(versions, system, str(Path.home()))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "–"
