"""Where the data that ships with the program lies, and what is said about each file.

In a checkout it is `data/` at the root of the repository; the wheel carries the same folder as `kaihoken/_data`.
"""

import hashlib
import tomllib
from functools import cache
from pathlib import Path

import msgspec

from kaihoken.problems import Problem

MANIFEST = "manifest.toml"


class Licence(msgspec.Struct, frozen=True):
    """Terms under which files ship."""

    name: str
    terms: str


class ShippedFile(msgspec.Struct, frozen=True):
    """One file: `path` below the data folder, its hash, where it comes from and what was done to it."""

    path: str
    title: str
    sha256: str
    bytes: int
    source: str
    licence: str
    credit: str
    processing: str


class Manifest(msgspec.Struct, frozen=True):
    """Every file that ships, and the licences they name."""

    schema: int
    licences: dict[str, Licence]
    files: tuple[ShippedFile, ...]


@cache
def folder() -> Path:
    """The data folder. Raises Problem `shipped.no-data` where the program was installed without it."""
    package = Path(__file__).resolve().parent
    for candidate in (package / "_data", package.parents[1] / "data"):
        if (candidate / MANIFEST).is_file():
            return candidate
    raise Problem("shipped.no-data", where=MANIFEST)


def path(name: str) -> Path:
    """A shipped file, such as "names/postal_codes_2026.csv.gz"."""
    return folder() / name


def credit(name: str) -> str:
    """The credit that a shipped file asks for, to stand beside what is made from it."""
    return next(file.credit for file in manifest().files if file.path == name)


@cache
def manifest() -> Manifest:
    """What `manifest.toml` says."""
    return msgspec.convert(tomllib.loads(path(MANIFEST).read_text(encoding="utf-8")), Manifest)


def sha256(name: str) -> str:
    """The SHA-256 of a shipped file's bytes, in hex."""
    return hashlib.sha256(path(name).read_bytes()).hexdigest()
